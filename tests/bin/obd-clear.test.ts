import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, describe, expect, test } from 'vitest';
import { createElm327Simulator } from '../../simulators/obd/elm327.ts';
import { createVehicle, type VehicleOptions } from '../../simulators/obd/vehicle.ts';
import { openTcpLine } from '../../simulators/tcp-line.ts';

const root = join(import.meta.dirname, '../..');
const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

/** A car with codes and the ignition on, behind an adapter on TCP. */
async function car(options: Partial<VehicleOptions> = {}) {
  const line = await openTcpLine();
  const vehicle = createVehicle({ vin: '1D4GP00R55B123456', clock: () => Date.now(), crankMs: 1, ...options });
  vehicle.ignition(true);
  vehicle.setCodes(['P0301', 'P0128'], ['P0420'], ['P0301']);
  const sim = createElm327Simulator({ line, vehicle, resetMs: 20, searchMs: 50, latencyMs: 1, timeoutMs: 10 });
  ends.push(async () => {
    sim.close();
    await line.close();
  });
  const clear = (...words: string[]) => run('--port', line.path, ...words);
  return { vehicle, sim, clear };
}

async function run(...words: string[]): Promise<{ code: number; out: string; err: string }> {
  try {
    const all = ['bin/liftgate.ts', 'obd', 'clear', ...words];
    const { stdout, stderr } = await promisify(execFile)(process.execPath, all, { cwd: root });
    return { code: 0, out: stdout, err: stderr };
  } catch (e) {
    const { code, stdout, stderr } = e as { code: number; stdout: string; stderr: string };
    return { code, out: stdout, err: stderr };
  }
}

const asked = (sim: { readonly heard: readonly string[] }) => sim.heard.filter((h) => /^(04|14FFFF33)$/.test(h));

describe('obd clear', () => {
  test('without a word of consent shows what would be lost, and clears nothing', async () => {
    const { sim, clear } = await car();
    const { code, out } = await clear();
    expect(code).toBe(1);
    expect(out).toMatch(/P0301 .+\(stored \+ permanent\)/);
    expect(out).toMatch(/1 freeze frames/);
    expect(out).toMatch(/\d+ complete monitors: the car must be driven/);
    expect(out).toMatch(/Nothing was cleared:\n +nobody has confirmed it.*\n +with --yes/);
    expect(asked(sim)).toEqual([]);
  });

  test.each(['j1979', 'j1979-2'] as const)('with --yes clears a car that speaks %s', async (dialect) => {
    const { sim, clear } = await car({ dialect });
    const { code, out } = await clear('--yes', '--json');
    expect(JSON.parse(out)).toMatchObject({
      cleared: true,
      objections: [],
      before: { dtcs: { stored: ['P0128', 'P0301'], pending: ['P0420'], permanent: ['P0301'] } },
      units: ['7E8', '7E9'],
      refused: [],
      left: { stored: [], pending: [], permanent: ['P0301'] },
    });
    expect(code).toBe(0);
    expect(asked(sim)).toHaveLength(1);
    expect(JSON.parse(out).readiness[0].monitors.some((m: { complete: boolean }) => !m.complete)).toBe(true);
  });

  test('with a running engine is refused, whatever was confirmed', async () => {
    const { vehicle, sim, clear } = await car();
    vehicle.startEngine();
    const { code, out } = await clear('--yes', '--json');
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({ cleared: false, objections: [expect.stringMatching(/the engine runs/)] });
    expect(asked(sim)).toEqual([]);
  });

  test('a refusal of the car is told in words', async () => {
    const { clear } = await car({ ecus: 1, refuses: { '04': 0x22 } });
    const { code, out } = await clear('--yes');
    expect(code).toBe(1);
    expect(out).toMatch(/7E8 refused: conditions not right/);
    expect(out).toMatch(/still stored: P0128, P0301/);
  });

  test('what is no port is wrong use', async () => {
    const { code, err } = await run('--port', 'tcp://nowhere', '--yes');
    expect(code).toBe(2);
    expect(err).toMatch(/--port takes a serial path or tcp:\/\/HOST:PORT/);
  });
});
