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
  readonly heat: { readonly air: number; readonly map: number; readonly load: number };
  /** Seconds at rest or on the overrun, of `known` seconds for which that is known. */
  readonly lazy: number;
  readonly known: number;
  readonly done: boolean;
}

/** What was measured of a cold start. `amount` in the unit of `by`, for one kelvin of coolant. */
export interface WarmUp {
  readonly at: Millis;
  readonly by: 'air' | 'map' | 'load' | 'time';
  readonly amount: number;
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

export function beginWarming(celsius: number, at: Millis): Warming {
  const done = celsius < COLD_LEAST || celsius > COLD_MOST;
  const heat = { air: 0, map: 0, load: 0 };
  return { from: at, cold: celsius, last: at, max: celsius, roseAt: at, heat, lazy: 0, known: 0, done };
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
 * Takes one coolant temperature of a running engine, in °C and in order. The heat that went in is counted as air burnt
 * (mass air flow; else manifold pressure × speed ÷ intake temperature; else load × speed; else time), since the coolant
 * rises with the air: dT/dt = a · air − b · (T − ambient). Judged against the car's own past, so that the unit does not
 * matter. Enabled from −10 to 55 °C at the start, and with less than half of the time at rest.
 */
export function warmBy(
  w: Warming,
  celsius: number,
  at: Millis,
  work: Work,
): { warming: Warming; result: WarmUp | null } {
  if (w.done || at <= w.last) return { warming: w, result: null };
  const dt = Math.min(MOST_GAP_S, (at - w.last) / 1_000);
  const { maf, map, rpm, load, speed, intake } = work;
  const turns = rpm === null ? 0 : rpm / 60;
  const heat = {
    air: w.heat.air + (maf ?? 0) * dt,
    map: w.heat.map + (map === null ? 0 : (map * turns * 293) / (273 + (intake ?? 20))) * dt,
    load: w.heat.load + ((load ?? 0) / 100) * turns * dt,
  };
  const rose = celsius >= w.max + 1;
  const next: Warming = {
    ...w,
    last: at,
    max: rose ? celsius : w.max,
    roseAt: rose ? at : w.roseAt,
    heat,
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
  const by = w.heat.air > 0 ? 'air' : w.heat.map > 0 ? 'map' : w.heat.load > 0 ? 'load' : 'time';
  const amount = (by === 'time' ? seconds : w.heat[by]) / kelvin;
  return { at: w.from, by, amount, seconds: Math.round(seconds * ((WARM - 20) / kelvin)) };
}
