import { describe, expect, test } from 'vitest';
import { createEngine } from '../../../gateway/domain/create.ts';
import type { Input } from '../../../gateway/domain/engine.ts';
import { DeviceState, type EventBody, parseEventData } from '../../../protocols/event.ts';
import { type ReadingValue, reading } from '../../../protocols/reading.ts';
import { SIGNAL_NAMES, type SignalName, signalSpec } from '../../../protocols/signal.ts';
import fc from '../../tools/property.ts';
import { CAR_A, CAR_B, DEVICES, NINE, SECOND, Shop, SUMS, settings } from './kit.ts';

const RUNS = { numRuns: 40 };

const likely = (signal: SignalName): fc.Arbitrary<ReadingValue> => {
  const spec = signalSpec(signal);
  const texts = ['1', '3', 'constructor', '__proto__', 'parts', 'none', 'ok', 'too-dark', CAR_A, CAR_B, '沪A12345'];
  const known: fc.Arbitrary<ReadingValue> =
    spec.value === 'number'
      ? fc.double({ min: spec.min ?? 0, max: spec.max ?? 1e3, noNaN: true })
      : spec.value === 'flag'
        ? fc.boolean()
        : spec.value === 'list'
          ? fc.array(fc.constantFrom('P0301', 'P0420', 'U0100', 'x'), { maxLength: 4 })
          : fc.constantFrom(...texts);
  return fc.oneof({ weight: 8, arbitrary: known }, { weight: 1, arbitrary: fc.constant(null) });
};

const wild: fc.Arbitrary<ReadingValue> = fc.oneof(
  fc.constantFrom<ReadingValue>(Number.NaN, Infinity, -1, '', '__proto__', true, null, []),
  fc.string({ maxLength: 40 }),
  fc.array(fc.string({ maxLength: 8 }), { maxLength: 5 }),
);

/** Readings as devices send them, and as they should not: [signal, device, value, how long ago, part, vin, late]. */
const anyReading = fc.constantFrom(...SIGNAL_NAMES).chain((signal) =>
  fc.record({
    signal: fc.constant(signal),
    device: fc.oneof(fc.constantFrom(...DEVICES.map((d) => d.id)), fc.constantFrom('stranger', '__proto__')),
    value: fc.oneof({ weight: 9, arbitrary: likely(signal) }, { weight: 1, arbitrary: wild }),
    ago: fc.oneof({ weight: 9, arbitrary: fc.integer({ min: 0, max: 900 }) }, { weight: 1, arbitrary: fc.integer() }),
    part: fc.constantFrom(null, 'bay-1', 'bay-2', '7E8', 'toString'),
    vin: fc.constantFrom(null, null, null, CAR_A, CAR_B),
    late: fc.boolean(),
  }),
);

const anyStep = fc.oneof(
  { weight: 6, arbitrary: anyReading.map((r) => ({ do: 'reading' as const, ...r })) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('tick' as const), s: fc.integer({ min: 1, max: 90 }) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('device' as const),
      device: fc.constantFrom('cam', 'floor-1', 'obd-1', 'unlisted'),
      state: fc.constantFrom(...DeviceState.options),
      life: fc.integer({ min: 0, max: 3 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('order' as const),
      order: fc.constantFrom('WO-1', 'WO-2', '__proto__'),
      vin: fc.constantFrom(null, CAR_A, CAR_B),
      bay: fc.constantFrom(null, '1', '4'),
      state: fc.constantFrom('expected', 'checked-in', 'closed'),
      hold: fc.constantFrom(null, 'parts'),
    }),
  },
);

/** Makes inputs of steps; time passes by the ticks between them. */
function inputsOf(steps: readonly (typeof anyStep extends fc.Arbitrary<infer T> ? T : never)[]): Input[] {
  const shop = new Shop();
  const from = shop.inputs.length;
  let now = NINE;
  const inputs: Input[] = shop.inputs.slice(0, from);
  for (const s of steps) {
    switch (s.do) {
      case 'reading': {
        const at = Math.min(8.64e15, Math.max(0, now + 900 - s.ago));
        const { part, vin, late } = s;
        inputs.push({ kind: 'reading', reading: reading(s.device, s.signal, s.value, at, { part, vin, late }) });
        break;
      }
      case 'tick':
        for (let i = 0; i < s.s; i++) {
          now += SECOND;
          inputs.push({ kind: 'tick', at: now });
        }
        break;
      case 'device': {
        const { device, state, life } = s;
        inputs.push({ kind: 'device', at: now, device, state, life, lastSeen: now, reason: null, detail: null });
        break;
      }
      case 'order': {
        const other = new Shop(settings(), now);
        other.order({ order: s.order, vin: s.vin, bay: s.bay, state: s.state as 'expected', hold: s.hold as 'parts' });
        inputs.push(other.inputs.at(-1)!);
        break;
      }
    }
  }
  return inputs;
}

