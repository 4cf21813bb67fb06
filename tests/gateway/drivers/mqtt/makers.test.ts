import { describe, expect, onTestFinished, test } from 'vitest';
import { DeviceConfig, type DeviceOf } from '../../../../config/schema/devices.ts';
import type { MapConfig } from '../../../../config/schema/maps.ts';
import { createMakerSimulator, type Manner } from '../../../../simulators/maker.ts';
import { eventually, PASSWORD, runBroker } from './rig.ts';

type Options = Partial<DeviceOf<'sensor'>> & { id: string; signals: DeviceOf<'sensor'>['signals'] };
const sensor = (options: Options) =>
  DeviceConfig.parse({ kind: 'sensor', password: PASSWORD, ...options }) as DeviceOf<'sensor'>;

async function maker(url: string, manner: Manner, name: string, user: string) {
  const sim = await createMakerSimulator({ url, manner, name, user, password: PASSWORD });
  onTestFinished(() => sim.close());
  return sim;
}

describe.each([
  [
    'zigbee2mqtt',
    'bay 3/plug',
    { power: 812, closed: false, present: true },
    { 'door.open': true, 'floor.presence': true },
  ],
  [
    'tasmota',
    'tasmota_9CF9D1',
    { power: 812, closed: true, distance: 123.4 },
    { 'door.open': true, 'floor.distance': 1_234 },
  ],
  [
    'shelly-1',
    'shellyplug-s-C18B12',
    { power: 812, closed: true, on: true },
    { 'door.open': true, 'tool.active': true },
  ],
  [
    'shelly-2',
    'shellyplus1pm-a8032ab0',
    { power: 812, on: true, closed: false },
    { 'door.open': false, 'tool.active': true },
  ],
  ['esphome', 'bay3', { power: 812, present: false, distance: 90 }, { 'floor.presence': false, 'floor.distance': 900 }],
] as const)('a device in the manner of %s', (manner, name, told, others) => {
  const signals = ['tool.power', ...Object.keys(others)] as DeviceOf<'sensor'>['signals'];

  test('is read by its ready map', async () => {
    const broker = await runBroker([sensor({ id: 's1', map: manner, topicName: name, signals })]);
    const sim = await maker(broker.url, manner, name, 's1');
    await sim.tell(told);
    await eventually(() => {
      for (const [signal, value] of Object.entries({ 'tool.power': 812, ...others })) {
        expect(broker.of(signal).map((r) => [r.device, r.value])).toEqual([['s1', value]]);
      }
    });
    expect(broker.of('device.health').map((r) => r.value)).not.toContain('bad-payload');
  });

  test('behind a bridge comes and goes as the bridge tells', async () => {
    const broker = await runBroker([
      sensor({ id: 's1', map: manner, topicName: name, signals, user: 'bridge' }),
      sensor({ id: 's2', map: manner, topicName: 'other', signals, user: 'bridge' }),
    ]);
    const sim = await maker(broker.url, manner, name, 'bridge');
    const health = (id: string) => broker.of('device.health', id).map((r) => r.value);
    await sim.online(true);
    await sim.online(false);
    await sim.online(true);
    await eventually(() => expect(health('s1')).toEqual(['ok', 'ok', 'offline', 'ok']));
    await sim.tell(told);
    await eventually(() => expect(broker.of('tool.power').map((r) => r.device)).toEqual(['s1']));
    expect(health('s2')).toEqual(['ok']);
  });
});

