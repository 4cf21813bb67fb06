import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Publisher } from '../../../dashboard/serve/publisher.ts';
import { apply } from '../../../protocols/board.ts';
import { DELTA_RING, type Delta } from '../../../protocols/feed.ts';
import { busyBoard, FakeSource } from '../../tools/fake-board.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('keeps the last 1,024 revisions that it sent; from any older one there is but a snapshot', () => {
  const source = new FakeSource(busyBoard());
  const first = source.view;
  const publisher = new Publisher(source, () => {});
  for (let i = 1; i < DELTA_RING; i++) {
    source.setBay('1', { since: i });
    vi.advanceTimersByTime(100);
  }
  const { event, body } = publisher.frameFrom({ stream: source.stream, rev: 1 });
  expect(event).toBe('delta');
  expect(apply(first, (body as Delta).change)).toEqual(source.view);
  source.setBay('2', { since: 1 });
  vi.advanceTimersByTime(100);
  expect(publisher.frameFrom({ stream: source.stream, rev: 1 }).event).toBe('snap');
  expect(publisher.frameFrom({ stream: source.stream, rev: 2 }).event).toBe('delta');
});

test('a first change goes out at once, those right behind it together', () => {
  const source = new FakeSource(busyBoard());
  const settled: number[] = [];
  const publisher = new Publisher(source, () => settled.push(publisher.rev));
  vi.advanceTimersByTime(1_000);
  source.setBay('1', { since: 1 });
  vi.advanceTimersByTime(5);
  expect(settled).toEqual([2]);
  source.setBay('1', { since: 2 });
  source.setBay('2', { since: 3 });
  vi.advanceTimersByTime(5);
  expect(settled).toEqual([2]);
  vi.advanceTimersByTime(60);
  expect(settled).toEqual([2, 4]);
});

test('one frame is made once for all screens at the same revision', () => {
  const source = new FakeSource(busyBoard());
  const publisher = new Publisher(source, () => {});
  expect(publisher.frameFrom({})).toBe(publisher.frameFrom({ stream: 'another', rev: 1 }));
  source.setBay('1', { since: 1 });
  publisher.settle();
  const known = { stream: source.stream, rev: 1 };
  expect(publisher.frameFrom(known)).toBe(publisher.frameFrom({ ...known }));
});

test('leaves its source alone after it was stopped', () => {
  const source = new FakeSource(busyBoard());
  const settled = vi.fn();
  const publisher = new Publisher(source, settled);
  source.setBay('1', { since: 1 });
  publisher.stop();
  vi.advanceTimersByTime(1_000);
  expect(settled).not.toHaveBeenCalled();
  expect(source.watchers).toBe(0);
});
