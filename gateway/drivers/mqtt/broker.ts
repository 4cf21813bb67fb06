import { createHash, timingSafeEqual } from 'node:crypto';
import type { EventEmitter } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { Aedes, type AuthenticateError, type Client, type PublishPacket } from 'aedes';
import type { MqttConfig } from '../../../config/schema/mqtt.ts';
import { LiftgateError } from '../../../protocols/error.ts';
import { hostState, hostTopic } from '../../../protocols/sensor/sparkplug.ts';
import type { Clock } from '../../../protocols/time.ts';
import { guard } from './gate.ts';
import type { Intake } from './intake.ts';
import { type Member, mayPublish, maySubscribe } from './rights.ts';

/** A wrong password is answered this late, so that guessing is slow. */
const DENIAL_DELAY_MS = 300;
const CONNECTIONS_PER_DEVICE = 4;
/** Connections that have not said who they are yet, or never will. */
const SPARE_CONNECTIONS = 32;
/** MQTT 3.1.1, table 3.1. */
const BAD_PASSWORD = 4;
const NOT_AUTHORISED = 5;

/** Who comes in under one user name: a device, or the bridge before several. */
interface Guest {
  readonly user: string;
  readonly members: readonly Member[];
  readonly password: Buffer | null;
  readonly clients: Set<Client>;
}

export interface BrokerDeps {
  readonly members: readonly Member[];
  readonly intake: Intake;
  /** Name under which Liftgate is there for Sparkplug nodes. */
  readonly host: string;
  readonly clock: Clock;
  /** Called with the name that someone gave who was not let in. */
  readonly onStranger: (name: string) => void;
  readonly onListening: (port: number) => void;
}

/**
 * What a device says is for Liftgate alone: nothing is kept, retained or handed to another device, and so no device
 * can command or watch its neighbour, and no memory grows with what devices send.
 */
class Sink extends Aedes {
  override publish(packet: PublishPacket, ...rest: unknown[]): void {
    const [first, second] = rest;
    if (typeof first === 'object' && first !== null) (second as (() => void) | undefined)?.();
    else super.publish(packet, (first ?? second) as () => void);
  }
}

/**
 * Listens and serves until aborted. Rejects with `conflict` when the port is taken.
 * A PUBACK leaves only after the readings of its message are on disk.
 */
export async function serveBroker(
  { host, port }: Extract<MqttConfig, { mode: 'embedded' }>,
  deps: BrokerDeps,
  signal: AbortSignal,
): Promise<void> {
  const guests = guestsOf(deps.members);
  const guestOfClient = new WeakMap<Client, Guest>();
  const broker = new Sink({
    connectTimeout: 10_000,
    // The name of the user stands before the client id (below), so the 23 characters of MQTT 3.1 are too few.
    maxClientsIdLength: 512,
    maxTopicLevels: 16,

    preConnect(_client, packet, callback) {
      // A client id is unique in its device only: nobody can push another device out (MQTT-3.1.4-2).
      packet.clientId = `${packet.username ?? ''}/${packet.clientId}`;
      // Sessions are not kept: devices subscribe anew, and memory cannot grow with client ids.
      packet.clean = true;
      callback(null, true);
    },

    authenticate(client, username, password, callback) {
      const guest = guests.get(username ?? '');
      const known = isPassword(password, guest?.password ?? null);
      if (guest && known && guest.clients.size < CONNECTIONS_PER_DEVICE) {
        guestOfClient.set(client, guest);
        callback(null, true);
        return;
      }
      deps.onStranger(username || client.id.slice(1) || '(no name)');
      if (guest && !known && guest.clients.size === 0) {
        for (const { device } of guest.members) {
          deps.intake.trouble(device.id, 'wrong-password', 'someone used its name with a wrong password');
        }
      }
      const code = guest && !known ? BAD_PASSWORD : NOT_AUTHORISED;
      setTimeout(() => callback(denial(code), null), DENIAL_DELAY_MS).unref();
    },

    authorizePublish(client, packet, callback) {
      const guest = client && guestOfClient.get(client);
      if (!guest) return callback(new Error('not authorised'));
      const { user, members } = guest;
      const { topic, payload, qos } = packet;
      const ids = members.filter((m) => mayPublish(m.rights, topic)).map((m) => m.device.id);
      if (ids.length === 0) {
        // Devices of other makers, and bridges, tell more than was asked for: that is no trouble, and goes nowhere.
        if (members.some(isForeign)) return callback(null);
        deps.intake.trouble(user, 'foreign-topic', `it may not publish on ${topic}`);
        return callback(new Error(`${user} may not publish on ${topic}`));
      }
      const bytes = typeof payload === 'string' ? Buffer.from(payload) : payload;
      deps.intake.takeAll(ids, { topic, payload: bytes, qos, kept: false }, callback);
    },

    authorizeSubscribe(client, subscription, callback) {
      const guest = guestOfClient.get(client);
      const may = guest?.members.some((m) => maySubscribe(m.rights, subscription.topic)) === true;
      callback(null, may ? subscription : null);
    },
  });

  broker.on('clientReady', (client) => {
    const guest = guestOfClient.get(client);
    if (!guest || client.closed) return;
    guest.clients.add(client);
    if (guest.clients.size > 1) return;
    for (const { device } of guest.members) deps.intake.presence(device.id, true);
  });
  broker.on('clientDisconnect', (client) => {
    const guest = guestOfClient.get(client);
    if (!guest?.clients.delete(client) || guest.clients.size > 0) return;
    for (const { device } of guest.members) deps.intake.presence(device.id, false);
  });
  broker.on('clientError', () => {});
  broker.on('connectionError', () => {});

  await broker.listen();
  deps.intake.speak((topic, payload) => publish(broker, topic, Buffer.from(payload), false));
  const tellHost = (online: boolean) => {
    const word = Buffer.from(hostState(online, deps.clock()));
    if (deps.intake.hasNodes) publish(broker, hostTopic(deps.host), word, true);
  };
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    socket.setNoDelay(true);
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    broker.handle(guard(socket));
  });
  server.maxConnections = guests.size * CONNECTIONS_PER_DEVICE + SPARE_CONNECTIONS;
  try {
    await listening(server, host, port);
    const address = server.address();
    deps.onListening(typeof address === 'object' && address !== null ? address.port : port);
    for (const { members, password } of guests.values()) {
      if (password !== null) continue;
      for (const { device } of members) deps.intake.trouble(device.id, 'no-password', 'set devices[].password for it');
    }
    tellHost(true);
    await untilAborted(server, broker, signal);
  } finally {
    tellHost(false);
    server.close();
    await new Promise<void>((resolve) => broker.close(resolve));
    // Those that never said who they are, the broker does not know.
    for (const socket of sockets) socket.destroy();
  }
}

