import type { Dialect, LiveValues } from './dialect.ts';
import type { PidReading } from './parameter.ts';
import { askAll, type Steps } from './steps.ts';
import { isStretchable, STRETCHERS, type Stretch, stretched, stretchOf } from './stretch.ts';

/**
 * How a control unit means the bytes of its values (SAE J1979): parameters 4F and 50 stretch some of them, and where it
 * answers 1D instead of 13, the sensors of 14 to 1B, 24 to 2B and 34 to 3B stand two to a bank and not four.
 */
interface Manner {
  readonly stretch: Stretch;
  readonly perBank: 2 | 4;
}

/** By the address of the unit. A unit that is not in it means everything the usual way. */
export type Manners = ReadonlyMap<string | null, Manner>;

const FOUR_TO_A_BANK = 0x13;
const TWO_TO_A_BANK = 0x1d;

/** What the answers to 13, 1D, 4F and 50 among these say; all else in them does not matter. */
export function mannersOf(live: readonly LiveValues[]): Manners {
  const units = [...new Set(live.map((l) => l.unit))];
  return new Map(
    units.map((unit) => {
      const own = live.filter((l) => l.unit === unit);
      const pids = new Set(own.map((l) => l.pid));
      const perBank = pids.has(TWO_TO_A_BANK) && !pids.has(FOUR_TO_A_BANK) ? 2 : 4;
      return [unit, { stretch: stretchOf(own.flatMap((l) => l.readings)), perBank }];
    }),
  );
}

/** Asks for what bears on these parameters, each alone: most cars have none of it, and most parameters need none. */
export function* learnManners(
  dialect: Dialect,
  pids: readonly number[],
  supported: ReadonlySet<number> | null = null,
): Steps<Manners> {
  const asked = [
    ...(pids.some(isStretchable) ? STRETCHERS : []),
    ...(pids.some(isSensor) ? [FOUR_TO_A_BANK, TWO_TO_A_BANK] : []),
  ].filter((pid) => supported === null || supported.has(pid));
  const live: LiveValues[] = [];
  for (const pid of asked) live.push(...dialect.liveValues([pid], yield* askAll(dialect.liveRequest([pid]))));
  return mannersOf(live);
}

/** Values as the control units that told them mean them. */
export function asMeant(live: readonly LiveValues[], manners: Manners): readonly LiveValues[] {
  if (manners.size === 0) return live;
  return live.map((l) => ({ ...l, readings: readingsAsMeant(l.readings, l.unit, manners) }));
}

/** The same for the readings of one unit. */
export function readingsAsMeant(readings: readonly PidReading[], unit: string | null, manners: Manners): PidReading[] {
  const manner = manners.get(unit);
  if (manner === undefined) return [...readings];
  return readings.map((r) => {
    const own = stretched(r, manner.stretch);
    return manner.perBank === 4 ? own : { ...own, name: twoToABank(own.name) };
  });
}

/** The name of a parameter, or of a quantity of it, in a unit that counts its sensors so. */
export function nameAsMeant(name: string, unit: string | null, manners: Manners): string {
  return manners.get(unit)?.perBank === 2 ? twoToABank(name) : name;
}

/** The table has the names of parameter 13, b1s1 to b1s4 and b2s1 to b2s4; by 1D the same eight are b1s1, b1s2, b2s1 … b4s2. */
function twoToABank(name: string): string {
  return name.replace(
    /^(o2|lambda|lambda-current)-b([12])s([1-4])(?=-|$)/,
    (_, kind: string, bank: string, sensor: string) => {
      const at = (Number(bank) - 1) * 4 + Number(sensor) - 1;
      return `${kind}-b${(at >> 1) + 1}s${(at & 1) + 1}`;
    },
  );
}

function isSensor(pid: number): boolean {
  return (pid >= 0x14 && pid <= 0x1b) || (pid >= 0x24 && pid <= 0x2b) || (pid >= 0x34 && pid <= 0x3b);
}
