import type { CodeLife } from '../../../protocols/api/flags.ts';
import type { EventData } from '../../../protocols/event.ts';
import type { Millis } from '../../../protocols/time.ts';

export interface CodesRead {
  readonly at: Millis;
  readonly data: Pick<EventData<'liftgate.vehicle.codes.v1'>, 'status' | 'codes'>;
}

const GRAVEST = ['permanent', 'stored', 'pending'] as const;

/**
 * The life of each code from readings of the car's lists, whatever their order. A code counts as gone once the newest
 * reading of every list that ever named it does so no more; a list that was not read since says nothing.
 */
export function codeLives(readings: readonly CodesRead[]): CodeLife[] {
  const inOrder = readings.toSorted((a, b) => a.at - b.at);
  const lives = new Map<string, CodeLife & { in: Set<string> }>();
  for (const { at, data } of inOrder) {
    for (const code of data.codes) {
      const old = lives.get(code);
      const life = old ?? { code, state: 'gone', firstAt: at, lastAt: at, returned: false, in: new Set() };
      const returned = life.returned || (old !== undefined && old.in.size === 0);
      life.in.add(data.status);
      lives.set(code, { ...life, returned, lastAt: Math.max(life.lastAt, at) });
    }
    for (const life of lives.values()) if (!data.codes.includes(life.code)) life.in.delete(data.status);
  }
  return [...lives.values()]
    .map(({ code, firstAt, lastAt, returned, in: lists }) => ({
      code,
      state: GRAVEST.find((s) => lists.has(s)) ?? ('gone' as const),
      firstAt,
      lastAt,
      returned,
    }))
    .toSorted((a, b) => Number(a.state === 'gone') - Number(b.state === 'gone') || b.lastAt - a.lastAt);
}
