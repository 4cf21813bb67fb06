import { describe, expect, test } from 'vitest';
import type { Dialect } from '../../../protocols/obd/dialect.ts';
import type { Message } from '../../../protocols/obd/frame.ts';
import { bytesOf } from '../../../protocols/obd/hex.ts';
import { J1979 } from '../../../protocols/obd/j1979.ts';
import { J1979_2 } from '../../../protocols/obd/j1979-2.ts';
import { reportOf } from '../../../protocols/obd/report.ts';
import { scanCar } from '../../../protocols/obd/scan.ts';
import { type Ask, follow, type Steps } from '../../../protocols/obd/steps.ts';
import fc from '../../tools/property.ts';

/** A car as a list of requests and what comes back: `source: digits`, several for several control units. */
type Car = Readonly<Record<string, readonly string[]>>;

function answers(car: Car, { request, to }: Ask, can = true): Message[] {
  return (car[request] ?? []).flatMap((line) => {
    const [source = '', digits = ''] = line.split(': ');
    return to === null || to === source ? [{ source, bytes: bytesOf(digits.replaceAll(' ', ''))!, can }] : [];
  });
}

const run = <T>(steps: Steps<T>, car: Car, can = true) => follow(steps, async (ask) => answers(car, ask, can));

const ascii = (text: string, length = text.length) =>
  Array.from({ length }, (_, i) => (text.charCodeAt(i) || 0).toString(16).padStart(2, '0')).join('');

const VIN = '1HGCM82633A004352';

const CLASSIC: Car = {
  '0100': ['7E8: 41 00 18 18 00 01', '7E9: 41 00 00 08 00 00'],
  '0120': ['7E8: 41 20 00 03 00 00'],
  '0101': ['7E8: 41 01 81 07 65 21', '7E9: 41 01 00 00 00 00'],
  '0141': ['7E8: 41 41 00 07 65 01'],
  '0104': ['7E8: 41 04 80'],
  '0105': ['7E8: 41 05 7B'],
  '010C': ['7E8: 41 0C 1A F8'],
  '010D': ['7E8: 41 0D 20', '7E9: 41 0D 21'],
  '0104050C0D2F': ['7E8: 41 04 80 05 7B 0C 1A F8'],
  '012F': ['7E8: 41 2F 80'],
  '0130': ['7E8: 41 30 02'],
  '03': ['7E8: 43 01 04 20', '7E9: 43 00'],
  '07': ['7E8: 47 02 03 01 04 20'],
  '0A': ['7E8: 4A 01 04 20'],
  '020200': ['7E8: 42 02 00 04 20', '7E9: 42 02 00 00 00'],
  '020201': ['7E8: 42 02 01 00 00'],
  '020000': ['7E8: 42 00 00 40 10 00 00'],
  '020C00': ['7E8: 42 0C 00 1A F8'],
  '0600': ['7E8: 46 00 80 00 00 01'],
  '0620': ['7E8: 46 20 80 00 00 00'],
  '0601': ['7E8: 46 01 01 0A 0B B0 0B B0 0B B0'],
  '0621': ['7E8: 46 21 80 01 00 0A 00 0B 00 14'],
  '0902': [`7E8: 49 02 01 ${ascii(VIN)}`],
  '0904': [`7E8: 49 04 02 ${ascii('CAL-1', 16)} ${ascii('CAL-2-ABCDEFGHIJ', 16)}`, `7E9: 49 04 01 ${ascii('TCM', 16)}`],
  '0906': ['7E8: 49 06 02 11 22 33 44 AA BB CC DD', '7E9: 49 06 01 00 00 00 01'],
  '0908': ['7E8: 49 08 04 00 0A 00 14 00 03 00 05'],
  '090A': [`7E8: 49 0A 01 ${ascii('ECM\0-EngineControl', 20)}`],
};

