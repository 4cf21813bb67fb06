import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readDriveLogs } from '../../bin/drive-log.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'liftgate-log-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, ...lines: string[]): string {
  writeFileSync(join(folder, name), lines.join('\n'));
  return join(folder, name);
}

describe('recorded drives', () => {
  test('a wide log with words for its times; headings that come again and empty cells are passed over', async () => {
    const log = await readDriveLogs([
      file(
        'trackLog.csv',
        'GPS Time,Device Time,Longitude,Engine RPM(rpm),Engine Coolant Temperature(°F),Speed (OBD)(mph)',
        'Thu Dec 19 13:15:44 EST 2013,19-Dec-2013 13:15:44.500,1,800,194,-',
        'GPS Time,Device Time,Longitude,Engine RPM(rpm),Engine Coolant Temperature(°F),Speed (OBD)(mph)',
        'Thu Dec 19 13:15:45 EST 2013,19-Dec-2013 13:15:45.500,1,,194,10',
      ),
    ]);
    expect(log.samples.map((s) => [s.at, s.signal, Math.round(s.value as number)])).toEqual([
      [Date.UTC(2013, 11, 19, 13, 15, 44, 500), 'obd.rpm', 800],
      [Date.UTC(2013, 11, 19, 13, 15, 44, 500), 'obd.coolant', 90],
      [Date.UTC(2013, 11, 19, 13, 15, 45, 500), 'obd.coolant', 90],
      [Date.UTC(2013, 11, 19, 13, 15, 45, 500), 'obd.speed', 16],
    ]);
    expect([log.dated, log.unmapped]).toEqual([true, ['Longitude']]);
  });

  test('a long log with seconds, names and units; its day stands in the name of the file', async () => {
    const log = await readDriveLogs([
      file(
        '2024-03-05 07-30-00.csv',
        '"SECONDS";"PID";"VALUE";"UNITS";',
        '"26863.1";"Engine coolant temperature";"20";"℃";',
        '"26864.1";"Vehicle speed";"36";"km/h";',
        '"26864.6";"Instant fuel rate";"3";"l/h";',
      ),
    ]);
    const at = Date.UTC(2024, 2, 5, 7, 30);
    expect(log.samples.map((s) => [s.at, s.signal, s.value])).toEqual([
      [at, 'obd.coolant', 20],
      [at + 1_000, 'obd.speed', 36],
    ]);
    expect(log.unmapped).toEqual(['Instant fuel rate']);
  });

  test('files without a day follow each other, and that is said', async () => {
    const one = file('a.csv', 'time,rpm', '0,700', '10,800');
    const two = file('b.csv', 'time,rpm', '0,900');
    const log = await readDriveLogs([one, two]);
    expect(log.dated).toBe(false);
    expect(log.samples.map((s) => s.value)).toEqual([700, 800, 900]);
    expect(log.samples[2]!.at - log.samples[1]!.at).toBeGreaterThan(3_600_000);
  });

  test('a map names what the headings do not; codes are found in any cell of codes', async () => {
    const own = file('own.csv', 'timestamp,A,B,DTC', '1700000000,812,3,P0420 P0171', '1700000060,820,4,');
    const log = await readDriveLogs([own], { A: 'rpm', B: 'obd.misfires/2' });
    expect(log.samples.map((s) => [s.signal, s.part, s.value])).toEqual([
      ['obd.rpm', null, 812],
      ['obd.misfires', '2', 3],
      ['obd.codes.stored', null, ['P0420', 'P0171']],
      ['obd.rpm', null, 820],
      ['obd.misfires', '2', 4],
    ]);
    await expect(readDriveLogs([own], { A: 'turns' })).rejects.toThrow('column "A": expected a signal such as obd.rpm');
  });

  test('what cannot be is counted and left out; a log without times is refused', async () => {
    const log = await readDriveLogs([file('odd.csv', 'time,coolant', '0,900', '1,90')]);
    expect([log.samples.length, log.outOfRange]).toEqual([1, 1]);
    await expect(readDriveLogs([file('none.csv', 'rpm', '1')])).rejects.toThrow('expected a column of times');
  });
});
