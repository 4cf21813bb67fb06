import type { NewSiteAct, SiteFlag, SiteFlagData } from '../protocols/api/flags.ts';
import { LiftgateError } from '../protocols/error.ts';
import type { EventData } from '../protocols/event.ts';
import { FLAGS, type FlagName } from '../protocols/health/flag.ts';
import type { Clock, Millis } from '../protocols/time.ts';
import type { Input } from './domain/engine.ts';
import { type VehicleRecord, vehicleIn } from './domain/maintenance.ts';
import { bayState, type EngineState } from './domain/state.ts';
import { entriesOf } from './domain/table.ts';
import type { FlagDesk } from './http/flags.ts';
import type { Store } from './store/store.ts';

/** What was settled stays in the list for so long, to be looked up or opened again. */
const SETTLED_MS = 14 * 86_400_000;
/** Events of a car among which its newest word on a flag is looked for. */
const STORY = 500;

/**
 * Flags as the site page sees them: from the engine's own memory, so that they can be dealt with without the cloud. What is
 * done goes into the journal and from there to the cloud, like all that happens here.
 */
export function flagDesk(
  store: Pick<Store<EngineState, Input>, 'journal' | 'storyOf' | 'boot'>,
  bays: readonly string[],
  clock: Clock,
): FlagDesk {
  const state = () => store.journal.state();

  function carOf(vin: string, flag: FlagName): VehicleRecord {
    const car = vehicleIn(state().vehicles, vin);
    if (car.flags[flag] === undefined)
      throw new LiftgateError('not-found', `nothing was told of ${flag} of the car ${vin}`, { about: flag });
    return car;
  }

  /** The car as people call it: by the bay where it stands, else by its open order. */
  function wordsOf(vin: string): Pick<SiteFlag, 'plate' | 'bay'> {
    const bay = bays.find((b) => bayState(state(), b).stay && bayState(state(), b).told?.vin === vin) ?? null;
    const order = Object.values(state().orders).find((o) => o.vin === vin);
    const there = bay === null ? null : bayState(state(), bay).told;
    return { bay, plate: there?.plate ?? order?.plate ?? null };
  }

  function item(vin: string, car: VehicleRecord, flag: FlagName): SiteFlag {
    const { state: told, severity, cause = null, due } = car.flags[flag]!;
    const acts = (car.acts?.[flag] ?? []).toReversed();
    return { vin, ...wordsOf(vin), flag, state: told, severity, cause, due, life: car.life[flag] ?? null, acts };
  }

  return {
    list() {
      const items: SiteFlag[] = [];
      const since = clock() - SETTLED_MS;
      for (const [vin] of entriesOf(state().vehicles)) {
        const car = vehicleIn(state().vehicles, vin);
        for (const flag of FLAGS) {
          const told = car.flags[flag];
          if (told === undefined) continue;
          const life = car.life[flag];
          const speaks = told.state === 'raised' || told.state === 'watch';
          if (speaks || (life !== undefined && life.by !== null && life.at > since)) items.push(item(vin, car, flag));
        }
      }
      return items.sort((a, b) => rankOf(a) - rankOf(b) || (a.due ?? Infinity) - (b.due ?? Infinity));
    },

    data(vin, flag): SiteFlagData {
      carOf(vin, flag);
      const told = store
        .storyOf(vin, STORY)
        .find((e) => e.type === 'liftgate.vehicle.flag.v1' && (e.data as { flag: string }).flag === flag);
      if (!told) return { at: null, unit: '1', series: [], watch: null, act: null };
      const { unit, series, watch, act } = told.data as EventData<'liftgate.vehicle.flag.v1'>;
      return { at: told.time, unit, series, watch, act };
    },

    async act(vin, flag, asked) {
      const car = carOf(vin, flag);
      if (changes(car, flag, asked)) {
        const { act, reason = null, appointment, outcome, who } = asked;
        const more = { ...(appointment ? { appointment } : {}), ...(outcome ? { outcome } : {}) };
        const action = { vin, flag, act, reason, at: saidAt(car, flag), by: who, ...more };
        await store.journal.append([{ kind: 'flag-action', at: clock(), action }]);
      }
      return item(vin, carOf(vin, flag), flag);
    },
  };

  /** By the cloud's clock, as far as it is known; and after all that stands on the page that this person sees. */
  function saidAt(car: VehicleRecord, flag: FlagName): Millis {
    const now = Math.round(clock() - (store.boot.status().offsetMs ?? 0));
    return Math.max(now, ...(car.acts?.[flag] ?? []).map((a) => a.at + 1));
  }
}

/**
 * Does the act change anything?
 * @throws LiftgateError `conflict` where the flag is settled, `invalid` where a reason is missing
 */
function changes(car: VehicleRecord, flag: FlagName, { act, reason, appointment }: NewSiteAct): boolean {
  const life = car.life[flag];
  const over = life !== undefined && life.by !== null && (life.state === 'verified' || life.state === 'dismissed');
  if (act === 'reopen') return over;
  if (over) {
    if ((act === 'verify' && life.state === 'verified') || (act === 'dismiss' && life.state === 'dismissed'))
      return false;
    throw new LiftgateError('conflict', `this flag is over (${life.state}): reopen it first`, { about: life.state });
  }
  if (act === 'dismiss' && !reason)
    throw new LiftgateError('invalid', 'dismiss: expected reason, got none; say it', { about: 'reason' });
  if (act === 'acknowledge') return life?.state !== 'acknowledged' && life?.state !== 'booked';
  return (
    act !== 'book' || life?.state !== 'booked' || (appointment != null && life.appointment?.from !== appointment.from)
  );
}

const SEVERITY = { severe: 0, warning: 1, info: 2 } as const;
const SETTLED = ['verified', 'dismissed'];

/** What needs somebody first; what is settled last. */
function rankOf({ state, severity, life }: SiteFlag): number {
  if (life !== null && life.by !== null && SETTLED.includes(life.state)) return 20;
  return (state === 'raised' ? 0 : 10) + SEVERITY[severity];
}
