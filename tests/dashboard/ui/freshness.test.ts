import { describe, expect, test } from 'vitest';
import { ageOf, behindMs, freshnessOf, oldestAge, serverNow } from '../../../dashboard/ui/freshness.ts';
import type { Board } from '../../../dashboard/ui/link.ts';
import type { Heartbeat } from '../../../protocols/feed.ts';
import { busyBoard, NOW, tileOf } from '../../tools/fake-board.ts';

const beat: Heartbeat = {
  stream: 's',
  rev: 1,
  from: 'gateway',
  now: NOW,
  ages: { 'lift-1': 29_000, 'lift-2': null },
  behindMs: 0,
  cloudReached: null,
};
function board(change: Partial<Board> = {}): Board {
  const kept = { asOf: NOW, refused: false, from: 'gateway', link: 'live' } as const;
  return { ...kept, view: busyBoard(), heartbeat: beat, heartbeatAt: 1_000, ...change };
}

describe('how fresh a tile is', () => {
  const tile = tileOf('1');

  test('follows the declared silence of its source, and goes on between heartbeats', () => {
    expect(freshnessOf(tile, board(), 1_000)).toBe('live');
    expect(freshnessOf(tile, board(), 2_000)).toBe('live');
    expect(freshnessOf(tile, board(), 2_001)).toBe('stale');
    expect(ageOf('lift-1', board(), 2_500)).toBe(30_500);
  });

  test.each([
    ['was not heard since its gateway started', tileOf('2')],
    ['is not reported at all', tileOf('3')],
  ])('is stale where a source %s', (_, silent) => {
    expect(freshnessOf(silent, board(), 1_000)).toBe('stale');
    expect(oldestAge(silent, board(), 1_000)).toBeNull();
  });

  test('does not depend on sources whose silence means nothing', () => {
    expect(freshnessOf(tileOf('2', { sources: [] }), board(), 1_000)).toBe('live');
    const view = busyBoard();
    const devices = { ...view.devices, 'lift-2': { ...view.devices['lift-2']!, silenceMs: null } };
    expect(freshnessOf(tileOf('2'), board({ view: { ...view, devices } }), 1_000)).toBe('live');
  });

  test('is "no link" whenever the link is not proven', () => {
    for (const link of ['connecting', 'lost'] as const)
      expect(freshnessOf(tile, board({ link }), 1_000)).toBe('no-link');
  });

  test('is stale while the server itself is behind the workshop', () => {
    const behind = board({ heartbeat: { ...beat, behindMs: 15_001 } });
    expect(behindMs(behind)).toBe(15_001);
    expect(freshnessOf(tile, behind, 1_000)).toBe('stale');
    expect(behindMs(board({ heartbeat: { ...beat, behindMs: 9_000 } }))).toBe(0);
  });
});

test('the time is that of the server, carried on by the monotonic clock; unknown before its first word', () => {
  expect(serverNow(board(), 4_500)).toBe(NOW + 3_500);
  expect(serverNow(board({ heartbeat: null }), 4_500)).toBeNull();
});
