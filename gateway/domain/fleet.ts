import type { EventData, FlagName } from '../../protocols/event.ts';
import type { Baseline } from './detect/robust.ts';

type Told = EventData<'liftgate.fleet.prior.v1'>;

/** What healthy cars of other sites have in common, by kind of car, as the cloud told it last; what came last stands last. */
export type Fleet = Readonly<Record<string, Told['features']>>;

/** Kinds of cars that are kept: a workshop sees fewer. */
const MOST_MODELS = 200;

/** Takes in what the cloud said of a kind of car; without features it takes back what it said before. */
export function foldFleet(fleet: Fleet, { model, features }: Told): Fleet {
  const { [model]: _old, ...others } = fleet;
  if (features.length === 0) return others;
  const kept = Object.entries(others).slice(-(MOST_MODELS - 1));
  return { ...Object.fromEntries(kept), [model]: features };
}

/** The healthy middle of cars of this kind at other sites; null: nothing was told of them. */
export function fleetPrior(fleet: Fleet | undefined, vin: string, flag: FlagName, feature: string): Baseline | null {
  const model = `${vin.slice(0, 8)}/${vin[9]}`;
  if (fleet === undefined || !Object.hasOwn(fleet, model)) return null;
  const name = feature.slice(0, 40);
  const told = fleet[model]?.find((f) => f.flag === flag && f.feature === name);
  return told ? { median: told.median, spread: told.spread } : null;
}
