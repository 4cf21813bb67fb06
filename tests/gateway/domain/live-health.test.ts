import { describe, expect, test } from 'vitest';
import { judgeFlag } from '../../../gateway/domain/health/flags.ts';
import { close, copyOf, type Health, NEW_HEALTH, note } from '../../../gateway/domain/health/vehicle.ts';
import type { SignalName } from '../../../protocols/signal.ts';
import { CAR_A, MINUTE, NINE, SECOND } from './kit.ts';

const around = { vin: CAR_A, now: NINE };
const say = (h: Health, at: number, signal: SignalName, value: number, part: string | null = null) =>
  note(h, { at, signal, value, part });
const values = (h: Health, track: string) => (h.tracks[track] ?? []).filter((_, i) => i % 2 === 1);

/** Ten minutes at 1,200/min: 6,000 firings of each cylinder; misfires of cylinder 1 as told at these minutes. */
function drive(counts: Readonly<Record<number, number>>, ran: number | null = null): Health {
  const h = copyOf(NEW_HEALTH);
  for (let s = 0; s <= 600; s++) {
    const at = NINE + s * SECOND;
    say(h, at, 'obd.rpm', 1_200, '7E8');
    if (ran !== null) say(h, at, 'obd.run-time', ran + s, '7E8');
    const count = s % 60 === 0 ? counts[s / 60] : undefined;
    if (count !== undefined) say(h, at, 'obd.misfires', count, '1');
  }
  close(h, 'live');
  return h;
}

describe('misfires of a drive', () => {
  test.each([
    ['rise: the last count', { 0: 0, 4: 3, 9: 8 }, 8],
    ['are of the drive before until the car counts anew', { 0: 40, 2: 0, 9: 2 }, 2],
    ['are told once', { 5: 7 }, 7],
    ['are told again, a lower one in between', { 0: 1, 3: 9, 6: 2 }, 9],
  ])('%s', (_, counts, expected) => {
    expect(values(drive(counts), 'misfire.1')).toEqual([expected]);
  });

  test('are of all that the engine ran, also before anybody listened', () => {
    expect(values(drive({ 9: 3 }), 'firings')).toEqual([6_000]);
    expect(values(drive({ 9: 3 }, 1_800), 'firings')[0]).toBeCloseTo(24_000, -2);
  });
});

test('a misfire that begins before the baseline is whole is no part of it', () => {
  const pack = (values: readonly number[]) => values.flatMap((v, i) => [NINE + i * 24 * 60 * MINUTE, v]);
  const good = pack([1, 0, 1, 2, 1, 0, 1, 1, 1, 1]);
  const tracks = {
    firings: pack(Array.from({ length: 10 }, () => 2_100)),
    'misfire.1': good,
    'misfire.2': good,
    'misfire.3': pack([1, 0, 1, 1, 0, 2, 1, 1, 47, 45]),
    'misfire.4': good,
  };
  expect(judgeFlag({ ...NEW_HEALTH, tracks }, around, 'misfire')).toMatchObject({
    state: 'raised',
    evidence: expect.arrayContaining([{ name: 'cylinder', value: 3, unit: '1' }]),
  });
});

test('two control units count the distance since a clear each for itself: that is no clearing', () => {
  const h = copyOf(NEW_HEALTH);
  for (let i = 0; i < 4; i++) {
    say(h, NINE + i * MINUTE, 'obd.distance-since-clear', 4_000 + i, '7E9');
    say(h, NINE + i * MINUTE, 'obd.distance-since-clear', 5_000 + i, '7E8');
  }
  expect(h.codes).toMatchObject({ km: 5_003, clearedAt: null });
  say(h, NINE + 9 * MINUTE, 'obd.distance-since-clear', 2, '7E8');
  expect(h.codes).toMatchObject({ km: 2, clearedAt: NINE + 9 * MINUTE });
});

test('distance and time with the lamp on are evidence of codes, and a lamp that goes out is no clearing', () => {
  const h = copyOf(NEW_HEALTH);
  note(h, { at: NINE, signal: 'obd.codes.stored', value: ['P0420'], part: '7E8' });
  say(h, NINE, 'obd.distance-with-lamp', 120, '7E8');
  expect(judgeFlag(h, around, 'codes').evidence).toContainEqual({ name: 'km-with-lamp', value: 120, unit: 'km' });
  say(h, NINE + MINUTE, 'obd.distance-with-lamp', 0, '7E8');
  expect(h.codes.clearedAt).toBeNull();
});

test('a limit at the end of what its scaling can tell is none', () => {
  const h = copyOf(NEW_HEALTH);
  // 1/32768 to the step: 1.9988 is FFFF.
  for (const [signal, value] of [
    ['obd.test-value', 0.6],
    ['obd.test-min', 0.5],
    ['obd.test-max', 1.9988175],
  ] as const)
    say(h, NINE, signal, value, '21/80');
  expect(values(h, 'test.21/80')).toEqual([0.2]);
});

test('what goes through the pack is counted from current to current, however seldom its charge is told', () => {
  const h = copyOf(NEW_HEALTH);
  // 36 A for an hour and 36 points of charge: 100 A·h.
  for (let s = 0; s <= 3_600; s++) {
    const at = NINE + s * SECOND;
    say(h, at, 'obd.pack-current', 36, '7E8');
    if (s % 60 === 0) say(h, at, 'obd.pack-charge', 80 - (36 * s) / 3_600, '7E8');
  }
  close(h, 'live');
  expect(values(h, 'pack-ah')[0]).toBeCloseTo(100, 0);
  const without = copyOf(NEW_HEALTH);
  for (let s = 0; s <= 3_600; s += 60) say(without, NINE + s * SECOND, 'obd.pack-charge', 80 - s / 100, '7E8');
  close(without, 'live');
  expect(values(without, 'pack-ah')).toEqual([]);
});
