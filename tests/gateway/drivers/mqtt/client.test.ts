import { createServer, type Server } from 'node:net';
import { Aedes } from 'aedes';
import { connect } from 'mqtt';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { MqttConfig } from '../../../../config/schema/mqtt.ts';
import { createMqtt } from '../../../../gateway/drivers/mqtt/driver.ts';
import type { MqttDevice } from '../../../../gateway/drivers/mqtt/rights.ts';
import type { Reading } from '../../../../protocols/reading.ts';
import { eventually, lift, soon } from './rig.ts';

/** Somebody else's broker, with one user for everyone. */
async function outside(port = 0): Promise<{ url: string; port: number; stop: () => Promise<void> }> {
  const broker = await Aedes.createBroker({
    authenticate: (_client, user, password, done) =>
      user === 'site' && password?.toString() === 'right'
        ? done(null, true)
        : done(Object.assign(new Error('no'), { returnCode: 4 }), null),
    authorizeSubscribe: (_client, sub, done) => done(null, sub.topic.includes('secret') ? null : sub),
  });
  const server: Server = createServer(broker.handle);
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const bound = (server.address() as { port: number }).port;
  let stopped = false;
  const stop = async () => {
    if (stopped) return;
    stopped = true;
    server.close();
    await new Promise<void>((resolve) => broker.close(resolve));
  };
  onTestFinished(stop);
  return { url: `mqtt://127.0.0.1:${bound}`, port: bound, stop };
}

function run(
  url: string,
  devices: readonly MqttDevice[],
  more: Partial<Extract<MqttConfig, { mode: 'external' }>> = {},
) {
  const readings: Reading[] = [];
  const gate: { held: Promise<void> | null } = { held: null };
  const stopper = new AbortController();
  const deps = { clock: Date.now, onStranger: () => {} };
  const driver = createMqtt({ mode: 'external', url, user: 'site', password: 'right', ...more }, devices, deps);
  const done = driver.run(async (batch) => {
    readings.push(...batch);
    if (gate.held) await gate.held;
  }, stopper.signal);
  done.catch(() => {});
  onTestFinished(async () => {
    stopper.abort();
    await done.catch(() => {});
  });
  const of = (signal: string) => readings.filter((r) => r.signal === signal);
  const ready = () => eventually(() => expect(of('device.health').some((r) => r.device === 'mqtt')).toBe(true));
  return { readings, of, ready, gate, stopper, done };
}

async function publisher(url: string) {
  const client = connect(url, { username: 'site', password: 'right', reconnectPeriod: 0 });
  onTestFinished(async () => {
    await client.endAsync(true);
  });
  await new Promise<void>((resolve) => client.once('connect', () => resolve()));
  return client;
}

