import { connect, type IPublishPacket, type MqttClient, type Packet } from 'mqtt';
import type { MqttConfig } from '../../../config/schema/mqtt.ts';
import { LiftgateError, messageOf } from '../../../protocols/error.ts';
import { hostState, hostTopic } from '../../../protocols/sensor/sparkplug.ts';
import { matchesFilter } from '../../../protocols/sensor/topic.ts';
import type { Clock } from '../../../protocols/time.ts';
import type { Intake } from './intake.ts';
import type { Member } from './rights.ts';

const CONNECT_MS = 10_000;
const KEEPALIVE_S = 15;
/** Nodes are told that we go; a broker that does not answer is not waited for. */
const GOODBYE_MS = 500;
/** Topics are told apart once and remembered; a broker that invents ever new ones cannot fill the memory. */
const TOPICS_REMEMBERED = 10_000;

export interface ClientDeps {
  readonly members: readonly Member[];
  readonly intake: Intake;
  /** Name under which Liftgate is there for Sparkplug nodes. */
  readonly host: string;
  readonly clock: Clock;
  /** The broker let us in and all topics are subscribed. */
  readonly onReady: () => void;
}

/**
 * Listens at a broker that is already there, until aborted. Rejects when the broker is not reached or the line is lost
 * (`unreachable`), or does not let us in (`denied`).
 * QoS 1 messages are acknowledged only after their readings are on disk.
 */
export function listenAtBroker(
  config: Extract<MqttConfig, { mode: 'external' }>,
  { members, intake, host, clock, onReady }: ClientDeps,
  signal: AbortSignal,
): Promise<void> {
  const devicesOf = router(members);
  const filters = [...new Set(members.flatMap((m) => m.rights.publish))];
  const state = (online: boolean) => Buffer.from(hostState(online, clock()));
  const client = connect(config.url, {
    username: config.user,
    password: config.password,
    clientId: config.client ?? `liftgate-${crypto.randomUUID().slice(0, 13)}`,
    // With a name of our own the broker keeps QoS 1 messages while the gateway is away.
    clean: config.client === undefined,
    connectTimeout: CONNECT_MS,
    keepalive: KEEPALIVE_S,
    reconnectPeriod: 0,
    resubscribe: false,
    ...(intake.hasNodes ? { will: { topic: hostTopic(host), payload: state(false), qos: 1, retain: true } } : {}),
  });
  intake.speak((topic, payload) => client.publish(topic, Buffer.from(payload), { qos: 0 }));
  acknowledgeWhenStored(client, (packet, done) => {
    const ids = devicesOf(packet.topic);
    if (ids.length === 0) return done(null);
    const payload = typeof packet.payload === 'string' ? Buffer.from(packet.payload) : packet.payload;
    intake.takeAll(ids, { topic: packet.topic, payload, qos: packet.qos, kept: packet.retain }, done);
  });

  return new Promise<void>((resolve, reject) => {
    let why: Error | null = null;
    const leave = () => {
      if (!intake.hasNodes || !client.connected) return client.end(true);
      client.publish(hostTopic(host), state(false), { qos: 1, retain: true }, () => client.end());
      setTimeout(() => client.end(true), GOODBYE_MS).unref();
    };
    const ready = () => {
      if (intake.hasNodes) client.publish(hostTopic(host), state(true), { qos: 1, retain: true });
      onReady();
    };
    client.on('error', (e) => {
      why ??= e;
      client.end(true);
    });
    client.on('connect', () => {
      if (filters.length === 0) return ready();
      client.subscribe(filters, { qos: 1 }, (error) => {
        if (!error) return ready();
        const refused = refusedFilter(error, filters);
        why ??= refused === null ? error : denied(config.url, `it refused the subscription to ${refused}`);
        client.end(true);
      });
    });
    client.on('close', () => {
      signal.removeEventListener('abort', leave);
      if (signal.aborted) resolve();
      else reject(lost(config.url, why));
      client.end(true);
    });
    if (signal.aborted) leave();
    else signal.addEventListener('abort', leave, { once: true });
  });
}

