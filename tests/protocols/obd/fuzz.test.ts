import { describe, expect, test } from 'vitest';
import { codeFacts, codeText } from '../../../protocols/obd/dtc.ts';
import { describeCode } from '../../../protocols/obd/dtc-text.ts';
import { failureTypeText } from '../../../protocols/obd/failure-type.ts';
import type { Message } from '../../../protocols/obd/frame.ts';
import { formatsOf, joinLines } from '../../../protocols/obd/frame.ts';
import { freezeCode } from '../../../protocols/obd/freeze-frame.ts';
import { hex } from '../../../protocols/obd/hex.ts';
import { J1979 } from '../../../protocols/obd/j1979.ts';
import { J1979_2 } from '../../../protocols/obd/j1979-2.ts';
import { legacyResult, monitorResults, oxygenResult, resultOf } from '../../../protocols/obd/monitors.ts';
import { decodeParameter } from '../../../protocols/obd/parameter.ts';
import { PIDS, parameterOf, signalsOf, splitPids } from '../../../protocols/obd/pids.ts';
import { readinessOf, readinessOnUds } from '../../../protocols/obd/readiness.ts';
import { reasonOf } from '../../../protocols/obd/refusal.ts';
import { answersTo, monitorStatus, refusals, supported, trouble, vinText } from '../../../protocols/obd/services.ts';
import type { Ask, Steps } from '../../../protocols/obd/steps.ts';

/**
 * Bytes that no standard foresaw: a decoder says null or a value, and never throws, hangs or says NaN.
 * Each decoder gets `ROUNDS` strings of bytes from a fixed seed. By hand, before a change of the tables:
 * FUZZ=1000000 npx vitest run tests/protocols/obd/fuzz.test.ts
 */
const ROUNDS = Number(process.env.FUZZ ?? 100_000);
/** A conversation decodes an answer to each of its questions, about ten of them in a round. */
const CONVERSATIONS: readonly string[] = ['service 09', 'the data of J1979-2, service 22'];

/** Marsaglia's xorshift: the same numbers in every run. */
function numbers(seed: number): () => number {
  let x = seed;
  return () => {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    return x >>> 0;
  };
}

type Input = { readonly bytes: readonly number[]; readonly pick: number };
type Decoder = readonly [name: string, decode: (input: Input) => unknown];

const say = (bytes: readonly number[], pick: number): Message => ({ source: '7E8', bytes, can: pick % 2 === 0 });
/** Half of the answers begin as the right one does: only those reach the inside of a decoder. */
const answer = (head: readonly number[], { bytes, pick }: Input) =>
  say(pick % 4 < 2 ? [...head, ...bytes] : bytes, pick >>> 8);

