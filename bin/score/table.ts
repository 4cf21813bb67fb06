import type { Figures } from '../../simulators/score/figures.ts';
import type { Goal, Scored } from './goals.ts';

const COLUMNS: readonly [head: string, of: (f: Figures) => string][] = [
  ['enter p50/p95 s', (f) => pair(f.enterLatency)],
  ['leave p50/p95 s', (f) => pair(f.leaveLatency)],
  ['start p50/p95 s', (f) => pair(f.startError)],
  ['false/day', (f) => f.falseFlipsPerBayDay.toFixed(2)],
  ['missed/day', (f) => f.missedStaysPerBayDay.toFixed(2)],
  ['time err %', (f) => percent(f.occupiedTimeError, 2)],
  ['right %', (f) => percent(f.bayMinutesRight, 2)],
  ['live %', (f) => percent(f.bayMinutesRightLive, 2)],
  ['unknown %', (f) => percent(f.unknownShare, 1)],
  ['car right/named %', (f) => `${percent(f.identity.right, 1)}/${percent(f.identity.named, 0)}`],
  ['Brier', (f) => (f.calibration.brier === null ? '–' : f.calibration.brier.toFixed(4))],
];

/** The table of seeded days, as Markdown that is also easy to read as it is. */
export function tableOf(scored: readonly Scored[]): string {
  return aligned([HEAD, ...scored.flatMap(cellRows)]);
}

/** One cell of the table, to be shown before the others are done. */
export function rowsOf(scored: Scored): string {
  return cellRows(scored)
    .map((row) => `| ${row.join(' | ')} |`)
    .join('\n');
}

const HEAD = ['sensors', 'errors', 'filter', ...COLUMNS.map(([head]) => head)];

function cellRows({ set, model, figures }: Scored): string[][] {
  return Object.entries(figures).map(([filter, f]) => [set, model.name, filter, ...COLUMNS.map(([, of]) => of(f))]);
}

export function goalTable(goals: readonly Goal[]): string {
  const rows = goals.map((g) => [
    g.name,
    g.goal,
    g.value === null ? '–' : g.value.toPrecision(3),
    g.met ? 'met' : 'missed',
  ]);
  return aligned([['goal', 'limit', 'measured', ''], ...rows]);
}

/** The score of one truth against one log of events, line by line. */
export function linesOf(f: Figures): string {
  const bins = f.calibration.bins.flatMap((b, i) =>
    b.minutes === 0
      ? []
      : [
          `  told ${i * 10}–${i * 10 + 10} %: mean ${percent(b.told, 1)} %, was so ${percent(b.was, 1)} % of ${b.minutes} min`,
        ],
  );
  return [
    `bay-days                        ${f.bayDays}`,
    `entering confirmed after        p50 ${seconds(f.enterLatency.p50)}, p95 ${seconds(f.enterLatency.p95)} (${f.enterLatency.count})`,
    `leaving confirmed after         p50 ${seconds(f.leaveLatency.p50)}, p95 ${seconds(f.leaveLatency.p95)} (${f.leaveLatency.count})`,
    `changes that were not found     ${percent(f.unfoundChanges, 1)} %`,
    `error of the recorded start     p50 ${seconds(f.startError.p50)}, p95 ${seconds(f.startError.p95)} (${f.startError.count})`,
    `false flips a bay-day           ${f.falseFlipsPerBayDay.toFixed(2)} (worst bay ${f.worstBayFalseFlips})`,
    `missed stays a bay-day          ${f.missedStaysPerBayDay.toFixed(2)}`,
    `error of the occupied time      ${percent(f.occupiedTimeError, 2)} %`,
    `bay-minutes right               ${percent(f.bayMinutesRight, 2)} % in the history, ${percent(f.bayMinutesRightLive, 2)} % as it was shown`,
    `unknown                         ${percent(f.unknownShare, 2)} %`,
    `car named rightly within 60 s   ${percent(f.identity.right, 1)} % of those named; named ${percent(f.identity.named, 1)} % of ${f.identity.stays}`,
    `Brier score                     ${f.calibration.brier === null ? '–' : f.calibration.brier.toFixed(4)} over ${f.calibration.minutes} min`,
    ...bins,
  ].join('\n');
}

function aligned(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, i) => Math.max(...rows.map((r) => r[i]!.length)));
  const line = (r: readonly string[]) => `| ${r.map((c, i) => c.padEnd(widths[i]!)).join(' | ')} |`;
  const rule = `|${widths.map((w) => '-'.repeat(w + 2)).join('|')}|`;
  return [line(rows[0]!), rule, ...rows.slice(1).map(line)].join('\n');
}

function pair({ p50, p95 }: Figures['startError']): string {
  return p50 === null || p95 === null ? '–' : `${Math.round(p50)} / ${Math.round(p95)}`;
}

function seconds(s: number | null): string {
  return s === null ? '–' : `${s.toFixed(1)} s`;
}

function percent(share: number | null, digits: number): string {
  return share === null ? '–' : (100 * share).toFixed(digits);
}