const ON_UDS: Car = {
  '22F400': ['7E8: 62 F4 00 18 18 00 00'],
  '22F401': ['7E8: 62 F4 01 81 07 65 21'],
  '22F404F405F40CF40D': ['7E8: 62 F4 0C 1A F8 F4 04 80 F4 05 7B'],
  '22F441': ['7E8: 62 F4 41 00 07 65 01'],
  '22F404': ['7E8: 62 F4 04 80'],
  '22F405': ['7E8: 62 F4 05 7B'],
  '22F40C': ['7E8: 62 F4 0C 1A F8'],
  '22F40D': ['7E8: 62 F4 0D 20'],
  '19423308FF': ['7E8: 59 42 33 FF FF 04 20 04 20 00 09 40 03 01 00 04'],
  '19423304FF': ['7E8: 59 42 33 FF FF 04 40 03 01 00 04'],
  '195533': ['7E8: 59 55 33 FF 04 04 20 00 09'],
  '190404200000': ['7E8: 59 04 04 20 00 09 00 02 F4 0C 1A F8 F4 05 7B'],
  '1904042000F0': ['7E8: 59 04 04 20 00 09 F0 01 F4 0D 20'],
  '22F600': ['7E8: 62 F6 00 80 00 00 00'],
  '22F601': ['7E8: 62 F6 01 01 0A 0B B0 0B B0 0B B0'],
  '22F802': [`7E8: 62 F8 02 ${ascii(VIN)}`],
  '22F804': [`7E8: 62 F8 04 ${ascii('CAL-1', 16)}`],
  '22F806': ['7E8: 7F 22 78', '7E8: 62 F8 06 11 22 33 44'],
  '22F80A': [`7E8: 62 F8 0A ${ascii('ECM\0-EngineControl', 20)}`],
};

const NOTHING_MORE = {
  engineSerial: null,
  typeApproval: null,
  regulation: null,
  fueledCycles: null,
  evaporativeKm: null,
};