function isForeign({ device, user }: Member): boolean {
  const speaks = device.kind === 'sensor' && (device.map ?? device.rows ?? device.sparkplug) !== undefined;
  return speaks || user !== device.id;
}

function guestsOf(members: readonly Member[]): Map<string, Guest> {
  const guests = new Map<string, Guest>();
  for (const [user, own] of Map.groupBy(members, (m) => m.user)) {
    const password = own.find((m) => m.device.password !== undefined)?.device.password;
    guests.set(user, {
      user,
      members: own,
      password: password === undefined ? null : digest(password),
      clients: new Set(),
    });
  }
  return guests;
}

function publish(broker: Aedes, topic: string, payload: Buffer, retain: boolean): void {
  broker.publish({ cmd: 'publish', topic, payload, qos: retain ? 1 : 0, retain, dup: false }, () => {});
}

function digest(text: string | Buffer): Buffer {
  return createHash('sha256').update(text).digest();
}

/** Takes the same time for any password of one length, and for a device that is not there. */
function isPassword(given: Readonly<Buffer> | undefined, want: Buffer | null): boolean {
  const same = timingSafeEqual(digest((given as Buffer | undefined) ?? ''), want ?? Buffer.alloc(32));
  return same && want !== null && given !== undefined;
}

function denial(code: number): AuthenticateError {
  return Object.assign(new Error('not authorised'), { returnCode: code }) as AuthenticateError;
}

function listening(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (e: NodeJS.ErrnoException) => {
      const where = `mqtt.port ${port} on ${host}`;
      const about = 'mqtt.port';
      if (e.code === 'EADDRINUSE') {
        const what = `${where} is taken by another program; stop that one, or set mqtt.port to a free port`;
        reject(new LiftgateError('conflict', what, { about, cause: e }));
      } else if (e.code === 'EACCES') {
        const what = `${where} may not be opened by this user; set mqtt.port to 1024 or above`;
        reject(new LiftgateError('config', what, { about, cause: e }));
      } else if (e.code === 'EADDRNOTAVAIL' || e.code === 'ENOTFOUND') {
        const what = `mqtt.host ${host} is no address of this machine; use 0.0.0.0 for all of them`;
        reject(new LiftgateError('config', what, { about: 'mqtt.host', cause: e }));
      } else {
        reject(new LiftgateError('unreachable', `${where} cannot be opened: ${e.message}`, { about, cause: e }));
      }
    });
    server.listen(port, host, resolve);
  });
}

function untilAborted(server: Server, broker: EventEmitter, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (e: Error) => reject(new LiftgateError('unreachable', `the MQTT broker stopped: ${e.message}`));
    server.once('error', fail);
    broker.once('error', fail);
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
