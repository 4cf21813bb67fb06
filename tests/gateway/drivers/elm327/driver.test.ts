import { afterEach, describe, expect, test } from 'vitest';
import { createElm327 } from '../../../../gateway/drivers/elm327/driver.ts';
import { isLiftgateError } from '../../../../protocols/error.ts';
import { valueFault } from '../../../../protocols/reading.ts';
import { openTcpLine } from '../../../../simulators/tcp-line.ts';
import { car, type Rig, rig, VIN } from './rig.ts';

let open: Rig | null = null;
const start = (...args: Parameters<typeof rig>): Rig => {
  open = rig(...args);
  return open;
};
afterEach(async () => {
  await open?.stop();
  open = null;
});

function running(...args: Parameters<typeof car>) {
  const vehicle = car(...args);
  vehicle.startEngine();
  return vehicle;
}

describe('reading a car', () => {
  test.each(['pty', 'tcp'])('identity, live values and codes come over %s', async (wire) => {
    const vehicle = running();
    vehicle.setCodes(['P0301', 'P0302', 'P0128', 'U0100'], ['C0035']);
    const r = start(vehicle, wire === 'tcp' ? { line: await openTcpLine() } : {});
    await r.heard((x) => x.signal === 'obd.codes.pending');
    expect(r.readings[0]).toMatchObject({ device: 'obd-1', signal: 'device.health', value: 'ok', vin: VIN });
    expect(r.readings[1]).toMatchObject({ signal: 'obd.vin', value: VIN, part: '7E8', vin: VIN });
    const of = (signal: string, part: string | null) => r.readings.find((x) => x.signal === signal && x.part === part);
    expect(of('obd.codes.stored', '7E8')?.value).toEqual(['P0301', 'P0302', 'P0128', 'U0100']);
    expect(of('obd.codes.stored', '7E9')?.value).toEqual([]);
    expect(of('obd.codes.pending', '7E8')?.value).toEqual(['C0035']);
    expect(of('obd.mil', '7E8')?.value).toBe(true);
    expect(of('obd.coolant', '7E8')?.value).toBeCloseTo(20, -1);
    expect(of('obd.odometer', '7E8')?.value).toBe(48_210);
    expect(of('obd.speed', '7E9')?.value).toBe(0);
    expect(of('obd.voltage', null)?.value).toBeGreaterThan(8);
    await r.heard((x) => x.signal === 'obd.rpm' && Number(x.value) > 600);
    expect(r.readings.filter((x) => valueFault(x.signal, x.value) !== null)).toEqual([]);
  });

  test.each(['can-29', 'kwp', 'iso-9141'] as const)('a car on %s is read the same way', async (bus) => {
    const vehicle = running({ bus });
    vehicle.setCodes(['P0301', 'P0302', 'P0128', 'U0100']);
    const r = start(vehicle);
    const codes = await r.heard((x) => x.signal === 'obd.codes.stored' && Array.isArray(x.value) && x.value.length > 0);
    expect(codes).toMatchObject({ value: ['P0301', 'P0302', 'P0128', 'U0100'], vin: VIN });
    await r.heard((x) => x.signal === 'obd.rpm');
  });

  test('a car that speaks J1979-2 alone is read as fully', async () => {
    const vehicle = running({ dialect: 'j1979-2' });
    vehicle.setCodes(['P0301', 'U0100'], ['C0035']);
    const r = start(vehicle);
    await r.heard((x) => x.signal === 'obd.codes.pending' && x.part === '7E8');
    const of = (signal: string) => r.readings.find((x) => x.signal === signal && x.part === '7E8')?.value;
    expect([of('obd.vin'), of('obd.mil'), of('obd.odometer')]).toEqual([VIN, true, 48_210]);
    expect([of('obd.codes.stored'), of('obd.codes.pending')]).toEqual([['P0301', 'U0100'], ['C0035']]);
    await r.heard((x) => x.signal === 'obd.rpm' && Number(x.value) > 600);
    expect(r.readings.every((x) => x.vin === null || x.vin === VIN)).toBe(true);
  });

  test('a sleeping car gives its voltage and no name, and is read when the ignition comes on', async () => {
    const vehicle = car();
    const r = start(vehicle);
    await r.heard((x) => x.signal === 'device.health' && x.value === 'no-vehicle');
    await r.heard((x) => x.signal === 'obd.voltage');
    expect(new Set(r.readings.map((x) => x.signal))).toEqual(new Set(['device.health', 'obd.voltage']));
    expect(r.readings.every((x) => x.vin === null)).toBe(true);
    vehicle.ignition(true);
    await r.heard((x) => x.signal === 'obd.vin' && x.value === VIN);
    vehicle.ignition(false);
    const before = r.readings.length;
    await r.heard((x) => x.value === 'no-vehicle' && r.readings.indexOf(x) >= before);
  });

  test('an adapter that lies on the bench measures nothing', async () => {
    const r = start(null);
    await r.heard((x) => x.value === 'no-vehicle');
    expect(r.readings.some((x) => x.signal === 'obd.voltage')).toBe(false);
  });

  test('after a move to another car nothing is attributed to the first', async () => {
    const r = start(running());
    await r.heard((x) => x.signal === 'obd.rpm');
    r.sim.plug(null);
    await r.heard((x) => x.value === 'no-vehicle');
    const at = r.readings.length;
    const other = running({ vin: '1HGCM82633A004352' });
    r.sim.plug(other);
    await r.heard((x) => x.signal === 'obd.rpm' && r.readings.indexOf(x) > at);
    expect(r.readings.slice(at).every((x) => x.vin === null || x.vin === '1HGCM82633A004352')).toBe(true);
  });

  test('an engine start is summed up in its lowest voltage', async () => {
    const vehicle = car({ faults: ['weak-battery'] });
    vehicle.ignition(true);
    const r = start(vehicle);
    await r.heard((x) => x.signal === 'obd.rpm' && x.value === 0);
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    vehicle.startEngine();
    const lowest = await r.heard((x) => x.signal === 'obd.crank-voltage');
    expect(lowest.vin).toBe(VIN);
    expect(lowest.value).toBeGreaterThan(8.4);
    expect(lowest.value).toBeLessThan(10);
  });
});

