import { describe, expect, test } from 'vitest';
import { readEvents } from '../../../simulators/score/track.ts';
import { readTruth } from '../../../simulators/score/truth.ts';
import fc from '../../tools/property.ts';

const lines = (...objects: object[]) => objects.map((o) => JSON.stringify(o)).join('\n');

describe('a truth file', () => {
  const day = [
    { at: 0, what: 'begin', bays: ['B1', 'B2'] },
    { at: 1_000, bay: 'B1', vin: 'X', what: 'enter' },
    { at: 31_000, bay: 'B1', vin: 'X', what: 'scan' },
    { at: 40_000, bay: 'B1', vin: 'X', what: 'lift', argument: 'up' },
    { at: 61_000, bay: 'B1', vin: 'X', what: 'move', argument: 'B2' },
    { at: 61_000, bay: 'B2', vin: 'X', what: 'enter' },
    { at: 61_000, bay: 'B1', vin: 'Y', what: 'enter' },
    { at: 90_000, bay: 'B1', vin: 'Y', what: 'leave' },
    { at: 100_000, what: 'end' },
  ];

  test('gives the stays, whatever the order of its lines', () => {
    const wanted = readTruth(lines(...day), 't');
    expect(wanted).toMatchObject({ from: 0, to: 100_000, bays: ['B1', 'B2'] });
    expect(wanted.stays.map((s) => [s.bay, s.vin, s.from, s.to, s.told])).toEqual([
      ['B1', 'X', 1_000, 61_000, 31_000],
      ['B1', 'Y', 61_000, 90_000, null],
      ['B2', 'X', 61_000, 100_000, null],
    ]);
    const sorted = (t: typeof wanted) => ({
      ...t,
      stays: t.stays.toSorted((a, b) => (a.bay + a.from < b.bay + b.from ? -1 : 1)),
    });
    fc.assert(
      fc.property(fc.shuffledSubarray(day, { minLength: day.length }), (some) => {
        expect(sorted(readTruth(lines(...some), 't'))).toEqual(sorted(wanted));
      }),
      { numRuns: 50 },
    );
  });

  test('may hold whole stays with RFC 3339 times, as lines or as one list, and need not be bounded', () => {
    const stays = [
      { bay: 'B1', vin: null, from: '2026-03-03T09:00:00+08:00', to: '2026-03-03T10:00:00+08:00' },
      { bay: 'B1', from: '2026-03-03T02:30:00Z', to: null },
      { bay: 'B2', from: '2026-03-03T02:00:00Z', to: '2026-03-03T03:00:00Z' },
    ];
    const truth = readTruth(lines(...stays), 't');
    expect(truth.stays[0]).toMatchObject({ bay: 'B1', vin: null, from: Date.parse('2026-03-03T01:00:00Z') });
    expect(truth.stays.at(-1)).toMatchObject({ bay: 'B1', to: truth.to });
    expect(readTruth(JSON.stringify(stays), 't')).toEqual(truth);
  });

  test.each([
    ['', /no line in it says anything/],
    ['{"at": 1', /t:1: not JSON/],
    ['{"at": 1, "bay": "B", "what": "enter"}\n\n{"at": "soon", "bay": "B", "what": "leave"}', /t:3: "at" takes/],
    ['{"at": 1, "bay": "B", "what": "leave"}', /a car leaves B that never entered/],
    ['{"at": 1, "bay": "B", "what": "enter"}\n{"at": 2, "bay": "B", "what": "enter"}', /enters B while another/],
    ['{"bay": "B", "from": 1, "to": 9}\n{"bay": "B", "from": 5, "to": 12}', /two stays in B overlap/],
    ['{"bay": "B", "from": 9, "to": 1}', /"to" lies before "from"/],
    ['{"at": 5, "bay": "B"}', /expected "what"/],
    ['7', /expected a JSON object/],
  ])('that is wrong says in which line and how: %s', (text, message) => {
    expect(() => readTruth(text, 't')).toThrow(message);
  });
});

describe('an event file', () => {
  const event = (seq: number, at: number, data: object, type = 'liftgate.bay.occupancy.v1') => ({
    ...{ specversion: '1.0', id: `e1-${seq}`, source: '/sites/s/gateways/g', type, subject: 'bay/B1' },
    ...{ time: new Date(at).toISOString(), datacontenttype: 'application/json', data },
  });
  const told = [
    event(1, 1_000, { bay: 'B1', state: 'empty', since: 0, stay: null, confidence: 0.9 }),
    event(2, 5_000, { bay: 'B1', state: 'entering', since: 4_000, stay: 's', confidence: 0.4 }),
    event(3, 5_000, { bay: 'B1', stay: 's', vin: null }, 'liftgate.bay.vehicle.v1'),
    event(4, 9_000, { bay: 'B1', state: 'occupied', since: 4_000, stay: 's', confidence: null }),
    event(5, 9_500, { bay: 'B1', raised: true }, 'liftgate.bay.lift.v1'),
  ];

  test('gives what was told of each bay, in any order, each event once', () => {
    const tracks = readEvents(lines(...told), 'e');
    expect(tracks.get('B1')!.tellings.map((t) => [t.at, t.since, t.booked, t.stay])).toEqual([
      [1_000, 0, 'empty', null],
      [5_000, 4_000, null, 's'],
      [9_000, 4_000, 'occupied', 's'],
    ]);
    expect(tracks.get('B1')!.tellings.map((t) => t.present?.toFixed(2))).toEqual(['0.10', '0.40', undefined]);
    expect(readEvents(lines(...told.toReversed(), ...told), 'e')).toEqual(tracks);
  });

  test.each([
    ['{}', /expected a CloudEvent with a "type"/],
    [JSON.stringify(event(1, 1, { bay: 'B1', state: 'full' })), /e:1: "state" takes empty/],
    [JSON.stringify(event(1, 1, { state: 'empty' })), /names no "bay"/],
    [JSON.stringify({ ...event(1, 1, { bay: 'B1', state: 'empty' }), time: 'noon' }), /"time" takes/],
    [JSON.stringify(event(1, 1, { bay: 'B1', state: 'empty', confidence: 7 })), /"confidence" takes 0 to 1/],
  ])('that is wrong says in which line and how: %s', (text, message) => {
    expect(() => readEvents(text, 'e')).toThrow(message);
  });
});
