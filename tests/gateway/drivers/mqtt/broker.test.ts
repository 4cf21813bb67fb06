import { createServer, connect as dial } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createMqtt } from '../../../../gateway/drivers/mqtt/driver.ts';
import type { MqttDevice } from '../../../../gateway/drivers/mqtt/rights.ts';
import { dongle, eventually, join, knock, lift, PASSWORD, refusal, runBroker, soon } from './rig.ts';

describe('the embedded broker lets nobody in', () => {
  test('without a name and password', async () => {
    const broker = await runBroker([lift('lift-1')]);
    expect(await refusal(knock(broker.url, { clientId: 'kettle' }))).toMatchObject({ code: 5 });
    expect(broker.strangers).toEqual([{ name: 'kettle', via: 'mqtt' }]);
  });

  test('with a wrong password, and the device’s health says so', async () => {
    const broker = await runBroker([lift('lift-1')]);
    const wrong = knock(broker.url, { username: 'lift-1', password: 'torque-wrench-8' });
    expect(await refusal(wrong)).toMatchObject({ code: 4 });
    expect(broker.strangers).toEqual([{ name: 'lift-1', via: 'mqtt' }]);
    await eventually(() =>
      expect(broker.of('device.health', 'lift-1').map((r) => r.value)).toEqual(['wrong-password']),
    );
  });

  test('with the name of a device but no password', async () => {
    const broker = await runBroker([lift('lift-1')]);
    expect(await refusal(knock(broker.url, { username: 'lift-1' }))).toMatchObject({ code: 4 });
  });

  test('who is not listed, even with the password of another', async () => {
    const broker = await runBroker([lift('lift-1')]);
    expect(await refusal(knock(broker.url, { username: 'lift-9', password: PASSWORD }))).toMatchObject({ code: 5 });
    expect(broker.strangers).toEqual([{ name: 'lift-9', via: 'mqtt' }]);
  });

  test('as a device for which no password is set, and its health says so', async () => {
    const broker = await runBroker([{ kind: 'sensor', id: 'lift-1', signals: ['lift.height'] }]);
    await eventually(() => expect(broker.of('device.health', 'lift-1').map((r) => r.value)).toEqual(['no-password']));
    expect(await refusal(knock(broker.url, { username: 'lift-1', password: '' }))).toMatchObject({ code: 4 });
  });
});

