import { readFile } from 'node:fs/promises';
import type { History } from '../gateway/domain/life/history.ts';
import { LifeModel, type Remaining } from '../gateway/domain/life/learn.ts';
import { isLiftgateError, LiftgateError } from '../protocols/error.ts';
import { columnOf, nameIn, numberIn, readTable, type Table } from './table.ts';
import { wrong } from './use.ts';

interface Options {
  readonly train: string;
  readonly test: string;
  readonly unit: string;
  readonly cycle: string;
  readonly rul?: string;
  readonly json?: boolean;
}

/**
 * Learns from histories that ran until failure and says how much life is left after the last row of each unit of the test
 * file, in cycles, with a 90 % interval; with `--rul` how far off that was.
 * @returns exit code 0; 2 when files or columns are not as they must be.
 */
export async function run(options: Options): Promise<number> {
  try {
    const [train, test] = [await readTable(options.train), await readTable(options.test)];
    const columns = measuredIn(train, test, options);
    const finished = historiesOf(train, columns, options);
    if (finished.length < 2)
      throw new LiftgateError(
        'invalid',
        `${train.file}: expected at least two units to learn from, got ${finished.length}`,
      );
    const open = historiesOf(test, columns, options);
    const truth = options.rul === undefined ? null : await truthIn(options.rul, open, options.unit);
    const model = new LifeModel(
      finished,
      open.map((h) => h.cycles.at(-1)! - h.cycles[0]!),
    );
    const units = open.map((h) => ({ unit: h.unit, cycle: h.cycles.at(-1)!, ...model.remaining(h) }));
    const errors = truth ? errorsOf(units, truth) : null;
    const learned = {
      units: finished.length,
      columns,
      regimes: model.regimes,
      crossValidatedError: model.crossValidatedError,
    };
    if (options.json)
      process.stdout.write(`${JSON.stringify({ learned, units, ...(errors ? { errors } : {}) }, null, 2)}\n`);
    else process.stdout.write(report(learned, units, errors));
    return 0;
  } catch (e) {
    if (isLiftgateError(e)) return wrong(e.message);
    throw e;
  }
}

/** Columns of numbers that both files have. */
function measuredIn(train: Table, test: Table, { unit, cycle }: Options): string[] {
  const isMeasured = (t: Table, name: string) => t.cells.get(name)?.some((c) => Number.isFinite(numberIn(c))) ?? false;
  const keys = [train, test].flatMap((t) => [nameIn(t, unit), nameIn(t, cycle)]);
  const names = train.columns.filter(
    (c) => c !== '' && !keys.includes(c) && isMeasured(train, c) && isMeasured(test, c),
  );
  if (names.length === 0)
    throw new LiftgateError(
      'invalid',
      `${test.file}: expected a column of numbers that ${train.file} has, too; got none`,
    );
  return names;
}

/** One history for each unit, in the order of the file; rows in the order of their cycles. */
function historiesOf(table: Table, columns: readonly string[], options: Options): History[] {
  const units = columnOf(table, options.unit, '--unit');
  const cycles = columnOf(table, options.cycle, '--cycle').map(numberIn);
  const values = columns.map((c) => table.cells.get(c)!);
  const bad = cycles.findIndex((c) => !Number.isFinite(c));
  if (bad >= 0)
    throw new LiftgateError(
      'invalid',
      `${table.file}, record ${bad + 2}: expected a number in "${options.cycle}", got none`,
    );
  const rows = new Map<string, number[]>();
  units.forEach((unit, i) => {
    const own = rows.get(unit);
    if (own) own.push(i);
    else rows.set(unit, [i]);
  });
  return [...rows].map(([unit, own]) => {
    const sorted = own.sort((a, b) => cycles[a]! - cycles[b]!);
    return {
      unit,
      cycles: sorted.map((i) => cycles[i]!),
      values: sorted.map((i) => Float64Array.from(values, (cells) => numberIn(cells[i]!))),
    };
  });
}

