import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createElm327Simulator } from '../../simulators/obd/elm327.ts';
import { createVehicle } from '../../simulators/obd/vehicle.ts';
import { openTcpLine, type TcpLine } from '../../simulators/tcp-line.ts';

const root = join(import.meta.dirname, '../..');
const VIN = '1D4GP00R55B123456';

let line: TcpLine;
let vehicle: ReturnType<typeof createVehicle>;
let sim: ReturnType<typeof createElm327Simulator>;
beforeEach(async () => {
  line = await openTcpLine();
  vehicle = createVehicle({ vin: VIN, clock: () => Date.now(), ecus: 4 });
  vehicle.startEngine();
  vehicle.setCodes(['P0301', 'P0128'], ['P0420'], ['P0301']);
  sim = createElm327Simulator({ line, vehicle, resetMs: 20, searchMs: 50, latencyMs: 1, timeoutMs: 10 });
});
afterEach(async () => {
  sim.close();
  await line.close();
});

async function obd(...words: string[]): Promise<{ code: number; out: string; err: string }> {
  try {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, ['bin/liftgate.ts', 'obd', ...words], {
      cwd: root,
    });
    return { code: 0, out: stdout, err: stderr };
  } catch (e) {
    const { code, stdout, stderr } = e as { code: number; stdout: string; stderr: string };
    return { code, out: stdout, err: stderr };
  }
}

describe('obd scan', () => {
  test('prints one JSON object with everything in it', async () => {
    const { code, out, err } = await obd('scan', '--port', line.path, '--json', '--raw');
    expect(code).toBe(0);
    const report = JSON.parse(out);
    expect(report).toMatchObject({
      adapter: { version: 'ELM327 v1.5', capabilities: expect.arrayContaining(['headers']) },
      protocol: expect.stringMatching(/CAN 11 bit, 500/),
      vin: VIN,
      dtcs: { stored: ['P0128', 'P0301'], pending: ['P0420'], permanent: ['P0301'] },
      readiness: { lamp: true },
      readings: { rpm: { unit: '1/min' }, odometer: { value: 48_210, unit: 'km' } },
    });
    expect(report.adapter.voltage).toBeGreaterThan(8);
    expect(report.connectMs).toBeGreaterThan(0);
    expect(report.ecus.map((e: { address: string }) => e.address)).toEqual(['7E8', '7E9', '7EA', '7EB']);
    expect(report.ecus[0]).toMatchObject({
      name: 'ECM-EngineControl',
      calibrationIds: ['LG-SIM-0427', 'LG-SIM-0427-B'],
      cvns: ['1791BC82', '98123476'],
      supportedPids: expect.arrayContaining(['rpm', 'coolant']),
    });
    expect(report.freezeFrames[0]).toMatchObject({ code: 'P0301' });
    expect(report.monitors.length).toBeGreaterThan(0);
    expect(report.frames.some((f: { said: string }) => f.said === '0902')).toBe(true);
    expect(err).toMatch(/looking for a control unit/);
  });

  test('prints a report for people', async () => {
    const { code, out } = await obd('scan', '--port', line.path);
    expect(code).toBe(0);
    expect(out).toMatch(/^VIN +1D4GP00R55B123456$/m);
    expect(out).toMatch(/^P0301 +.+stored/m);
    expect(out).not.toMatch(/undefined|NaN|\[object/);
  });

  test('without a car exits 1 and says which step failed, what was heard, and what to try', async () => {
    sim.plug(null);
    const { code, out, err } = await obd('scan', '--port', line.path, '--json');
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({
      error: {
        step: 'find a control unit',
        heard: expect.stringContaining('UNABLE TO CONNECT'),
        try: expect.any(String),
      },
    });
    expect(err).toMatch(/could not find a control unit\n +heard: .+\n +try: +switch the ignition on/);
  });

  test('without an adapter exits 1 as well', async () => {
    const { code, err } = await obd('scan', '--port', '/dev/no-such-adapter');
    expect(code).toBe(1);
    expect(err).toMatch(/could not open the line\n +heard: there is no port/);
  });

  test('prints the report for people in Chinese too, and no other language', async () => {
    const { code, out } = await obd('scan', '--port', line.path, '--lang', 'zh-CN');
    expect(code).toBe(0);
    expect(out).toMatch(new RegExp(`车辆识别代号 +${VIN}`));
    expect(out).toMatch(/P0301 +1 缸失火/);
    expect(out).toMatch(/故障灯 +点亮/);
    expect(out).not.toMatch(/Warning lamp|Trouble|not known|passed/);
    const other = await obd('scan', '--port', line.path, '--lang', 'de');
    expect([other.code, other.err]).toEqual([2, expect.stringMatching(/--lang takes en or zh-CN, got "de"/)]);
  });

  test('a car that falls silent in the middle is told as such, with what was read until then', async () => {
    const watching = setInterval(() => {
      if (sim.heard.includes('07')) vehicle.ignition(false);
    }, 1);
    const { code, out, err } = await obd('scan', '--port', line.path, '--json');
    clearInterval(watching);
    expect(code).toBe(1);
    expect(err).toMatch(/fell silent before the scan was over/);
    expect(JSON.parse(out)).toMatchObject({ complete: false, vin: VIN, dtcs: { stored: ['P0128', 'P0301'] } });
  });
});

describe('obd watch', () => {
  test('prints values, and their rate at the end', async () => {
    const { code, out } = await obd('watch', '--port', line.path, '--pids', 'rpm,speed', '--seconds', '1', '--json');
    expect(code).toBe(0);
    const lines = out
      .trim()
      .split('\n')
      .map((l) => JSON.parse(l));
    expect(lines[0]).toMatchObject({ ecu: '7E8', name: 'rpm', unit: '1/min' });
    const sum = lines.at(-1);
    expect(sum.values).toBe(lines.length - 1);
    expect(sum.seconds).toBeGreaterThanOrEqual(1);
    expect(sum.valuesPerSecond).toBeCloseTo(sum.values / sum.seconds, 0);
  });

  test('a name that it does not know is wrong use, and the names are shown', async () => {
    const { code, err } = await obd('watch', '--port', line.path, '--pids', 'rpm,warp', '--seconds', '1');
    expect(code).toBe(2);
    expect(err).toMatch(/"warp"; known are .*coolant/);
  });
});
