import { describe, expect, test } from 'vitest';
import { createEngine } from '../../../gateway/domain/create.ts';
import type { Input } from '../../../gateway/domain/engine.ts';
import type { EventBody } from '../../../protocols/event.ts';
import { foldIntervals, ledgerOf, shares } from '../../../protocols/ledger.ts';
import { seeded } from '../../../simulators/fleet.ts';
import { ERROR_MODELS } from '../../../simulators/score/errors.ts';
import { baysOf, devicesOf, type SensorSet, ZONE } from '../../../simulators/score/layout.ts';
import { planDay } from '../../../simulators/score/plan.ts';
import { wiresOf } from '../../../simulators/score/wire.ts';
import fc from '../../tools/property.ts';
import { HOUR, NINE, SECOND, settings } from './kit.ts';

const BAYS = baysOf(2);
const engineOf = (set: SensorSet) =>
  createEngine({
    ...settings(),
    site: { timezone: ZONE },
    bays: BAYS.map((id) => ({ id })),
    devices: devicesOf(BAYS, set),
  });

/** Two hours of two bays, second by second: what arrives in each. */
function seconds(set: SensorSet, model: string, seed: number): Input[][] {
  const draw = seeded(seed);
  const plan = planDay(BAYS, NINE, NINE + 2 * HOUR, draw);
  const wires = wiresOf(plan, set, ERROR_MODELS.find((m) => m.name === model)!, seed);
  return Array.from({ length: 7_200 }, (_, i) => [...wires(NINE + i * SECOND)]);
}

function run(set: SensorSet, arrivals: readonly (readonly Input[])[], stored: (i: number) => boolean): EventBody[] {
  const engine = engineOf(set);
  let state = engine.initial();
  const events: EventBody[] = [];
  arrivals.forEach((inputs, i) => {
    if (stored(i)) state = JSON.parse(JSON.stringify(state));
    for (const input of [{ kind: 'tick', at: NINE + i * SECOND } as const, ...inputs]) {
      const step = engine.step(state, input);
      state = step.state;
      events.push(...step.events);
    }
  });
  return events;
}

const booked = (events: readonly EventBody[]) =>
  events.flatMap((e) =>
    e.type === 'liftgate.bay.occupancy.v1'
      ? [[e.data.bay, e.data.state, e.data.since, e.data.stay, e.data.rule].join()]
      : [],
  );

/** The pieces as they stand in the end, but for how often they were told. */
const ledger = (events: readonly EventBody[]) => {
  const told = events.flatMap((e) => (e.type === 'liftgate.bay.interval.v1' ? [e.data] : []));
  const known = [...foldIntervals(new Map(), told).values()];
  return BAYS.map((bay) =>
    ledgerOf(
      known.filter((i) => i.bay === bay),
      NINE,
      NINE + 2 * HOUR,
    ).map(({ version: _v, at: _a, ...piece }) => piece),
  );
};

/** Deals inputs of different devices anew; those of one device keep their order. */
function interleaved(inputs: readonly Input[], draw: () => number): Input[] {
  const lanes = new Map<string, Input[]>();
  for (const input of inputs) {
    const device = input.kind === 'reading' ? input.reading.device : '';
    lanes.set(device, [...(lanes.get(device) ?? []), input]);
  }
  const left = [...lanes.values()];
  const out: Input[] = [];
  while (left.length > 0) {
    const i = Math.floor(draw() * left.length);
    out.push(left[i]!.shift()!);
    if (left[i]!.length === 0) left.splice(i, 1);
  }
  return out;
}

const seeds = fc.integer({ min: 1, max: 1e6 });

describe('a day as devices send it, with errors', () => {
  test('between two ticks the order of devices is of no account: the same states from the same times', () => {
    fc.assert(
      fc.property(seeds, seeds, (seed, order) => {
        const day = seconds('camera+sensor', 'bursty 0.8', seed);
        const draw = seeded(order);
        const other = day.map((inputs) => interleaved(inputs, draw));
        expect(booked(run('camera+sensor', other, () => false))).toEqual(
          booked(run('camera+sensor', day, () => false)),
        );
      }),
      { numRuns: 4 },
    );
  });

  test('messages that arrive twice change nothing', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const day = seconds('camera+sensor', 'late 10 %', seed);
        const twice = day.map((inputs) => inputs.flatMap((input) => [input, input]));
        expect(booked(run('camera+sensor', twice, () => false))).toEqual(
          booked(run('camera+sensor', day, () => false)),
        );
      }),
      { numRuns: 3 },
    );
  });

  test('what one sensor kept and sent late gives the same ledger in whatever order and second it comes, and moves nothing live', () => {
    fc.assert(
      fc.property(seeds, seeds, (seed, order) => {
        const day = seconds('camera+sensor', 'dead for an hour', seed);
        const kept = (input: Input) => input.kind === 'reading' && input.reading.device === 'floor-B01';
        const late = day.flat().flatMap((i) => (kept(i) && i.kind === 'reading' ? [i.reading] : []));
        const live = day.map((inputs) => inputs.filter((input) => !kept(input)));
        const draw = seeded(order);
        // Each arrives some time after it was read; all have come before the end.
        const dealt = (draws: () => number) => {
          const days = live.map((inputs) => [...inputs]);
          for (const r of late) {
            const first = Math.ceil((r.at - NINE) / SECOND) + 1;
            const second = Math.min(7_100, first + Math.floor(draws() * 7_000));
            days[Math.max(first, second)]?.push({ kind: 'reading', reading: { ...r, late: true } });
          }
          return days;
        };
        const [once, again] = [
          run(
            'camera+sensor',
            dealt(() => 1),
            () => false,
          ),
          run('camera+sensor', dealt(draw), () => false),
        ];
        expect(booked(again)).toEqual(booked(run('camera+sensor', live, () => false)));
        expect(ledger(again)).toEqual(ledger(once));
      }),
      { numRuns: 2, endOnFailure: true },
    );
  });

  test('the seconds of each bay are all accounted for, whatever went wrong, and the shares add up to 100.0', () => {
    fc.assert(
      fc.property(seeds, fc.constantFrom(...ERROR_MODELS.map((m) => m.name)), (seed, model) => {
        const day = seconds('full', model, seed).slice(0, 3_600);
        const events = run('full', day, () => false);
        for (const bay of BAYS) {
          const sums = events.flatMap((e) =>
            e.type === 'liftgate.bay.utilisation.v1' && e.data.bay === bay ? [e.data] : [],
          );
          expect(sums.length).toBeGreaterThan(100);
          for (const { open, working, waiting, idle, blocked, empty, unknown } of sums) {
            const parts = { working, waiting, idle, blocked, empty, unknown };
            expect(Object.values(parts).reduce((a, b) => a + b)).toBe(open);
            const tenths = Object.values(shares(parts)).reduce((a, b) => a + Math.round(10 * b), 0);
            expect(tenths).toBe(open === 0 ? 0 : 1_000);
          }
        }
      }),
      { numRuns: 3 },
    );
  });

  test('a replay is the same to the letter, also over a snapshot that was read back in the middle', () => {
    fc.assert(
      fc.property(seeds, fc.integer({ min: 1, max: 7_199 }), (seed, at) => {
        const day = seconds('full', 'lost, doubled, late', seed);
        const once = JSON.stringify(run('full', day, () => false));
        expect(JSON.stringify(run('full', day, () => false))).toBe(once);
        expect(JSON.stringify(run('full', day, (i) => i === at || i % 977 === 0))).toBe(once);
      }),
      { numRuns: 2 },
    );
  });
});
