import type { Dialect, LiveValues, Supported, Told, TroubleCode } from './dialect.ts';
import type { FreezeFrame } from './freeze-frame.ts';
import type { MonitorResult } from './monitors.ts';
import type { Readiness } from './readiness.ts';
import { askAll, type Steps } from './steps.ts';
import { stretchedValues } from './stretch.ts';
import type { VehicleInfo } from './vehicle-info.ts';

/** All that one scan learns from the car, whatever dialect it speaks. */
export interface CarScan {
  readonly dialect: Dialect['name'];
  readonly info: VehicleInfo;
  readonly supported: Supported;
  readonly live: readonly LiveValues[];
  readonly codes: {
    readonly stored: readonly Told<readonly TroubleCode[]>[];
    readonly pending: readonly Told<readonly TroubleCode[]>[];
    readonly permanent: readonly Told<readonly TroubleCode[]>[];
  };
  readonly readiness: readonly Told<Readiness>[];
  /** The same of this driving cycle, of units that tell it. */
  readonly cycle: readonly Told<Readiness>[];
  readonly freezeFrames: readonly FreezeFrame[];
  readonly monitors: readonly MonitorResult[];
}

/**
 * A whole scan: identity first, so that nothing is attributed before.
 * @param batch how many parameters one request may name: 1, or up to 6 where the car takes it.
 */
export function* scanCar(dialect: Dialect, batch = 1): Steps<CarScan> {
  const info = yield* dialect.info();
  const supported = yield* dialect.supported();
  const readiness = yield* dialect.readiness();
  const cycle = yield* dialect.cycle();
  const stored = yield* dialect.codes('stored');
  const pending = yield* dialect.codes('pending');
  const permanent = yield* dialect.codes('permanent');
  const freezeFrames = yield* dialect.freezeFrames();
  const monitors = yield* dialect.monitors();
  const live = yield* liveSteps(dialect, supported, batch);
  return {
    dialect: dialect.name,
    info,
    supported,
    live,
    codes: { stored, pending, permanent },
    readiness,
    cycle,
    freezeFrames,
    monitors,
  };
}

/** One reading of every parameter that somebody supports; what a batch left out is asked for alone. */
function* liveSteps(dialect: Dialect, supported: Supported, batch: number): Steps<LiveValues[]> {
  const pids = [...new Set(supported.flatMap((s) => s.value))].filter((pid) => pid % 0x20 !== 0).sort((a, b) => a - b);
  const found: LiveValues[] = [];
  for (let i = 0; i < pids.length; i += batch) {
    const some = pids.slice(i, i + batch);
    const values = dialect.liveValues(some, yield* askAll(dialect.liveRequest(some)));
    found.push(...values);
    if (some.length === 1) continue;
    for (const pid of some) {
      if (values.some((v) => v.pid === pid)) continue;
      found.push(...dialect.liveValues([pid], yield* askAll(dialect.liveRequest([pid]))));
    }
  }
  return stretchedValues(found);
}
