import { describe, expect, test } from 'vitest';
import { matchesFilter, parseSensorTopic, sensorTopic } from '../../../protocols/sensor/topic.ts';
import { SIGNAL_NAMES } from '../../../protocols/signal.ts';
import fc from '../../tools/property.ts';

describe('the topics of Liftgate', () => {
  test('reading back what was written is identity', () => {
    const id = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,20}$/);
    fc.assert(
      fc.property(id, fc.constantFrom(...SIGNAL_NAMES, 'batch', 'status', 'command'), (device, leaf) => {
        expect(parseSensorTopic(sensorTopic(device, leaf as 'batch'))).toEqual({ device, leaf });
      }),
    );
  });

  test.each([
    'liftgate',
    'liftgate/a',
    'liftgate//status',
    'other/a/status',
    'liftgate/a/b/status',
    'liftgate/a/toString',
  ])('%s is none of them', (topic) => expect(parseSensorTopic(topic)).toBeNull());

  test('no text makes the reader fail', () => {
    fc.assert(fc.property(fc.string(), (topic) => void parseSensorTopic(topic)));
  });
});

describe('MQTT filters', () => {
  test.each([
    ['liftgate/a/#', 'liftgate/a/lift.height', true],
    ['liftgate/a/#', 'liftgate/a', true],
    ['liftgate/a/#', 'liftgate/ab/lift.height', false],
    ['wican/+/status', 'wican/x/status', true],
    ['wican/+/status', 'wican/x/y/status', false],
    ['wican/+', 'wican', false],
    ['#', '$SYS/broker/heartbeat', false],
    ['$SYS/#', '$SYS/broker/heartbeat', true],
    ['a/#/b', 'a/x/b', false],
  ])('%s and %s: %s', (filter, topic, fits) => expect(matchesFilter(filter, topic)).toBe(fits));
});
