import { describe, expect, test } from 'vitest';
import type { Reading } from '../../../protocols/reading.ts';
import { seeded } from '../../../simulators/fleet.ts';
import type { ErrorModel } from '../../../simulators/score/errors.ts';
import { baysOf, type SensorSet } from '../../../simulators/score/layout.ts';
import { type DayPlan, planDay } from '../../../simulators/score/plan.ts';
import { wiresOf } from '../../../simulators/score/wire.ts';

const HOUR = 3_600_000;

function arrivals(set: SensorSet, more: Partial<ErrorModel>): { plan: DayPlan; readings: Reading[] } {
  const plan = planDay(baysOf(4), 0, 10 * HOUR, seeded(5));
  const wires = wiresOf(plan, set, { name: 'test', persists: 0, ...more }, 6);
  const readings: Reading[] = [];
  for (let at = 0; at < 11 * HOUR; at += 1_000) {
    for (const d of wires(at)) if (d.kind === 'reading') readings.push(d.reading);
  }
  return { plan, readings };
}

describe('the wires of a simulated day', () => {
  test('a late event of a camera holds up those behind it, and its sign of life', () => {
    const { readings } = arrivals('camera', { late: 0.1 });
    const told = readings.filter((r) => r.device === 'cam-1');
    const times = told.filter((r) => r.signal === 'camera.occupied').map((r) => r.at);
    expect(times.length).toBeGreaterThan(100);
    for (const part of ['B01', 'B02']) {
      const own = told.filter((r) => r.part === part).map((r) => r.at);
      expect(own).toEqual(own.toSorted((a, b) => a - b));
    }
    const lives = told.filter((r) => r.signal === 'device.health').map((r) => r.at);
    expect(Math.max(...lives.map((at, i) => at - (lives[i - 1] ?? at)))).toBeGreaterThan(60_000);
  });

  test('a scan that is not said back is scanned again by most, some seconds later', () => {
    const { plan, readings } = arrivals('scans', { lost: 0.5 });
    const scanned = plan.bays.flatMap((b) => b.stays.flatMap((s) => s.scans)).filter((s) => s.at >= 0);
    const heard = scanned.map(({ vin, at }) => readings.find((r) => r.value === vin && r.at >= Math.round(at)));
    const found = heard.flatMap((r, i) => (r ? [r.at - scanned[i]!.at] : []));
    expect(found.length / scanned.length).toBeGreaterThan(0.75);
    expect(found.filter((late) => late < 1_000).length / scanned.length).toBeLessThan(0.75);
    expect(found.length).toBeLessThan(scanned.length + 1);
  });
});
