import { randomBytes, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { type Clock, type Millis, toRfc3339 } from '../../protocols/time.ts';
import { createResponder } from './discovery.ts';
import { createEventService, type EventService, type Rule } from './events.ts';
import { createDigestGuard, createTokenGuard, type LoginManner } from './guard.ts';
import type { Manner } from './manners.ts';
import { createLiveView } from './picture.ts';
import { type Addresses, answerDevice, OPEN_OPERATIONS } from './services.ts';
import { type Answer, envelope, fault, readEnvelope } from './xml.ts';

/** What can go wrong with a camera. `drop-subscription` and `reboot` happen once; the others last until taken back. */
const CAMERA_FAULTS = [
  'wrong-password', // refuses every login
  'busy-on-create', // HTTP 503 and a page of HTML to CreatePullPointSubscription
  'drop-subscription', // forgets its pull points; what waits on them gets a fault
  'reboot', // the same, and every connection is cut
  'error-on-pull', // HTTP 500 and a fault to PullMessages
  'full', // forgets its pull points, and others take them all
  'black-hole', // takes requests and never answers
  'reset', // cuts every connection
  'refuse', // nobody listens on its port
  'garbage', // answers with bytes that are no text
  'html', // answers everything with a page of HTML
  'half-answer', // sends half of each answer
  'clock-ahead', // its clock is an hour ahead
  'no-clock', // does not say what time it is
  'local-times', // writes times with +08:00
  'no-events', // has no event service
  'no-profiles', // has no media profile
  'no-snapshot', // offers `rtsp:` only
  'snapshot-404', // its picture is not where it says
  'snapshot-refused', // gives its picture to nobody
  'frozen', // sends the same picture again and again
  'shifted', // was pushed aside
  'no-long-poll', // answers pulls at once, with nothing
] as const;
export type CameraFault = (typeof CAMERA_FAULTS)[number];

export interface CameraOptions {
  readonly host: string;
  /** 0 takes any free one. */
  readonly port: number;
  readonly user: string;
  readonly password: string;
  /** Names of the rules, one per bay in view. */
  readonly rules: readonly string[];
  readonly clock: Clock;
  /** UDP port of WS-Discovery (3702 on real cameras, 0 any free one); left out: not discoverable. */
  readonly discoveryPort?: number;
  readonly login?: LoginManner;
  /** Whose way of telling occupancy; `aggregate` if left out. */
  readonly manner?: Manner;
  /** A JPEG of what it sees; left out: its bays, each empty or with a car. */
  readonly picture?: (rules: readonly Rule[], at: Millis) => Promise<Buffer>;
  /** Speaks https with this certificate. */
  readonly tls?: { readonly key: string; readonly cert: string };
  /** The host that its answers name, as a camera behind NAT would; its own if left out. */
  readonly advertisedHost?: string;
}

export interface CameraSimulator {
  /** Of its device service. */
  readonly url: string;
  readonly discoveryPort: number | null;
  readonly counts: {
    readonly creates: number;
    /** When each was asked for, on the monotonic clock. */
    readonly createdAt: readonly number[];
    readonly pulls: number;
    readonly mostPullsAtOnce: number;
    readonly pictures: number;
    /** When a login was refused, on the monotonic clock. */
    readonly refusedAt: readonly number[];
  };
  /** A car drives into the rule's bay, or out: the picture shows it, and the event is sent. */
  setOccupied(rule: string, occupied: boolean): void;
  setFault(fault: CameraFault | null): void;
  /** Sends any other property, e.g. that of a digital input. */
  tell: EventService['tell'];
  close(): Promise<void>;
}

const PAGE = '<!DOCTYPE html><html><body><h1>Please wait, the system is starting&hellip;</h1><br></body></html>';
const MOST_BYTES = 1_048_576;

/** An ONVIF camera over HTTP (and UDP, to be found), written from the ONVIF specifications. */
export async function createCameraSimulator(options: CameraOptions): Promise<CameraSimulator> {
  const rules: Rule[] = options.rules.map((rule) => ({ rule, occupied: false, object: 0 }));
  let wrong: CameraFault | null = null;
  let objects = 0;
  let pictures = 0;
  const refusedAt: number[] = [];
  const view = createLiveView(rules);
  let frozen: Promise<Buffer> | null = null;
  const photograph = () => {
    const picture = view(now(), wrong === 'shifted' ? { pushed: { x: 60, y: 14 } } : {});
    frozen = wrong === 'frozen' ? (frozen ?? picture) : null;
    return frozen ?? picture;
  };
  const now = () => options.clock() + (wrong === 'clock-ahead' ? 3_600_000 : 0);
  const time = (aheadMs = 0) => {
    const at = now() + aheadMs;
    if (wrong !== 'local-times') return toRfc3339(at);
    return toRfc3339(at + 8 * 3_600_000).replace('Z', '+08:00');
  };
  let at: Addresses = { device: '', media: '', events: '', snapshot: '' };
  const events = createEventService({
    rules,
    manner: options.manner ?? 'aggregate',
    time,
    address: (id) => `${at.events}/pull/${id}`,
  });
  const tokenFits = createTokenGuard(options, now);
  const digest = createDigestGuard(options, options.login ?? 'token');

  async function soap(req: IncomingMessage, res: ServerResponse, path: string): Promise<void> {
    const request = readEnvelope(await bodyOf(req));
    const send = ({ status, body }: Answer) =>
      finish(res, status, 'application/soap+xml; charset=utf-8', envelope(body));
    if (!request) return send(fault('Sender', 'ter:WellFormed', 'this is no SOAP envelope'));
    if (!OPEN_OPERATIONS.includes(request.operation)) {
      if (options.login?.startsWith('digest')) {
        const verdict = digest.check('POST', path, req.headers.authorization);
        if (verdict !== 'ok' || wrong === 'wrong-password') {
          if (req.headers.authorization !== undefined) refusedAt.push(performance.now());
          return refuse(res, verdict);
        }
      } else if (wrong === 'wrong-password' || !tokenFits(request.header)) {
        if (request.header !== undefined && JSON.stringify(request.header).includes('UsernameToken'))
          refusedAt.push(performance.now());
        return send(fault('Sender', 'ter:NotAuthorized', 'the action requested requires authorization'));
      }
    }
    if (wrong === 'busy-on-create' && request.operation === 'CreatePullPointSubscription')
      return finish(res, 503, 'text/html', PAGE);
    if (path.startsWith('/onvif/event')) {
      const gone = new AbortController();
      res.once('close', () => gone.abort());
      if (wrong === 'error-on-pull' && request.operation === 'PullMessages')
        return send(fault('Receiver', 'ter:Action', 'out of memory'));
      const asked =
        wrong === 'no-long-poll' && request.operation === 'PullMessages'
          ? { Timeout: 'PT0S', MessageLimit: '100' }
          : request.request;
      return send(await events.answer(request.operation, asked, idOf(path), gone.signal));
    }
    if (wrong === 'no-clock' && request.operation === 'GetSystemDateAndTime')
      return send(fault('Receiver', 'ter:ActionNotSupported', 'this camera has no clock'));
    const has = { events: wrong !== 'no-events', profiles: wrong !== 'no-profiles', snapshot: wrong !== 'no-snapshot' };
    send(answerDevice(request.operation, at, now(), has));
  }

  async function snapshot(req: IncomingMessage, res: ServerResponse, path: string): Promise<void> {
    const verdict = digest.check('GET', path, req.headers.authorization);
    if (verdict !== 'ok' || wrong === 'wrong-password' || wrong === 'snapshot-refused') return refuse(res, verdict);
    if (wrong === 'snapshot-404') return finish(res, 404, 'text/html', '<html><body>404</body></html>');
    pictures += 1;
    finish(res, 200, 'image/jpeg', await (options.picture?.(rules, now()) ?? photograph()));
  }

  function refuse(res: ServerResponse, verdict: 'ok' | string[]): void {
    const challenge = verdict === 'ok' ? (digest.check('', '', undefined) as string[]) : verdict;
    res.setHeader('WWW-Authenticate', challenge);
    finish(res, 401, 'text/html', '<html><body>401</body></html>');
  }

  function finish(res: ServerResponse, status: number, type: string, body: string | Buffer): void {
    if (wrong === 'black-hole') return;
    if (wrong === 'garbage') {
      res.writeHead(200, { 'content-type': type }).end(randomBytes(600));
      return;
    }
    if (wrong !== 'half-answer') {
      res.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body) }).end(body);
      return;
    }
    const half = Buffer.from(body).subarray(0, Math.floor(Buffer.byteLength(body) / 2));
    res.writeHead(status, { 'content-type': type, 'content-length': half.length }).end(half);
  }

  const onRequest = (req: IncomingMessage, res: ServerResponse) => {
    const path = req.url ?? '/';
    if (wrong === 'black-hole') return;
    if (wrong === 'reset') return void res.destroy();
    const handled =
      wrong === 'html'
        ? Promise.resolve(finish(res, 200, 'text/html', PAGE))
        : path.startsWith('/snapshot')
          ? snapshot(req, res, path)
          : soap(req, res, path);
    handled.catch(() => res.destroy());
  };
  const server = options.tls ? createTlsServer(options.tls, onRequest) : createServer(onRequest);
  const listen = (port: number) =>
    new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, options.host, () => {
        server.off('error', reject);
        resolve();
      });
    });
  await listen(options.port);
  const { port } = server.address() as AddressInfo;
  const scheme = options.tls ? 'https' : 'http';
  const base = `${scheme}://${options.advertisedHost ?? options.host}:${port}`;
  at = {
    device: `${base}/onvif/device_service`,
    media: `${base}/onvif/media_service`,
    events: `${base}/onvif/event_service`,
    snapshot: `${base}/snapshot?channel=1&profile=Profile_0001`,
  };
  const responder =
    options.discoveryPort === undefined
      ? null
      : await createResponder(options.host, options.discoveryPort, `urn:uuid:${randomUUID()}`, at.device);

  return {
    url: `${scheme}://${options.host}:${port}/onvif/device_service`,
    discoveryPort: responder?.port ?? null,
    get counts() {
      return { ...events.counts, pictures, refusedAt };
    },
    setOccupied(name, occupied) {
      const rule = rules.find((r) => r.rule === name);
      if (!rule) throw new Error(`camera simulator: there is no rule "${name}"; it has ${options.rules.join(', ')}`);
      const was = rule.occupied;
      if (occupied && !was) objects += 1;
      Object.assign(rule, { occupied, object: occupied && !was ? objects : rule.object });
      events.publish(rule, was);
    },
    setFault(next) {
      if (wrong === 'refuse') void listen(port);
      wrong = next;
      events.fill(next === 'full');
      if (next === 'drop-subscription' || next === 'reboot' || next === 'full') events.forget();
      if (next === 'refuse') server.close();
      if (next === 'reboot' || next === 'reset' || next === 'refuse') server.closeAllConnections();
      if (next === 'drop-subscription' || next === 'reboot') wrong = null;
    },
    tell: (topic, source, data) => events.tell(topic, source, data),
    async close() {
      events.forget();
      const closed = new Promise<void>((resolve) => void server.close(() => resolve()));
      server.closeAllConnections();
      await Promise.all([closed, responder?.close()]);
    },
  };
}

function idOf(path: string): string | null {
  return /\/pull\/([\w-]+)$/.exec(path)?.[1] ?? null;
}

async function bodyOf(req: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of req as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MOST_BYTES) throw new Error('request too big');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
