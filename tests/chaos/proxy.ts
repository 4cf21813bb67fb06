import { once } from 'node:events';
import {
  Agent,
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';

/** What the proxy does to one request. */
export type Fault =
  /** The connection is reset when a part of the request has gone up. */
  | { readonly kind: 'reset-request' }
  /** The cloud has answered; half of it goes back, then a reset. */
  | { readonly kind: 'reset-response' }
  /** The cloud has committed and answered; nothing of it goes back. */
  | { readonly kind: 'lost-response' }
  /** The answer ends in order, but too soon. */
  | { readonly kind: 'truncated-response' }
  /** Half of the request's body goes up as if it were the whole; the cloud's answer to that comes back. */
  | { readonly kind: 'truncated-request' }
  /** Nobody answers, and nobody hangs up. */
  | { readonly kind: 'black-hole' }
  /** Both ways byte by byte. */
  | { readonly kind: 'drip'; readonly ms: number }
  | { readonly kind: 'latency'; readonly ms: number }
  /** Brought twice at once; the second answer goes back. */
  | { readonly kind: 'duplicate' }
  /** Held back until later ones have overtaken it. */
  | { readonly kind: 'reorder'; readonly ms: number }
  /** Brought once more later on, behind newer ones. */
  | { readonly kind: 'replay'; readonly ms: number }
  /** An answer that the cloud never gave. */
  | {
      readonly kind: 'status';
      readonly status: number;
      readonly headers: Readonly<Record<string, string>>;
      readonly body: string;
    };

/** Decides for each request; `carries`: it has events. */
export type Plan = (what: { readonly carries: boolean }) => Fault | null;

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Stands between gateway and cloud, on the loopback interface alone, and misbehaves as told. */
export class FaultProxy {
  readonly #server: Server;
  readonly #target: number;
  readonly #agent = new Agent({ keepAlive: true });
  #port = 0;
  #plan: Plan | null = null;
  /** Faults that really happened, by kind. */
  readonly counts = new Map<string, number>();
  /** Requests that were let pass whole. */
  passed = 0;
  cuts = 0;

  constructor(target: number) {
    this.#target = target;
    this.#server = createServer((req, res) => {
      this.#take(req, res).catch(() => res.destroy());
    });
    this.#server.keepAliveTimeout = 30_000;
  }

  get port(): number {
    return this.#port;
  }

  async open(): Promise<void> {
    this.#server.listen(this.#port, '127.0.0.1');
    await once(this.#server, 'listening');
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  /** Refuses connections and resets those that stand. */
  async cut(): Promise<void> {
    if (!this.#server.listening) return;
    this.cuts++;
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  misbehave(plan: Plan): void {
    this.#plan = plan;
  }

  async heal(): Promise<void> {
    this.#plan = null;
    if (!this.#server.listening) await this.open();
  }

  async close(): Promise<void> {
    this.#plan = null;
    await this.cut();
    this.#agent.destroy();
  }

  async #take(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of req) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const fault = this.#plan?.({ carries: hasEvents(req, body) }) ?? null;
    if (fault === null) this.passed++;
    else this.counts.set(nameOf(fault), (this.counts.get(nameOf(fault)) ?? 0) + 1);
    await this.#act(fault, req, body, res);
  }

  async #act(fault: Fault | null, req: IncomingMessage, body: Buffer, res: ServerResponse): Promise<void> {
    const forward = () => this.#forward(req, body);
    switch (fault?.kind) {
      case undefined:
        return give(res, await forward());
      case 'reset-request':
        await this.#forward(req, body, body.length >> 1).catch(() => {});
        return reset(res);
      case 'truncated-request':
        return give(res, await this.#forward(req, body.subarray(0, body.length >> 1)));
      case 'reset-response': {
        const answer = await forward();
        res.writeHead(answer.status, { 'content-length': answer.body.length });
        res.write(answer.body.subarray(0, answer.body.length >> 1), () => reset(res));
        return;
      }
      case 'lost-response':
        await forward();
        return reset(res);
      case 'truncated-response': {
        const answer = await forward();
        res.writeHead(answer.status, { 'content-type': 'application/json', connection: 'close' });
        res.end(answer.body.subarray(0, answer.body.length >> 1));
        return;
      }
      case 'black-hole':
        return;
      case 'drip':
        return await drip(res, await forward(), fault.ms);
      case 'latency':
        await sleep(fault.ms);
        return give(res, await forward());
      case 'duplicate': {
        const [, second] = await Promise.all([forward(), forward()]);
        return give(res, second);
      }
      case 'reorder':
        await sleep(fault.ms);
        return give(res, await forward());
      case 'replay':
        setTimeout(() => void forward().catch(() => {}), fault.ms).unref();
        return give(res, await forward());
      case 'status':
        res.writeHead(fault.status, fault.headers).end(fault.body);
    }
  }

  /** @param upTo so many bytes of the body, then the connection is cut */
  #forward(req: IncomingMessage, body: Buffer, upTo = body.length): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const whole = upTo === body.length;
      const up = request({
        host: '127.0.0.1',
        port: this.#target,
        method: req.method,
        path: req.url,
        headers: { ...req.headers, host: `127.0.0.1:${this.#target}`, 'content-length': body.length },
        ...(whole ? { agent: this.#agent } : { agent: false as const }),
      });
      up.on('error', reject);
      up.on('response', (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (c: Buffer) => chunks.push(c));
        answer.on('error', reject);
        answer.on('end', () =>
          resolve({ status: answer.statusCode ?? 502, headers: answer.headers, body: Buffer.concat(chunks) }),
        );
      });
      if (whole) up.end(body);
      else up.write(body.subarray(0, upTo), () => up.destroy(new Error('cut on purpose')));
    });
  }
}

function nameOf(fault: Fault): string {
  return fault.kind === 'status' ? `status-${fault.status}` : fault.kind;
}

function hasEvents(req: IncomingMessage, body: Buffer): boolean {
  try {
    const text = (req.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body).toString();
    return req.method === 'POST' && !text.endsWith('"events":[]}');
  } catch {
    return false;
  }
}

function give(res: ServerResponse, { status, headers, body }: Answer): void {
  const { connection: _c, 'transfer-encoding': _t, 'keep-alive': _k, ...rest } = headers;
  res.writeHead(status, { ...rest, 'content-length': body.length }).end(body);
}

function reset(res: ServerResponse): void {
  res.socket?.resetAndDestroy();
}

async function drip(res: ServerResponse, { status, body }: Answer, ms: number): Promise<void> {
  res.writeHead(status, { 'content-type': 'application/json', 'content-length': body.length });
  const parts = Math.min(40, body.length);
  const size = Math.ceil(body.length / parts);
  for (let at = 0; at < body.length && !res.destroyed; at += size) {
    res.write(body.subarray(at, at + size));
    await sleep(ms / parts);
  }
  res.end();
}
