import {
  inputOf,
  inStandardNames,
  itemValue,
  type Notification,
  objectOf,
  ruleOf,
  stateOf,
} from '../../../protocols/onvif/message.ts';
import {
  begin,
  type CameraOccupancy,
  hear,
  NO_OCCUPANCY,
  occupied,
  sweep,
} from '../../../protocols/onvif/occupancy.ts';
import { type TopicSpec, topicSpec } from '../../../protocols/onvif/topic.ts';
import { type Reading, reading } from '../../../protocols/reading.ts';
import type { Millis } from '../../../protocols/time.ts';
import { type Health, type HealthCode, isHealthCode } from './health.ts';

/** Further from the time of receipt than this, a camera's time of an event is not believed. */
const BELIEVED_MS = 60_000;
/** GetSystemDateAndTime knows whole seconds only: less than this is no offset. */
const EXACT_MS = 1_500;
const MOST_TROUBLES = 256;
/** What names the origin of a motion alarm, the most telling first. */
const SOURCE_NAMES = ['Rule', 'Source', 'VideoSource', 'VideoSourceConfigurationToken'];

/** A rule of a camera now says something else than before. */
export interface RuleChange {
  readonly at: Millis;
  readonly rule: string;
  /** The object that made it so; null where the camera speaks of all objects together, or of none. */
  readonly object: string | null;
  /** As the camera sent it, without prefixes; null when silence made it so. */
  readonly topic: string | null;
  readonly occupied: boolean | null;
  readonly operation: Notification['operation'];
}

interface Contact {
  readonly input: string;
  readonly signal: 'floor.presence' | 'tool.active';
  readonly inverted: boolean;
}

export interface ReportOptions {
  /** Null: whatever rules the camera has. */
  readonly rules: readonly string[] | null;
  readonly topics?: readonly TopicSpec[];
  readonly contacts?: readonly Contact[];
  readonly onChange?: (change: RuleChange) => void;
}

/** Turns what a camera notified into readings, of the configured rules alone. Keeps its memory from one line to the next. */
export class Report {
  private readonly device: string;
  private readonly options: ReportOptions;
  private occupancy: CameraOccupancy = NO_OCCUPANCY;
  /** What was last emitted on this line; a rule that is missing here was not spoken of yet. */
  private said = new Map<string, boolean | null>();
  /** Troubles that stand, by who told of them. */
  private troubles = new Map<string, HealthCode>();

  constructor(device: string, options: ReportOptions) {
    this.device = device;
    this.options = options;
  }

  /** A new subscription: what was known before is no longer. */
  begin(): void {
    this.occupancy = begin(this.occupancy);
    this.said = new Map();
    this.troubles = new Map();
  }

  /** 10 s after `begin`: rules that are still silent are unknown, and that is said. */
  sweep(now: Millis): Reading[] {
    this.occupancy = sweep(this.occupancy);
    const rules = this.options.rules ?? [...this.said.keys()];
    return rules.flatMap((rule) => this.changed(rule, now, null));
  }

  /** @param offsetMs camera's clock minus ours */
  take(notifications: readonly Notification[], health: Health, now: Millis, offsetMs: number): Reading[] {
    return notifications.flatMap((n) => {
      const spec = topicSpec(n.topic, this.options.topics);
      return spec === null ? [] : this.takeOne(inStandardNames(n, spec), spec, health, timeOf(n, now, offsetMs));
    });
  }

  private takeOne(n: Notification, spec: TopicSpec, health: Health, when: Millis): Reading[] {
    switch (spec.meaning) {
      case 'occupancy':
        return this.hear(n, health, when);
      case 'motion': {
        const part = itemValue(n.source, ...SOURCE_NAMES)?.slice(0, 128) ?? null;
        const moves = n.operation === 'Deleted' ? null : stateOf(n);
        return moves === null ? [] : [reading(this.device, 'camera.motion', moves, when, { part })];
      }
      case 'input': {
        const contact = this.options.contacts?.find((c) => c.input === inputOf(n));
        const closed = n.operation === 'Deleted' ? null : stateOf(n);
        if (!contact || (closed === null && n.operation !== 'Deleted')) return [];
        const value = closed === null ? null : closed !== contact.inverted;
        return [reading(this.device, contact.signal, value, when, { part: contact.input })];
      }
      case 'trouble': {
        const stands = n.operation === 'Deleted' ? false : stateOf(n);
        if (isHealthCode(spec.health) && stands !== null) this.trouble(n, spec.health, stands, health);
        return [];
      }
      case 'ignored':
        return [];
    }
  }

  /** The same trouble may come from several services and sources; it is over when all of them say so. */
  private trouble(n: Notification, code: HealthCode, stands: boolean, health: Health): void {
    const key = JSON.stringify([code, n.topic, ...n.source.map((i) => i.value)]);
    if (!stands) this.troubles.delete(key);
    else if (this.troubles.size < MOST_TROUBLES) this.troubles.set(key, code);
    health.set(code, [...this.troubles.values()].includes(code), 'camera');
  }

  private hear(n: Notification, health: Health, when: Millis): Reading[] {
    const rule = ruleOf(n);
    if (this.options.rules && !this.options.rules.includes(rule)) return [];
    const { state, oddity } = hear(this.occupancy, n);
    this.occupancy = state;
    if (oddity === 'mixed-semantics') health.set('mixed-semantics', true);
    return oddity === null ? this.changed(rule, when, n) : [];
  }

  private changed(rule: string, when: Millis, by: Notification | null): Reading[] {
    const value = occupied(this.occupancy, rule);
    if (this.said.has(rule) && this.said.get(rule) === value) return [];
    this.said.set(rule, value);
    const { topic = null, operation = null } = by ?? {};
    this.options.onChange?.({ at: when, rule, object: by && objectOf(by), topic, occupied: value, operation });
    return [reading(this.device, 'camera.occupied', value, when, { part: rule })];
  }
}

/** The camera's time, set right by its offset; the time of receipt when there is none, or none that can be believed. */
function timeOf(n: Notification, now: Millis, offsetMs: number): Millis {
  if (n.utcTime === null || Math.abs(offsetMs) > BELIEVED_MS) return now;
  const ours = n.utcTime - (Math.abs(offsetMs) < EXACT_MS ? 0 : offsetMs);
  return now - ours > BELIEVED_MS ? now : Math.min(Math.round(ours), now);
}
