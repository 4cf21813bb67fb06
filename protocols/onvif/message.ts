import { fromRfc3339, type Millis } from '../time.ts';
import { type TopicSpec, topicPath } from './topic.ts';
import { at, child, childrenOf, type XmlNode } from './tree.ts';

/** A name with its value, as sent. Never a number: a plate `0012` is not 12. */
export interface Item {
  readonly name: string;
  readonly value: string;
}

/** One tt:Message (Core, Notification structure). Every list may be empty; items may come in any order. */
export interface Notification {
  /** Path without namespace prefixes, e.g. `RuleEngine/FieldDetector/ObjectsInside`. */
  readonly topic: string;
  /** As the camera's clock said; null when it is missing, or has no zone: a zone is never guessed. */
  readonly utcTime: Millis | null;
  /** Of properties only; null for a plain event. */
  readonly operation: 'Initialized' | 'Changed' | 'Deleted' | null;
  readonly source: readonly Item[];
  readonly key: readonly Item[];
  /** Simple items, then the leaves of ElementItems under their path, e.g. `LicensePlateInfo/PlateNumber`. */
  readonly data: readonly Item[];
}

const MOST = 1_000;
const OPERATIONS = ['Initialized', 'Changed', 'Deleted'] as const;

/**
 * The notifications of an envelope with a PullMessagesResponse or a Notify, in their order, at most 1,000.
 * Messages without a topic are left out.
 */
export function notificationsOf(envelope: XmlNode): Notification[] {
  const body = child(envelope, 'Body');
  const holder = child(body, 'PullMessagesResponse') ?? child(body, 'Notify');
  return childrenOf(holder, 'NotificationMessage')
    .slice(0, MOST)
    .flatMap((n) => {
      const topic = topicPath(child(n, 'Topic')?.text ?? '');
      return topic === '' ? [] : [notificationOf(topic, at(n, 'Message', 'Message') ?? child(n, 'Message'))];
    });
}

function notificationOf(topic: string, message: XmlNode | null): Notification {
  return {
    topic,
    utcTime: fromRfc3339(message?.attrs.UtcTime?.trim() ?? ''),
    operation: OPERATIONS.find((o) => o === message?.attrs.PropertyOperation) ?? null,
    source: items(child(message, 'Source')),
    key: items(child(message, 'Key')),
    data: items(child(message, 'Data')),
  };
}

function items(list: XmlNode | null): Item[] {
  const simple = childrenOf(list, 'SimpleItem').map((i) => ({ name: i.attrs.Name ?? '', value: i.attrs.Value ?? '' }));
  const element = childrenOf(list, 'ElementItem').flatMap((e) => {
    const inner =
      e.children.length === 1 && e.children[0]!.name === e.attrs.Name ? e.children[0]!.children : e.children;
    return inner.flatMap((c) => leaves(c, e.attrs.Name ?? ''));
  });
  return [...simple, ...element].slice(0, MOST);
}

function leaves(node: XmlNode, path: string): Item[] {
  const name = path === '' ? node.name : `${path}/${node.name}`;
  return node.children.length === 0 ? [{ name, value: node.text }] : node.children.flatMap((c) => leaves(c, name));
}

/** The value of the first of these names that is there, whatever its case; null when none is. */
export function itemValue(items: readonly Item[], ...names: readonly string[]): string | null {
  for (const name of names) {
    const found = items.find((i) => i.name.toLowerCase() === name.toLowerCase());
    if (found) return found.value;
  }
  return null;
}

const TRUE = ['true', '1', 'active', 'on', 'high'];
const FALSE = ['false', '0', 'inactive', 'off', 'low'];

/** The spellings of yes and no that cameras use; null for anything else. */
function fromBoolean(text: string | null): boolean | null {
  const word = text?.trim().toLowerCase() ?? '';
  if (TRUE.includes(word)) return true;
  return FALSE.includes(word) ? false : null;
}

/** Names under which cameras send the state of a property, the most telling first. */
const STATE_NAMES = [
  'IsInside',
  'Inside',
  'IsVehicle',
  'IsMotion',
  'LogicalState',
  'Value',
  'State',
  'active',
  'IsTamper',
  'Detected',
  'Level',
];

/** The same message with the names of the standard, where its topic has names of its own. */
export function inStandardNames(n: Notification, spec: TopicSpec): Notification {
  const also = (items: readonly Item[], own: string | undefined, name: string) => {
    const value = own === undefined ? null : itemValue(items, own);
    return value === null ? items : [{ name, value }, ...items];
  };
  return { ...n, source: also(n.source, spec.rule, 'Rule'), data: also(n.data, spec.state, STATE_NAMES[0]!) };
}

const INPUT_NAMES = ['InputToken', 'AlarmInToken', 'AlarmInID', 'Port', 'RelayToken', 'Token', 'Source'];

/** The token of the digital input that speaks; null when the message names none. */
export function inputOf(n: Notification): string | null {
  return itemValue(n.source, ...INPUT_NAMES) ?? (n.source.length === 1 ? n.source[0]!.value : null);
}

/** The state that a property is in; null when it says none that is known. */
export function stateOf(n: Notification): boolean | null {
  return fromBoolean(itemValue(n.data, ...STATE_NAMES));
}

/** The object that a property of single objects speaks of; null where the message has no Key. */
export function objectOf(n: Notification): string | null {
  if (n.key.length === 0) return null;
  return itemValue(n.key, 'ObjectId') ?? JSON.stringify(n.key.map((i) => [i.name, i.value]));
}

/** The rule that speaks: the source item of that name, or the topic's last segment where a vendor names it there. */
export function ruleOf(n: Notification): string {
  return itemValue(n.source, 'Rule', 'RuleName') || n.topic.slice(n.topic.lastIndexOf('/') + 1);
}
