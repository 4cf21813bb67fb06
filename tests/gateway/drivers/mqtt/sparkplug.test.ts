import { expect, onTestFinished, test } from 'vitest';
import { DeviceConfig, type DeviceOf } from '../../../../config/schema/devices.ts';
import { type MetricJson, SparkplugNode } from '../../../tools/sparkplug-node.ts';
import { eventually, PASSWORD, runBroker } from './rig.ts';

const sensor = (id: string, more: object) =>
  DeviceConfig.parse({ kind: 'sensor', id, password: PASSWORD, user: 'edge', ...more }) as DeviceOf<'sensor'>;
const lift = sensor('lift-1', { signals: ['lift.height'], sparkplug: { group: 'shop', node: 'edge', device: 'lift' } });
const press = sensor('press-1', {
  signals: ['tool.active'],
  sparkplug: { group: 'shop', node: 'edge', device: 'press' },
  rows: [{ signal: 'tool.active', metric: 'Motor/Current', above: 2 }],
});
const HEIGHT: MetricJson = { name: 'lift/height', alias: 7, datatype: 9, floatValue: 0 };

async function run(bdSeq = 0) {
  const broker = await runBroker([lift, press]);
  const node = await join(broker.url, bdSeq);
  return { broker, node };
}

async function join(url: string, bdSeq: number) {
  const node = new SparkplugNode(url, 'shop', 'edge', { user: 'edge', password: PASSWORD, bdSeq });
  onTestFinished(async () => {
    await node.client.endAsync(true);
  });
  await node.come('liftgate');
  return node;
}

test('a node is told that its host is there, and its births, data and deaths reach its devices', async () => {
  const { broker, node } = await run();
  await eventually(() => expect(node.states[0]?.text).toMatch(/"online":true/));
  await node.birth();
  await node.publish('DBIRTH', 'lift', [HEIGHT]);
  await node.publish('DBIRTH', 'press', [{ name: 'Motor/Current', alias: 8, datatype: 9, floatValue: 0.1 }]);
  await node.publish('DDATA', 'lift', [{ alias: 7, floatValue: 1_800 }]);
  await node.publish('DDATA', 'press', [{ alias: 8, floatValue: 4.5 }]);
  await eventually(() => expect(broker.of('lift.height').map((r) => r.value)).toEqual([0, 1_800]));
  await eventually(() => expect(broker.of('tool.active').map((r) => r.value)).toEqual([false, true]));
  await node.publish('DDEATH', 'press', []);
  await eventually(() => expect(broker.of('device.health', 'press-1').at(-1)?.value).toBe('offline'));
  expect(broker.of('device.health', 'lift-1').at(-1)?.value).toBe('ok');
  expect(node.commands).toEqual([]);
});

test('a hole in the sequence is answered with a rebirth request, and the birth mends it', async () => {
  const { broker, node } = await run();
  await node.birth();
  await node.publish('DBIRTH', 'lift', [HEIGHT]);
  await node.publish('DDATA', 'lift', [{ alias: 7, floatValue: 5 }], 3);
  await eventually(() => expect(node.commands).toHaveLength(1));
  expect(node.commands[0]).toMatchObject({
    topic: 'spBv1.0/shop/NCMD/edge',
    payload: { metrics: [{ name: 'Node Control/Rebirth', datatype: 11, booleanValue: true }] },
  });
  await node.birth();
  await node.publish('DBIRTH', 'lift', [HEIGHT]);
  await node.publish('DDATA', 'lift', [{ alias: 7, floatValue: 6 }]);
  await eventually(() => expect(broker.of('lift.height').map((r) => r.value)).toEqual([0, 0, 6]));
});

test('the late death of an older connection does not end the new one', async () => {
  const { broker, node } = await run(4);
  await node.birth();
  await node.publish('DBIRTH', 'lift', [HEIGHT]);
  await node.raw('NDEATH', undefined, node.death(3));
  await node.publish('DDATA', 'lift', [{ alias: 7, floatValue: 9 }]);
  await eventually(() => expect(broker.of('lift.height').at(-1)?.value).toBe(9));
  expect(broker.of('device.health', 'lift-1').map((r) => r.value)).not.toContain('offline');
  // Its own death, as the last will when the line is torn.
  node.client.stream.destroy();
  await eventually(() => expect(broker.of('device.health', 'lift-1').at(-1)?.value).toBe('offline'));
});

test('what was kept and sent late is history, and a null is not known', async () => {
  const { broker, node } = await run();
  await node.birth();
  await node.publish('DBIRTH', 'lift', [HEIGHT]);
  const at = Date.now() - 5_000;
  await node.publish('DDATA', 'lift', [
    { alias: 7, floatValue: 3, timestamp: at, isHistorical: true },
    { alias: 7, isNull: true },
  ]);
  await eventually(() => expect(broker.of('lift.height')).toHaveLength(3));
  expect(broker.of('lift.height').slice(1)).toMatchObject([
    { value: 3, at, late: true },
    { value: null, late: false },
  ]);
});

test('bytes that are no Sparkplug are told of the device, and stop nothing', async () => {
  const { broker, node } = await run();
  await node.birth();
  await node.raw('DDATA', 'lift', Buffer.from('hello'));
  await eventually(() => expect(broker.of('device.health', 'lift-1').at(-1)?.value).toBe('bad-payload'));
  await node.publish('DBIRTH', 'lift', [HEIGHT]);
  await eventually(() => expect(broker.of('lift.height')).toHaveLength(1));
});