describe('the classic dialect', () => {
  test('only a positive answer counts as a greeting', () => {
    const say = (digits: string) => [{ source: '7E8', bytes: bytesOf(digits)!, can: true }];
    expect(J1979.greeted(say('410018180001'))).toBe(true);
    expect(J1979.greeted(say('7F0111'))).toBe(false);
    expect(J1979.greeted(say('4100'))).toBe(false);
    expect(J1979_2.greeted(say('62F81001'))).toBe(true);
    expect(J1979_2.greeted(say('7F227F'))).toBe(false);
  });

  test('identity pairs calibrations with verification numbers, unit by unit', async () => {
    const info = await run(J1979.info(), CLASSIC);
    expect(info.vin).toBe(VIN);
    expect(info.units).toEqual([
      {
        unit: '7E8',
        vin: VIN,
        name: 'ECM-EngineControl',
        calibrations: [
          { id: 'CAL-1', cvn: '11223344' },
          { id: 'CAL-2-ABCDEFGHIJ', cvn: 'AABBCCDD' },
        ],
        cvns: ['11223344', 'AABBCCDD'],
        performance: [
          { name: 'obd-conditions', value: 10 },
          { name: 'ignition-cycles', value: 20 },
          { name: 'catalyst-1-completed', value: 3 },
          { name: 'catalyst-1-conditions', value: 5 },
        ],
        ...NOTHING_MORE,
      },
      {
        unit: '7E9',
        vin: null,
        name: null,
        calibrations: [{ id: 'TCM', cvn: '00000001' }],
        cvns: ['00000001'],
        performance: [],
        ...NOTHING_MORE,
      },
    ]);
  });

  // J1979: a bitmap says what there is. Silence about it is a lost frame, and must not hide what lies behind.
  test('what a unit lists and nobody answers is asked for once more', async () => {
    const lost = new Set(['0100', '0120']);
    const told = await follow(J1979.supported(), async (ask) => {
      if (lost.delete(ask.request)) return [];
      return answers({ '0100': ['7E8: 41 00 00 00 00 01'], '0120': ['7E8: 41 20 80 00 00 00'] }, ask);
    });
    expect(told).toEqual([{ unit: '7E8', value: [0x21] }]);
  });

  test('what no unit lists is not asked for, but the VIN always', async () => {
    const asked: string[] = [];
    await follow(J1979.info(), async (ask) => {
      asked.push(ask.request);
      return answers({ '0900': ['7E8: 49 00 14 00 00 00'] }, ask);
    });
    // What is listed, and stays silent, is asked for once more: a frame may have been lost.
    expect(asked).toEqual(['0900', '0902', '0902', '0904', '0904', '0906', '0906']);
  });

  test('a calibration that is no text keeps its place beside its number', async () => {
    const car: Car = {
      '0904': [`7E8: 49 04 03 ${'ff'.repeat(16)} ${ascii('CAL-2', 16)} ${'00'.repeat(16)}`],
      '0906': ['7E8: 49 06 02 00 00 00 01 00 00 00 02'],
    };
    const { units } = await run(J1979.info(), car);
    expect(units[0]?.calibrations).toEqual([
      { id: 'FF'.repeat(16), cvn: '00000001' },
      { id: 'CAL-2', cvn: '00000002' },
    ]);
  });

  test('a VIN keeps every first and every last character, in both dialects and on the older buses', async () => {
    const characters = 'ABCDEFGHJKLMNPRSTUVWXYZ0123456789';
    for (const first of characters) {
      for (const last of characters) {
        const vin = `${first}HGCM82633A00435${last}`;
        const can = await run(J1979.info(), { '0902': [`7E8: 49 02 01 ${ascii(vin)}`] });
        const old = await run(J1979.info(), { '0902': [`10: 49 02 00 00 00 ${ascii(vin)}`] }, false);
        const uds = await run(J1979_2.info(), { '22F802': [`7E8: 62 F8 02 ${ascii(vin)}`] });
        if (can.vin !== vin || old.vin !== vin || uds.vin !== vin) expect.fail(vin);
      }
    }
  });

  test.each([
    [J1979, { '0900': ['7E8: 49 00 00 2A D0 00'] }, '09', '49 '],
    [J1979_2, { '22F800': ['7E8: 62 F8 00 00 2A D0 00'] }, '22F8', '62 F8 '],
  ] as const)('what few units tell is asked for where it is listed: %#', async (dialect, listed, ask, positive) => {
    const counters = Array.from({ length: 18 }, (_, i) => (i + 1).toString(16).padStart(4, '0')).join('');
    const count = dialect === J1979 ? '01' : '';
    const many = dialect === J1979 ? '12' : '';
    const { units } = await run(dialect.info(), {
      ...listed,
      [`${ask}0B`]: [`7E8: ${positive}0B ${many} ${counters}`],
      [`${ask}0D`]: [`7E8: ${positive}0D ${count} ${ascii('1VD-0012345', 17)}`],
      [`${ask}0F`]: [`7E8: ${positive}0F ${count} ${ascii('E4*2018/858*0001', 17)}`],
      [`${ask}11`]: [`7E8: ${positive}11 ${count} ${ascii('GTR_005.000')}`],
      [`${ask}12`]: [`7E8: ${positive}12 ${count} 01 02`],
      [`${ask}14`]: [`7E8: ${positive}14 ${count} 00 2A`],
    });
    expect(units[0]).toMatchObject({
      engineSerial: '1VD-0012345',
      typeApproval: 'E4*2018/858*0001',
      regulation: 'GTR_005.000',
      fueledCycles: 258,
      evaporativeKm: 42,
    });
    // Compression ignition: 18 counters, in the order of J1979.
    expect(units[0]?.performance.map((c) => `${c.value} ${c.name}`)).toEqual([
      '1 obd-conditions',
      '2 ignition-cycles',
      ...[
        'nmhc-catalyst',
        'nox-catalyst',
        'nox-adsorber',
        'particulate-filter',
        'exhaust-gas-sensor',
        'egr-vvt',
        'boost-pressure',
        'fuel-system',
      ].flatMap((m, i) => [`${3 + 2 * i} ${m}-completed`, `${4 + 2 * i} ${m}-conditions`]),
    ]);
  });

  test('codes stay with their control unit', async () => {
    expect(await run(J1979.codes('pending'), CLASSIC)).toEqual([
      {
        unit: '7E8',
        value: [
          { code: 'P0301', failureType: null, status: null },
          { code: 'P0420', failureType: null, status: null },
        ],
      },
    ]);
    expect(await run(J1979.codes('stored'), CLASSIC)).toHaveLength(2);
  });

  test('on the older buses codes of several messages belong together', async () => {
    const car: Car = { '03': ['10: 43 01 33 01 34 01 35', '10: 43 01 36 00 00 00 00'] };
    const [told] = await run(J1979.codes('stored'), car, false);
    expect(told?.value.map((c) => c.code)).toEqual(['P0133', 'P0134', 'P0135', 'P0136']);
  });

  test('every frame is read, with the code that caused it', async () => {
    expect(await run(J1979.freezeFrames(), CLASSIC)).toEqual([
      { unit: '7E8', frame: 0, code: 'P0420', readings: [{ name: 'rpm', value: 1726, unit: '1/min' }] },
    ]);
  });

  test('results of monitors come from every page of the bitmap, passed and failed', async () => {
    const results = await run(J1979.monitors(), CLASSIC);
    expect(results.map((r) => [r.monitor, r.passed])).toEqual([
      ['oxygen-sensor-b1s1', true],
      ['catalyst-b1', false],
    ]);
  });

  test('an older car answers services 05 and 06 in its own way', async () => {
    const car: Car = {
      '0600': ['10: 46 00 FF 80 00 00 00'],
      '0601': ['10: 46 01 11 00 20 00 40'],
      '0113': ['10: 41 13 01'],
      '050101': ['10: 45 01 01 5A'],
    };
    const results = await run(J1979.monitors(), car, false);
    expect(results.map((r) => [r.monitor, r.value, r.measure])).toEqual([
      ['component-11', 32, null],
      ['oxygen-sensor-b1s1', 0.45, 'V'],
    ]);
  });
});

