import { afterEach, describe, expect, test } from 'vitest';
import { openSession } from '../../../../gateway/drivers/elm327/session.ts';
import { reportOf } from '../../../../protocols/obd/report.ts';
import { BUSES, type Bus } from '../../../../simulators/obd/bus.ts';
import { createElm327Simulator, type Elm327Options } from '../../../../simulators/obd/elm327.ts';
import { PERSONALITIES, type PersonalityName } from '../../../../simulators/obd/personality.ts';
import type { VehicleOptions } from '../../../../simulators/obd/vehicle.ts';
import { createWire } from '../../../tools/wire.ts';
import { car, VIN } from './rig.ts';
import { vinFrom } from './vins.ts';

const QUICK = { resetMs: 10, searchMs: 10, latencyMs: 0, timeoutMs: 4, waitMs: 0 } as const;
const never = new AbortController().signal;
const NO_ADAPTER = { id: null, version: null, voltage: null, capabilities: [] };
const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

/** An adapter with a car that has codes, on a wire of memory. */
function bench(options: Partial<Elm327Options> = {}, vehicle: Partial<VehicleOptions> = {}) {
  const wire = createWire();
  const subject = car(vehicle);
  subject.startEngine();
  subject.setCodes(['P0301', 'P0302', 'P0128', 'U0100'], ['C0035'], ['P0301']);
  const sim = createElm327Simulator({ line: wire.device, vehicle: subject, ...QUICK, ...options });
  ends.push(() => Promise.resolve(sim.close()));
  // Over TCP: there is no rate to look for.
  const open = async () => {
    const tcp = async () => {
      const { setBaud: _, ...line } = await wire.open();
      return line;
    };
    const opened = await openSession({ port: 'memory', baud: 38_400, signal: never, open: tcp });
    if ('session' in opened) ends.push(() => opened.session.close());
    return opened;
  };
  const connected = async () => {
    const opened = await open();
    if (!('session' in opened)) throw new Error(`${opened.failure.step}: ${opened.failure.heard}`);
    return opened.session;
  };
  return { wire, sim, subject, open, connected };
}

const all = <T>(told: readonly { readonly value: readonly T[] }[]) => told.flatMap((t) => t.value);

describe('every adapter reads the same car', () => {
  test.each(Object.keys(PERSONALITIES) as PersonalityName[])('%s', async (personality) => {
    const { connected } = bench({ personality, ...QUICK });
    const session = await connected();
    const scan = await session.scan();
    expect(scan.info.vin).toBe(VIN);
    const codes = all(scan.codes.stored).map((c) => c.code);
    expect(codes.sort()).toEqual(['P0128', 'P0301', 'P0302', 'U0100']);
    expect(all(scan.codes.pending).map((c) => c.code)).toEqual(['C0035']);
    expect(scan.live.some((l) => l.readings.some((r) => r.name === 'rpm'))).toBe(true);
  });

  test('a name is no proof: the list of commands that it lacks is', async () => {
    const session = await bench({ personality: 'clone-false-v2.1', ...QUICK }).connected();
    expect(session.adapter.facts?.version).toBe('ELM327 v2.1');
    expect(session.adapter.capabilities().lacks).toEqual(expect.arrayContaining(['ATAT1', 'AT@1']));
  });

  test('a chip that does not know the digit of expected answers is asked without it', async () => {
    const { sim, connected } = bench({ personality: 'clone-no-digit', ...QUICK });
    const session = await connected();
    await session.scan();
    await session.scan();
    expect(session.adapter.capabilities().lacks).toContain('count digit');
    expect(sim.heard.filter((h) => /^01.{2}[1-9A-F]$/.test(h)).length).toBeLessThan(5);
  });

  test('what is too long for a small adapter from all units at once is asked of each alone', async () => {
    const { connected } = bench({ personality: 'clone-small-buffer', ...QUICK }, { ecus: 3 });
    const scan = await (await connected()).scan();
    expect(
      all(scan.codes.stored)
        .map((c) => c.code)
        .sort(),
    ).toEqual(['P0128', 'P0301', 'P0302', 'U0100']);
    expect(scan.codes.stored.map((t) => t.unit)).toEqual(['7E8', '7E9', '7EA']);
    expect(scan.info.units.map((u) => u.unit)).toContain('7EA');
  });

  test('an STN chip is asked with its own command where one control unit is meant', async () => {
    const { sim, connected } = bench({ personality: 'stn1110', ...QUICK });
    const session = await connected();
    const reply = await session.exchange.hold(session.adapter.ask('0101', '7E9'));
    expect(reply.messages.map((m) => m.source)).toEqual(['7E9']);
    expect(sim.heard).toContain('STPXH:7E1,D:0101');
  });
});

