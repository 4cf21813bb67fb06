import { type EventBody, event } from '../protocols/event.ts';

const VINS = Array.from({ length: 40 }, (_, n) => `LSVAA4182E21${String(n).padStart(5, '0')}`);
const DAY = '2026-05-04';

/** What a busy workshop sends: of twenty events thirteen are live values of cars, the rest bays, lifts and scans. */
export function factOf(n: number, time: number): EventBody {
  const bay = `B${(n % 30) + 1}`;
  const vin = VINS[n % VINS.length]!;
  switch (n % 20) {
    case 3:
    case 13:
      return event('liftgate.bay.lift.v1', time, { bay, raised: n % 3 === 0, heightMm: 20 + (n % 1_700) });
    case 5:
      return event('liftgate.bay.occupancy.v1', time, {
        ...{
          bay,
          state: 'occupied',
          since: time - 1_000,
          stay: `${bay}-${n % 7}`,
          confidence: 0.93,
          rule: 'two-agree',
        },
        evidence: [
          { group: 'camera', device: 'cam-1', says: 'present', at: time - 900 },
          { group: 'lift', device: 'lift-1', says: 'present', at: time - 1_000 },
        ],
      });
    case 8:
      return event('liftgate.bay.work.v1', time, {
        ...{ bay, stay: `${bay}-${n % 7}`, state: 'working', reason: null, since: time - 400, rule: 'lift-moved' },
      });
    case 11:
      return event('liftgate.bay.utilisation.v1', time, {
        ...{ bay, day: DAY, open: 3_600, working: 900, waiting: 300, idle: 500, blocked: 100 },
        ...{ empty: 1_700, unknown: 100, visits: 3 },
      });
    case 17:
      return event('liftgate.scan.v1', time, {
        ...{ device: 'scan-1', kind: 'vin', text: vin, bay, checkDigit: 'right' },
      });
    case 19:
      return event('liftgate.vehicle.codes.v1', time, {
        ...{ vin, device: 'obd-1', bay, status: 'stored', codes: ['P0300'], lamp: true },
      });
    default:
      return event('liftgate.vehicle.readings.v1', time, {
        ...{ vin, device: 'obd-1', bay },
        values: {
          'obd.rpm': 700 + (n % 3_000),
          'obd.coolant': 60 + (n % 40),
          'obd.voltage': 13.9,
          'obd.load': n % 100,
        },
      });
  }
}
