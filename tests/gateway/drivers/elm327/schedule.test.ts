import { expect, test } from 'vitest';
import { Schedule, type Want } from '../../../../gateway/drivers/elm327/schedule.ts';
import fc from '../../../tools/property.ts';

const live = (pid: number, everyMs: number): Want => ({ pid, everyMs, priority: 'live' });

/** Plays a schedule against a car that takes `takesMs` for each request; tells when each parameter was asked. */
function play(schedule: Schedule, untilMs: number, takesMs: number, dead: readonly number[] = []) {
  const times = new Map<number, number[]>();
  let requests = 0;
  let at = 0;
  while (at < untilMs) {
    const plan = schedule.next(at);
    if (plan.kind === 'wait') {
      expect(plan.until).toBeGreaterThan(at);
      at = Math.min(untilMs, plan.until);
      continue;
    }
    requests += 1;
    schedule.asked(at);
    at += takesMs;
    for (const pid of plan.pids) times.set(pid, [...(times.get(pid) ?? []), at]);
    schedule.heard(plan.pids, new Set(plan.pids.filter((p) => !dead.includes(p))), at);
  }
  return { times, requests };
}

test('what is wanted every second comes every second, beside a flood', () => {
  const wants = [live(1, 1_000), ...[2, 3, 4, 5, 6, 7, 8].map((pid) => live(pid, 0))];
  const { times } = play(new Schedule(wants, { cap: Infinity, batch: 6 }, 0), 60_000, 40);
  const gaps = times
    .get(1)!
    .slice(1)
    .map((t, i) => t - times.get(1)![i]!);
  expect(Math.max(...gaps)).toBeLessThanOrEqual(1_200);
  expect(times.get(1)!.length).toBeGreaterThanOrEqual(59);
});

test('no control unit gets more requests than its cap', () => {
  const wants = Array.from({ length: 30 }, (_, i) => live(i + 1, 0));
  expect(play(new Schedule(wants, { cap: 10, batch: 1 }, 0), 60_000, 5).requests).toBeLessThanOrEqual(601);
});

test('those who want the same get the same: nobody starves', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 40 }),
      fc.integer({ min: 1, max: 6 }),
      fc.integer({ min: 1, max: 200 }),
      (n, batch, takes) => {
        const wants = Array.from({ length: n }, (_, i) => live(i + 1, 0));
        const { times } = play(new Schedule(wants, { cap: Infinity, batch }, 0), takes * n * 4, takes);
        const counts = wants.map((w) => times.get(w.pid)?.length ?? 0);
        expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
      },
    ),
  );
});

test('a dead parameter is asked alone, parked after three times, and asked again seldom', () => {
  const wants = [live(1, 1_000), live(2, 1_000), live(3, 1_000)];
  const schedule = new Schedule(wants, { cap: 10, batch: 6 }, 0);
  const { times } = play(schedule, 3_600_000, 20, [2]);
  expect(schedule.parked).toEqual([2]);
  expect(times.get(2)!.length).toBeLessThan(10);
  expect(times.get(1)!.length).toBeGreaterThan(3_500);
  schedule.heard([2], new Set([2]), 3_600_000);
  expect(schedule.parked).toEqual([]);
});

test('one request holds as many as the car takes, always the same ones', () => {
  const schedule = new Schedule(
    Array.from({ length: 12 }, (_, i) => live(i + 1, 1_000)),
    { cap: Infinity, batch: 6 },
    0,
  );
  expect(schedule.next(0)).toEqual({ kind: 'ask', pids: [1, 2, 3, 4, 5, 6] });
  schedule.limit(3);
  expect(schedule.next(0)).toEqual({ kind: 'ask', pids: [1, 2, 3] });
});
