import { FLAGS, type FlagName } from '../../../protocols/health/flag.ts';
import { codesFlag } from './codes.ts';
import { alternatorFlag, batteryFlag, packFlag, testFlag, trimFlag, warmUpFlag } from './engine-flags.ts';
import type { Around, FlagData } from './flag.ts';
import { misfireFlag } from './misfire.ts';
import type { Health } from './vehicle.ts';
import { brakesFlag, serviceFlag, tyresFlag } from './wear.ts';

const JUDGES: Readonly<Record<FlagName, (h: Health, around: Around) => FlagData>> = {
  battery: batteryFlag,
  alternator: alternatorFlag,
  'warm-up': warmUpFlag,
  'fuel-trim': trimFlag,
  catalyst: (h, around) => testFlag(h, around, 'catalyst'),
  misfire: misfireFlag,
  oxygen: (h, around) => testFlag(h, around, 'oxygen'),
  'particulate-filter': (h, around) => testFlag(h, around, 'particulate-filter'),
  oil: (h, around) => serviceFlag(h, around, 'oil'),
  service: (h, around) => serviceFlag(h, around, 'service'),
  brakes: brakesFlag,
  codes: codesFlag,
  pack: packFlag,
  tyres: tyresFlag,
};

/** A flag and the one that is behind it: one part that fails is one flag. */
const BEHIND: Readonly<Partial<Record<FlagName, { readonly flag: FlagName; readonly cause: FlagData['cause'] }>>> = {
  battery: { flag: 'alternator', cause: 'alternator' },
  'fuel-trim': { flag: 'oxygen', cause: null },
};

/** Judges one flag of a car by all that is known of it. Pure. */
export function judgeFlag(h: Health, around: Around, flag: FlagName): FlagData {
  const data = JUDGES[flag](h, around);
  const behind = BEHIND[flag];
  if (behind === undefined || (data.state !== 'raised' && data.state !== 'watch')) return data;
  const other = JUDGES[behind.flag](h, around);
  if (other.state !== 'raised') return data;
  const cause = behind.cause ?? data.cause ?? null;
  return { ...data, state: 'watch', severity: 'info', rule: `caused-by-${behind.flag}`, cause };
}

/** All flags of a car, those too that have nothing to stand on. */
export function judgeAll(h: Health, around: Around): FlagData[] {
  return FLAGS.map((flag) => judgeFlag(h, around, flag));
}

/** Flags that are judged anew when this one has something new. */
export function touchedBy(flag: FlagName): readonly FlagName[] {
  if (flag === 'alternator') return ['alternator', 'battery'];
  if (flag === 'oxygen') return ['oxygen', 'fuel-trim'];
  return flag === 'service' ? ['service', 'oil'] : [flag];
}
