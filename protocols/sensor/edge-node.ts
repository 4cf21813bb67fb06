import type { Millis } from '../time.ts';
import { type Metric, plainValue, type SparkplugMessage, type SparkplugPayload } from './sparkplug.ts';

/**
 * One Sparkplug edge node as a host sees it (Sparkplug 3.0.0, chapters 5 and 6): births give names to aliases, deaths
 * count only with the bdSeq of the life that they end, and a hole in the sequence makes aliases doubtful until the node
 * is born again.
 */
export interface NodeValue {
  /** Null: of the node itself. */
  readonly device: string | null;
  readonly name: string;
  readonly value: number | boolean | string | null;
  /** The metric's time, else the payload's; null when there is none. */
  readonly at: Millis | null;
  readonly historical: boolean;
}

export interface NodeStep {
  readonly values: readonly NodeValue[];
  /** Who came or went; `device: null` is the node with all its devices. */
  readonly presence: { readonly device: string | null; readonly here: boolean } | null;
  /** The node has to tell everything anew: send it a rebirth request. */
  readonly rebirth: boolean;
  readonly faults: readonly string[];
}

interface Named {
  readonly name: string;
  readonly type: number | null;
  readonly device: string | null;
}

/** Metrics that speak of the node's connection, not of the workshop. */
const CONTROL = /^(?:bdSeq$|Node Control\/)/;
/** A node that was asked gets this long to be born again before it is asked once more, ms. */
const PATIENCE_MS = 10_000;
/** More names than any workshop has; a node that invents ever new ones cannot fill the memory. */
const MOST_NAMES = 20_000;

export class EdgeNode {
  #alive = false;
  #bdSeq: string | null = null;
  #seq: number | null = null;
  /** No hole since the birth. */
  #whole = false;
  readonly #aliases = new Map<string, Named>();
  readonly #types = new Map<string, number>();
  readonly #devices = new Set<string>();
  #askedAt: Millis | null = null;

  /** Takes one message of the node, in the order of receipt. @param now time of receipt, ms */
  hear(message: SparkplugMessage, device: string | null, payload: SparkplugPayload, now: Millis): NodeStep {
    switch (message) {
      case 'NBIRTH':
        return this.#nodeBorn(payload);
      case 'NDEATH':
        return this.#nodeDied(payload);
      case 'DBIRTH': {
        if (!this.#follows(payload.seq)) return this.#ask(now, []);
        this.#devices.add(device!);
        this.#learn(payload.metrics, device);
        return { ...NOTHING, values: this.#values(payload, device, []), presence: { device, here: true } };
      }
      case 'DDEATH': {
        const follows = this.#follows(payload.seq);
        this.#devices.delete(device!);
        const gone = { ...NOTHING, presence: { device, here: false } };
        return follows ? gone : { ...gone, rebirth: this.#mayAsk(now) };
      }
      case 'NDATA':
      case 'DDATA': {
        const follows = this.#follows(payload.seq);
        const known = device === null || this.#devices.has(device);
        const faults: string[] = [];
        const values = this.#alive && known ? this.#values(payload, device, faults) : [];
        if (follows && known && faults.length === 0) return { ...NOTHING, values };
        return this.#ask(now, values, faults);
      }
    }
  }

  #nodeBorn({ metrics, seq, ...rest }: SparkplugPayload): NodeStep {
    this.#alive = true;
    this.#whole = true;
    this.#seq = seq ?? 0;
    this.#bdSeq = bdSeqOf(metrics);
    this.#askedAt = null;
    this.#aliases.clear();
    this.#types.clear();
    this.#devices.clear();
    this.#learn(metrics, null);
    const values = this.#values({ metrics, seq, ...rest }, null, []);
    return { ...NOTHING, values, presence: { device: null, here: true } };
  }

  #nodeDied({ metrics }: SparkplugPayload): NodeStep {
    const bdSeq = bdSeqOf(metrics);
    // The will of an older connection may come after the birth of the next.
    if (bdSeq !== null && this.#bdSeq !== null && bdSeq !== this.#bdSeq) return NOTHING;
    this.#alive = false;
    this.#whole = false;
    this.#devices.clear();
    return { ...NOTHING, presence: { device: null, here: false } };
  }

  /** Is this the next message of a life whose birth was heard? Counts it in any case. */
  #follows(seq: number | null): boolean {
    const next = this.#seq === null ? null : (this.#seq + 1) % 256;
    // Encoders of proto3 leave zeros out.
    this.#seq = seq ?? 0;
    if (!this.#alive) return false;
    if (this.#seq !== next) this.#whole = false;
    return this.#whole;
  }

  #learn(metrics: readonly Metric[], device: string | null): void {
    for (const { name, alias, type } of metrics) {
      if (name === null || this.#types.size >= MOST_NAMES) continue;
      if (type !== null) this.#types.set(`${device ?? ''}/${name}`, type);
      if (alias !== null) this.#aliases.set(alias, { name, type, device });
    }
  }

  #values({ metrics, at }: SparkplugPayload, device: string | null, faults: string[]): NodeValue[] {
    return metrics.flatMap((metric): NodeValue[] => {
      // After a hole an alias may mean something else by now; a name cannot.
      const alias =
        metric.alias === null || (!this.#whole && metric.name === null) ? undefined : this.#aliases.get(metric.alias);
      const name = metric.name ?? (alias?.device === device ? alias.name : undefined);
      if (name === undefined) {
        if (this.#whole) faults.push(`alias ${metric.alias ?? '(none)'} was given no name at birth`);
        return [];
      }
      if (CONTROL.test(name)) return [];
      const type = metric.type ?? this.#types.get(`${device ?? ''}/${name}`) ?? null;
      const value = plainValue(metric, type);
      if (value === undefined) return [];
      return [{ device, name, value, at: metric.at ?? at, historical: metric.historical }];
    });
  }

  #ask(now: Millis, values: readonly NodeValue[], faults: readonly string[] = []): NodeStep {
    return { values, presence: null, rebirth: this.#mayAsk(now), faults };
  }

  #mayAsk(now: Millis): boolean {
    if (this.#askedAt !== null && Math.abs(now - this.#askedAt) < PATIENCE_MS) return false;
    this.#askedAt = now;
    return true;
  }
}

const NOTHING: NodeStep = { values: [], presence: null, rebirth: false, faults: [] };

function bdSeqOf(metrics: readonly Metric[]): string | null {
  const value = metrics.find((m) => m.name === 'bdSeq')?.value;
  return value === undefined ? null : String(value);
}
