import type { Millis } from '../protocols/time.ts';
import type { Car } from './day.ts';
import type { Draw } from './fleet.ts';
import type { KeptRecord } from './wican.ts';

const DAY = 86_400_000;

/**
 * The engine starts of the last weeks, one a day, as a dongle in the car keeps them: rest voltage before, lowest voltage
 * while cranking, air temperature. A worn battery dips deeper week by week and more so in the cold; a good one stays.
 */
export function keptStarts(car: Car, now: Millis, draw: Draw): KeptRecord[] {
  const worn = car.faults.includes('weak-battery');
  const records: KeptRecord[] = [];
  for (let i = car.keptStarts; i >= 1; i--) {
    const at = Math.round(now - i * DAY + (draw() - 0.5) * 0.1 * DAY);
    const weeks = (car.keptStarts - i) / 7;
    const air = 14 + 5 * Math.sin((2 * Math.PI * i) / 9) + 3 * (draw() - 0.5);
    const fade = worn ? 0.17 * weeks : 0.01 * weeks;
    const cold = 0.012 * (20 - air);
    const crank = 10.75 - fade - cold + 0.12 * (draw() - 0.5);
    const rest = 12.62 - 0.25 * fade + 0.05 * (draw() - 0.5);
    records.push({ signal: 'obd.intake-air', value: Math.round(air), at: at - 2_000 });
    records.push({ signal: 'obd.voltage', value: rounded(rest), at: at - 1_000 });
    records.push({ signal: 'obd.crank-voltage', value: rounded(crank), at });
  }
  return records;
}

const rounded = (volts: number) => Math.round(volts * 100) / 100;
