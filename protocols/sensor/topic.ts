import { SIGNALS, type SignalName } from '../signal.ts';

/**
 * The MQTT topics of Liftgate: `liftgate/{device}/{leaf}`. A leaf is a signal, or one of three words:
 *
 * - `batch`: many readings in one message (kept records, sent later);
 * - `status`: birth and death (`online`, and `offline` as the last will), for brokers that are not ours;
 * - `command`: the one topic that a device may subscribe to.
 */
const ROOT = 'liftgate';
const WORDS = ['batch', 'status', 'command'] as const;
type Word = (typeof WORDS)[number];

export interface SensorTopic {
  readonly device: string;
  readonly leaf: SignalName | Word;
}

export function sensorTopic(device: string, leaf: SignalName | Word): string {
  return `${ROOT}/${device}/${leaf}`;
}

/** The filter under which everything of one device is heard. */
export function sensorFilter(device: string): string {
  return `${ROOT}/${device}/#`;
}

export function isSignal(name: string): name is SignalName {
  return Object.hasOwn(SIGNALS, name);
}

/** Reads a topic; null when it is none of ours or its last level is neither a signal nor a known word. */
export function parseSensorTopic(topic: string): SensorTopic | null {
  const levels = topic.split('/');
  const [root, device, leaf] = levels;
  if (levels.length !== 3 || root !== ROOT || !device || !leaf) return null;
  if (isSignal(leaf) || (WORDS as readonly string[]).includes(leaf))
    return { device, leaf: leaf as SensorTopic['leaf'] };
  return null;
}

/**
 * Does a topic fall under a filter? `+` stands for one level, a last `#` for all that follow and for the level above
 * it (MQTT 3.1.1, section 4.7.1). Topics that start with `$` are never matched by a leading wildcard (4.7.2).
 */
export function matchesFilter(filter: string, topic: string): boolean {
  if (topic.startsWith('$') && !filter.startsWith('$')) return false;
  const want = filter.split('/');
  const have = topic.split('/');
  for (const [i, level] of want.entries()) {
    if (level === '#') return i === want.length - 1;
    if (i >= have.length) return false;
    if (level !== '+' && level !== have[i]) return false;
  }
  return want.length === have.length;
}
