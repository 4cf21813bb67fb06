import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault, Plan } from '../proxy.ts';
import type { Random } from '../random.ts';
import type { Kind } from './kind.ts';

/** Lets the proxy misbehave for a while. */
function onTheWire(name: string, what: string, ms: number, plan: (random: Random) => Plan): Kind {
  return {
    name,
    what,
    async run({ proxy }, random) {
      proxy.misbehave(plan(random));
      await sleep(ms);
      await proxy.heal();
    },
  };
}

/** Each request that carries events meets the fault with probability `p`; polls with a third of it. */
const often =
  (p: number, make: (random: Random) => Fault) =>
  (random: Random): Plan =>
  ({ carries }) =>
    random.chance(carries ? p : p / 3) ? make(random) : null;

const status = (code: number, headers: Record<string, string>, body: string): Fault => ({
  kind: 'status',
  status: code,
  headers,
  body,
});

export const WIRE: readonly Kind[] = [
  {
    name: 'cut',
    what: 'the network between gateway and cloud is cut: connections are reset and refused',
    async run({ proxy, count }, random) {
      for (let i = 0; i < 5; i++) {
        await proxy.cut();
        count('cut');
        await sleep(random.between(300, 1_200));
        await proxy.heal();
        await sleep(random.between(300, 1_200));
      }
    },
  },
  onTheWire(
    'reset-request',
    'the connection is reset in the middle of a request',
    5_000,
    often(0.5, () => ({ kind: 'reset-request' })),
  ),
  onTheWire(
    'reset-response',
    'the connection is reset in the middle of an answer',
    5_000,
    often(0.5, () => ({ kind: 'reset-response' })),
  ),
  onTheWire(
    'lost-response',
    'the cloud commits, and its answer is lost',
    6_000,
    often(0.6, () => ({ kind: 'lost-response' })),
  ),
  onTheWire(
    'truncated-response',
    'half an answer, ended in good order',
    5_000,
    often(0.5, () => ({ kind: 'truncated-response' })),
  ),
  onTheWire(
    'truncated-request',
    'half of a body arrives as if it were the whole',
    5_000,
    often(0.4, () => ({ kind: 'truncated-request' })),
  ),
  onTheWire(
    'drip',
    'a slow link: answers come drop by drop',
    6_000,
    often(0.8, (r) => ({ kind: 'drip', ms: r.between(200, 1_500) })),
  ),
  onTheWire(
    'latency',
    'every request takes long',
    6_000,
    often(0.9, (r) => ({ kind: 'latency', ms: r.between(50, 1_200) })),
  ),
  onTheWire('black-hole', 'a half-open link: nobody answers, nobody hangs up', 3_000, () => () => ({
    kind: 'black-hole',
  })),
  onTheWire(
    'duplicate',
    'every batch is brought twice at once',
    6_000,
    often(1, () => ({ kind: 'duplicate' })),
  ),
  onTheWire(
    'reorder',
    'requests overtake each other, and old ones come once more',
    8_000,
    often(0.7, (r) =>
      r.chance(0.5) ? { kind: 'reorder', ms: r.between(100, 900) } : { kind: 'replay', ms: r.between(200, 2_500) },
    ),
  ),
  onTheWire(
    '429',
    '429 with Retry-After',
    4_000,
    often(0.6, () => status(429, { 'retry-after': '1' }, '{}')),
  ),
  onTheWire(
    '500',
    '500 from whatever stands before the cloud',
    5_000,
    often(0.5, () => status(500, {}, 'Internal Server Error')),
  ),
  onTheWire(
    '503',
    '503 with and without Retry-After',
    5_000,
    often(0.6, (r) => status(503, r.chance(0.5) ? { 'retry-after': '2' } : {}, '')),
  ),
  onTheWire(
    'html',
    'a page of HTML with status 200, as a captive portal sends it',
    5_000,
    often(0.6, () =>
      status(200, { 'content-type': 'text/html' }, '<!doctype html><title>Sign in to this network</title>'),
    ),
  ),
];
