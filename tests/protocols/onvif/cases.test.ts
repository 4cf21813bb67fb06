import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseXml } from '../../../gateway/drivers/camera/xml.ts';
import { type Notification, notificationsOf } from '../../../protocols/onvif/message.ts';
import { begin, hear, NO_OCCUPANCY, occupied } from '../../../protocols/onvif/occupancy.ts';
import { topicSpec } from '../../../protocols/onvif/topic.ts';

const CASES = join(import.meta.dirname, '../../cases/onvif');

interface Expected {
  notifications: (Omit<Notification, 'source' | 'key' | 'data'> &
    Record<'source' | 'key' | 'data', [name: string, value: string][]>)[];
  occupied: Record<string, boolean | null>;
}

const pairs = (items: Notification['data']) => items.map(({ name, value }) => [name, value]);

test.each(readdirSync(CASES))('the message "%s" reads as its case says', (name) => {
  const expected = JSON.parse(readFileSync(join(CASES, name, 'expected.json'), 'utf8')) as Expected;
  const notifications = notificationsOf(parseXml(readFileSync(join(CASES, name, 'message.xml'), 'utf8')));
  const plain = notifications.map((n) => ({ ...n, source: pairs(n.source), key: pairs(n.key), data: pairs(n.data) }));
  expect(plain).toEqual(expected.notifications);

  let state = begin(NO_OCCUPANCY);
  for (const n of notifications) if (topicSpec(n.topic)?.meaning === 'occupancy') state = hear(state, n).state;
  const said = Object.fromEntries(Object.keys(expected.occupied).map((rule) => [rule, occupied(state, rule)]));
  expect(said).toEqual(expected.occupied);
});
