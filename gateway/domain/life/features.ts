import { Level } from '../detect/level.ts';
import { filled, type History } from './history.ts';
import type { Regimes } from './regime.ts';

const FAST = 0.12;
const SLOW = 0.03;
/** The first cycles of a unit tell how it is when new: units differ from each other. */
const BIRTH = 8;

/** Features of each cycle: age, and of each column the smoothed level, its recent change, and its change since birth. */
export function featuresOf(history: History, regimes: Regimes): Float64Array[] {
  const { cycles, values } = filled(history);
  const width = values[0]?.length ?? 0;
  const fast = Array.from({ length: width }, () => new Level(FAST));
  const slow = Array.from({ length: width }, () => new Level(SLOW));
  const birth = new Float64Array(width);
  return values.map((row, i) => {
    const normal = regimes.normal(row);
    const features = new Float64Array(1 + 5 * width);
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