describe('a device of another maker', () => {
  test('Shelly tells what changed by NotifyStatus, too', async () => {
    const broker = await runBroker([
      sensor({ id: 's1', map: 'shelly-2', topicName: 'shelly', signals: ['tool.power'] }),
    ]);
    const sim = await maker(broker.url, 'shelly-2', 'shelly', 's1');
    await sim.tell({ power: 5 });
    await sim.raw('shelly/events/rpc', '{"src":"shelly","method":"NotifyEvent","params":{"events":[]}}');
    await eventually(() => expect(broker.of('tool.power').map((r) => r.value)).toEqual([5]));
  });

  test('whose payload does not fit is told once, counted, and stops no neighbour', async () => {
    const two = ['a', 'b'].map((id) => sensor({ id, map: 'tasmota', signals: ['tool.power'], user: 'bridge' }));
    const broker = await runBroker(two);
    const sim = await maker(broker.url, 'tasmota', 'a', 'bridge');
    for (const bad of [
      'no json',
      '{"ENERGY":{"Power":"much"}}',
      '{"ENERGY":{"Power":[1,2]}}',
      '{"ENERGY":{"Power":-5}}',
    ]) {
      await sim.raw('tele/a/SENSOR', bad);
    }
    await sim.raw('tele/b/SENSOR', '{"ENERGY":{"Power":7}}');
    await eventually(() => expect(broker.of('tool.power').map((r) => [r.device, r.value])).toEqual([['b', 7]]));
    const told = broker.of('device.health', 'a').filter((r) => r.value === 'bad-payload');
    expect(told).toHaveLength(1);
    expect(told[0]!.part).toMatch(/tool\.power.*no json/);
    expect(broker.of('device.health', 'b').map((r) => r.value)).toEqual(['ok']);
  });

  test('what its bridge tells of devices that are not listed is passed over', async () => {
    const broker = await runBroker([sensor({ id: 'a', map: 'zigbee2mqtt', signals: ['tool.power'], user: 'z2m' })]);
    const sim = await maker(broker.url, 'zigbee2mqtt', 'a', 'z2m');
    await sim.raw('zigbee2mqtt/bridge/devices', '[]');
    await sim.raw('zigbee2mqtt/kitchen', '{"power":9}');
    await sim.raw('zigbee2mqtt/bridge/state', '{"state":"offline"}');
    await eventually(() => expect(broker.of('device.health', 'a').map((r) => r.value)).toEqual(['ok', 'offline']));
    expect(broker.of('tool.power')).toEqual([]);
  });

  test('speaks by a map of the house, and one device for many bays', async () => {
    const maps: MapConfig[] = [
      {
        name: 'plc',
        rows: [
          { signal: 'lift.height', topic: '{device}/lift/{bay}', path: '$.v[0]', unit: 'cm', offset: 2 },
          { signal: 'door.open', topic: '{device}/gate/{bay}', texts: { auf: true, zu: false } },
        ],
        online: [],
      },
    ];
    const plc = sensor({ id: 'plc-1', map: 'plc', topicName: 'halle/plc', signals: ['lift.height', 'door.open'] });
    const broker = await runBroker([plc], 0, maps);
    const sim = await maker(broker.url, 'esphome', 'x', 'plc-1');
    await sim.raw('halle/plc/lift/B3', '{"v":[178]}');
    await sim.raw('halle/plc/gate/B4', 'AUF');
    await eventually(() => expect(broker.of('door.open').map((r) => [r.part, r.value])).toEqual([['B4', true]]));
    expect(broker.of('lift.height').map((r) => [r.part, r.value])).toEqual([['B3', 1_800]]);
  });

  test('that floods is thinned and told once, with counts; its neighbour and its own last word are heard', async () => {
    const broker = await runBroker([
      sensor({ id: 'loud', signals: ['lift.height'], flood: 20 }),
      sensor({ id: 'quiet', signals: ['lift.height'] }),
    ]);
    const loud = await maker(broker.url, 'esphome', 'x', 'loud');
    const quiet = await maker(broker.url, 'esphome', 'x', 'quiet');
    const N = 2_000;
    const all = Array.from({ length: N }, (_, i) => loud.raw('liftgate/loud/lift.height', String(i)));
    await quiet.raw('liftgate/quiet/lift.height', '7');
    await Promise.all(all);
    await eventually(() => expect(broker.of('lift.height', 'loud').at(-1)?.value).toBe(N - 1));
    expect(broker.of('lift.height', 'loud').length).toBeLessThan(N / 2);
    expect(broker.of('lift.height', 'quiet').map((r) => r.value)).toEqual([7]);
    const told = broker.of('device.health', 'loud').filter((r) => r.value === 'flooding');
    expect(told.map((r) => r.part)).toEqual([expect.stringMatching(/more than 20 values a second; \d+ gave way/)]);
    expect(broker.of('device.health', 'quiet').map((r) => r.value)).toEqual(['ok']);
  });
});