const anyDay = fc.array(anyStep, { minLength: 1, maxLength: 60 }).map(inputsOf);

function run(inputs: readonly Input[], stored: (i: number) => boolean): EventBody[] {
  const engine = createEngine(settings());
  let state = engine.initial();
  return inputs.flatMap((input, i) => {
    if (stored(i)) state = JSON.parse(JSON.stringify(state));
    const step = engine.step(state, input);
    state = step.state;
    return [...step.events];
  });
}

describe('the engine', () => {
  test('never throws, and every event that it makes is one of the contract', () => {
    fc.assert(
      fc.property(anyDay, (inputs) => {
        for (const e of run(inputs, () => false)) expect(parseEventData(e.type, e.data)).toEqual(e.data);
      }),
      RUNS,
    );
  });

  test('a replay gives the same events, also over snapshots that were stored and read back', () => {
    fc.assert(
      fc.property(anyDay, fc.nat(7), (inputs, every) => {
        const once = run(inputs, () => false);
        expect(run(inputs, () => false)).toEqual(once);
        expect(run(inputs, (i) => i % (every + 1) === 0)).toEqual(once);
      }),
      RUNS,
    );
  });

  test('leaves a state as it was', () => {
    fc.assert(
      fc.property(anyDay, (inputs) => {
        const engine = createEngine(settings());
        let state = engine.initial();
        for (const input of inputs) {
          const before = JSON.stringify(state);
          const next = engine.step(state, input);
          expect(JSON.stringify(state)).toBe(before);
          state = next.state;
        }
      }),
      { numRuns: 8 },
    );
  });

  test('the loss tree adds up to the open time, whatever happens', () => {
    fc.assert(
      fc.property(anyDay, (inputs) => {
        for (const e of run(inputs, () => false)) {
          if (e.type !== 'liftgate.bay.utilisation.v1') continue;
          expect(SUMS.reduce((sum, leaf) => sum + e.data[leaf], 0)).toBe(e.data.open);
        }
      }),
      RUNS,
    );
  });

  test('an alert is raised once and cleared once under its id; told again only with another severity or bay', () => {
    fc.assert(
      fc.property(anyDay, (inputs) => {
        const standing = new Map<string, string>();
        const gone = new Set<string>();
        for (const e of run(inputs, () => false)) {
          if (e.type !== 'liftgate.alert.v1') continue;
          const { alert, state, severity, bay } = e.data;
          expect(gone.has(alert)).toBe(false);
          if (state === 'raised') {
            expect(standing.get(alert)).not.toBe(`${severity}/${bay}`);
            standing.set(alert, `${severity}/${bay}`);
          } else {
            expect(standing.delete(alert)).toBe(true);
            gone.add(alert);
          }
        }
      }),
      RUNS,
    );
  });

  test('a car is known in one bay at a time, by scan or OBD', () => {
    fc.assert(
      fc.property(anyDay, (inputs) => {
        const where = new Map<string, string>();
        for (const e of run(inputs, () => false)) {
          if (e.type !== 'liftgate.bay.vehicle.v1' && e.type !== 'liftgate.bay.occupancy.v1') continue;
          const { bay } = e.data;
          if (e.type === 'liftgate.bay.occupancy.v1') {
            if (e.data.stay === null) where.delete(bay);
            continue;
          }
          where.delete(bay);
          if (e.data.vin === null || (e.data.by !== 'scan' && e.data.by !== 'obd')) continue;
          expect([...where.values()]).not.toContain(e.data.vin);
          where.set(bay, e.data.vin);
        }
      }),
      RUNS,
    );
  });

  test('before the first tick it knows no time, and learns nothing', () => {
    const engine = createEngine(settings());
    const state = engine.initial();
    const step = engine.step(state, { kind: 'reading', reading: reading('floor-1', 'floor.presence', true, NINE) });
    expect(step).toEqual({ state, events: [] });
  });
});

test('a state that another version stored in another shape is recognised and not gone on with', () => {
  const engine = createEngine(settings());
  const { state } = engine.step(engine.initial(), { kind: 'tick', at: NINE });
  expect(engine.revive(JSON.parse(JSON.stringify(state)))).toEqual(state);
  expect(engine.revive({ ...state, format: 0 })).toBeNull();
  expect(engine.revive({ bays: {} })).toBeNull();
  expect(engine.revive(null)).toBeNull();
});
