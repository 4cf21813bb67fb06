import type { Millis } from '../time.ts';
import { ProtobufReader, WIRE } from './protobuf.ts';

/** Sparkplug B (Eclipse Sparkplug 3.0.0): its topics (chapter 4) and its payload (chapter 6, `sparkplug_b.proto`). */

const NAMESPACE = 'spBv1.0';
const MESSAGES = ['NBIRTH', 'NDATA', 'NDEATH', 'DBIRTH', 'DDATA', 'DDEATH'] as const;
export type SparkplugMessage = (typeof MESSAGES)[number];

export interface SparkplugTopic {
  readonly group: string;
  readonly message: SparkplugMessage;
  readonly node: string;
  /** Null: of the node itself. */
  readonly device: string | null;
}

/** Reads the topic of what an edge node sends; null when it is none. */
export function parseSparkplugTopic(topic: string): SparkplugTopic | null {
  const [namespace, group, message, node, device, ...rest] = topic.split('/');
  if (namespace !== NAMESPACE || !group || !node || rest.length > 0) return null;
  if (!(MESSAGES as readonly (string | undefined)[]).includes(message)) return null;
  const ofDevice = message!.startsWith('D');
  if (ofDevice !== (device !== undefined && device !== '')) return null;
  return { group, message: message as SparkplugMessage, node, device: ofDevice ? device! : null };
}

/** Filters under which an edge node is heard, and topics that it may ask for. */
export function sparkplugTopics(group: string, node: string, host: string) {
  const own = `${NAMESPACE}/${group}`;
  return {
    publish: [...MESSAGES.filter((m) => m.startsWith('N')).map((m) => `${own}/${m}/${node}`)].concat(
      MESSAGES.filter((m) => m.startsWith('D')).map((m) => `${own}/${m}/${node}/+`),
    ),
    subscribe: [
      ...['NCMD', 'DCMD'].flatMap((m) => [`${own}/${m}/${node}`, `${own}/${m}/${node}/#`, `${own}/${m}/${node}/+`]),
      hostTopic(host),
      `${NAMESPACE}/STATE/+`,
    ],
    command: `${own}/NCMD/${node}`,
  };
}

/** Where a host tells that it is there (chapter 5, "Sparkplug Host Application State"). */
export function hostTopic(host: string): string {
  return `${NAMESPACE}/STATE/${host}`;
}

export function hostState(online: boolean, at: Millis): string {
  return JSON.stringify({ online, timestamp: at });
}

/** Data types whose values are signed, with their bits; the payload carries them as unsigned (6.4.16). */
const SIGNED: ReadonlyMap<number, number> = new Map([
  [1, 8],
  [2, 16],
  [3, 32],
  [4, 64],
]);

export interface Metric {
  readonly name: string | null;
  readonly alias: string | null;
  readonly at: Millis | null;
  readonly type: number | null;
  readonly historical: boolean;
  readonly isNull: boolean;
  /** Undefined: a kind of value that no signal has (bytes, data sets, templates), or none at all. */
  readonly value: number | bigint | boolean | string | undefined;
}

export interface SparkplugPayload {
  readonly at: Millis | null;
  readonly seq: number | null;
  readonly metrics: readonly Metric[];
}

/** Reads a payload. @throws LiftgateError `invalid` when the bytes are none. */
export function parseSparkplug(bytes: Uint8Array): SparkplugPayload {
  const reader = new ProtobufReader(bytes);
  const metrics: Metric[] = [];
  let at: Millis | null = null;
  let seq: number | null = null;
  for (let f = reader.field(); f !== null; f = reader.field()) {
    if (f.number === 1 && f.wire === WIRE.varint) at = Number(reader.varint());
    else if (f.number === 2 && f.wire === WIRE.bytes) metrics.push(parseMetric(reader.bytes()));
    else if (f.number === 3 && f.wire === WIRE.varint) seq = Number(reader.varint());
    else reader.skip(f.wire);
  }
  return { at, seq, metrics };
}

function parseMetric(bytes: Uint8Array): Metric {
  const reader = new ProtobufReader(bytes);
  const m: { -readonly [K in keyof Metric]: Metric[K] } = {
    ...{ name: null, alias: null, at: null, type: null },
    ...{ historical: false, isNull: false, value: undefined },
  };
  for (let f = reader.field(); f !== null; f = reader.field()) {
    const { number, wire } = f;
    if (wire === WIRE.varint) {
      const n = reader.varint();
      if (number === 2) m.alias = String(n);
      else if (number === 3) m.at = Number(n);
      else if (number === 4) m.type = Number(n);
      else if (number === 5) m.historical = n !== 0n;
      else if (number === 7) m.isNull = n !== 0n;
      else if (number === 10) m.value = Number(n & 0xffff_ffffn);
      else if (number === 11) m.value = n;
      else if (number === 14) m.value = n !== 0n;
    } else if (number === 1 && wire === WIRE.bytes) m.name = reader.text();
    else if (number === 15 && wire === WIRE.bytes) m.value = reader.text();
    else if (number === 12 && wire === WIRE.fixed32) m.value = reader.float();
    else if (number === 13 && wire === WIRE.fixed64) m.value = reader.double();
    else reader.skip(wire);
  }
  return m;
}

/** A metric's value as its data type means it; undefined for kinds that no signal has, null where it is not known. */
export function plainValue(metric: Metric, type: number | null): number | boolean | string | null | undefined {
  const { value, isNull } = metric;
  if (isNull) return null;
  if (typeof value !== 'number' && typeof value !== 'bigint') return value;
  const bits = type === null ? undefined : SIGNED.get(type);
  // A 32-bit field may hold less bits; what it holds was sign-extended or not, as the sender liked.
  const number =
    bits !== undefined && (typeof value === 'bigint' || Number.isInteger(value))
      ? BigInt.asIntN(bits, BigInt(value))
      : value;
  return Number(number);
}

/** Asks an edge node to be born again (chapter 6, NCMD): one boolean metric, `Node Control/Rebirth`. */
export function rebirthRequest(at: Millis): Uint8Array {
  const name = new TextEncoder().encode('Node Control/Rebirth');
  const metric = [0x0a, name.length, ...name, 0x18, ...varint(at), 0x20, 11, 0x70, 1];
  return Uint8Array.from([0x08, ...varint(at), 0x12, metric.length, ...metric]);
}

function varint(value: number): number[] {
  const bytes: number[] = [];
  for (let n = BigInt(value); ; n >>= 7n) {
    if (n < 0x80n) return [...bytes, Number(n)];
    bytes.push(Number(n & 0x7fn) | 0x80);
  }
}
