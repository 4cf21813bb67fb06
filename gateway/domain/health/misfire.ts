import type { Millis } from '../../../protocols/time.ts';
import { rateRise } from '../detect/rate.ts';
import { type Around, condition, type Evidence, type FlagData, severityOf, sinceOf } from './flag.ts';
import { pointsOf } from './track.ts';
import type { Health } from './vehicle.ts';

/** Of one drive: firings of a cylinder, and misfires of each. */
interface Counted {
  readonly at: Millis;
  readonly firings: number;
  readonly counts: Readonly<Record<string, number>>;
}

const BASELINE = 10;
const LEAST_BASELINE = 5;
const WATCH = 0.01;
const ACT = 0.001;
/** A rate must be so many times the others' to be worth a word, however sure the statistics are. */
const RATIO = 2.5;
const LEAST_COUNT = 6;
/** Counts come in bursts: a cold start, a jolt. */
const LEAST_INFLATION = 2;

/**
 * Misfires: the rate of each cylinder against the mean of the others in the same drive, and against its own first ten drives,
 * by the binomial of Przyborowski & Wilenski with the variance inflated as far as the counts were over-dispersed. Watch below
 * p 0.01, raised below 0.001 in two drives on end. Counts of one car compare with each other only.
 */
export function misfireFlag(h: Health, around: Around): FlagData {
  const drives = drivesOf(h, sinceOf(h, around, 'misfire'));
  const cylinders = [...new Set(drives.flatMap((d) => Object.keys(d.counts)))].sort();
  let state = (drives.length === 0 ? 'unavailable' : 'learning') as FlagData['state'];
  let rule = drives.length === 0 ? 'no-misfire-counts' : 'few-features';
  let run = 0;
  let calm = 0;
  let lead: { cylinder: string; p: number } | null = null;
  const steps: Millis[] = [];
  let from = 0;
  drives.forEach((drive, i) => {
    // A drive that stands out is no past to judge the next one by.
    const before = drives.slice(from, Math.min(from + BASELINE, i - run));
    const worst = worstOf(drive, before, cylinders);
    run = worst !== null && worst.p < ACT ? run + 1 : 0;
    calm = worst === null || worst.p >= WATCH ? calm + 1 : 0;
    if (worst !== null && (lead === null || worst.p < WATCH)) lead = worst;
    if (state === 'raised' && calm >= 3) {
      steps.push(drives[i - 2]!.at);
      [state, rule, from, lead] = ['cleared', 'repaired', i - 2, null];
    } else if (run >= 2) [state, rule] = ['raised', 'beyond-act-twice'];
    else if (state === 'raised') return;
    else if (worst !== null && worst.p < WATCH) [state, rule] = ['watch', 'beyond-watch'];
    else if (before.length >= LEAST_BASELINE && state !== 'cleared') [state, rule] = ['healthy', 'within-limits'];
    else if (state === 'cleared' && i - from >= LEAST_BASELINE) [state, rule] = ['healthy', 'within-limits'];
  });
  const told = lead as { cylinder: string; p: number } | null;
  const leading = told?.cylinder ?? cylinders[0] ?? null;
  const series = drives.map((d) => ({
    at: Math.round(d.at),
    value: leading === null ? 0 : round((1_000 * (d.counts[leading] ?? 0)) / Math.max(1, d.firings)),
  }));
  const evidence: Evidence[] = [{ name: 'features', value: drives.length - from, unit: '1' }];
  const last = drives.at(-1);
  if (leading !== null && last !== undefined) {
    evidence.unshift({ name: 'cylinder', value: Number(leading) || 0, unit: '1' });
    for (const c of cylinders) evidence.push({ name: `misfires-${c}`, value: last.counts[c] ?? 0, unit: '1' });
  }
  const raised = state === 'raised' || state === 'watch';
  return {
    vin: around.vin,
    flag: 'misfire',
    state,
    severity: severityOf(state, rule),
    confidence:
      drives.length < 2 ? null : round(Math.min(0.97, (raised ? 0.98 : 0.9) * (drives.length / (drives.length + 1)))),
    series: series.slice(-200),
    unit: '‰',
    watch: null,
    act: null,
    forecast: [],
    due: null,
    caveats: drives.length > 0 && drives.length < LEAST_BASELINE ? ['few-drives'] : [],
    rule,
    cause: null,
    evidence: evidence.slice(0, 24),
    conditions: [condition('misfire-counts-of-a-drive', drives.length)],
    limits: drives.length - from > LEAST_BASELINE ? 'own' : 'textbook',
    dueKm: null,
    change: ['swap-with-another-cylinder', 'misfire-repair'],
    repairs: [...(around.repairs?.misfire ?? []), ...steps.map((at) => ({ at, how: 'step' as const }))].slice(-40),
  };
}

function drivesOf(h: Health, since: Millis): Counted[] {
  const byTime = new Map<Millis, { firings: number; counts: Record<string, number> }>();
  for (const p of pointsOf(h.tracks.firings ?? [], since)) byTime.set(p.at, { firings: p.value, counts: {} });
  for (const [name, track] of Object.entries(h.tracks)) {
    if (!name.startsWith('misfire.')) continue;
    for (const p of pointsOf(track, since)) {
      const drive = byTime.get(p.at);
      if (drive) drive.counts[name.slice('misfire.'.length)] = p.value;
    }
  }
  return [...byTime]
    .map(([at, d]) => ({ at, ...d }))
    .filter((d) => d.firings > 100 && Object.keys(d.counts).length > 0);
}

/** The cylinder that stands out most in a drive, with the chance that it does not. */
function worstOf(
  drive: Counted,
  before: readonly Counted[],
  cylinders: readonly string[],
): { cylinder: string; p: number } | null {
  let worst: { cylinder: string; p: number } | null = null;
  const total = cylinders.reduce((n, c) => n + (drive.counts[c] ?? 0), 0);
  for (const cylinder of cylinders) {
    const count = drive.counts[cylinder] ?? 0;
    const others = total - count;
    let p = 1;
    if (count >= LEAST_COUNT) {
      const n = cylinders.length - 1;
      const stands = n > 0 && count > RATIO * (others / n);
      const byOthers = stands
        ? rateRise({ count: others, exposure: n * drive.firings }, { count, exposure: drive.firings }, LEAST_INFLATION)
        : 1;
      p =
        before.length < LEAST_BASELINE
          ? byOthers
          : Math.max(byOthers === 1 && n > 0 ? 1 : byOthers, byOwn(drive, before, cylinder, count));
    }
    if (worst === null || p < worst.p) worst = { cylinder, p };
  }
  return worst;
}

function byOwn(drive: Counted, before: readonly Counted[], cylinder: string, count: number): number {
  const past = before.map((d) => ({ n: d.counts[cylinder] ?? 0, e: d.firings }));
  const n = past.reduce((a, d) => a + d.n, 0);
  const e = past.reduce((a, d) => a + d.e, 0);
  const rate = n / e;
  if (count < RATIO * rate * drive.firings) return 1;
  // Variance over mean of the counts, as far as they differ from what the exposures explain.
  const excess =
    past.reduce((a, d) => a + (d.n - rate * d.e) ** 2 / Math.max(0.5, rate * d.e), 0) / Math.max(1, past.length - 1);
  return rateRise({ count: n, exposure: e }, { count, exposure: drive.firings }, Math.max(LEAST_INFLATION, excess));
}

const round = (v: number) => Math.round(v * 1_000) / 1_000;
