import type { Millis } from '../../protocols/time.ts';
import { type Draw, vinOf } from '../fleet.ts';
import type { Truth } from './truth.ts';

/** A seeded day of a workshop, as it really is: who stands where, and what is done with it. */
export interface DayPlan {
  readonly from: Millis;
  readonly to: Millis;
  readonly bays: readonly BayPlan[];
}

export interface BayPlan {
  readonly bay: string;
  readonly stays: readonly PlannedStay[];
  /** Times at which the lift stands up, with a car or parked high without one. */
  readonly raised: readonly Span[];
  /** The light is off, and the camera says so. */
  readonly dark: readonly Span[];
  /** A bonnet or a door stands open, people and trolleys are about: a camera is wrong three times as often. */
  readonly unclear: readonly Span[];
}

export interface Span {
  readonly from: Millis;
  readonly to: Millis;
}

interface PlannedStay extends Span {
  readonly vin: string;
  /** A scan of its label at the bay; rarely, one of the wrong car's papers first. */
  readonly scans: readonly { readonly at: Millis; readonly vin: string }[];
  readonly plugged: Span | null;
}

const S = 1_000;
const M = 60 * S;

/**
 * Draws a day. Stays are log-normal with a median of 70 min, gaps exponential with a mean of 24 min; one gap in ten is a
 * swap of 30 to 90 s. Cars may stand there before opening and after closing.
 */
export function planDay(bays: readonly string[], from: Millis, to: Millis, draw: Draw): DayPlan {
  return { from, to, bays: bays.map((bay) => planBay(bay, from, to, draw)) };
}

function planBay(bay: string, from: Millis, to: Millis, draw: Draw): BayPlan {
  const between = (a: number, b: number) => a + (b - a) * draw();
  const stays: PlannedStay[] = [];
  const raised: Span[] = [];
  const dark: Span[] = [];
  const unclear: Span[] = [];
  // A car in five was left here overnight.
  let at = draw() < 0.2 ? from - between(20 * M, 600 * M) : from + gap(draw);
  while (at < to) {
    const begin = Math.round(at);
    const length = Math.max(4 * M, 70 * M * Math.exp(0.6 * normal(draw)));
    const end = Math.round(begin < from ? from + between(5 * M, 120 * M) : begin + length);
    stays.push(planStay(begin, end, draw));
    if (draw() < 0.7 && end - begin > 12 * M) {
      const up = begin + between(2 * M, 6 * M);
      raised.push({ from: up, to: between(up + 2 * M, end - 2 * M) });
    }
    if (draw() < 0.6) {
      const open = between(begin, end - M);
      unclear.push({ from: open, to: Math.min(end, open + between(2 * M, 20 * M)) });
    }
    const swap = draw() < 0.1;
    at = end + (swap ? between(30 * S, 90 * S) : gap(draw));
    // Now and then the lift is sent up over an empty floor.
    if (!swap && draw() < 0.1 && at - end > 5 * M) raised.push({ from: end + between(30 * S, 2 * M), to: at - M });
  }
  if (draw() < 0.3) {
    const off = between(from, to - 30 * M);
    dark.push({ from: off, to: off + between(5 * M, 25 * M) });
  }
  return { bay, stays, raised, dark, unclear };
}

function planStay(from: Millis, to: Millis, draw: Draw): PlannedStay {
  const vin = vinOf(draw);
  const scans: { at: Millis; vin: string }[] = [];
  let scan = from + 10 * S + 80 * S * draw();
  if (draw() < 0.9) {
    // The papers of another car, put right when somebody sees it.
    if (draw() < 0.01) {
      scans.push({ at: scan, vin: vinOf(draw) });
      scan += 20 * S + 100 * S * draw();
    }
    if (scan < to) scans.push({ at: scan, vin });
  }
  const plug = from + (2 + 6 * draw()) * M;
  const plugged = draw() < 0.5 && plug + 4 * M < to ? { from: plug, to: Math.min(to - M, plug + 15 * M) } : null;
  return { from, to, vin, scans, plugged };
}

const gap = (draw: Draw) => 2 * M - 22 * M * Math.log(1 - draw());

/** Box and Muller. */
function normal(draw: Draw): number {
  return Math.sqrt(-2 * Math.log(1 - draw())) * Math.cos(2 * Math.PI * draw());
}

/** The day's truth, for scoring. `sees`: what could tell the car; null: nothing in this layout. */
export function truthOf(plan: DayPlan, sees: { readonly scanner: boolean; readonly obd: boolean }): Truth {
  const stays = plan.bays.flatMap(({ bay, stays: all }) =>
    all.map(({ vin, from, to, scans, plugged }) => {
      const words = [...(sees.scanner ? scans.map((s) => s.at) : []), ...(sees.obd && plugged ? [plugged.from] : [])];
      const told = words.length === 0 ? null : Math.round(Math.min(...words));
      return { bay, vin: told === null ? null : vin, from, to, told };
    }),
  );
  return { from: plan.from, to: plan.to, bays: plan.bays.map((b) => b.bay), stays };
}
