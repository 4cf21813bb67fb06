import type { Millis } from '../../../protocols/time.ts';

/** A cold start that is being watched until the coolant is warm. */
export interface Warming {
  readonly from: Millis;
  readonly cold: number;
  readonly last: Millis;
  readonly max: number;
  /** When `max` last rose by a whole degree. */
  readonly roseAt: Millis;
  /** What went into it so far, by the best measure at hand; g of air, or a number in proportion to it. */
  readonly heat: Heat;
  /** For how many seconds each of these was known. Absent in states of an older version. */
  readonly heard?: Heat;
  /** Seconds at rest or on the overrun, of `known` seconds for which that is known. */
  readonly lazy: number;
  readonly known: number;
  readonly done: boolean;
}

interface Heat {
  readonly air: number;
  readonly map: number;
  readonly load: number;
}

/** What was measured of a cold start. */
export interface WarmUp {
  readonly at: Millis;
  /** By each measure that was known nearly all the time: what one kelvin of coolant took, in its unit. */
  readonly amounts: readonly { readonly by: keyof Heat | 'time'; readonly amount: number }[];
  /** Seconds to 75 °C, brought to a start at 20 °C. */
  readonly seconds: number;
  /** It never came there: the truth is more. */
  readonly plateau: boolean;
}

const COLD_LEAST = -10;
const COLD_MOST = 55;
/** The temperature at which makers' own thermostat tests (P0128) expect the coolant. */
const WARM = 75;
const PLATEAU_BELOW = 74;
const WATCHED_MS = 900_000;
const FLAT_MS = 300_000;
/** Samples further apart than this leave out what went on between them. */
const MOST_GAP_S = 60;
/** A measure counts that was known for this share of the time. */
const MOSTLY = 0.75;
/** Revolutions a minute below which no engine runs. */
const STANDS = 50;
const NO_HEAT: Heat = { air: 0, map: 0, load: 0 };

export function beginWarming(celsius: number, at: Millis): Warming {
  const done = celsius < COLD_LEAST || celsius > COLD_MOST;
  return {
    from: at,
    cold: celsius,
    last: at,
    max: celsius,
    roseAt: at,
    heat: NO_HEAT,
    heard: NO_HEAT,
    lazy: 0,
    known: 0,
    done,
  };
}

/** What the engine did since the sample before: rates that hold until now; null where not known. */
export interface Work {
  readonly maf: number | null;
  readonly map: number | null;
  readonly rpm: number | null;
  readonly load: number | null;
  readonly speed: number | null;
  readonly intake: number | null;
}

/**
 * Takes one coolant temperature of a running engine, in °C and in order. The coolant rises with the fuel that is burnt, so
 * what went in is counted by each measure at hand: mass air flow, manifold pressure × speed ÷ intake temperature (both go with
 * the fuel in a throttled engine), load × speed (in a diesel, whose air does not), else time. Judged against the car's own
 * past, so that the unit does not matter. Enabled from −10 to 55 °C at the start, and with less than half of the time at rest.
 */
export function warmBy(
  w: Warming,
  celsius: number,
  at: Millis,
  work: Work,
): { warming: Warming; result: WarmUp | null } {
  if (w.done || at <= w.last) return { warming: w, result: null };
  const dt = Math.min(MOST_GAP_S, (at - w.last) / 1_000);
  const { rpm, speed, intake } = work;
  const turns = rpm === null ? 0 : rpm / 60;
  // An engine that stands, as a hybrid's does, burns nothing, and tells nothing of its air.
  const [maf, map, load] = rpm !== null && rpm < STANDS ? [0, 0, 0] : [work.maf, work.map, work.load];
  const heat = {
    air: w.heat.air + (maf ?? 0) * dt,
    map: w.heat.map + (map === null ? 0 : (map * turns * 293) / (273 + (intake ?? 20))) * dt,
    load: w.heat.load + ((load ?? 0) / 100) * turns * dt,
  };
  const before = w.heard ?? NO_HEAT;
  const heard = {
    air: before.air + (maf === null ? 0 : dt),
    map: before.map + (map === null || rpm === null ? 0 : dt),
    load: before.load + (load === null || rpm === null ? 0 : dt),
  };
  const rose = celsius >= w.max + 1;
  const next: Warming = {
    ...w,
    last: at,
    max: rose ? celsius : w.max,
    roseAt: rose ? at : w.roseAt,
    heat,
    heard,
    lazy: w.lazy + (speed !== null && speed < 5 ? dt : 0),
    known: w.known + (speed === null ? 0 : dt),
  };
  const idle = next.known > 0 && next.lazy > next.known / 2;
  const flat = at - w.from >= WATCHED_MS && at - next.roseAt >= FLAT_MS && next.max < PLATEAU_BELOW;
  if (celsius < WARM && !(flat && !idle)) return { warming: next, result: null };
  const result = { ...amountOf(next), plateau: celsius < WARM };
  return { warming: { ...next, done: true }, result: idle && celsius >= WARM ? null : result };
}

/**
 * A drive that ended before the coolant was warm: so much went in, and more would have been needed. It says something only
 * where that is more than the car ever needed. Null where it mostly stood still.
 */
export function unfinished(w: Warming): WarmUp | null {
  const idle = w.known > 0 && w.lazy > w.known / 2;
  return idle || w.last - w.from < 120_000 ? null : { ...amountOf(w), plateau: false };
}

function amountOf(w: Warming): Omit<WarmUp, 'plateau'> {
  const kelvin = WARM - w.cold;
  const seconds = (w.last - w.from) / 1_000;
  const { heat, heard = NO_HEAT } = w;
  const mostly = (['air', 'map', 'load'] as const).filter((by) => heat[by] > 0 && heard[by] >= MOSTLY * seconds);
  const amounts = mostly.map((by) => ({ by, amount: heat[by] / kelvin }));
  return {
    at: w.from,
    amounts: amounts.length > 0 ? amounts : [{ by: 'time', amount: seconds / kelvin }],
    seconds: Math.round(seconds * ((WARM - 20) / kelvin)),
  };
}
