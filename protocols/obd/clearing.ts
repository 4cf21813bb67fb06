import type { Readiness } from './readiness.ts';

/** Signs that somebody has cleared the memory not long ago: a car with a fault then looks healthy for some days. */
export interface ClearedEvidence {
  /** Parameter 30. */
  readonly warmUps: number | null;
  /** Parameter 31, km. */
  readonly distanceKm: number | null;
  /** Parameter 4E, min. */
  readonly runMinutes: number | null;
  /** Monitors that the car has and that are not complete; null without a readiness answer. */
  readonly incomplete: number | null;
  /** Codes that cannot be cleared by a tool. */
  readonly permanent: readonly string[];
  /** Null: the car tells nothing that would say so. */
  readonly recently: boolean | null;
  /** In a sentence each, for the report. */
  readonly signs: readonly string[];
}

/** Fewer warm-ups, kilometres and minutes than these are "not long ago": about a week of use. */
const WARM_UPS = 10;
const KILOMETRES = 200;
const MINUTES = 300;

export function clearedEvidence(facts: {
  readonly warmUps: number | null;
  readonly distanceKm: number | null;
  readonly runMinutes: number | null;
  readonly readiness: readonly Readiness[];
  readonly permanent: readonly string[];
  readonly stored: readonly string[];
}): ClearedEvidence {
  const { warmUps, distanceKm, runMinutes, readiness, permanent, stored } = facts;
  const incomplete =
    readiness.length === 0 ? null : readiness.flatMap((r) => r.monitors).filter((m) => !m.complete).length;
  const counters = [
    sign(warmUps, WARM_UPS, (n) => `${n} warm-ups since codes were cleared`),
    sign(distanceKm, KILOMETRES, (n) => `${n} km since codes were cleared`),
    sign(runMinutes, MINUTES, (n) => `${n} min of running since codes were cleared`),
  ];
  const signs = counters.flatMap((c) => c.words ?? []);
  const left = permanent.filter((code) => !stored.includes(code));
  if (incomplete !== null && incomplete > 0) signs.push(`${incomplete} monitors not complete`);
  if (left.length > 0) signs.push(`permanent without stored: ${left.join(', ')}`);
  const told = counters.filter((c) => c.told);
  // Every counter that the car has must be low; a battery that was off shows the same, and is the same to a buyer.
  const low = told.length > 0 && told.every((c) => c.words !== null);
  const recently = told.length === 0 && incomplete === null && left.length === 0 ? null : low || left.length > 0;
  return { warmUps, distanceKm, runMinutes, incomplete, permanent, recently, signs };
}

function sign(value: number | null, below: number, words: (n: number) => string) {
  return { told: value !== null, words: value !== null && value < below ? words(value) : null };
}

/** What must be known before codes may be cleared (service 04): it wipes what a diagnosis needs. */
export interface ClearGuard {
  /** A person has said so, for this car. */
  readonly confirmed: boolean;
  /** Codes and freeze frames were read and kept first. */
  readonly saved: boolean;
  /** Null: not known. */
  readonly rpm: number | null;
  readonly speed: number | null;
  /** V */
  readonly voltage: number | null;
}

/** Below this a control unit may lose its supply in the middle. */
const LEAST_VOLTAGE = 11.5;

/** Why codes must not be cleared now, a sentence each; empty: they may. */
export function clearObjections({ confirmed, saved, rpm, speed, voltage }: ClearGuard): string[] {
  const objections: string[] = [];
  if (!confirmed) objections.push('nobody has confirmed it for this car');
  if (!saved) objections.push('codes and freeze frames have not been read and kept first');
  if (rpm === null) objections.push('it is not known whether the engine runs');
  else if (rpm > 0) objections.push(`the engine runs (${rpm} 1/min); switch it off, ignition on`);
  if (speed !== null && speed > 0) objections.push(`the car moves (${speed} km/h)`);
  if (voltage !== null && voltage < LEAST_VOLTAGE)
    objections.push(`${voltage} V at the plug; charge the battery first`);
  return objections;
}
