import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readDriveLogs } from '../../bin/drive-log.ts';

/** Logs as common programs write them, by what is public of their formats. */
let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'liftgate-formats-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, content: string | Uint8Array): string {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
}

const rounded = (v: unknown) => (typeof v === 'number' ? Math.round(v * 100) / 100 : v);
async function read(path: string) {
  const log = await readDriveLogs([path]);
  return { log, values: log.samples.map((s) => [s.at, s.signal, rounded(s.value)] as const) };
}

describe('logs of common programs', () => {
  test('a phone\u2019s track log: satellites beside the car, dashes for what is not there, imperial units', async () => {
    const { log, values } = await read(
      file(
        'trackLog-2024-May-06_07-08-09.csv',
        [
          'GPS Time, Device Time, Longitude, Latitude,GPS Speed (Meters/second), Altitude, G(x),Engine RPM(rpm),Speed (GPS)(mph),' +
            'Speed (OBD)(mph),Engine Coolant Temperature(\u00b0F),Intake Manifold Pressure(psi),Fuel Trim Bank 1 Short Term(%),' +
            'Fuel trim bank 1 sensor 2(%),Voltage (OBD Adapter)(V),Distance travelled with MIL/CEL lit(miles)',
          'Mon May 06 07:08:10 GMT+02:00 2024,06-May-2024 07:08:10.250,8.5,47.3,12.1,400,0.1,1850.5,27,28,190.4,4.9,-2.34,99.2,14.1,10',
          'Mon May 06 07:08:11 GMT+02:00 2024,06-May-2024 07:08:11.250,8.5,47.3,12.1,400,0.1,-,27,-,190.4,-,\u221e,99.2,14.1,10',
        ].join('\r\n'),
      ),
    );
    const at = Date.UTC(2024, 4, 6, 7, 8, 10, 250);
    expect(values.filter(([t]) => t === at).map(([, ...v]) => v)).toEqual([
      ['obd.rpm', 1_850.5],
      ['obd.speed', 45.06],
      ['obd.coolant', 88],
      ['obd.map', 33.78],
      ['obd.stft-1', -2.34],
      ['obd.voltage', 14.1],
      ['obd.distance-with-lamp', 16.09],
    ]);
    expect(values.filter(([t]) => t === at + 1_000).map(([, s]) => s)).toEqual([
      'obd.coolant',
      'obd.voltage',
      'obd.distance-with-lamp',
    ]);
    expect(log.dated).toBe(true);
  });

  test('a long log of seconds of the day goes on behind midnight; the satellites\u2019 speed is not the car\u2019s', async () => {
    const { values } = await read(
      file(
        '2024-03-05 23-59-58.csv',
        [
          '"SECONDS";"PID";"VALUE";"UNITS";"LATITUDE";"LONGTITUDE";',
          '"86398.5";"Engine RPM";"812";"rpm";"47.1";"8.5";',
          '"86399.0";"Speed (GPS)";"3";"km/h";"47.1";"8.5";',
          '"86399.5";"Engine RPM x1000";"0.9";"rpm";"47.1";"8.5";',
          '"1.5";"Vehicle speed";"20";"mph";"47.1";"8.5";',
          '"2.5";"Oxygen sensor 2 Bank 1 Short term fuel trim";"99.2";"%";"47.1";"8.5";',
        ].join('\r\n'),
      ),
    );
    const at = Date.UTC(2024, 2, 5, 23, 59, 58);
    expect(values).toEqual([
      [at, 'obd.rpm', 812],
      [at + 1_000, 'obd.rpm', 900],
      [at + 3_000, 'obd.speed', 32.19],
    ]);
  });

  test('a remark above the columns says when the log began', async () => {
    const { log, values } = await read(
      file(
        'CSVLog_1.csv',
        [
          '\ufeff# StartTime = 09/14/2024 03:51:12.3456 PM',
          'Time (sec), Engine RPM (RPM), Vehicle speed (MPH), Engine coolant temperature (\u00b0F), Mass air flow rate (lb/min), ' +
            'Fuel system 1 status, Short term fuel trim (Bank 1  Sensor 1) (%), Long term fuel % trim - Bank 1 (%), Intake manifold absolute pressure (inHg)',
          '0,750,0,194,0.5,OL-Drive,1.5,3.9,10',
          '0.5,1650.25,31.07,194,1.5,CL,1.5,3.9,12.3',
        ].join('\n'),
      ),
    );
    const at = Date.UTC(2024, 8, 14, 15, 51, 12, 345);
    expect(log.dated).toBe(true);
    expect(values.filter(([t]) => t === at + 500).map(([, ...v]) => v)).toEqual([
      ['obd.rpm', 1_650.25],
      ['obd.speed', 50],
      ['obd.coolant', 90],
      ['obd.maf', 11.34],
      ['obd.closed-loop', true],
      ['obd.ltft-1', 3.9],
      ['obd.map', 41.65],
    ]);
    expect(values.find(([, s]) => s === 'obd.closed-loop')?.[2]).toBe(false);
  });

  test('tabs, numbers of parameters instead of names, milliseconds', async () => {
    const { values } = await read(
      file(
        '2024-01-02_03-04-05.tsv',
        ['time (ms)\tpid\tvalue\tunit', '1000\t0x0C\t812\trpm', '1250\t0105\t194\tF', '1500\t0121\t7\tkm'].join('\n'),
      ),
    );
    const at = Date.UTC(2024, 0, 2, 3, 4, 5);
    expect(values).toEqual([
      [at, 'obd.rpm', 812],
      [at + 250, 'obd.coolant', 90],
      [at + 500, 'obd.distance-with-lamp', 7],
    ]);
  });

  test('UTF-16, semicolons, decimal commas, days before months', async () => {
    const text = '\ufeffZeit;Engine RPM (rpm);K\u00fchlmittel (\u00b0C)\n14.09.2024 15:51:12,5;850,5;89,5\n';
    const { values } = await read(file('utf16.csv', Buffer.from(text, 'utf16le')));
    const at = Date.UTC(2024, 8, 14, 15, 51, 12, 500);
    expect(values).toEqual([
      [at, 'obd.rpm', 850.5],
      [at, 'obd.coolant', 89.5],
    ]);
  });
});