describe('when things go wrong', () => {
  test('a refusal is no connection', async () => {
    const r = start(running());
    r.sim.faults.say = Array<string>(40).fill('7E8037F0111');
    await r.heard((x) => x.value === 'no-vehicle');
    expect(r.readings[0]?.value).toBe('no-vehicle');
  });

  test('half of a VIN is no VIN, and the rest of the car is still read', async () => {
    const r = start(running());
    const half = '7E8101449024C535641';
    // The answer to the search is true; then the VIN breaks off, twice.
    r.sim.faults.say = ['7E8064100983B8013AA', half, half];
    await r.heard((x) => x.signal === 'obd.rpm');
    expect(r.readings.find((x) => x.signal === 'device.health')).toMatchObject({ value: 'ok', vin: null });
  });

  test.each(['STOPPED', 'BUFFER FULL', '7E8 04 41 0C <DATA ERROR', 'VENDOR MODE', '7E804410'])(
    'a spoilt answer (%s) is asked for again',
    async (text) => {
      const r = start(running());
      await r.heard((x) => x.signal === 'obd.rpm');
      r.sim.faults.say = [text];
      const at = r.readings.length;
      await r.heard((x) => x.signal === 'obd.rpm' && r.readings.indexOf(x) > at);
      expect(r.readings.slice(at).some((x) => x.value === 'no-vehicle')).toBe(false);
    },
  );

  test('noise on the line (0x00, 0xFC) does no harm', async () => {
    const r = start(running());
    r.sim.faults.noise = Uint8Array.of(0, 0xfc, 0xff, 0);
    await r.heard((x) => x.signal === 'obd.rpm');
    for (const noise of [
      [0xfc, 0x0d, 0x00],
      [0x80, 0x0d, 0x0a],
      [0, 0, 0],
    ]) {
      r.sim.faults.noise = Uint8Array.from(noise);
      const at = r.readings.length;
      await r.heard((x) => x.signal === 'obd.rpm' && r.readings.indexOf(x) > at + 20);
    }
    expect(r.readings.some((x) => x.value === 'no-vehicle')).toBe(false);
  });

  test('a missing prompt ends in a time-out, and the conversation goes on', async () => {
    const r = start(running());
    await r.heard((x) => x.signal === 'obd.rpm');
    r.sim.faults.dropPrompts = 1;
    const at = r.readings.length;
    await r.heard((x) => x.signal === 'obd.rpm' && r.readings.indexOf(x) > at + 30);
    expect(r.sim.heard).toContain('ATI');
    expect(r.sim.heard.filter((x) => x === 'ATZ')).toHaveLength(1);
  });

  test('an adapter that lost its settings is set up again', async () => {
    const r = start(running());
    await r.heard((x) => x.signal === 'obd.rpm');
    r.sim.brownOut();
    const at = r.readings.length;
    await r.heard((x) => x.signal === 'obd.vin' && r.readings.indexOf(x) >= at);
    expect(r.sim.heard.filter((x) => x === 'ATH1').length).toBeGreaterThan(1);
  });

  test.each([
    ['headers', ['H1'], null],
    ['quiet settings', ['E0', 'L0', 'S0', 'M0'], '7E8'],
    ['a protocol number', ['DPN', 'PC'], '7E8'],
  ])('a clone without %s is read all the same', async (_, lacks, part) => {
    const vehicle = running();
    vehicle.setCodes(['P0301', 'P0302', 'P0128']);
    const r = start(vehicle, { lacks, version: 'ELM327 v2.1' });
    const codes = await r.heard((x) => x.signal === 'obd.codes.stored' && Array.isArray(x.value) && x.value.length > 0);
    expect(codes).toMatchObject({ value: ['P0301', 'P0302', 'P0128'], vin: VIN, part });
  });

  test('a clone without a voltmeter says nothing of the battery', async () => {
    const r = start(running(), { lacks: ['RV'] });
    await r.heard((x) => x.signal === 'obd.codes.stored');
    expect(r.readings.some((x) => x.signal === 'obd.voltage')).toBe(false);
  });

  test('a mute adapter ends the run as unreachable, naming port and baud', async () => {
    const r = start(null);
    r.sim.faults.mute = true;
    const e = await r.ended;
    expect(isLiftgateError(e) && e.code).toBe('unreachable');
    expect(String(e)).toMatch(/no prompt.*"baud"/);
    expect(r.readings).toEqual([]);
  });

  test('a line that breaks in the middle ends the run as unreachable', async () => {
    const tcp = await openTcpLine();
    const r = start(running(), { line: tcp });
    await r.heard((x) => x.signal === 'obd.rpm');
    tcp.cut();
    expect(await r.ended).toMatchObject({ code: 'unreachable' });
  });

  test('a pulled USB plug ends the run as unreachable', async () => {
    const r = start(running());
    await r.heard((x) => x.signal === 'obd.rpm');
    await r.line.close();
    expect(await r.ended).toMatchObject({ code: 'unreachable' });
  });

  test('a store that refuses readings ends the run', async () => {
    const full = new Error('disk full');
    const r = start(running(), { emit: () => Promise.reject(full) });
    expect(await r.ended).toBe(full);
  });

  test('the port is held while the conversation lasts, and free again after it', async () => {
    const r = start(running());
    await r.heard((x) => x.signal === 'obd.rpm');
    const second = createElm327(
      { kind: 'elm327', id: 'obd-2', port: r.line.path, baud: 38_400, interval: 0.1 },
      { clock: () => Date.now() },
    );
    const never = new AbortController().signal;
    await expect(second.run(() => Promise.resolve(), never)).rejects.toMatchObject({ code: 'busy' });
    r.abort();
    expect(await r.ended).toBeNull();
    const stop = new AbortController();
    await second.run((batch) => {
      if (batch.some((x) => x.signal === 'obd.rpm')) stop.abort();
      return Promise.resolve();
    }, stop.signal);
  });
});
