import { Level } from '../detect/level.ts';
import { filled, type History } from './history.ts';
import type { Regimes } from './regime.ts';

const FAST = 0.12;
const SLOW = 0.03;
/** The first cycles of a unit tell how it is when new: units differ from each other. */
const BIRTH = 8;

/** Features of each column, one after the other; before them stands the age. */
export const OF_EACH = 5;

/** Features of each cycle: age, and of each column the smoothed level, its recent change, and its change since birth. */
export function featuresOf(history: History, regimes: Regimes): Float64Array[] {
  const { cycles } = history;
  // Holes are filled where ways of running are taken out already: what was measured last may be of another one.
  const values = filled(history.values.map((row) => regimes.normal(row)));
  const width = values[0]?.length ?? 0;
  const fast = Array.from({ length: width }, () => new Level(FAST));
  const slow = Array.from({ length: width }, () => new Level(SLOW));
  const birth = new Float64Array(width);
  return values.map((normal, i) => {
    const features = new Float64Array(1 + OF_EACH * width);
    features[0] = cycles[i]! - cycles[0]! + 1;
    for (let c = 0; c < width; c++) {
      fast[c]!.add(normal[c]!);
      slow[c]!.add(normal[c]!);
      if (i < BIRTH) birth[c] = slow[c]!.value;
      const own = [
        fast[c]!.value,
        slow[c]!.value,
        fast[c]!.value - slow[c]!.value,
        fast[c]!.value - birth[c]!,
        slow[c]!.value - birth[c]!,
      ];
      features.set(own, 1 + own.length * c);
    }
    return features;
  });
}
