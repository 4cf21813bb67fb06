import { describe, expect, test } from 'vitest';
import { lcg } from '../../../../gateway/domain/detect/bootstrap.ts';
import type { History } from '../../../../gateway/domain/life/history.ts';
import { LifeModel } from '../../../../gateway/domain/life/learn.ts';
import { Line } from '../../../../gateway/domain/life/line.ts';
import { Regimes } from '../../../../gateway/domain/life/regime.ts';

/** A part that wears ever faster, seen by three sensors that are read at two speeds of running. */
function life(name: string, length: number, next: () => number): History {
  const noise = () => next() + next() + next() - 1.5;
  const cycles = Array.from({ length }, (_, i) => i + 1);
  const values = cycles.map((c) => {
    const wear = Math.expm1((3 * c) / length) / Math.expm1(3);
    const quick = next() < 0.4;
    const [gain, offset] = quick ? [7, 900] : [2, 100];
    const sensors = [wear * 4 + 0.3 * noise(), -wear * 2 + 0.3 * noise(), 0.3 * noise()];
    return Float64Array.from([quick ? 40 : 10, ...sensors.map((s) => offset + gain * s), 5]);
  });
  return { unit: name, cycles, values };
}

function fleet(seed: string, units: number): History[] {
  const next = lcg(seed);
  return Array.from({ length: units }, (_, i) => life(`${seed}-${i}`, 50 + Math.floor(next() * 60), next));
}

const upTo = (h: History, n: number): History => ({ ...h, cycles: h.cycles.slice(0, n), values: h.values.slice(0, n) });

describe('life left, learned from lives that ended', () => {
  const finished = fleet('learned', 40);
  const unseen = fleet('asked', 60);
  const next = lcg('cut');
  const cuts = unseen.map((h) => 15 + Math.floor(next() * (h.cycles.length - 16)));
  const model = new LifeModel(finished, cuts);
  const told = unseen.map((h, i) => ({ ...model.remaining(upTo(h, cuts[i]!)), truth: h.cycles.length - cuts[i]! }));

  test('is told for units never seen with less than two thirds of the error of the best constant', () => {
    const mean = told.reduce((a, t) => a + t.truth, 0) / told.length;
    const ours = told.reduce((a, t) => a + Math.abs(t.rul - t.truth), 0);
    const constant = told.reduce((a, t) => a + Math.abs(mean - t.truth), 0);
    expect(ours / constant).toBeLessThan(0.67);
  });

  test('comes with an interval that holds the truth about nine times in ten', () => {
    const inside = told.filter((t) => t.truth >= t.low && t.truth <= t.high).length / told.length;
    expect(inside).toBeGreaterThan(0.75);
    for (const t of told) {
      expect(t.low).toBeGreaterThanOrEqual(0);
      expect(t.low).toBeLessThanOrEqual(t.rul);
      expect(t.high).toBeGreaterThanOrEqual(t.rul);
    }
    const near = told.filter((t) => t.rul < 15).map((t) => t.high - t.low);
    const far = told.filter((t) => t.rul > 40).map((t) => t.high - t.low);
    expect(Math.max(...near)).toBeLessThan(Math.max(...far));
  });

  test('a column with holes is learned from all the same', () => {
    const holes = (h: History): History => ({
      ...h,
      values: h.values.map((row, i) => row.map((x, c) => ((i * 7 + c * 3) % 9 === 0 ? Number.NaN : x))),
    });
    const holed = new LifeModel(finished.slice(0, 20).map(holes), cuts);
    const off = unseen.map((h, i) => Math.abs(holed.remaining(holes(upTo(h, cuts[i]!))).rul - told[i]!.truth));
    const mean = told.reduce((a, t) => a + t.truth, 0) / told.length;
    const constant = told.map((t) => Math.abs(mean - t.truth));
    const sum = (all: readonly number[]) => all.reduce((a, b) => a + b, 0);
    expect(sum(off)).toBeLessThan(0.85 * sum(constant));
    expect(holed.regimes).toBe(2);
  });

  test('finds the ways of running by itself', () => {
    expect(model.regimes).toBe(2);
    expect(new Regimes([upTo(finished[0]!, 1)]).count).toBe(1);
  });

  test('the same lives give the same words', () => {
    const again = new LifeModel(finished, cuts);
    expect(again.remaining(upTo(unseen[0]!, 30))).toEqual(model.remaining(upTo(unseen[0]!, 30)));
  });

  test('holes in the measurements are bridged', () => {
    const holed = upTo(unseen[0]!, 30);
    const values = holed.values.map((row, i) => (i % 3 === 0 ? Float64Array.from(row, () => Number.NaN) : row));
    expect(Number.isFinite(model.remaining({ ...holed, values }).rul)).toBe(true);
  });
});

describe('a line through many columns', () => {
  test('sees what each column alone hardly shows, columns that say the same included', () => {
    const next = lcg('line');
    const noise = () => next() + next() + next() - 1.5;
    const y = Float64Array.from({ length: 600 }, () => 20 * next());
    const x = Array.from(y, (v) => {
      const same = v + 6 * noise();
      return Float64Array.from([same, same, ...Array.from({ length: 30 }, () => v + 12 * noise()), 7]);
    });
    const line = new Line(x, y, [...x[0]!.keys()]);
    const off = x.reduce((a, row, i) => a + Math.abs(line.at(row) - y[i]!), 0) / y.length;
    expect(off).toBeLessThan(1.6);
  });
});
