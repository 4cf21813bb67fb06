import { z } from 'zod';
import { Millis } from '../time.ts';

/** The parts and services of a car that a flag may stand for. `warm-up`: the thermostat and all that cools. */
export const FLAGS = [
  'battery',
  'alternator',
  'warm-up',
  'fuel-trim',
  'catalyst',
  'misfire',
  'oxygen',
  'particulate-filter',
  'oil',
  'service',
  'brakes',
  'codes',
  'pack',
  'tyres',
] as const;
export type FlagName = (typeof FLAGS)[number];

/** Flags whose limits may come from cars of the same kind, while the car's own past is too short. */
export const PRIOR_FLAGS = [
  'battery',
  'alternator',
  'warm-up',
  'fuel-trim',
  'catalyst',
  'oxygen',
  'particulate-filter',
  'pack',
] as const satisfies readonly FlagName[];

/** What lies behind a flag, where its evidence tells that apart; null: it does not. */
export const CAUSES = [
  /** Battery: worn; drained by standing; left half full by its alternator. */
  'worn',
  'drained',
  'alternator',
  /** Fuel trim, lean: air beside the meter; a meter that reads low; too little fuel. */
  'vacuum',
  'air-meter',
  'delivery',
  /** Fuel trim: too much fuel. */
  'rich',
  /** Codes: stored; about to be; back after a clear; cleared a short time ago. */
  'stored',
  'pending',
  'returning',
  'cleared',
] as const;
export type Cause = (typeof CAUSES)[number];

/** Readings of a flag, most telling first, by code: texts in protocols/health/words.ts. */
export const Evidence = z.array(
  z.strictObject({ name: z.string().max(40), value: z.number(), unit: z.string().max(16) }),
);

/** What had to be so for a reading to count, and how often it was. */
export const Conditions = z.array(
  z.strictObject({ condition: z.string().max(40), met: z.boolean(), count: z.int().min(0) }),
);

export const FLAG_LIVES = ['watching', 'raised', 'acknowledged', 'booked', 'verified', 'dismissed'] as const;

export const Span = z.strictObject({ from: Millis, until: Millis });

/** What people made of a flag. */
export const FlagLife = z.strictObject({
  state: z.enum(FLAG_LIVES),
  at: Millis,
  /** Who said so, as little as will do: initials, or the opaque id of an account; null: the engine. */
  by: z.string().max(64).nullable(),
  reason: z.string().max(400).nullable(),
  /** Of a booking: when the car is expected. */
  appointment: Span.nullable().optional(),
});
export type FlagLife = z.infer<typeof FlagLife>;

/** Odometer or distance from now in km: 5 %, 50 %, 95 %. */
export const DueKm = z.strictObject({ early: z.number(), likely: z.number(), late: z.number().nullable() });

export const FLAG_ACTS = ['acknowledge', 'book', 'verify', 'dismiss', 'reopen'] as const;

/** Repairs that begin a new series: told by a work order, seen as a step towards health, or told by a person. */
export const Repairs = z.array(z.strictObject({ at: Millis, how: z.enum(['order', 'step', 'swap']) })).max(40);
