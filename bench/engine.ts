import { createEngine } from '../gateway/domain/create.ts';
import type { DeviceSetting, EngineSettings } from '../gateway/domain/settings.ts';
import type { EngineState } from '../gateway/domain/state.ts';
import { event } from '../protocols/event.ts';
import { type ReadingValue, reading } from '../protocols/reading.ts';
import type { SignalName } from '../protocols/signal.ts';
import { median, type Section } from './section.ts';

const BAYS = 16;
const ORDERS = 40;
const SECONDS = 300;
/** Each sensor speaks so often in a second. */
const RATE = 20;
const ROUNDS = 3;
const NINE = Date.parse('2026-03-03T09:00:00+08:00');

const bays = Array.from({ length: BAYS }, (_, i) => ({ id: `B${i + 1}` }));
const devices = bays.flatMap((b): DeviceSetting[] => [
  { id: `floor-${b.id}`, kind: 'sensor', bay: b.id, silence: 30 },
  { id: `lift-${b.id}`, kind: 'sensor', bay: b.id, silence: 30 },
]);
const settings: EngineSettings = {
  site: { timezone: 'Asia/Shanghai' },
  bays,
  devices,
  rules: {
    ...{ minimumStay: 180, minimumGap: 60, overstay: 180, idleAfter: 10, whichCarAfter: 60, raisedAbove: 300 },
    ...{ freeDistance: 1_500, offlineAfter: 60, pace: 1 },
  },
  shift: { days: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat'], open: '08:00', close: '18:00', breaks: [] },
};

/** Readings a second that the pure engine takes on one core, its ticks, ledger and alerts included. */
export async function run(): Promise<Section> {
  const rounds = Array.from({ length: ROUNDS }, round);
  const rate = median(rounds.map((r) => r.rate));
  return {
    title: `Engine: ${BAYS} bays with floor, lift and tool at ${RATE} Hz each, ${ORDERS} orders, ${SECONDS} s of workshop time, median of ${ROUNDS}`,
    rows: [
      { name: 'one core', value: rate, unit: 'readings/s', goal: '≥ 200,000', met: rate >= 200_000 },
      { name: 'one tick of all bays', value: median(rounds.map((r) => r.tickMs)), unit: 'ms' },
      { name: 'state as JSON', value: rounds[0]!.bytes / 1_024, unit: 'KiB' },
    ],
  };
}

function round(): { rate: number; tickMs: number; bytes: number } {
  const engine = createEngine(settings);
  let state = withOrders(engine.step(engine.initial(), { kind: 'tick', at: NINE }).state, engine);
  let now = NINE;
  let readings = 0;
  let ticking = 0;
  const started = performance.now();
  for (let second = 0; second < SECONDS; second++) {
    for (let k = 0; k < RATE; k++) {
      for (const { id } of bays) {
        const said: readonly [string, SignalName, ReadingValue][] = [
          [`floor-${id}`, 'floor.presence', Math.floor(second / 100) % 2 === 0],
          [`lift-${id}`, 'lift.height', (second % 30) * 40],
          [`lift-${id}`, 'tool.active', k % 2 === 0],
        ];
        for (const [device, signal, value] of said) {
          const r = reading(device, signal, value, now + k * (1_000 / RATE));
          state = engine.step(state, { kind: 'reading', reading: r }).state;
          readings++;
        }
      }
    }
    now += 1_000;
    const before = performance.now();
    state = engine.step(state, { kind: 'tick', at: now }).state;
    ticking += performance.now() - before;
  }
  const seconds = (performance.now() - started) / 1_000;
  return { rate: readings / seconds, tickMs: ticking / SECONDS, bytes: JSON.stringify(state).length };
}

function withOrders(from: EngineState, engine: ReturnType<typeof createEngine>): EngineState {
  let state = from;
  for (let n = 0; n < ORDERS; n++) {
    const data = {
      ...{ order: `WO-${n}`, vin: null, plate: null, model: null, bay: null, hold: null, promisedAt: null },
      ...{ state: n % 2 === 0 ? ('expected' as const) : ('checked-in' as const), standardMinutes: 60, job: null },
    };
    const key = { site: 's', gateway: 'cloud', epoch: 'c', seq: n + 1 };
    const fact = { ...event('liftgate.order.v1', NINE, data), ...key };
    state = engine.step(state, { kind: 'down', at: NINE, event: fact }).state;
  }
  return state;
}
