import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseXml } from '../../../gateway/drivers/camera/xml.ts';
import {
  inputOf,
  inStandardNames,
  type Notification,
  notificationsOf,
  stateOf,
} from '../../../protocols/onvif/message.ts';
import { begin, hear, NO_OCCUPANCY, occupied } from '../../../protocols/onvif/occupancy.ts';
import { topicSpec } from '../../../protocols/onvif/topic.ts';

const CASES = join(import.meta.dirname, '../../cases/onvif');

interface Expected {
  notifications: (Omit<Notification, 'source' | 'key' | 'data'> &
    Record<'source' | 'key' | 'data', [name: string, value: string][]>)[];
  occupied: Record<string, boolean | null>;
  /** Of each notification: what it means, its yes or no, and the input or the trouble that it names. */
  read?: [meaning: string | null, state: boolean | null, names: string | null][];
}

const pairs = (items: Notification['data']) => items.map(({ name, value }) => [name, value]);

test.each(readdirSync(CASES))('the message "%s" reads as its case says', (name) => {
  const expected = JSON.parse(readFileSync(join(CASES, name, 'expected.json'), 'utf8')) as Expected;
  const notifications = notificationsOf(parseXml(readFileSync(join(CASES, name, 'message.xml'), 'utf8')));
  const plain = notifications.map((n) => ({ ...n, source: pairs(n.source), key: pairs(n.key), data: pairs(n.data) }));
  expect(plain).toEqual(expected.notifications);

  let state = begin(NO_OCCUPANCY);
  for (const n of notifications) {
    const spec = topicSpec(n.topic);
    if (spec?.meaning === 'occupancy') state = hear(state, inStandardNames(n, spec)).state;
  }
  const said = Object.fromEntries(Object.keys(expected.occupied).map((rule) => [rule, occupied(state, rule)]));
  expect(said).toEqual(expected.occupied);
  if (expected.read) expect(notifications.map(readOf)).toEqual(expected.read);
});

function readOf(n: Notification) {
  const spec = topicSpec(n.topic);
  if (spec === null) return [null, null, null];
  const plain = inStandardNames(n, spec);
  return [spec.meaning, stateOf(plain), spec.meaning === 'input' ? inputOf(plain) : (spec.health ?? null)];
}

test('there are forty messages of eight makers at least', () => {
  const names = readdirSync(CASES);
  const makers = [
    'axis',
    'hikvision',
    'dahua',
    'tplink',
    'reolink',
    'bosch',
    'hanwha',
    'ajax',
    'milestone',
    'avigilon',
  ];
  expect(names.length).toBeGreaterThanOrEqual(40);
  for (const maker of makers) expect(names.some((n) => n.startsWith(maker))).toBe(true);
});