/** True lives left: a table with the unit's column, or one number a line in the order of the units. */
async function truthIn(file: string, open: readonly History[], unit: string): Promise<readonly number[]> {
  const text = await readFile(file, 'utf8').catch((e: NodeJS.ErrnoException) => {
    throw new LiftgateError('not-found', `${file}: expected a file of true lives left (--rul), got ${e.code}`);
  });
  const first = text
    .replace(/^\uFEFF/, '')
    .trim()
    .split(/\r?\n/)[0]!
    .trim();
  const bare = first.split(/[,;\s]+/).every((cell) => cell !== '' && Number.isFinite(Number(cell)));
  const lines = text.trim().split(/\r?\n/);
  let lives: number[];
  if (bare)
    lives = lines.map((line) =>
      Number(
        line
          .trim()
          .split(/[,;\s]+/)
          .at(-1),
      ),
    );
  else {
    const table = await readTable(file);
    const key = nameIn(table, unit);
    const name = table.columns.findLast((c) => c !== key)!;
    const cells = table.cells.get(name)!.map(numberIn);
    const units = key === null ? undefined : table.cells.get(key);
    lives = units ? open.map((h) => cells[units.indexOf(h.unit)] ?? Number.NaN) : cells;
  }
  if (lives.length !== open.length || lives.some((l) => !Number.isFinite(l)))
    throw new LiftgateError(
      'invalid',
      `${file}: expected a life left for each of the ${open.length} units, got ${lives.filter(Number.isFinite).length}`,
    );
  return lives;
}

interface Errors {
  readonly rmse: number;
  readonly mae: number;
  /** Saxena et al., PHM 2008: late forecasts cost more, Σ e^(−d/13) − 1 for d < 0, Σ e^(d/10) − 1 else; d = forecast − truth. */
  readonly score: number;
  /** Share of truths inside the 90 % interval. */
  readonly coverage: number;
  readonly meanWidth: number;
}

function errorsOf(units: readonly Remaining[], truth: readonly number[]): Errors {
  const mean = (f: (u: Remaining, t: number) => number) =>
    units.reduce((a, u, i) => a + f(u, truth[i]!), 0) / units.length;
  const cost = (d: number) => Math.exp(d < 0 ? -d / 13 : d / 10) - 1;
  return {
    rmse: Math.sqrt(mean((u, t) => (u.rul - t) ** 2)),
    mae: mean((u, t) => Math.abs(u.rul - t)),
    score: mean((u, t) => cost(u.rul - t)) * units.length,
    coverage: mean((u, t) => (t >= u.low && t <= u.high ? 1 : 0)),
    meanWidth: mean((u) => u.high - u.low),
  };
}

interface Learned {
  readonly units: number;
  readonly columns: readonly string[];
  readonly regimes: number;
  readonly crossValidatedError: number;
}

function report(
  learned: Learned,
  units: readonly (Remaining & { unit: string; cycle: number })[],
  errors: Errors | null,
): string {
  const one = (x: number) => x.toFixed(1).padStart(9);
  const lines = [
    `Learned from ${learned.units} units, ${learned.columns.length} columns, ${learned.regimes} way(s) of running.`,
    `Mean error for units that were left out: ${learned.crossValidatedError.toFixed(1)} cycles.`,
    '',
    `${'unit'.padEnd(16)}${'at cycle'.padStart(9)}${'left'.padStart(9)}${'5 %'.padStart(9)}${'95 %'.padStart(9)}`,
    ...units.map((u) => `${u.unit.padEnd(16)}${one(u.cycle)}${one(u.rul)}${one(u.low)}${one(u.high)}`),
  ];
  if (errors) {
    const inside = `${(100 * errors.coverage).toFixed(1)} %`;
    lines.push(
      '',
      `Against the truth: RMSE ${errors.rmse.toFixed(2)}, mean error ${errors.mae.toFixed(2)}, score (PHM 2008) ${errors.score.toFixed(0)},`,
      `inside the 90 % interval ${inside}, mean width ${errors.meanWidth.toFixed(1)}.`,
    );
  }
  return `${lines.join('\n')}\n`;
}