describe('every bus', () => {
  test.each(Object.keys(BUSES) as Bus[])('%s: identity, codes of every unit, values', async (bus) => {
    const session = await bench({}, { bus, ecus: 3 }).connected();
    const scan = await session.scan();
    expect(session.adapter.bus?.protocol).toBe(BUSES[bus]);
    expect(scan.info.vin).toBe(VIN);
    expect(
      all(scan.codes.stored)
        .map((c) => c.code)
        .sort(),
    ).toEqual(['P0128', 'P0301', 'P0302', 'U0100']);
    expect(new Set(scan.live.map((l) => l.unit)).size).toBe(3);
    expect(scan.freezeFrames[0]).toMatchObject({ code: 'P0301' });
  });

  test.each(['can-11', 'can-29', 'can-11-250'] as const)('a car on %s that speaks J1979-2 alone', async (bus) => {
    const { sim, connected } = bench({}, { bus, dialect: 'j1979-2' });
    const session = await connected();
    expect(sim.heard).toContain('22F810');
    const scan = await session.scan();
    expect(scan.dialect).toBe('j1979-2');
    expect(scan.info.vin).toBe(VIN);
    expect(
      all(scan.codes.stored)
        .map((c) => c.code)
        .sort(),
    ).toEqual(['P0128', 'P0301', 'P0302', 'U0100']);
    expect(all(scan.codes.permanent).map((c) => c.code)).toEqual(['P0301']);
  });
});

describe('one control unit asked alone', () => {
  test('a car that speaks J1979-2 alone tells as much as any other', async () => {
    const { sim, connected } = bench({}, { dialect: 'j1979-2', ecus: 2 });
    const session = await connected();
    const scan = await session.scan();
    const report = reportOf(scan, { adapter: NO_ADAPTER, protocol: '', connectMs: 0 });
    expect(report).toMatchObject({ vin: VIN, dialect: 'j1979-2', readiness: { lamp: true, codes: 4 } });
    expect(report.ecus.map((e) => e.address)).toEqual(['7E8', '7E9']);
    expect(report.ecus[0]).toMatchObject({
      name: 'ECM-EngineControl',
      calibrationIds: ['LG-SIM-0427', 'LG-SIM-0427-B'],
      cvns: ['1791BC82', '98123476'],
      supportedPids: expect.arrayContaining(['rpm', 'speed', 'odometer']),
      uds: { part: 'LG-ECM-8K0907', serial: 'S-ECM-000417', software: 'V4.27', refused: [] },
    });
    expect(report.ecus[0]?.uds?.codes.map((c) => c.code).sort()).toEqual(['C0035', 'P0128', 'P0301', 'P0302', 'U0100']);
    expect(report.ecus[0]?.performance).toContainEqual({ name: 'ignition-cycles', value: 600 });
    expect(report.readings.odometer?.value).toBe(48_210);
    expect(report.freezeFrames[0]?.readings.map((r) => r.name)).toContain('rpm');
    expect(report.monitors.map((m) => m.monitor)).toEqual(
      expect.arrayContaining(['oxygen-sensor-b1s1', 'catalyst-b1', 'misfire-cylinder-1']),
    );
    // The level that was entered for it is given back.
    expect(sim.heard.filter((h) => h === '1003').length).toBe(sim.heard.filter((h) => h === '1001').length);
  });

  test('a classic car that speaks ISO 14229 too tells its part numbers; one that does not is no unit of it', async () => {
    const both = await (await bench({}, { uds: true }).connected()).scan();
    expect(both.uds.map((u) => [u.unit, u.software])).toEqual([
      ['7E8', 'V4.27'],
      ['7E9', 'V4.27'],
    ]);
    const { sim, connected } = bench({ personality: 'stn1110', ...QUICK });
    const classic = await (await connected()).scan();
    // ISO 15765-4: addressed alone, a unit refuses what it does not know (7F 22 11). That is no word of ISO 14229, and one
    // such refusal speaks for the whole service.
    expect(classic.uds).toEqual([]);
    expect(sim.heard.filter((h) => /^STPXH:7E0,D:22/.test(h))).toHaveLength(1);
  });

  test('tests that would move something are listed, and never asked for', async () => {
    const { sim, connected } = bench();
    const scan = await (await connected()).scan();
    expect(scan.controls).toEqual([{ unit: '7E8', tests: [{ tid: 1, name: 'evaporative system leak test' }] }]);
    expect(sim.heard.filter((h) => /^08/.test(h))).toEqual(['0800']);
  });

  test.each([
    ['alone', 1, ['1791BC82', '98123476']],
    ['beside another', 2, ['1791BC82', '98123476']],
  ])('an answer that is announced with 0x78 again and again is waited for, %s', async (_, ecus, cvns) => {
    const { connected } = bench({}, { ecus, slow: { request: '0906', ms: 2_000 } });
    const session = await connected();
    const scan = await session.scan();
    expect(scan.info.units.find((u) => u.unit === '7E8')?.cvns).toEqual(cvns);
    if (ecus > 1) expect(scan.info.units.find((u) => u.unit === '7E9')?.cvns).toHaveLength(1);
  });
});

