import { describe, expect, test } from 'vitest';
import { valueFault } from '../../protocols/reading.ts';
import { readVin } from '../../protocols/vin.ts';
import { drivesOf, FAULTS, harmAt, type LogSample, lifeOf, truthOf } from '../../simulators/vehicles/life.ts';

const fleet = 'tests';
const lives = Array.from({ length: 60 }, (_, i) => lifeOf(fleet, i, 365));
const logOf = (i: number): LogSample[] => [...drivesOf(fleet, i, lives[i]!)].flat();

/** Mean of a signal over part of a log. */
function mean(log: readonly LogSample[], signal: string, from: number, until: number): number {
  const own = log.filter((s) => s.signal === signal && s.at >= from && s.at < until);
  return own.reduce((a, s) => a + (s.value as number), 0) / own.length;
}

describe('a simulated fleet', () => {
  test('is the same for the same seed, car by car', () => {
    expect(logOf(3)).toEqual(logOf(3));
    expect(lifeOf(fleet, 3, 365)).toEqual(lives[3]);
    expect(lifeOf('other', 3, 365).vehicle.vin).not.toBe(lives[3]!.vehicle.vin);
  });

  test('says nothing that its signals could not say, in the order of time, drive by drive', () => {
    for (const i of [0, 5, 9]) {
      expect(readVin(lives[i]!.vehicle.vin).checkDigit).toBe('right');
      let last = 0;
      for (const drive of drivesOf(fleet, i, lives[i]!)) {
        expect(drive[0]!.at).toBeGreaterThan(last);
        for (const s of drive) {
          expect(valueFault(s.signal, s.value as number)).toBeNull();
          last = Math.max(last, s.at);
        }
      }
    }
  });

  test('has every kind of fault somewhere, and half of the cars have none', () => {
    const faults = Array.from({ length: 300 }, (_, i) => truthOf(lifeOf('many', i, 365)));
    for (const f of FAULTS) expect(faults.flat().some((t) => t.fault === f)).toBe(true);
    const healthy = faults.filter((t) => t.length === 0).length / faults.length;
    expect(healthy).toBeGreaterThan(0.4);
    expect(healthy).toBeLessThan(0.62);
  });

  test('a worn battery dips deeper until it is replaced', () => {
    const i = lives.findIndex((l) => truthOf(l).some((t) => t.fault === 'battery' && t.repairedAt !== null));
    const truth = truthOf(lives[i]!).find((t) => t.fault === 'battery')!;
    const log = logOf(i);
    const healthy = mean(log, 'obd.crank-voltage', lives[i]!.from, truth.onsetAt);
    const worn = mean(log, 'obd.crank-voltage', truth.failedAt! - 10 * 86_400_000, truth.repairedAt!);
    const after = mean(log, 'obd.crank-voltage', truth.repairedAt! + 86_400_000, lives[i]!.until);
    expect(healthy - worn).toBeGreaterThan(1);
    expect(after - worn).toBeGreaterThan(1);
    expect(harmAt(lives[i]!, 'battery', truth.failedAt!)).toBeCloseTo(1, 5);
  });

  test('an engine whose thermostat stays open never gets warm on a cold motorway, a diesel like any other', () => {
    const found = Array.from({ length: 400 }, (_, i) => lifeOf(fleet, i, 365)).flatMap((life, i) => {
      const truth = truthOf(life).find((t) => t.fault === 'thermostat' && t.failedAt !== null);
      const { use, climate, powertrain } = life.vehicle;
      return truth && climate.mean < 16 && use.minutes > 12 ? [{ i, life, truth, powertrain }] : [];
    });
    for (const kind of ['diesel', 'petrol']) {
      const { i, life, truth } = found.find((f) => f.powertrain === kind)!;
      const warmest = (from: number, until: number) => {
        const drives = [...drivesOf(fleet, i, life)].filter((d) => d[0]!.at >= from && d[0]!.at < until);
        const most = drives.map((d) =>
          Math.max(...d.flatMap((s) => (s.signal === 'obd.coolant' ? [s.value as number] : []))),
        );
        return most.toSorted((a, b) => a - b)[Math.floor(most.length / 2)]!;
      };
      const healthy = warmest(life.from, truth.onsetAt);
      expect(healthy).toBeGreaterThan(78);
      expect(warmest(truth.failedAt!, truth.repairedAt ?? life.until)).toBeLessThan(healthy - 8);
    }
  });
});