test('where parameter 1D tells the sensors, they sit two to a bank', async () => {
  const car: Car = { '011D': ['10: 41 1D 24'], '050104': ['10: 45 01 04 5A'], '050720': ['10: 45 07 20 0A 05 10'] };
  const results = await run(J1979.monitors(), car, false);
  expect(results.map((r) => [r.mid, r.monitor, r.tid])).toEqual([
    [5, 'oxygen-sensor-b2s1', 1],
    [10, 'oxygen-sensor-b3s2', 7],
  ]);
});

test('the older oxygen tests are never asked on CAN', async () => {
  const asked: string[] = [];
  await follow(J1979.monitors(), async (ask) => {
    asked.push(ask.request);
    return answers({ '0113': ['7E8: 41 13 03'] }, ask);
  });
  expect(asked).toEqual(['0600', '0600', '0113']);
});

describe('the dialect on UDS', () => {
  test('codes carry failure type and status, and what was not asked is left out', async () => {
    expect(await run(J1979_2.codes('stored'), ON_UDS)).toEqual([
      { unit: '7E8', value: [{ code: 'P0420', failureType: 0, status: 9 }] },
    ]);
    expect((await run(J1979_2.codes('pending'), ON_UDS))[0]?.value[0]?.code).toBe('P0301');
    expect((await run(J1979_2.codes('permanent'), ON_UDS))[0]?.value[0]?.code).toBe('P0420');
  });

  test('first and latest freeze frame of a code, with the data identifiers in them', async () => {
    expect(await run(J1979_2.freezeFrames(), ON_UDS)).toEqual([
      {
        unit: '7E8',
        frame: 0,
        code: 'P0420',
        readings: [
          { name: 'rpm', value: 1726, unit: '1/min' },
          { name: 'coolant', value: 83, unit: 'Cel' },
        ],
      },
      { unit: '7E8', frame: 0xf0, code: 'P0420', readings: [{ name: 'speed', value: 32, unit: 'km/h' }] },
    ]);
  });

  test('identity has no count byte, and a unit that asks for time is heard at last', async () => {
    const info = await run(J1979_2.info(), ON_UDS);
    expect(info.vin).toBe(VIN);
    expect(info.units[0]).toMatchObject({
      name: 'ECM-EngineControl',
      calibrations: [{ id: 'CAL-1', cvn: '11223344' }],
    });
  });

  test('codes in the format of heavy vehicles keep their digits, and no frame is asked for them', async () => {
    const car: Car = { '19423308FF': ['7E8: 59 42 33 FF FF 02 20 6E 00 05 09'] };
    expect((await run(J1979_2.codes('stored'), car))[0]?.value).toEqual([
      { code: '6E0005', failureType: null, status: 9 },
    ]);
    expect(await run(J1979_2.freezeFrames(), car)).toEqual([]);
  });

  test('identifier F501 tells readiness first, and F401 is not asked then', async () => {
    const asked: string[] = [];
    const told = await follow(J1979_2.readiness(), async (ask) => {
      asked.push(ask.request);
      return answers({ '22F501': ['7E8: 62 F5 01 82 27 11 01 44 02'] }, ask);
    });
    expect(asked).toEqual(['22F501']);
    expect(told).toEqual([
      {
        unit: '7E8',
        value: {
          lamp: true,
          codes: 2,
          ignition: null,
          monitors: [
            { monitor: 'misfire', complete: true },
            { monitor: 'fuel-system', complete: false },
            { monitor: 'components', complete: true },
            { monitor: 'catalyst', complete: false },
            { monitor: 'evaporative-system', complete: true },
            { monitor: 'egr', complete: false },
            { monitor: 'cold-start', complete: true },
          ],
        },
      },
    ]);
  });

  test('without identifier F401 readiness comes group by group', async () => {
    const car: Car = {
      '19563301': ['7E8: 59 56 33 FF 04 01 04 20 00 50 04 21 00 40'],
      '19563302': ['7E8: 59 56 33 FF 04 02 03 01 00 40'],
    };
    expect(await run(J1979_2.readiness(), car)).toEqual([
      {
        unit: '7E8',
        value: {
          lamp: null,
          codes: null,
          ignition: null,
          monitors: [
            { monitor: 'group-01', complete: false },
            { monitor: 'group-02', complete: true },
          ],
        },
      },
    ]);
  });
});

