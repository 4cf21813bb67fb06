import type { Ended } from '../../gateway/domain/detect/conformal.ts';
import { quantile } from '../../gateway/domain/detect/robust.ts';
import type { FlagName } from '../../protocols/health/flag.ts';
import type { FaultTruth } from '../../simulators/vehicles/life.ts';
import { days, type Episode, FLAG_OF, type Outcome, SCORED } from './vehicle.ts';

const DAY_MS = 86_400_000;
/** A car is available to a flag if it had learned before the fault, and was heard so often while it grew. */
const LEAST_HEARD = 4;

export interface Figures {
  readonly flag: FlagName | 'all';
  readonly faults: number;
  readonly available: number;
  readonly recall: number;
  /** Of all failures, those too of cars that were hardly ever logged. */
  readonly recallOfAll: number;
  readonly raised: number;
  readonly precision: number;
  readonly falsePerYear: number;
  readonly lead: { readonly median: number; readonly p10: number };
  readonly coverage: number;
  readonly windows: number;
  readonly width: number;
  readonly brier: number;
  /** Of the trims only: the cause was right. */
  readonly cause: number | null;
}

interface Alarm {
  readonly from: number;
  readonly confidence: number;
  readonly cause: string | null;
  readonly right: boolean;
}

/** An alarm is right from the first harm to the repair; 30 days after it the flag may still be told. */
function isRight(e: Pick<Episode, 'flag' | 'from'>, truths: readonly FaultTruth[], until: number): boolean {
  return truths.some((t) => FLAG_OF[t.fault] === e.flag && e.from >= t.onsetAt && e.from <= (t.repairedAt ?? until));
}

/** The figures of one flag over all cars; definitions in docs/prediction.md. `alarmsOf` may be those of a dumb baseline. */
export function figuresOf(
  outcomes: readonly Outcome[],
  flag: FlagName | 'all',
  alarmsOf: (o: Outcome) => readonly Pick<Episode, 'flag' | 'from' | 'confidence' | 'cause'>[] = (o) => o.episodes,
): Figures {
  const wanted = (f: FlagName) => flag === 'all' || f === flag;
  const leads: number[] = [];
  const alarms: Alarm[] = [];
  let [faults, available, found, foundOfAll, healthy, causes, causesRight] = [0, 0, 0, 0, 0, 0, 0];
  for (const o of outcomes) {
    const mine = alarmsOf(o).filter((e) => wanted(e.flag));
    for (const e of mine) alarms.push({ ...e, right: isRight(e, o.truths, o.until) });
    const truths = o.truths.filter((t) => wanted(FLAG_OF[t.fault]));
    const ill = truths.reduce((n, t) => n + ((t.repairedAt ?? o.until) - t.onsetAt), 0);
    healthy += Math.max(0, o.until - o.from - (flag === 'all' ? ill / SCORED.length : ill)) / (365 * DAY_MS);
    for (const t of truths) {
      if (t.failedAt === null) continue;
      faults += 1;
      const name = FLAG_OF[t.fault];
      const first = mine.find((e) => e.flag === name && e.from >= t.onsetAt && e.from < t.failedAt!);
      if (first) foundOfAll += 1;
      const heard = (o.judgedAt[name] ?? []).filter((at) => at >= t.onsetAt && at < t.failedAt!).length;
      if ((o.readyAt[name] ?? Infinity) > t.onsetAt || heard < LEAST_HEARD) continue;
      available += 1;
      if (!first) continue;
      found += 1;
      leads.push(days(t.failedAt - first.from));
      if (name === 'fuel-trim') {
        causes += 1;
        const said = { vacuum: 'vacuum-leak', 'air-meter': 'air-meter', delivery: 'fuel-delivery' }[first.cause ?? ''];
        if (said === t.fault) causesRight += 1;
      }
    }
  }
  const windows = outcomes.flatMap((o) => o.reached.filter((r) => wanted(r.flag)));
  const inside = windows.filter((w) => w.at >= w.due.early - DAY_MS && w.at <= (w.due.late ?? Infinity) + DAY_MS);
  const widths = windows.flatMap((w) => (w.due.late === null ? [] : [days(w.due.late - w.due.early)]));
  const right = alarms.filter((a) => a.right).length;
  return {
    flag,
    faults,
    available,
    recall: found / available,
    recallOfAll: foundOfAll / faults,
    raised: alarms.length,
    precision: right / alarms.length,
    falsePerYear: (alarms.length - right) / healthy,
    lead: { median: quantile(leads, 0.5), p10: quantile(leads, 0.1) },
    coverage: inside.length / windows.length,
    windows: windows.length,
    width: quantile(widths, 0.5),
    brier: alarms.reduce((n, a) => n + (a.confidence - (a.right ? 1 : 0)) ** 2, 0) / alarms.length,
    cause: causes === 0 ? null : causesRight / causes,
  };
}

/** Stated confidence against what came true, in ten bins; empty ones are left out. */
export function calibrationOf(
  outcomes: readonly Outcome[],
): { bin: string; alarms: number; stated: number; true: number }[] {
  const alarms = outcomes.flatMap((o) => o.episodes.map((e) => ({ ...e, right: isRight(e, o.truths, o.until) })));
  return Array.from({ length: 10 }, (_, i) => {
    const mine = alarms.filter((a) => Math.min(9, Math.floor(10 * a.confidence)) === i);
    return {
      bin: `${i * 10}–${i * 10 + 10} %`,
      alarms: mine.length,
      stated: mine.reduce((n, a) => n + a.confidence, 0) / mine.length,
      true: mine.filter((a) => a.right).length / mine.length,
    };
  }).filter((b) => b.alarms > 0);
}

/** Finished cases, what was said and what it was: for the windows of other cars. */
export function endedOf(outcomes: readonly Outcome[]): Partial<Record<FlagName, Ended[]>> {
  const ended: Partial<Record<FlagName, Ended[]>> = {};
  for (const { flag, at, due } of outcomes.flatMap((o) => o.reached))
    ended[flag] = [...(ended[flag] ?? []), [days(due.line - due.at), days(at - due.at)]];
  return ended;
}

/** Alarm on the first value beyond the book's limit; once a year by the calendar (10,000 km or so); never. */
export const BASELINES: readonly { readonly name: string; alarms(o: Outcome): readonly Alarmed[] }[] = [
  {
    name: 'fixed limit',
    alarms: (o) => o.fixed.map((f) => ({ flag: f.flag, from: f.at, confidence: 1, cause: null })),
  },
  {
    name: 'schedule',
    alarms: (o) => SCORED.map((flag) => ({ flag, from: o.from + (o.until - o.from) / 2, confidence: 1, cause: null })),
  },
  { name: 'always silent', alarms: () => [] },
];
type Alarmed = Pick<Episode, 'flag' | 'from' | 'confidence' | 'cause'>;
