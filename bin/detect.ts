import { writeFile } from 'node:fs/promises';
import { Anomaly } from '../gateway/domain/detect/anomaly.ts';
import { isLiftgateError } from '../protocols/error.ts';
import { columnOf, nameIn, numberIn, readTable, timeIn } from './table.ts';
import { wrong } from './use.ts';

/** This share of the rows is learned from before the first word. */
const WARM_UP = 0.15;

/**
 * Scores each row of a series by how unusual it is after the rows before it, 0 to 1: CSV with the columns of time and value
 * as they came, and `anomaly_score`.
 * @returns exit code 0; 2 when file or columns are not there.
 */
export async function run(options: { input: string; time: string; value: string; output?: string }): Promise<number> {
  try {
    const table = await readTable(options.input);
    const values = columnOf(table, options.value, '--value');
    const times =
      options.time === 'timestamp' && nameIn(table, options.time) === null
        ? null
        : columnOf(table, options.time, '--time');
    const anomaly = new Anomaly(Math.floor(WARM_UP * table.rows));
    const out = [`${times ? `${quoted(options.time)},` : ''}${quoted(options.value)},anomaly_score`];
    let unread = 0;
    values.forEach((cell, i) => {
      const value = numberIn(cell);
      if (!Number.isFinite(value)) unread += 1;
      const score = anomaly.add(value, times ? timeIn(times[i]!) : null);
      out.push(`${times ? `${quoted(times[i]!)},` : ''}${quoted(cell)},${score.toFixed(6)}`);
    });
    const text = `${out.join('\n')}\n`;
    if (options.output === undefined) process.stdout.write(text);
    else await writeFile(options.output, text);
    if (unread > 0)
      process.stderr.write(`${unread} of ${table.rows} rows have no number in "${options.value}": score 0\n`);
    return 0;
  } catch (e) {
    if (isLiftgateError(e)) return wrong(e.message);
    throw e;
  }
}

const quoted = (cell: string) => (/[",\n\r]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
