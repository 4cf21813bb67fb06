import { type EventBody, event } from '../../protocols/event.ts';
import { OTHER_VIN, VIN } from './cloud.ts';
import { alert, occupancy, readings, vehicle } from './facts.ts';
import fc from './property.ts';

/** One thing that happens in a bay; the same few stays come again and again, so that events of each meet. */
const Turn = fc.oneof(
  { weight: 4, arbitrary: fc.record({ what: fc.constant('occupied' as const), late: fc.nat(900) }) },
  {
    weight: 1,
    arbitrary: fc.record({ what: fc.constantFrom('leaving' as const, 'unknown' as const, 'entering' as const) }),
  },
  { weight: 2, arbitrary: fc.record({ what: fc.constant('empty' as const) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      what: fc.constant('car' as const),
      vin: fc.constantFrom(VIN, OTHER_VIN, null),
      plate: fc.constantFrom('沪A12345', '沪B54321', null),
      model: fc.constantFrom('Lavida', 'Passat', null),
      order: fc.constantFrom('WO-1', 'WO-2', null),
    }),
  },
  { weight: 1, arbitrary: fc.record({ what: fc.constant('signal' as const), value: fc.nat(9) }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constant('alert' as const), on: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constant('work' as const), on: fc.boolean() }) },
);

/** A day of two bays as it happened: each event one step after the other, some within one millisecond. */
export const Day = fc
  .array(fc.record({ bay: fc.constantFrom('B1', 'B2'), next: fc.boolean(), same: fc.boolean(), turn: Turn }), {
    minLength: 2,
    maxLength: 24,
  })
  .map((steps) => {
    const stay: Record<string, number> = { B1: 1, B2: 1 };
    let time = 10_000;
    return steps.map(({ bay, next, same, turn }): EventBody => {
      if (next) stay[bay]!++;
      if (!same) time += 1_000;
      const of = `${bay}-${stay[bay]}`;
      switch (turn.what) {
        case 'occupied': {
          const said = occupancy(time, 'occupied', of, bay);
          return { ...said, data: { ...said.data, since: time - turn.late } } as EventBody;
        }
        case 'empty':
        case 'unknown':
          return occupancy(time, turn.what, null, bay);
        case 'leaving':
        case 'entering':
          return occupancy(time, turn.what, of, bay);
        case 'car': {
          const { what: _, vin, ...known } = turn;
          const said = vehicle(time, of, VIN, { bay, ...known });
          return { ...said, data: { ...said.data, vin } } as EventBody;
        }
        case 'signal':
          return readings(time, VIN, { 'obd.rpm': turn.value });
        case 'alert':
          return alert(time, `a-${bay}`, turn.on ? 'raised' : 'cleared', { bay });
        default:
          return event('liftgate.bay.work.v1', time, {
            ...{ bay, stay: of, state: turn.on ? 'working' : 'waiting', reason: null, since: time, rule: 'test' },
          });
      }
    });
  });
