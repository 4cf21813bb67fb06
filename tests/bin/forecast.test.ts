import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const LIFTGATE = join(import.meta.dirname, '../../bin/liftgate.ts');
let folder = '';

function liftgate(...words: string[]): Promise<{ code: number; out: string; err: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [LIFTGATE, ...words], { timeout: 90_000 }, (error, out, err) => {
      resolve({ code: error ? Number(error.code ?? 1) : 0, out, err });
    });
  });
}

function file(name: string, lines: readonly string[]): string {
  writeFileSync(join(folder, name), lines.join('\n'));
  return join(folder, name);
}

/** Pumps of 30 to 49 weeks whose pressure falls towards the end. */
const pump = (id: number, length: number, weeks: number) =>
  Array.from({ length: weeks }, (_, i) => `P-${id},${i + 1},${(8 - 5 * ((i + 1) / length) ** 2).toFixed(3)},x`);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'liftgate-forecast-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('liftgate forecast', () => {
  test('says how much life is left of each unit, and how far off it was', async () => {
    const head = 'pump,week,bar,note';
    const train = file('train.csv', [head, ...Array.from({ length: 20 }, (_, i) => pump(i, 30 + i, 30 + i)).flat()]);
    const asked = [pump(100, 36, 30), pump(101, 44, 20), pump(102, 40, 38)];
    const words = [
      '--train',
      train,
      '--test',
      file('test.csv', [head, ...asked.flat()]),
      '--unit',
      'pump',
      '--cycle',
      'week',
    ];
    const { code, out } = await liftgate('forecast', ...words, '--rul', file('rul.csv', ['6', '24', '2']), '--json');
    expect(code).toBe(0);
    const report = JSON.parse(out);
    expect(report.learned).toMatchObject({ units: 20, columns: ['bar'], regimes: 1 });
    expect(report.units.map((u: { unit: string }) => u.unit)).toEqual(['P-100', 'P-101', 'P-102']);
    expect(report.errors.mae).toBeLessThan(5);
    const named = file('named.csv', ['RUL,pump', '2,P-102', '6,P-100', '24,P-101']);
    const again = await liftgate('forecast', ...words, '--rul', named, '--json');
    expect(JSON.parse(again.out).errors).toEqual(report.errors);
    const text = await liftgate('forecast', ...words);
    expect(text.out).toContain('Learned from 20 units');
  });

  test('capitals in the names of columns do not matter', async () => {
    const rows = Array.from({ length: 6 }, (_, i) => pump(i, 30 + i, 30 + i)).flat();
    const train = file('capitals.csv', ['Unit,CYCLE,bar,note', ...rows]);
    const asked = file('small.csv', ['unit,Cycle,bar,note', ...pump(9, 36, 20)]);
    const rul = file('truth.csv', ['UNIT,RUL', 'P-9,16']);
    const words = ['--train', train, '--test', asked, '--unit', 'unit', '--cycle', 'cycle', '--rul', rul, '--json'];
    const { code, out } = await liftgate('forecast', ...words);
    expect(code).toBe(0);
    expect(JSON.parse(out).learned.columns).toEqual(['bar']);
  });

  test('mistakes name file, column and option, with exit code 2', async () => {
    const train = file('few.csv', ['unit,cycle,a', '1,1,2']);
    const asked = file('asked.csv', ['unit,cycle,a', '1,1,2']);
    const few = await liftgate('forecast', '--train', train, '--test', asked, '--unit', 'unit', '--cycle', 'cycle');
    expect([few.code, few.err]).toEqual([2, expect.stringContaining('expected at least two units')]);
    const wrong = await liftgate('forecast', '--train', train, '--test', asked, '--unit', 'engine', '--cycle', 'cycle');
    expect([wrong.code, wrong.err]).toEqual([2, expect.stringContaining('name the right one by --unit')]);
  });
});
