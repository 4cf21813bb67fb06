import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Clock, toRfc3339 } from '../../protocols/time.ts';
import { createResponder } from './discovery.ts';
import { createEventService, type Rule } from './events.ts';
import { createDigestGuard, createTokenGuard, type LoginManner } from './guard.ts';
import { renderPicture } from './picture.ts';
import { type Addresses, answerDevice, OPEN_OPERATIONS } from './services.ts';
import { type Answer, envelope, fault, readEnvelope } from './xml.ts';

/** What can go wrong with a camera. `drop-subscription` and `reboot` happen once; the others last until taken back. */
const CAMERA_FAULTS = [
  'wrong-password', // refuses every login
  'busy-on-create', // HTTP 503 and a page of HTML to CreatePullPointSubscription
  'drop-subscription', // forgets its pull points; what waits on them gets a fault
  'reboot', // the same, and every connection is cut
  'black-hole', // takes requests and never answers
  'html', // answers everything with a page of HTML
  'half-answer', // sends half of each answer
  'clock-ahead', // its clock is an hour ahead
  'local-times', // writes times with +08:00
  'no-events', // has no event service
  'no-profiles', // has no media profile
  'no-snapshot', // offers `rtsp:` only
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
  /** Speaks of single objects instead of "any object inside". */
  readonly objects?: boolean;
  /** The host that its answers name, as a camera behind NAT would; its own if left out. */
  readonly advertisedHost?: string;
}

export interface CameraSimulator {
  /** Of its device service. */
  readonly url: string;
  readonly discoveryPort: number | null;
  readonly counts: {
    readonly creates: number;
    readonly pulls: number;
    readonly mostPullsAtOnce: number;
    readonly pictures: number;
  };
  /** A car drives into the rule's bay, or out: the picture shows it, and the event is sent. */
  setOccupied(rule: string, occupied: boolean): void;
  setFault(fault: CameraFault | null): void;
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
  const now = () => options.clock() + (wrong === 'clock-ahead' ? 3_600_000 : 0);
  const time = (aheadMs = 0) => {
    const at = now() + aheadMs;
    if (wrong !== 'local-times') return toRfc3339(at);
    return toRfc3339(at + 8 * 3_600_000).replace('Z', '+08:00');
  };
  let at: Addresses = { device: '', media: '', events: '', snapshot: '' };
  const events = createEventService({
    rules,
    objects: options.objects ?? false,
    time,
    address: (id) => `${at.events}/pull/${id}`,
  });
  const tokenFits = createTokenGuard(options, now);
  const digest = createDigestGuard(options, options.login === 'digest-sha256');

  async function soap(req: IncomingMessage, res: ServerResponse, path: string): Promise<void> {
    const request = readEnvelope(await bodyOf(req));
    const send = ({ status, body }: Answer) =>
      finish(res, status, 'application/soap+xml; charset=utf-8', envelope(body));
    if (!request) return send(fault('Sender', 'ter:WellFormed', 'this is no SOAP envelope'));
    if (!OPEN_OPERATIONS.includes(request.operation)) {
      if (options.login === 'digest' || options.login === 'digest-sha256') {
        const verdict = digest.check('POST', path, req.headers.authorization);
        if (verdict !== 'ok' || wrong === 'wrong-password') return refuse(res, verdict);
      } else if (wrong === 'wrong-password' || !tokenFits(request.header)) {
        return send(fault('Sender', 'ter:NotAuthorized', 'the action requested requires authorization'));
      }
    }
    if (wrong === 'busy-on-create' && request.operation === 'CreatePullPointSubscription')
      return finish(res, 503, 'text/html', PAGE);
    if (path.startsWith('/onvif/event')) {
      if (wrong === 'no-long-poll' && request.operation === 'PullMessages')
        return send(await events.answer('PullMessages', { Timeout: 'PT0S', MessageLimit: '100' }, idOf(path)));
      return send(await events.answer(request.operation, request.request, idOf(path)));
    }
    const has = { events: wrong !== 'no-events', profiles: wrong !== 'no-profiles', snapshot: wrong !== 'no-snapshot' };
    send(answerDevice(request.operation, at, now(), has));
  }

  async function snapshot(req: IncomingMessage, res: ServerResponse, path: string): Promise<void> {
    const verdict = digest.check('GET', path, req.headers.authorization);
    if (verdict !== 'ok' || wrong === 'wrong-password') return refuse(res, verdict);
    pictures += 1;
    finish(res, 200, 'image/jpeg', await renderPicture(rules, now()));
  }

  function refuse(res: ServerResponse, verdict: 'ok' | string[]): void {
    const challenge = verdict === 'ok' ? (digest.check('', '', undefined) as string[]) : verdict;
    res.setHeader('WWW-Authenticate', challenge);
    finish(res, 401, 'text/html', '<html><body>401</body></html>');
  }

  function finish(res: ServerResponse, status: number, type: string, body: string | Buffer): void {
    if (wrong === 'black-hole') return;
    if (wrong !== 'half-answer') {
      res.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body) }).end(body);
      return;
    }
    const half = Buffer.from(body).subarray(0, Math.floor(Buffer.byteLength(body) / 2));
    res.writeHead(status, { 'content-type': type, 'content-length': half.length }).end(half);
  }

  const server = createServer((req, res) => {
    const path = req.url ?? '/';
    if (wrong === 'black-hole') return;
    const handled =
      wrong === 'html'
        ? Promise.resolve(finish(res, 200, 'text/html', PAGE))
        : path.startsWith('/snapshot')
          ? snapshot(req, res, path)
          : soap(req, res, path);
    handled.catch(() => res.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  const base = `http://${options.advertisedHost ?? options.host}:${port}`;
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
    url: `http://${options.host}:${port}/onvif/device_service`,
    discoveryPort: responder?.port ?? null,
    get counts() {
      return { ...events.counts, pictures };
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
      wrong = next;
      if (next === 'drop-subscription' || next === 'reboot') {
        events.forget();
        if (next === 'reboot') server.closeAllConnections();
        wrong = null;
      }
    },
    async close() {
      events.forget();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
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
