import type { DeviceOf } from '../../../config/schema/devices.ts';
import { messageOf } from '../../../protocols/error.ts';
import { type Reading, reading } from '../../../protocols/reading.ts';
import { EdgeNode, type NodeValue } from '../../../protocols/sensor/edge-node.ts';
import { type MapRow, mapValue } from '../../../protocols/sensor/mapping.ts';
import { believedTime } from '../../../protocols/sensor/payload.ts';
import {
  parseSparkplug,
  parseSparkplugTopic,
  rebirthRequest,
  type SparkplugTopic,
  sparkplugTopics,
} from '../../../protocols/sensor/sparkplug.ts';
import { isSignal } from '../../../protocols/sensor/topic.ts';
import type { Millis } from '../../../protocols/time.ts';
import { HOST, type Member } from './rights.ts';

/** What a Sparkplug message meant for the devices behind its node. */
export interface NodeNews {
  readonly readings: readonly Reading[];
  readonly presence: readonly { readonly id: string; readonly here: boolean }[];
  readonly faults: readonly { readonly id: string; readonly fault: string }[];
}

interface Part {
  readonly device: DeviceOf<'sensor'>;
  readonly metrics: ReadonlyMap<string, MapRow>;
}

/** The Sparkplug edge nodes behind the listed devices. */
export class Nodes {
  readonly #parts = new Map<string, Part[]>();
  readonly #nodes = new Map<string, EdgeNode>();
  readonly #send: (topic: string, payload: Uint8Array) => void;

  constructor(members: readonly Member[], send: (topic: string, payload: Uint8Array) => void) {
    this.#send = send;
    for (const { device, plan } of members) {
      if (device.kind !== 'sensor' || !device.sparkplug) continue;
      const key = keyOf(device.sparkplug);
      const parts = this.#parts.get(key) ?? [];
      parts.push({ device, metrics: plan?.metrics ?? new Map() });
      this.#parts.set(key, parts);
    }
  }

  get size(): number {
    return this.#parts.size;
  }

  /** Null when the topic is no Sparkplug topic of a listed node. */
  hear(topic: string, payload: Uint8Array, now: Millis): NodeNews | null {
    const place = parseSparkplugTopic(topic);
    const parts = place && this.#parts.get(keyOf(place));
    if (!place || !parts) return null;
    const key = keyOf(place);
    const node = this.#nodes.get(key) ?? new EdgeNode();
    this.#nodes.set(key, node);
    let step: ReturnType<EdgeNode['hear']>;
    try {
      step = node.hear(place.message, place.device, parseSparkplug(payload), now);
    } catch (e) {
      const fault = messageOf(e);
      return { readings: [], presence: [], faults: concerned(parts, place).map((p) => ({ id: p.device.id, fault })) };
    }
    if (step.rebirth) this.#send(sparkplugTopics(place.group, place.node, HOST).command, rebirthRequest(now));
    const { presence } = step;
    const told = presence
      ? parts.filter((p) => p.device.sparkplug!.device === (presence.device ?? undefined) || nodeDied(presence))
      : [];
    const news: { -readonly [K in keyof NodeNews]: NodeNews[K][number][] } = {
      readings: [],
      presence: told.map((p) => ({ id: p.device.id, here: presence!.here })),
      faults: concerned(parts, place).flatMap((p) => step.faults.map((fault) => ({ id: p.device.id, fault }))),
    };
    for (const value of step.values) {
      for (const part of parts) {
        const made = readingOf(part, value, now);
        if (typeof made === 'string') news.faults.push({ id: part.device.id, fault: made });
        else if (made !== null) news.readings.push(made);
      }
    }
    return news;
  }
}

/** The death of a node is that of all its devices; its birth is not: each is born by itself. */
function nodeDied({ device, here }: { readonly device: string | null; readonly here: boolean }): boolean {
  return device === null && !here;
}

function concerned(parts: readonly Part[], place: SparkplugTopic): readonly Part[] {
  const own = parts.filter((p) => p.device.sparkplug!.device === (place.device ?? undefined));
  return own.length > 0 ? own : parts.slice(0, 1);
}

/** A reading, a sentence about what does not fit, or null where the metric says nothing to this device. */
function readingOf({ device, metrics }: Part, value: NodeValue, now: Millis): Reading | string | null {
  if (device.sparkplug!.device !== (value.device ?? undefined)) return null;
  const named = value.name.replaceAll('/', '.');
  const row = metrics.get(value.name) ?? (isSignal(named) ? { signal: named } : null);
  if (row === null || !(device.signals as readonly string[]).includes(row.signal)) return null;
  const mapped = mapValue(row, value.value);
  if (mapped === null) return null;
  if ('fault' in mapped) return `metric ${value.name}: ${mapped.fault}`;
  const time = believedTime({ at: value.at, late: value.historical }, now);
  if (typeof time === 'string') return `metric ${value.name}: ${time}`;
  return reading(device.id, row.signal, mapped.value, time.at, { late: time.late });
}

function keyOf({ group, node }: { readonly group: string; readonly node: string }): string {
  return `${group}/${node}`;
}
