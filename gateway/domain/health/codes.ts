import type { Cause } from '../../../protocols/health/flag.ts';
import { isSevere } from '../codes.ts';
import { isClearedRecently } from './code-life.ts';
import { type Around, condition, type Evidence, type FlagData, plain, sinceOf } from './flag.ts';
import type { Health } from './vehicle.ts';

const DAY_MS = 86_400_000;
/** A pending code that stood in two of the last three reads is about to be stored. */
const LAST_THREE = 0b111;

/** Trouble codes by their life: pending, stored, permanent; back after a clear; cleared a short time ago. */
export function codesFlag(h: Health, around: Around): FlagData {
  const life = h.codes;
  const since = sinceOf(h, around, 'codes');
  const open = life.codes.filter((c) => c.open && c.last >= since);
  const stored = open.filter((c) => c.status !== 'pending');
  const returning = open.filter((c) => c.back && c.status !== 'permanent');
  const coming = open.filter((c) => c.status === 'pending' && bits(c.seen & LAST_THREE) >= 2);
  const cleared = isClearedRecently(life);
  const asked = Object.values(life.asked).length;
  const [state, rule, cause]: [FlagData['state'], string, Cause | null] =
    returning.length > 0
      ? ['raised', 'back-after-clear', 'returning']
      : stored.some((c) => c.status === 'stored')
        ? ['raised', 'code-stored', 'stored']
        : cleared === true
          ? ['watch', 'cleared-recently', 'cleared']
          : coming.length > 0
            ? ['watch', 'pending-recurs', 'pending']
            : open.length > 0
              ? ['watch', 'code-pending', 'pending']
              : asked > 0
                ? ['healthy', 'no-codes', null]
                : ['unavailable', 'codes-not-read', null];
  const evidence: Evidence[] = open
    .slice(0, 12)
    .map((c) => ({ name: c.code, value: Math.round(Math.max(0, around.now - c.first) / DAY_MS), unit: 'd' }));
  // The greatest value of a counter means "or more".
  if (life.warmUps !== null) evidence.push({ name: 'warm-ups-since-clear', value: life.warmUps, unit: '1' });
  if (life.km !== null) evidence.push({ name: 'km-since-clear', value: life.km, unit: 'km' });
  if (life.minutes !== null) evidence.push({ name: 'minutes-since-clear', value: life.minutes, unit: 'min' });
  if (life.lampKm) evidence.push({ name: 'km-with-lamp', value: life.lampKm, unit: 'km' });
  if (life.lampMinutes) evidence.push({ name: 'minutes-with-lamp', value: life.lampMinutes, unit: 'min' });
  if (life.incomplete !== null) evidence.push({ name: 'monitors-incomplete', value: life.incomplete, unit: '1' });
  const severe = stored.some((c) => isSevere(c.code));
  return plain(around, 'codes', {
    state,
    severity: state === 'raised' ? (severe ? 'severe' : 'warning') : 'info',
    confidence: state === 'unavailable' ? null : state === 'raised' ? 0.97 : 0.8,
    caveats: cleared === null && asked > 0 ? ['clearing-not-told'] : [],
    rule,
    cause,
    evidence,
    conditions: [
      condition('stored-codes-read', life.asked.stored === undefined ? 0 : 1),
      condition('pending-codes-read', life.asked.pending === undefined ? 0 : 1),
      condition('permanent-codes-read', life.asked.permanent === undefined ? 0 : 1),
      condition('counters-since-clear', life.warmUps === null && life.km === null && life.minutes === null ? 0 : 1),
    ],
    change: ['freeze-frame', 'code-repair'],
  });
}

function bits(n: number): number {
  let count = 0;
  for (let x = n; x > 0; x >>= 1) count += x & 1;
  return count;
}
