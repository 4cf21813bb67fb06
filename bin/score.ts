import { readFileSync } from 'node:fs';
import { LiftgateError } from '../protocols/error.ts';
import { figuresOf } from '../simulators/score/figures.ts';
import { addTally, type Tally, tallyOf } from '../simulators/score/measure.ts';
import { readEvents } from '../simulators/score/track.ts';
import { readTruth } from '../simulators/score/truth.ts';
import { type Cell, cellsOf, daysOf } from './score/cells.ts';
import { runDays } from './score/crew.ts';
import { goalsOf, type Scored } from './score/goals.ts';
import { goalTable, linesOf, rowsOf, tableOf } from './score/table.ts';
import { wrong } from './use.ts';

export interface ScoreOptions {
  readonly truth?: string;
  readonly events?: string;
  readonly seeded?: boolean;
  readonly sets?: string;
  readonly errors?: string;
  readonly bayDays: string;
  readonly seed: string;
  readonly json?: boolean;
}

/** `liftgate score`: how right the bays were, of a log of events against the truth, or of seeded days. */
export async function run(options: ScoreOptions): Promise<number> {
  const { truth, events, seeded = false, json = false } = options;
  if (seeded) {
    if (truth ?? events) return wrong('--seeded draws its own truth: leave out --truth and --events');
    return await scoreSeeded(options, json);
  }
  if (truth === undefined || events === undefined)
    return wrong('score takes --truth FILE and --events FILE, or --seeded');
  const figures = figuresOf(tallyOf(readTruth(textOf(truth), truth), readEvents(textOf(events), events)));
  process.stdout.write(json ? `${JSON.stringify(figures, null, 2)}\n` : `${linesOf(figures)}\n`);
  return 0;
}

async function scoreSeeded(options: ScoreOptions, json: boolean): Promise<number> {
  const bayDays = wholeNumber('--bay-days', options.bayDays, 1, 10_000);
  const seed = wholeNumber('--seed', options.seed, 0, 2 ** 31);
  const cells = cellsOf(options.sets, options.errors);
  const orders = cells.flatMap((cell, i) => daysOf(cell, bayDays, seed).map((order) => ({ cell: i, order })));
  const sums = cells.map((): Record<string, Tally> => ({}));
  const left = cells.map((_, i) => orders.filter((o) => o.cell === i).length);
  const started = performance.now();
  let done = 0;
  await runDays(
    orders.map((o) => o.order),
    (index, tallies) => {
      const { cell } = orders[index]!;
      const sum = sums[cell]!;
      for (const [filter, tally] of Object.entries(tallies)) {
        if (tally !== null) sum[filter] = sum[filter] ? addTally(sum[filter], tally) : tally;
      }
      done++;
      left[cell]!--;
      // A run that is broken off has told what it had measured by then.
      if (left[cell] === 0) tell(`${rowsOf(scoredOf(cells[cell]!, sum))}\n`);
      progress(`${done} of ${orders.length} days, ${Math.round((performance.now() - started) / 1_000)} s`);
    },
  );
  progress(null);
  const scored = cells.map((cell, i) => scoredOf(cell, sums[i]!));
  const goals = goalsOf(scored);
  const seeds = `seeds ${seed} to ${seed + orders.length / cells.length - 1}`;
  const about = `${bayDays} bay-days each, ${seeds}, simulated; ${Math.round((performance.now() - started) / 1_000)} s`;
  if (json) {
    const table = scored.map(({ set, model, figures }) => ({ sensors: set, errors: model.name, filters: figures }));
    process.stdout.write(
      `${JSON.stringify({ bayDays, seed, days: orders.length / cells.length, table, goals }, null, 2)}\n`,
    );
  } else {
    process.stdout.write(`${about}\n\n${tableOf(scored)}\n\n${goalTable(goals)}\n`);
  }
  return 0;
}

function scoredOf(cell: Cell, sums: Readonly<Record<string, Tally>>): Scored {
  return { ...cell, figures: Object.fromEntries(Object.entries(sums).map(([filter, t]) => [filter, figuresOf(t)])) };
}

/** Beside the answer, which goes to stdout. */
function tell(text: string): void {
  progress(null);
  process.stderr.write(text);
}

/** One line that is written over on a terminal, and nothing where nobody looks; null: it is done. */
function progress(text: string | null): void {
  if (!process.stderr.isTTY) return;
  process.stderr.write(text === null ? '\r\x1b[K' : `\r${text} …`);
}

function wholeNumber(option: string, text: string, least: number, most: number): number {
  const n = Number(text);
  if (/^\d+$/.test(text) && n >= least && n <= most) return n;
  throw new LiftgateError('config', `${option} takes a whole number from ${least} to ${most}, got "${text}"`, {
    about: option,
  });
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new LiftgateError('config', `cannot read ${file}: ${(cause as Error).message}`, { about: file, cause });
  }
}