describe('a device at the embedded broker', () => {
  test('comes, publishes and goes, and each is told', async () => {
    const broker = await runBroker([lift('lift-1')]);
    const client = await join(broker.url, 'lift-1');
    await client.publishAsync('liftgate/lift-1/lift.height', '1850', { qos: 1 });
    expect(broker.of('lift.height')).toMatchObject([{ device: 'lift-1', value: 1850, late: false }]);
    await client.endAsync();
    await eventually(() => expect(broker.of('device.health', 'lift-1').map((r) => r.value)).toEqual(['ok', 'offline']));
  });

  test('may not publish under another’s topics: it is cut off and nothing is taken', async () => {
    const broker = await runBroker([lift('lift-1'), lift('lift-2')]);
    const client = await join(broker.url, 'lift-1');
    const closed = new Promise((resolve) => client.once('close', () => resolve(null)));
    client.publish('liftgate/lift-2/lift.height', '1850', { qos: 0 });
    await closed;
    expect(broker.of('lift.height')).toEqual([]);
    await eventually(() => expect(broker.of('device.health', 'lift-1').map((r) => r.value)).toContain('foreign-topic'));
    expect(broker.of('device.health', 'lift-2')).toEqual([]);
  });

  test('may subscribe to its own commands and to nothing else', async () => {
    const broker = await runBroker([lift('lift-1'), lift('lift-2')]);
    const client = await join(broker.url, 'lift-1');
    const grant = async (topic: string) => {
      const granted = await client.subscribeAsync(topic, { qos: 1 }).catch(() => null);
      return granted?.[0]?.qos ?? 128;
    };
    expect(await grant('liftgate/lift-1/command')).toBe(1);
    for (const topic of [
      '#',
      '+/+/+',
      'liftgate/#',
      'liftgate/lift-2/command',
      'liftgate/lift-2/lift.height',
      '$SYS/#',
    ]) {
      expect([topic, await grant(topic)]).toEqual([topic, 128]);
    }
  });

  test('cannot command its neighbour, nor leave retained messages', async () => {
    const broker = await runBroker([lift('lift-1'), dongle('dongle-1')]);
    const neighbour = await join(broker.url, 'lift-1');
    const heard: string[] = [];
    neighbour.on('message', (topic) => heard.push(topic));
    await neighbour.subscribeAsync('liftgate/lift-1/command', { qos: 1 });
    const own = await join(broker.url, 'lift-1', { clientId: 'twin' });
    await own.publishAsync('liftgate/lift-1/command', 'drop', { qos: 1, retain: true });
    await own.publishAsync('liftgate/lift-1/lift.height', '10', { qos: 1 });
    await neighbour.publishAsync('liftgate/lift-1/lift.height', '11', { qos: 1 });
    expect(heard).toEqual([]);
  });

  test('cannot push another device out by taking its client id', async () => {
    const broker = await runBroker([lift('lift-1'), lift('lift-2')]);
    const first = await join(broker.url, 'lift-1', { clientId: 'same' });
    const second = await join(broker.url, 'lift-2', { clientId: 'same' });
    await first.publishAsync('liftgate/lift-1/lift.height', '1', { qos: 1 });
    await second.publishAsync('liftgate/lift-2/lift.height', '2', { qos: 1 });
    expect(broker.of('lift.height').map((r) => r.value)).toEqual([1, 2]);
  });

  test('that connects anew stays there when its old line dies late', async () => {
    const broker = await runBroker([lift('lift-1')]);
    const old = await join(broker.url, 'lift-1', { clientId: 'a' });
    await join(broker.url, 'lift-1', { clientId: 'b' });
    old.stream.destroy();
    await soon(300);
    expect(broker.of('device.health', 'lift-1').map((r) => r.value)).toEqual(['ok']);
  });

  test('with a bad payload is told once, is still acknowledged, and does not touch its neighbours', async () => {
    const broker = await runBroker([lift('lift-1'), lift('lift-2')]);
    const bad = await join(broker.url, 'lift-1');
    const good = await join(broker.url, 'lift-2');
    for (const payload of ['up', '9999', '{"value":', Buffer.from([0xff, 0xfe])]) {
      await bad.publishAsync('liftgate/lift-1/lift.height', payload, { qos: 1 });
    }
    await bad.publishAsync('liftgate/lift-1/floor.presence', 'true', { qos: 1 });
    await good.publishAsync('liftgate/lift-2/lift.height', '7', { qos: 1 });
    await bad.publishAsync('liftgate/lift-1/lift.height', '8', { qos: 1 });
    expect(broker.of('lift.height').map((r) => [r.device, r.value])).toEqual([
      ['lift-2', 7],
      ['lift-1', 8],
    ]);
    const told = broker.of('device.health', 'lift-1');
    expect(told.map((r) => r.value)).toEqual(['ok', 'bad-payload']);
    expect(told[1]!.part).toContain('not JSON');
    expect(broker.of('device.health', 'lift-2').map((r) => r.value)).toEqual(['ok']);
  });

  test('with a payload above 64 KB loses its line before the bytes are gathered', async () => {
    const broker = await runBroker([lift('lift-1')]);
    const client = await join(broker.url, 'lift-1');
    const closed = new Promise((resolve) => client.once('close', () => resolve(null)));
    client.publish('liftgate/lift-1/lift.height', Buffer.alloc(200_000, 0x31), { qos: 0 });
    await closed;
    expect(broker.of('lift.height')).toEqual([]);
  });

  test('uploads a batch of kept records', async () => {
    const broker = await runBroker([dongle('dongle-1')]);
    const client = await join(broker.url, 'dongle-1');
    const at = Date.now() - 7 * 86_400_000;
    const readings = Array.from({ length: 500 }, (_, i) => ({
      signal: 'obd.crank-voltage',
      value: 10,
      at: at + i,
      late: true,
    }));
    await client.publishAsync('liftgate/dongle-1/batch', JSON.stringify({ readings }), { qos: 1 });
    expect(broker.of('obd.crank-voltage')).toHaveLength(500);
    expect(broker.of('obd.crank-voltage').every((r) => r.late)).toBe(true);
  });
});