describe('the line to the adapter', () => {
  test.each([9_600, 115_200, 19_200])('an adapter at %i bit/s is found', async (baud) => {
    const wire = createWire();
    const vehicle = car();
    vehicle.ignition(true);
    const sim = createElm327Simulator({ line: wire.device, vehicle, ...QUICK, baud, baudOf: () => wire.baud });
    ends.push(() => Promise.resolve(sim.close()));
    const opened = await openSession({ port: 'memory', baud: 38_400, signal: never, open: () => wire.open() });
    if (!('session' in opened)) throw new Error(opened.failure.heard);
    expect(opened.session.adapter.facts?.baud).toBe(baud);
    await opened.session.close();
  });

  test.each([
    ['find the adapter', { mute: true }, true, /nothing, after ATI/, /power/],
    ['find a control unit', {}, false, /UNABLE TO CONNECT/, /ignition/],
  ] as const)('who cannot "%s" says what was heard and what to try', async (step, faults, plugged, heard, advice) => {
    const { sim, open } = bench();
    Object.assign(sim.faults, faults);
    if (!plugged) sim.plug(null);
    const opened = await open();
    if (!('failure' in opened)) throw new Error('connected');
    expect(opened.failure.step).toBe(step);
    expect(opened.failure.heard).toMatch(heard);
    expect(opened.failure.advice).toMatch(advice);
  });

  test('a warm adapter is not reset the hard way, and keeps its protocol', async () => {
    const { sim, open } = bench();
    const first = await open();
    if ('session' in first) await first.session.close();
    const before = sim.count;
    await open();
    const since = sim.heard.slice(before);
    expect(since).toContain('ATWS');
    expect(since).not.toContain('ATZ');
    expect(since).not.toContain('ATSP0');
  });
});

test('a VIN comes through with every first and every last character exact', async () => {
  for (const [i, vin] of vinFrom(66).entries()) {
    const bus = (Object.keys(BUSES) as Bus[])[i % 9]!;
    const session = await bench({ padding: i % 2 === 0 ? 0x00 : 0x55 }, { vin, bus }).connected();
    expect((await session.exchange.hold(session.adapter.ask('0902'))).outcome).toBe('answered');
    const { info } = await session.scan();
    expect(info.vin).toBe(vin);
  }
});
