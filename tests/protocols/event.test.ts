import { describe, expect, test } from 'vitest';
import { LiftgateError } from '../../protocols/error.ts';
import {
  EVENT_TYPES,
  event,
  fromCloudEvent,
  isEventType,
  parseEventData,
  priorityOf,
  toCloudEvent,
  type WorkshopEvent,
} from '../../protocols/event.ts';
import { PRIORITIES } from '../../protocols/signal.ts';
import fc from '../tools/property.ts';
import { bodyOf } from './arbitrary.ts';

const key = fc.record({
  site: fc.constantFrom('site-1', 'S.2_b'),
  gateway: fc.constantFrom('gw-1', 'g'),
  epoch: fc.stringMatching(/^[A-Za-z0-9]{1,32}$/),
  seq: fc.oneof(fc.integer({ min: 1 }), fc.constant(Number.MAX_SAFE_INTEGER)),
});
const anyTime = fc.integer({ min: 0, max: 253_402_300_799_999 });

const lift: WorkshopEvent = {
  ...event('liftgate.bay.lift.v1', 1_700_000_000_123, { bay: '3', raised: true, heightMm: 1_200 }),
  site: 's-1',
  gateway: 'gw-1',
  epoch: 'k3',
  seq: 42,
};

describe('events at the border', () => {
  test.each(EVENT_TYPES)('%s comes back from CloudEvents JSON as it went', (type) => {
    fc.assert(
      fc.property(bodyOf(type, anyTime), key, (body, where) => {
        const e: WorkshopEvent = { ...body, ...where };
        expect(fromCloudEvent(JSON.parse(JSON.stringify(toCloudEvent(e))))).toEqual(e);
      }),
      { numRuns: 50 },
    );
  });

  test('a CloudEvent has the attributes of the specification', () => {
    expect(toCloudEvent(lift)).toEqual({
      specversion: '1.0',
      id: 'k3-42',
      source: '/sites/s-1/gateways/gw-1',
      type: 'liftgate.bay.lift.v1',
      subject: 'bay/3',
      time: '2023-11-14T22:13:20.123Z',
      datacontenttype: 'application/json',
      data: { bay: '3', raised: true, heightMm: 1_200 },
    });
  });

  test.each([
    ['no object', 'text', /not a Liftgate CloudEvent/],
    ['an unknown attribute', { ...toCloudEvent(lift), extra: 1 }, /extra/],
    ['an id without a number', { ...toCloudEvent(lift), id: 'k3' }, /id/],
    ['seq 0', { ...toCloudEvent(lift), id: 'k3-0' }, /1 to 2\^53/],
    ['a seq beyond 2^53', { ...toCloudEvent(lift), id: 'k3-9007199254740993' }, /1 to 2\^53/],
    ['a time without a zone', { ...toCloudEvent(lift), time: '2023-11-14T22:13:20' }, /RFC 3339/],
    ['a type of the future', { ...toCloudEvent(lift), type: 'liftgate.bay.lift.v2' }, /is the other side newer/],
    ['a type that objects inherit', { ...toCloudEvent(lift), type: 'constructor' }, /not known/],
    ['the subject of another bay', { ...toCloudEvent(lift), subject: 'bay/4' }, /does not fit/],
    ['wrong data', { ...toCloudEvent(lift), data: { bay: '3', raised: 'up', heightMm: 1 } }, /raised/],
    ['data with more than it should have', { ...toCloudEvent(lift), data: { ...lift.data, owner: 'x' } }, /owner/],
  ])('%s is refused with a word on what is wrong', (_, input, message) => {
    expect(() => fromCloudEvent(input)).toThrow(LiftgateError);
    expect(() => fromCloudEvent(input)).toThrow(message);
  });

  test('reading any JSON gives an event or a LiftgateError, nothing else', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (json) => {
        try {
          fromCloudEvent(json);
        } catch (e) {
          expect(e).toBeInstanceOf(LiftgateError);
        }
      }),
    );
  });

  test('every type has a priority', () => {
    for (const type of EVENT_TYPES) expect(PRIORITIES).toContain(priorityOf(type));
    expect(isEventType('hasOwnProperty')).toBe(false);
    expect(() => parseEventData('liftgate.scan.v1', null)).toThrow(/liftgate\.scan\.v1/);
  });
});