describe.each([
  ['J1979', J1979, CLASSIC],
  ['J1979-2', J1979_2, ON_UDS],
] as const)('a whole scan in %s', (_, dialect: Dialect, car) => {
  const connection = {
    adapter: { id: null, version: 'ELM327 v1.5', voltage: 12.4, capabilities: [] },
    protocol: 'ISO 15765-4',
    connectMs: 900,
  };

  test('gives one report, whatever the batch', async () => {
    for (const batch of [1, 6]) {
      const report = reportOf(await run(scanCar(dialect, { batch, can: true }), car), connection);
      expect(report.vin).toBe(VIN);
      expect(report.readings.rpm).toEqual({ value: 1726, unit: '1/min' });
      expect(report.readings.speed?.value).toBe(32);
      expect(report.dtcs).toEqual({
        stored: ['P0420'],
        pending: expect.arrayContaining(['P0301']),
        permanent: ['P0420'],
      });
      expect(report.readiness).toMatchObject({ lamp: true, codes: 1, ready: false });
      expect(report.readiness?.thisCycle.filter((m) => !m.complete)).toEqual([
        { monitor: 'catalyst', complete: false },
      ]);
      expect(report.ecus[0]).toMatchObject({ address: '7E8', name: 'ECM-EngineControl' });
      expect(report.codes.find((c) => c.code === 'P0420')).toMatchObject({
        stages: expect.arrayContaining(['stored', 'permanent']),
        severity: 'soon',
        units: ['7E8'],
      });
      expect(report.monitors[0]).toMatchObject({ monitor: 'oxygen-sensor-b1s1', passed: true });
      expect(report.freezeFrames[0]?.code).toBe('P0420');
    }
  });

  test('of a car that says nothing is empty, not wrong', async () => {
    const report = reportOf(await run(scanCar(dialect, { batch: 6, can: true }), {}), connection);
    expect(report).toMatchObject({ vin: null, ecus: [], readings: {}, codes: [], readiness: null });
    expect(report.cleared.recently).toBeNull();
  });

  test('ends, whatever the car babbles', async () => {
    const line = fc.uint8Array({ maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(fc.array(line, { minLength: 1, maxLength: 12 }), fc.boolean(), async (noise, can) => {
        let asked = 0;
        const babble = async ({ request }: Ask): Promise<Message[]> => {
          const bytes = noise[asked++ % noise.length]!;
          // Half of it looks like an answer to what was asked.
          const echo = bytesOf(request)!.slice(0, 2);
          const head = bytes.length % 2 === 0 ? [echo[0]! + 0x40, ...echo.slice(1)] : [];
          return [{ source: '7E8', bytes: [...head, ...bytes], can }];
        };
        const report = reportOf(await follow(scanCar(dialect, { batch: 6, can: true }), babble), connection);
        expect(asked).toBeLessThan(20_000);
        expect(JSON.stringify(report)).not.toContain('NaN');
      }),
      { numRuns: 60 },
    );
  });

  test('differing units are both told', async () => {
    if (dialect.name === 'j1979-2') return;
    const report = reportOf(await run(scanCar(dialect, { batch: 1, can: true }), car), connection);
    expect(report.readings.speed).toEqual({ value: 32, unit: 'km/h', by: { '7E8': 32, '7E9': 33 } });
    expect(report.cleared).toMatchObject({ warmUps: 2, recently: true });
  });
});