const DECODERS: readonly Decoder[] = [
  ['parameters asked together', ({ bytes }) => splitPids(bytes)],
  [
    'parameters as signals',
    ({ bytes, pick }) => {
      const { pid } = PIDS[pick % PIDS.length]!;
      return splitPids([pid, ...bytes], [pid]).map((a) => signalsOf(pid, a.readings ?? []));
    },
  ],
  [
    'parameters at their own length',
    ({ bytes, pick }) => {
      const parameter = parameterOf(pick % 256);
      return parameter === null
        ? null
        : decodeParameter(
            parameter,
            Array.from({ length: parameter.bytes }, (_, i) => bytes[i] ?? pick % 251),
          );
    },
  ],
  ['lists of what is supported', ({ bytes, pick }) => supported(pick % 256, bytes)],
  ['codes of services 03, 07, 0A', (i) => answersTo('03', [answer([0x43], i)]).map(trouble)],
  ['the code of a freeze frame', ({ bytes }) => freezeCode(bytes)],
  [
    'readiness',
    ({ bytes, pick }) => [readinessOf(pick % 2 ? 0x01 : 0x41, bytes), monitorStatus(bytes), readinessOnUds(bytes)],
  ],
  [
    'service 05',
    (i) => [
      oxygenResult(answer([0x45], i)),
      oxygenResult(answer([0x45, (i.pick >>> 4) % 12, 1 << (i.pick % 8)], i), 2),
    ],
  ],
  ['service 06 on CAN', ({ bytes, pick }) => [monitorResults(null, bytes), resultOf(null, pick % 256, bytes)]],
  ['service 06 on older buses', (i) => legacyResult(answer([0x46], i))],
  ['refusals', (i) => refusals([answer([0x7f], i)]).map((r) => reasonOf(r.reason))],
  [
    'the VIN',
    ({ bytes, pick }) => {
      const letters = [...bytes, ...bytes, ...bytes].map((b) => 'ABCDEFGHJKLMNPRSTUVWXYZ0123456789'.charCodeAt(b % 33));
      return vinText(pick % 2 ? bytes : letters.slice(0, 17 - ((pick >>> 8) % 3)));
    },
  ],
  [
    'words of codes',
    ({ bytes, pick }) => {
      const code = codeText(bytes[0] ?? 0, bytes[1] ?? 0);
      return [codeFacts(code), describeCode(code), failureTypeText(pick % 256)];
    },
  ],
  [
    'service 09',
    (i) =>
      followNow(J1979.info(), ({ request }) => [answer([0x49, Number.parseInt(request.slice(2), 16), i.pick % 4], i)]),
  ],
  [
    'the data of J1979-2, service 22',
    (i) => followNow(J1979_2.info(), ({ request }) => [answer([0x62, 0xf8, Number.parseInt(request.slice(4), 16)], i)]),
  ],
  [
    'the codes of J1979-2, service 19',
    (i) => followNow(J1979_2.codes('stored'), () => [answer([0x59, 0x42, 0x33, 0xff, 0xff, 0x04], i)]),
  ],
  [
    'lines of an adapter',
    ({ bytes, pick }) => {
      const digits = bytes.map(hex).join(pick % 3 ? ' ' : '');
      const lines = [digits, `${pick % 16}: ${digits}`, String.fromCharCode(...bytes)];
      return formatsOf((pick % 16).toString(16), pick % 2 === 0, lines).map((f) => joinLines(lines, f));
    },
  ],
];

function followNow<T>(steps: Steps<T>, ask: (ask: Ask) => readonly Message[]): T {
  let step = steps.next();
  while (!step.done) step = steps.next(ask(step.value));
  return step.value;
}

describe(`bytes that no standard foresaw, ${ROUNDS} times`, () => {
  test.each(DECODERS)(
    '%s',
    (name, decode) => {
      const next = numbers(0x0bd0 + name.length);
      const bad: string[] = [];
      let told = 0;
      const rounds = CONVERSATIONS.includes(name) ? ROUNDS / 10 : ROUNDS;
      for (let round = 0; round < rounds; round++) {
        const pick = next();
        const bytes = Array.from({ length: next() % 24 }, () => {
          const n = next();
          // Corners are likelier than chance would have them.
          return n % 5 === 0 ? [0x00, 0xff, 0x7f, 0x80][(n >>> 8) % 4]! : (n >>> 8) % 256;
        });
        try {
          const result = decode({ bytes, pick });
          if (result !== null) told++;
          if (hasNoNumber(result)) bad.push(`${bytes.map(hex).join('')}: NaN`);
        } catch (error) {
          bad.push(`${bytes.map(hex).join('')}: ${error}`);
        }
        if (bad.length > 3) break;
      }
      expect(bad).toEqual([]);
      expect(told).toBeGreaterThan(0);
    },
    600_000,
  );
});

/** Is there a number in it that is none, or endless? */
function hasNoNumber(value: unknown): boolean {
  if (typeof value === 'number') return !Number.isFinite(value);
  if (value === null || typeof value !== 'object') return false;
  return Object.values(value).some(hasNoNumber);
}
