import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { run } from '../../bin/flags.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'flags-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** A quiet drive of an engine that warms up, row by row, as a logging program writes it. */
function drive(minutes: number, trim = 2): string {
  const rows = [
    'seconds,Engine RPM,Vehicle speed (km/h),Coolant temperature (°C),Engine load (%),Short term fuel trim (%),Long term fuel trim (%),Seat heater',
  ];
  for (let s = 0; s < minutes * 60; s += 2) {
    const speed = s < 20 ? 0 : 45 + 20 * Math.sin(s / 40);
    const coolant = Math.min(90, 18 + s / 5 + Math.sin(s));
    const rpm = speed < 1 ? 800 : 1_500 + 10 * speed * Math.abs(Math.sin(s / 9));
    rows.push(
      [s, Math.round(rpm), Math.round(speed), Math.round(coolant), 35, Math.sin(s).toFixed(1), trim, 0].join(','),
    );
  }
  return rows.join('\n');
}

async function flags(files: readonly string[], options: { json?: boolean; map?: string } = {}) {
  const out = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  const err = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  const code = await run(files.slice(1), { vehicle: files[0]!, ...options });
  const text = out.mock.calls.map(([t]) => t).join('');
  const wrong = err.mock.calls.map(([t]) => t).join('');
  out.mockRestore();
  err.mockRestore();
  return { code, text, wrong };
}

async function file(name: string, text: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
}

interface Told {
  dated: boolean;
  drives: number;
  unmapped: string[];
  flags: { flag: string; state: string; conditions: { condition: string; met: boolean }[] }[];
}

describe('liftgate flags', () => {
  test('a short healthy log says not available or learning, never healthy and never raised', async () => {
    const one = await file('one.csv', drive(15));
    const { code, text } = await flags([one], { json: true });
    const told = JSON.parse(text) as Told;
    expect(code).toBe(0);
    expect(told.flags).toHaveLength(14);
    for (const f of told.flags) expect(['unavailable', 'learning']).toContain(f.state);
    const trim = told.flags.find((f) => f.flag === 'fuel-trim')!;
    expect(trim.state).toBe('learning');
    expect(trim.conditions).toContainEqual({ condition: 'air-meter-and-manifold-pressure', met: false, count: 0 });
  });

  test('names columns that it does not understand, and says that a log has no dates', async () => {
    const one = await file('undated.csv', drive(5));
    const { text } = await flags([one]);
    expect(text).toContain('Seat heater');
    expect(text).toMatch(/no dates/);
    expect(text).toMatch(/Battery: not available \(no-starts\)\n.*never met: engine-start-seen/s);
  });

  test('several files in order are the history of one car: trims that move away are raised, and why is told', async () => {
    const files: string[] = [];
    for (let i = 0; i < 20; i++) files.push(await file(`d${i}.csv`, drive(15, i < 10 ? 2 : 4 + 2 * (i - 10))));
    const { text, code } = await flags(files, { json: true });
    const told = JSON.parse(text) as Told;
    expect([code, told.drives, told.dated]).toEqual([0, 20, false]);
    expect(told.flags.find((f) => f.flag === 'fuel-trim')).toMatchObject({ state: 'raised', limits: 'own' });
    expect(told.flags.filter((f) => f.state === 'raised')).toHaveLength(1);
  });

  test('a map names a column', async () => {
    const one = await file('mapped.csv', drive(15).replace('Coolant temperature (°C)', 'X1'));
    const map = await file('map.yaml', 'X1: obd.coolant\n');
    const told = JSON.parse((await flags([one], { json: true, map })).text) as Told & {
      mapped: { column: string; signal: string }[];
    };
    expect(told.mapped).toContainEqual({ column: 'X1', signal: 'obd.coolant' });
  });

  test.each([
    ['no-such.csv', undefined, /no-such/],
    ['undated.csv', 'no-such.yaml', /--map/],
  ])('exits with 2 for %s with map %s', async (name, map, message) => {
    const { code, wrong } = await flags([join(folder, name)], map === undefined ? {} : { map: join(folder, map) });
    expect(code).toBe(2);
    expect(wrong).toMatch(message);
  });
});