describe('an outside broker', () => {
  test('brings the readings of listed devices, and of nobody else', async () => {
    const broker = await outside();
    const gateway = run(broker.url, [lift('lift-1'), { kind: 'wican', id: 'd1', topic: 'cars/d1/#' }]);
    await gateway.ready();
    const client = await publisher(broker.url);
    await client.publishAsync('liftgate/lift-9/lift.height', '1', { qos: 1 });
    await client.publishAsync('liftgate/lift-1/lift.height', '2', { qos: 1 });
    await client.publishAsync('cars/d1/can/rx', '{"RPM":800}', { qos: 1 });
    await eventually(() => expect(gateway.of('obd.rpm')).toHaveLength(1));
    expect(gateway.of('lift.height').map((r) => [r.device, r.value])).toEqual([['lift-1', 2]]);
  });

  test('keeps availability, which is of now, apart from kept values, which are of an unknown time', async () => {
    const broker = await outside();
    const client = await publisher(broker.url);
    await client.publishAsync('zigbee2mqtt/plug/availability', '{"state":"offline"}', { qos: 1, retain: true });
    await client.publishAsync('zigbee2mqtt/plug', '{"power":80}', { qos: 1, retain: true });
    const gateway = run(broker.url, [{ kind: 'sensor', id: 'plug', map: 'zigbee2mqtt', signals: ['tool.power'] }]);
    await gateway.ready();
    await eventually(() =>
      expect(gateway.of('device.health').at(-1)).toMatchObject({ device: 'plug', value: 'offline' }),
    );
    await client.publishAsync('zigbee2mqtt/plug', '{"power":81}', { qos: 1, retain: true });
    await eventually(() => expect(gateway.of('tool.power').map((r) => r.value)).toEqual([81]));
  });

  test('is told by Sparkplug that the host is there, and that it has gone', async () => {
    const broker = await outside();
    const client = await publisher(broker.url);
    const states: string[] = [];
    client.on('message', (_topic, payload) => states.push(payload.toString()));
    await client.subscribeAsync('spBv1.0/STATE/north', { qos: 1 });
    const sparkplug = { group: 'shop', node: 'edge' };
    const gateway = run(broker.url, [{ kind: 'sensor', id: 'l', sparkplug, signals: ['lift.height'] }], {
      sparkplugHost: 'north',
    });
    await gateway.ready();
    await eventually(() => expect(states.map((s) => JSON.parse(s).online)).toEqual([true]));
    gateway.stopper.abort();
    await gateway.done;
    await eventually(() => expect(states.map((s) => JSON.parse(s).online)).toEqual([true, false]));
  });

  test('hands on what it kept from an unknown time: that is not a reading of now', async () => {
    const broker = await outside();
    const client = await publisher(broker.url);
    await client.publishAsync('liftgate/lift-1/lift.height', '1', { qos: 1, retain: true });
    const gateway = run(broker.url, [lift('lift-1')]);
    await gateway.ready();
    await client.publishAsync('liftgate/lift-1/lift.height', '2', { qos: 1 });
    await eventually(() => expect(gateway.of('lift.height').map((r) => r.value)).toEqual([2]));
  });

  test('tells births and deaths; the death of an older life does not kill the newer one', async () => {
    const broker = await outside();
    const gateway = run(broker.url, [lift('lift-1')]);
    await gateway.ready();
    const client = await publisher(broker.url);
    const status = (status: string, life: number) =>
      client.publishAsync('liftgate/lift-1/status', JSON.stringify({ status, life }), { qos: 1 });
    await status('online', 1);
    await status('online', 2);
    await status('offline', 1);
    await status('offline', 2);
    const told = () => gateway.of('device.health').flatMap((r) => (r.device === 'lift-1' ? [r.value] : []));
    await eventually(() => expect(told()).toEqual(['ok', 'ok', 'offline']));
  });

  test('gets its acknowledgements after the readings are on disk, without one message waiting for the other', async () => {
    const broker = await outside();
    const gateway = run(broker.url, [lift('lift-1')], { client: 'gateway-of-this-test' });
    await gateway.ready();
    const stored = Promise.withResolvers<void>();
    gateway.gate.held = stored.promise;
    const client = await publisher(broker.url);
    for (let i = 0; i < 40; i++) client.publish('liftgate/lift-1/lift.height', String(i), { qos: 1 });
    await eventually(() => expect(gateway.of('lift.height').length).toBeGreaterThan(0));
    await soon(300);

    // The store never answers, the gateway dies: what was not acknowledged comes again to the next one.
    gateway.stopper.abort();
    await gateway.done;
    stored.resolve();
    const next = run(broker.url, [lift('lift-1')], { client: 'gateway-of-this-test' });
    await eventually(() => expect(next.of('lift.height').length).toBe(40));
    expect(next.of('lift.height').map((r) => r.value)).toEqual(Array.from({ length: 40 }, (_, i) => i));
    await next.ready();
    await soon(300);

    // Those were stored, and so were acknowledged: they do not come a third time.
    next.stopper.abort();
    await next.done;
    const third = run(broker.url, [lift('lift-1')], { client: 'gateway-of-this-test' });
    await third.ready();
    await soon(500);
    expect(third.of('lift.height')).toEqual([]);
  });

  test('that is down is said to be unreachable, and serves once it is up', async () => {
    const first = await outside();
    await first.stop();
    const down = run(first.url, [lift('lift-1')]);
    await expect(down.done).rejects.toMatchObject({ code: 'unreachable', about: 'mqtt.url' });
    const broker = await outside(first.port);
    const up = run(broker.url, [lift('lift-1')]);
    await up.ready();
  });

  test('that goes away ends the run: the supervisor decides when to try again', async () => {
    const broker = await outside();
    const gateway = run(broker.url, [lift('lift-1')]);
    await gateway.ready();
    await broker.stop();
    await expect(gateway.done).rejects.toMatchObject({ code: 'unreachable', message: expect.stringContaining('lost') });
  });

  test('that refuses the password is told as denied, and the password is not in the message', async () => {
    const broker = await outside();
    const url = broker.url.replace('mqtt://', 'mqtt://anyone:hidden@');
    const gateway = run(url, [], { user: 'site', password: 'wrong-secret' });
    const error = (await gateway.done.catch((e: unknown) => e)) as Error;
    expect(error).toMatchObject({ code: 'denied', message: expect.stringContaining('mqtt.password') });
    expect(error.message).not.toMatch(/hidden|wrong-secret/);
  });

  test('that refuses a topic is told as denied, with the topic', async () => {
    const broker = await outside();
    const gateway = run(broker.url, [{ kind: 'wican', id: 'd1', topic: 'secret/#' }]);
    await expect(gateway.done).rejects.toMatchObject({ code: 'denied', message: expect.stringContaining('secret/#') });
  });

  test('lets go when aborted', async () => {
    const broker = await outside();
    const gateway = run(broker.url, [lift('lift-1')]);
    await gateway.ready();
    gateway.stopper.abort();
    await gateway.done;
  });
});
