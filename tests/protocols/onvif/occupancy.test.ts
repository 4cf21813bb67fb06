import { describe, expect, test } from 'vitest';
import type { Notification } from '../../../protocols/onvif/message.ts';
import {
  begin,
  type CameraOccupancy,
  hear,
  NO_OCCUPANCY,
  occupied,
  sweep,
} from '../../../protocols/onvif/occupancy.ts';
import fc from '../../tools/property.ts';

const RULE = 'Bay 1';

function note(operation: Notification['operation'], object: string | null, inside: boolean | null): Notification {
  return {
    topic: 'RuleEngine/FieldDetector/ObjectsInside',
    utcTime: null,
    operation,
    source: [{ name: 'Rule', value: RULE }],
    key: object === null ? [] : [{ name: 'ObjectId', value: object }],
    data: inside === null ? [] : [{ name: 'IsInside', value: String(inside) }],
  };
}

function told(state: CameraOccupancy, ...notes: Notification[]): CameraOccupancy {
  return notes.reduce((s, n) => hear(s, n).state, state);
}

describe('occupancy of a rule over several subscriptions', () => {
  test('a new subscription makes every rule unknown until it speaks', () => {
    const before = told(begin(NO_OCCUPANCY), note('Initialized', null, true));
    expect(occupied(before, RULE)).toBe(true);
    expect(occupied(begin(before), RULE)).toBe(null);
    expect(occupied(sweep(begin(before)), RULE)).toBe(null);
    expect(occupied(told(begin(before), note('Initialized', null, true)), RULE)).toBe(true);
  });

  test('an object that is not announced again is gone after the sweep, and doubted until then', () => {
    const before = told(begin(NO_OCCUPANCY), note('Initialized', 'a', true));
    const again = told(begin(before), note('Initialized', 'b', false));
    expect(occupied(again, RULE)).toBe(null);
    expect(occupied(sweep(again), RULE)).toBe(false);
  });

  test('an object that is announced again stays', () => {
    const before = told(begin(NO_OCCUPANCY), note('Initialized', 'a', true));
    expect(occupied(sweep(told(begin(before), note('Initialized', 'a', true))), RULE)).toBe(true);
  });

  test('a rule that speaks both of objects and of all of them is told, and its second manner ignored', () => {
    const state = told(begin(NO_OCCUPANCY), note('Initialized', 'a', true));
    const { state: next, oddity } = hear(state, note('Changed', null, false));
    expect(oddity).toBe('mixed-semantics');
    expect(next).toBe(state);
  });

  test('a thousand and one objects do not fill the memory', () => {
    let state = begin(NO_OCCUPANCY);
    for (let i = 0; i < 1_000; i += 1) state = hear(state, note('Initialized', `o${i}`, false)).state;
    expect(hear(state, note('Initialized', 'one-more', true)).oddity).toBe('too-many');
  });

  test('for any run of object messages, occupied says whether any object is inside', () => {
    const step = fc.record({
      operation: fc.constantFrom('Initialized' as const, 'Changed' as const, 'Deleted' as const),
      object: fc.constantFrom('1', '2', '3'),
      inside: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 40 }), (steps) => {
        const inside = new Set<string>();
        let state = begin(NO_OCCUPANCY);
        for (const s of steps) {
          const gone = s.operation === 'Deleted';
          state = hear(state, note(s.operation, s.object, gone ? null : s.inside)).state;
          if (!gone && s.inside) inside.add(s.object);
          else inside.delete(s.object);
          expect(occupied(state, RULE)).toBe(inside.size > 0);
        }
      }),
    );
  });
});
