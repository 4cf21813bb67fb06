import { type Controls, controls } from './control.ts';
import type { Dialect, LiveValues, Supported, Told, TroubleCode } from './dialect.ts';
import type { FreezeFrame } from './freeze-frame.ts';
import { asMeant, mannersOf, readingsAsMeant } from './manner.ts';
import type { MonitorResult } from './monitors.ts';
import type { Readiness } from './readiness.ts';
import { askAll, askListed, type Steps } from './steps.ts';
import { type UdsUnit, udsUnit } from './uds-unit.ts';
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
  /** What a tester could move in this car, and Liftgate never does. */
  readonly controls: readonly Controls[];
  /** A control unit still answered at the end; false: the car fell silent, and what comes late in a scan may be missing. */
  readonly complete: boolean;
  /** What units told that were asked alone, by ISO 14229; those that do not speak it are left out. */
  readonly uds: readonly UdsUnit[];
}

/** What is known of the connection before a scan. */
export interface ScanOptions {
  /** How many parameters one request may name: 1, or up to 6 where the car takes it. */
  readonly batch: number;
  /** CAN with headers: one unit can be asked alone. */
  readonly can: boolean;
}

/** A whole scan: identity first, so that nothing is attributed before; who is asked alone comes last. */
export function* scanCar(dialect: Dialect, { batch, can }: ScanOptions = { batch: 1, can: false }): Steps<CarScan> {
  const info = yield* dialect.info();
  const supported = yield* dialect.supported();
  const readiness = yield* dialect.readiness();
  const cycle = yield* dialect.cycle();
  const stored = yield* dialect.codes('stored');
  const pending = yield* dialect.codes('pending');
  const permanent = yield* dialect.codes('permanent');
  const frozen = yield* dialect.freezeFrames();
  const monitors = yield* dialect.monitors();
  const live = yield* liveSteps(dialect, supported, batch);
  const manners = mannersOf(live);
  const freezeFrames = frozen.map((f) => ({ ...f, readings: readingsAsMeant(f.readings, f.unit, manners) }));
  const moves = can && dialect.name === 'j1979' ? yield* controls() : [];
  const units = [...new Set([...info.units, ...supported, ...stored].map((t) => t.unit))];
  const uds: UdsUnit[] = [];
  for (const unit of can ? units : []) {
    const told = unit === null ? null : yield* udsUnit(unit);
    if (told !== null) uds.push(told);
  }
  const complete = dialect.greeted(yield* askListed(dialect.hello));
  return {
    dialect: dialect.name,
    complete,
    info,
    supported,
    live,
    codes: { stored, pending, permanent },
    readiness,
    cycle,
    freezeFrames,
    monitors,
    controls: moves,
    uds,
  };
}

const VAIN_MAX = 2;

/** One reading of every parameter that somebody supports; what a batch left out is asked for alone. */
function* liveSteps(dialect: Dialect, supported: Supported, batch: number): Steps<readonly LiveValues[]> {
  const pids = [...new Set(supported.flatMap((s) => s.value))].filter((pid) => pid % 0x20 !== 0).sort((a, b) => a - b);
  const found: LiveValues[] = [];
  let size = batch;
  let vain = 0;
  for (let i = 0; i < pids.length; ) {
    const some = pids.slice(i, i + size);
    i += some.length;
    const ask = some.length === 1 ? askListed : askAll;
    const values = dialect.liveValues(some, yield* ask(dialect.liveRequest(some)));
    found.push(...values);
    if (some.length === 1) continue;
    let alone = 0;
    for (const pid of some) {
      if (values.some((v) => v.pid === pid)) continue;
      const own = dialect.liveValues([pid], yield* askListed(dialect.liveRequest([pid])));
      if (own.length > 0) alone += 1;
      found.push(...own);
    }
    // Silent together and not alone: whoever it is, car or adapter, takes one at a time.
    vain = values.length === 0 && alone > 0 ? vain + 1 : 0;
    if (vain >= VAIN_MAX) size = 1;
  }
  return asMeant(found, mannersOf(found));
}
