import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const LIFTGATE = join(import.meta.dirname, '../../bin/liftgate.ts');
let folder = '';

function liftgate(...words: string[]): Promise<{ code: number; out: string; err: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [LIFTGATE, ...words], { timeout: 60_000 }, (error, out, err) => {
      resolve({ code: error ? Number(error.code ?? 1) : 0, out, err });
    });
  });
}

function file(name: string, lines: readonly string[]): string {
  writeFileSync(join(folder, name), lines.join('\n'));
  return join(folder, name);
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'liftgate-detect-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('liftgate detect', () => {
  test('writes a score for each row; the odd row has the greatest', async () => {
    const rows = Array.from({ length: 400 }, (_, i) => {
      const at = new Date(Date.UTC(2026, 0, 1) + i * 600_000).toISOString().slice(0, 19).replace('T', ' ');
      return `${at},${i === 300 ? 9 : Math.sin(i).toFixed(3)}`;
    });
    const input = file('series.csv', ['timestamp,value', ...rows]);
    const output = join(folder, 'scores.csv');
    expect((await liftgate('detect', '--input', input, '--output', output)).code).toBe(0);
    const [head, ...scored] = readFileSync(output, 'utf8').trim().split('\n');
    expect(head).toBe('timestamp,value,anomaly_score');
    expect(scored.map((l) => l.split(',').slice(0, 2).join(','))).toEqual(rows);
    const scores = scored.map((l) => Number(l.split(',')[2]));
    expect(scores.slice(0, 60).every((s) => s === 0)).toBe(true);
    expect(scores.indexOf(Math.max(...scores))).toBe(300);
  });

  test('takes a series without times and with holes, semicolons and other names', async () => {
    const input = file('volts.csv', [
      'row;volts',
      ...Array.from({ length: 60 }, (_, i) => `${i};${i % 7 === 3 ? '' : i % 5}`),
    ]);
    const { code, out, err } = await liftgate('detect', '--input', input, '--value', 'volts');
    expect(code).toBe(0);
    expect(out.trim().split('\n')).toHaveLength(61);
    expect(out.split('\n')[4]).toBe(',0.000000');
    expect(err).toContain('of 60 rows have no number in "volts"');
  });

  test('says which columns there are when one is not, with exit code 2', async () => {
    const input = file('other.csv', ['when,what', '1,2']);
    const { code, err } = await liftgate('detect', '--input', input);
    expect(code).toBe(2);
    expect(err).toContain('expected a column "value", got when, what; name the right one by --value');
    expect((await liftgate('detect', '--input', join(folder, 'none.csv'))).code).toBe(2);
  });
});
