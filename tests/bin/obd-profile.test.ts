import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createElm327Simulator } from '../../simulators/obd/elm327.ts';
import { createVehicle, type VehicleOptions } from '../../simulators/obd/vehicle.ts';
import { openTcpLine, type TcpLine } from '../../simulators/tcp-line.ts';

const root = join(import.meta.dirname, '../..');
const VIN = 'LSVAU2A35N2183546';
const PROFILE = `
profile: My maker
match: { wmi: [LSV] }
parameters:
  - { name: gearbox-oil, header: "7E1", request: "221E1C", bytes: 2, formula: "signed(A, B) / 10", unit: Cel, min: -60, max: 250 }
  - { name: door-open, header: "7E2", request: "2101", bytes: 1, formula: "bit(A, 0)", unit: "1" }
  - { name: not-there, header: "7E0", request: "22FFFE", bytes: 1, formula: "A", unit: "1" }
`;

let folder: string;
let line: TcpLine;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'obd-profile-'));
  line = await openTcpLine();
});
afterEach(async () => {
  await line.close();
  rmSync(folder, { recursive: true, force: true });
});

async function scan(vehicle: Partial<VehicleOptions>, personality: 'elm327-v2.1' | 'stn1110', ...words: string[]) {
  const car = createVehicle({ vin: VIN, clock: () => Date.now(), ecus: 3, ...vehicle });
  car.startEngine();
  car.setCodes(['P0301', 'P1A23']);
  const sim = createElm327Simulator({
    line,
    vehicle: car,
    personality,
    resetMs: 20,
    searchMs: 50,
    latencyMs: 1,
    timeoutMs: 10,
  });
  const all = ['bin/liftgate.ts', 'obd', 'scan', '--port', line.path, ...words];
  const told = await promisify(execFile)(process.execPath, all, { cwd: root }).then(
    ({ stdout, stderr }) => ({ code: 0, out: stdout, err: stderr }),
    ({ code, stdout, stderr }: { code: number; stdout: string; stderr: string }) => ({
      code,
      out: stdout,
      err: stderr,
    }),
  );
  sim.close();
  return told;
}

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

test.each(['elm327-v2.1', 'stn1110'] as const)(
  "a maker's own parameters stand among the readings, over %s",
  async (adapter) => {
    const maker = { '1/221E1C': '621E1CFF9C', '2/2101': '610101' };
    const profile = file('own.yaml', PROFILE);
    const { code, out } = await scan({ maker }, adapter, '--json', '--profile', profile);
    expect(code).toBe(0);
    const { readings } = JSON.parse(out);
    expect(readings['gearbox-oil']).toEqual({ value: -10, unit: 'Cel' });
    expect(readings['door-open']).toEqual({ value: 1, unit: '1' });
    expect(readings).not.toHaveProperty('not-there');
    expect(readings.rpm.unit).toBe('1/min');
  },
);

test('a profile of another maker is not asked for, and one that would write is wrong use', async () => {
  const maker = { '1/221E1C': '621E1CFF9C' };
  const other = file('other.yaml', PROFILE.replace('LSV', 'WVW'));
  expect(
    JSON.parse((await scan({ maker }, 'elm327-v2.1', '--json', '--profile', other)).out).readings,
  ).not.toHaveProperty('gearbox-oil');
  const writing = file('writing.yaml', PROFILE.replace('2101', '2E0101'));
  const refused = await scan({}, 'elm327-v2.1', '--profile', writing);
  expect(refused.code).toBe(2);
  expect(refused.err).toMatch(/writing\.yaml is no OBD profile: parameters\.1\.request/);
});

test("a user's own words for codes stand in the report, for codes of no table too", async () => {
  const codes = file('codes.csv', 'code,en,zh,severity\nP1A23,Our own words,\u81ea\u5df1\u7684\u8bf4\u660e,soon\n');
  const { code, out } = await scan({}, 'elm327-v2.1', '--json', '--codes', codes);
  expect(code).toBe(0);
  const own = JSON.parse(out).codes.find((c: { code: string }) => c.code === 'P1A23');
  expect(own).toMatchObject({
    text: { en: 'Our own words', zh: '\u81ea\u5df1\u7684\u8bf4\u660e' },
    severity: 'soon',
    stages: ['stored'],
  });
  const none = await scan({}, 'elm327-v2.1', '--codes', join(folder, 'nowhere.csv'));
  expect(none.code).toBe(2);
});