describe('an acknowledgement', () => {
  test.each([1, 2] as const)('of QoS %i comes only after the readings are on disk', async (qos) => {
    const broker = await runBroker([lift('lift-1')]);
    const client = await join(broker.url, 'lift-1');
    await client.publishAsync('liftgate/lift-1/lift.height', '1', { qos: 1 });
    const held = broker.hold();
    let acknowledged = false;
    const publish = client.publishAsync('liftgate/lift-1/lift.height', '2', { qos }).then(() => {
      acknowledged = true;
    });
    await eventually(() => expect(broker.of('lift.height')).toHaveLength(2));
    await soon(200);
    expect(acknowledged).toBe(false);
    held.release();
    await publish;
  });

  test('that never came makes the device send again after the gateway is back', async () => {
    const broker = await runBroker([lift('lift-1')]);
    const client = await join(broker.url, 'lift-1', { reconnectPeriod: 50, clientId: 'lift-1', clean: false });
    broker.hold();
    const publish = client.publishAsync('liftgate/lift-1/lift.height', '5', { qos: 1 });
    await eventually(() => expect(broker.of('lift.height')).toHaveLength(1));
    void broker.stop();
    const next = await eventuallyBroker(broker.port);
    await publish;
    expect(next.of('lift.height').map((r) => r.value)).toEqual([5]);
  });

  test('waits for the store in bounded memory: a device that floods is left unread, its neighbour is served', async () => {
    const broker = await runBroker([{ ...lift('loud'), flood: 1_000_000 } as MqttDevice, lift('quiet')]);
    const loud = await join(broker.url, 'loud');
    const quiet = await join(broker.url, 'quiet');
    const held = broker.hold();
    const N = 60_000;
    for (let i = 0; i < N; i++) loud.publish('liftgate/loud/lift.height', String(i % 3_000), { qos: 0 });
    const publish = quiet.publishAsync('liftgate/quiet/lift.height', '42', { qos: 1 });
    await soon(1_000);
    held.release();
    await publish;
    expect(broker.of('lift.height', 'quiet').map((r) => r.value)).toEqual([42]);
    // 2,000 have room, and what one read of the socket held at that moment.
    expect(broker.of('lift.height', 'loud').length).toBeLessThan(N);
    await eventually(() => expect(broker.of('lift.height', 'loud')).toHaveLength(N));
  });
});

describe('the embedded broker', () => {
  test('says which option to change when its port is taken', async () => {
    const squatter = createServer();
    await new Promise<void>((resolve) => squatter.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void squatter.close());
    const { port } = squatter.address() as { port: number };
    const deps = { clock: Date.now, onStranger: () => {} };
    const driver = createMqtt({ mode: 'embedded', host: '127.0.0.1', port }, [], deps);
    const run = driver.run(async () => {}, new AbortController().signal);
    await expect(run).rejects.toMatchObject({
      code: 'conflict',
      about: 'mqtt.port',
      message: expect.stringContaining('free port'),
    });
  });

  test('is a device itself, and well once it listens', async () => {
    const broker = await runBroker([]);
    await eventually(() => expect(broker.of('device.health', 'mqtt').map((r) => r.value)).toEqual(['ok']));
  });

  test('survives bytes that are no MQTT, and closes while someone hangs on the line', async () => {
    const broker = await runBroker([lift('lift-1')]);
    const noise = dial(broker.port, '127.0.0.1');
    noise.on('error', () => {});
    noise.write('GET / HTTP/1.1\r\n\r\n');
    const mute = dial(broker.port, '127.0.0.1');
    mute.on('error', () => {});
    const gone = new Promise((resolve) => mute.once('close', resolve));
    const client = await join(broker.url, 'lift-1');
    await client.publishAsync('liftgate/lift-1/lift.height', '3', { qos: 1 });
    await broker.stop();
    await gone;
    noise.destroy();
  });
});

async function eventuallyBroker(port: number) {
  for (;;) {
    try {
      return await runBroker([lift('lift-1')], port);
    } catch {
      await soon(50);
    }
  }
}