type Take = (packet: IPublishPacket, done: (error: Error | null) => void) => void;

/** The one inner method of the client that this file leans on; a test holds it to that. */
interface Inner {
  _sendPacket(packet: Packet, done?: () => void, ...more: unknown[]): void;
}

/**
 * The client of `mqtt` handles one message after the other and acknowledges each when it is handled. To wait for the
 * disk there would mean one message per commit; so messages are taken as they come, and their PUBACKs are held back
 * until the readings are stored, in the order of receipt (MQTT-4.6.0-2).
 */
function acknowledgeWhenStored(client: MqttClient, take: Take): void {
  const inner = client as unknown as Inner;
  const send = inner._sendPacket.bind(client);
  const stored = new Map<number, Promise<boolean>>();
  const WAITING_MAX = 1_000;

  client.handleMessage = (packet, handled) => {
    if (packet.qos === 0 || packet.messageId === undefined) {
      take(packet, () => handled());
      return;
    }
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const waits = stored.size >= WAITING_MAX;
    stored.set(packet.messageId, promise);
    take(packet, (error) => {
      resolve(error === null);
      if (waits) handled();
    });
    if (!waits) handled();
  };
  inner._sendPacket = (packet, done, ...more) => {
    if (packet.cmd !== 'puback' || packet.messageId === undefined) return send(packet, done, ...more);
    const id = packet.messageId;
    void stored.get(id)?.then((ok) => {
      stored.delete(id);
      // What could not be stored is not acknowledged: the broker sends it again on the next connection.
      if (ok && client.connected) send(packet);
    });
    done?.();
  };
}

/** Whose message a topic carries; nobody's: of no one who is listed. */
function router(members: readonly Member[]): (topic: string) => readonly string[] {
  const filters = members.flatMap((m) => m.rights.publish.map((filter) => ({ filter, id: m.device.id })));
  const known = new Map<string, readonly string[]>();
  return (topic) => {
    const remembered = known.get(topic);
    if (remembered !== undefined) return remembered;
    const ids = [...new Set(filters.filter(({ filter }) => matchesFilter(filter, topic)).map(({ id }) => id))];
    if (known.size < TOPICS_REMEMBERED) known.set(topic, ids);
    return ids;
  };
}

/** The filter that SUBACK answers with 0x80 (MQTT 3.1.1, 3.9.3); null when the error is another one. */
function refusedFilter(error: Error, filters: readonly string[]): string | null {
  const granted = (error as { packet?: { granted?: unknown } }).packet?.granted;
  return Array.isArray(granted) ? (filters[granted.indexOf(0x80)] ?? null) : null;
}

function lost(url: string, why: Error | null): LiftgateError {
  if (why instanceof LiftgateError) return why;
  const code = (why as { code?: unknown } | null)?.code;
  // CONNACK return codes, MQTT 3.1.1 table 3.1: 4 bad user name or password, 5 not authorised; 134 and 135 in MQTT 5.
  if (code === 4 || code === 5 || code === 134 || code === 135) {
    return denied(url, 'it refused user and password; check mqtt.user and mqtt.password');
  }
  const reason = why === null ? 'the line was lost' : messageOf(why) || String(code);
  return new LiftgateError('unreachable', `MQTT broker ${shown(url)}: ${reason}; is it running, is mqtt.url right?`, {
    about: 'mqtt.url',
    cause: why,
  });
}

function denied(url: string, why: string): LiftgateError {
  return new LiftgateError('denied', `MQTT broker ${shown(url)}: ${why}`, { about: 'mqtt' });
}

/** A URL may carry a password: only scheme, host and port are shown. */
function shown(url: string): string {
  const { protocol, host } = new URL(url);
  return `${protocol}//${host}`;
}
