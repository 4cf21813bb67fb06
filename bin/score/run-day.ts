import { createEngine } from '../../gateway/domain/create.ts';
import type { Millis } from '../../protocols/time.ts';
import { seeded } from '../../simulators/fleet.ts';
import { BASELINES, type Baseline, Baselines } from '../../simulators/score/baseline.ts';
import type { ErrorModel } from '../../simulators/score/errors.ts';
import { baysOf, CLOSE, devicesOf, OPEN, PARTS, type SensorSet, ZONE } from '../../simulators/score/layout.ts';
import { type Tally, tallyOf } from '../../simulators/score/measure.ts';
import { planDay, truthOf } from '../../simulators/score/plan.ts';
import { TrackMaker } from '../../simulators/score/track.ts';
import { LOOK_MS, wiresOf } from '../../simulators/score/wire.ts';

/** One day of one workshop: which bays, what watches them, what goes wrong. */
export interface DayOrder {
  readonly bays: number;
  readonly set: SensorSet;
  readonly model: ErrorModel;
  readonly seed: number;
}

export type DayTallies = Readonly<Record<'Liftgate' | Baseline, Tally | null>>;

/** Before the watch begins: what the gateway has known all night. */
const BEFORE_MS = 900_000;
/** What happens at the very end is confirmed after it. */
const AFTER_MS = 300_000;
const DAY = '2026-03-03';

/** What a new configuration has; the bays and devices are those of the layout. */
const RULES = {
  ...{ minimumStay: 180, minimumGap: 60, overstay: 180, idleAfter: 10, whichCarAfter: 60 },
  ...{ raisedAbove: 300, freeDistance: 1_500, offlineAfter: 60, pace: 1 },
};

/**
 * Runs the gateway's engine through a seeded day, second by second, and scores what it told. It is handed what the
 * drivers of such a site would hand it, and nothing else.
 */
export function runDay({ bays: count, set, model, seed }: DayOrder): DayTallies {
  const bays = baysOf(count);
  const from = Date.parse(`${DAY}T${OPEN}:00+08:00`);
  const to = Date.parse(`${DAY}T${CLOSE}:00+08:00`);
  const draw = seeded(seed);
  const plan = planDay(bays, from, to, draw);
  const engine = createEngine({
    site: { timezone: ZONE },
    bays: bays.map((id) => ({ id })),
    devices: devicesOf(bays, set),
    rules: RULES,
    shift: { days: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat'], open: OPEN, close: CLOSE, breaks: [] },
  });
  const maker = new TrackMaker();
  const baselines = new Baselines(bays);
  const wires = wiresOf(plan, set, model, Math.floor(draw() * 2 ** 31), (look) => baselines.hear(look));
  let state = engine.initial();
  const feed = (input: Parameters<typeof engine.step>[1], at: Millis) => {
    const step = engine.step(state, input);
    state = step.state;
    for (const e of step.events) maker.take(e.type, Math.max(at, e.time), e.data);
  };
  for (let second = from - BEFORE_MS; second < to + AFTER_MS; second += 1_000) {
    feed({ kind: 'tick', at: second }, second);
    for (const delivery of wires(second)) feed(delivery, second);
    if (second % LOOK_MS === 0) baselines.step(second);
  }
  const truth = truthOf(plan, PARTS[set]);
  const seesBoth = PARTS[set].camera || PARTS[set].floor;
  const rivals = BASELINES.map((b) => [b, seesBoth ? tallyOf(truth, baselines.tracks(b)) : null] as const);
  return { Liftgate: tallyOf(truth, maker.tracks), ...Object.fromEntries(rivals) } as DayTallies;
}
