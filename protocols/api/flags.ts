import { z } from 'zod';
import { Id, Severity, Vin } from '../event.ts';
import { CAUSES, DueKm, FLAG_ACTS, FLAG_LIVES, FLAGS, FlagLife, Span } from '../health/flag.ts';
import { Millis } from '../time.ts';
import { Initials } from './ledger.ts';

/** What the console and the cloud say of a flag's life, of who is to be called, and of what will be needed. */

/** Half a day at the workshop. */
export const Appointment = z.strictObject({
  from: Millis,
  until: Millis,
  half: z.enum(['morning', 'afternoon', 'day']),
  /** Cars that are expected in it already, of so many places. */
  taken: z.int().min(0),
  places: z.int().min(1),
  /** `before-due`: the next free one before the early end of the window; `late`: none is free before it; `no-window`. */
  why: z.enum(['before-due', 'late', 'no-window']),
  /** The site's hours are not known: Monday to Saturday, 8 to 18 o'clock, are assumed. */
  assumed: z.boolean(),
});
export type Appointment = z.infer<typeof Appointment>;

/** What a person may do with a flag. The first five also go down to the workshop. */
const CASE_ACTS = [...FLAG_ACTS, 'call', 'later', 'missed'] as const;
export type CaseAct = (typeof CASE_ACTS)[number];

/** What was found when the car came. */
const OUTCOMES = ['repaired', 'found-fine'] as const;

/** One flag of one car, from its first word until somebody said how it ended. */
export const FlagCase = z.strictObject({
  id: z.string(),
  site: Id,
  vin: Vin,
  flag: z.string(),
  cause: z.string().nullable(),
  severity: Severity,
  state: z.enum(FLAG_LIVES),
  /** It is over. A case that was only watched ends without a word of anybody. */
  closedAt: Millis.nullable(),
  openedAt: Millis,
  raisedAt: Millis.nullable(),
  changedAt: Millis,
  /** Null: the rules. */
  changedBy: z.string().nullable(),
  /** Somebody should say whether it is repaired: a work order said so, or the readings are well again. */
  proposed: z.enum(['order', 'readings']).nullable(),
  order: z.string().nullable(),
  appointment: Span.nullable(),
  /** Not to be called before this time. */
  laterUntil: Millis.nullable(),
  outcome: z.enum(OUTCOMES).nullable(),
  /** Newest first. */
  history: z.array(
    z.strictObject({
      act: z.string(),
      at: Millis,
      by: z.string().nullable(),
      reason: z.string().nullable(),
      /** False: it came late, and somebody else had done something after it. Left out: true. */
      counted: z.boolean().optional(),
    }),
  ),
});
export type FlagCase = z.infer<typeof FlagCase>;

/** `POST /v1/vehicles/{vin}/flags/{flag}?site=`; the same again changes nothing. */
export const NewCaseAct = z.strictObject({
  act: z.enum(CASE_ACTS),
  /** Needed for `dismiss` and `later`. */
  reason: z.string().trim().min(1).max(400).nullish(),
  /** Of `book`. */
  appointment: Span.nullish(),
  /** Of `later`. */
  until: Millis.nullish(),
  /** Of `dismiss`: `found-fine`, somebody looked and nothing was wrong. Left out: nobody looked. */
  outcome: z.literal('found-fine').nullish(),
});
export type NewCaseAct = z.infer<typeof NewCaseAct>;
export const FlagParam = z.enum(FLAGS);

/** `GET /v1/week?site=`: cars to call this week, the most urgent first, with the reasons of each. */
export const CallItem = z.strictObject({
  vin: Vin,
  plate: z.string().nullable(),
  model: z.string().nullable(),
  customer: z
    .strictObject({
      id: z.string(),
      name: z.string(),
      consent: z.boolean(),
      /** All but the ends is hidden; see `POST /v1/customers/{id}/contact`. */
      phone: z.string().nullable(),
      email: z.string().nullable(),
    })
    .nullable(),
  reasons: z.array(
    z.strictObject({
      flag: z.string(),
      cause: z.string().nullable(),
      severity: Severity,
      state: z.enum(FLAG_LIVES),
      since: Millis,
      due: z.strictObject({ early: Millis, likely: Millis, late: Millis.nullable() }).nullable(),
      dueKm: DueKm.nullable(),
      proposed: z.enum(['order', 'readings']).nullable(),
    }),
  ),
  suggestion: Appointment.nullable(),
  /** The newest call about any of its reasons. */
  called: z.strictObject({ at: Millis, by: z.string().nullable(), result: z.string().nullable() }).nullable(),
});
export type CallItem = z.infer<typeof CallItem>;
export const WeekList = z.strictObject({
  from: Millis,
  to: Millis,
  calls: z.array(CallItem),
  /** Cars whose window begins later, or who are to be left alone until later. */
  later: z.int().min(0),
  booked: z.array(
    z.strictObject({
      vin: Vin,
      plate: z.string().nullable(),
      model: z.string().nullable(),
      flags: z.array(z.string()),
      appointment: Span.nullable(),
    }),
  ),
});
export type WeekList = z.infer<typeof WeekList>;

/** `POST /v1/customers/{id}/contact?site= {vin}`: telephone and e-mail, shown once they are needed; it is written down. */
export const Contact = z.strictObject({ phone: z.string().nullable(), email: z.string().nullable() });
export type Contact = z.infer<typeof Contact>;

/** `GET /v1/parts?site=`: what raised and booked flags will probably need, by week. */
export const PartWeek = z.strictObject({
  /** Site-local Monday. */
  week: z.iso.date(),
  parts: z.array(
    z.strictObject({
      part: z.string(),
      name: z.strictObject({ 'zh-CN': z.string(), en: z.string() }),
      count: z.int().min(1),
      cars: z.array(
        z.strictObject({
          vin: Vin,
          plate: z.string().nullable(),
          model: z.string().nullable(),
          flag: z.string(),
          booked: z.boolean(),
        }),
      ),
    }),
  ),
});
export type PartWeek = z.infer<typeof PartWeek>;

/** `GET /v1/flag-outcomes?site=`: how right the flags were. Nothing is made of no outcomes. */
export const FlagOutcome = z.strictObject({
  flag: z.string(),
  raised: z.int().min(0),
  open: z.int().min(0),
  repaired: z.int().min(0),
  foundFine: z.int().min(0),
  /** Dismissed, and nobody looked at the car: says nothing of the flag. */
  notLooked: z.int().min(0),
  missed: z.int().min(0),
  /** Repaired of those that were looked at, with its 95 % interval (Wilson 1927); null: none was looked at. */
  precision: z.strictObject({ value: z.number(), low: z.number(), high: z.number(), n: z.int() }).nullable(),
});
export type FlagOutcome = z.infer<typeof FlagOutcome>;

/** Fewest cars of which anything may be told. */
export const FLEET_LEAST = 8;
/** Fewest sites whose cars stand in what another site is told: of two, either could take its own away and see the other's. */
export const FLEET_LEAST_SITES = 3;

/**
 * `GET /v1/fleet?model=`: features of cars of one kind, over all sites: middle and spread of at least `FLEET_LEAST` cars,
 * never a car. `model`: WMI and characters 4 to 8 of the VIN, a slash, and the character of the model year.
 */
export const FleetPrior = z.strictObject({
  model: z.string(),
  flag: z.string(),
  feature: z.string(),
  unit: z.string(),
  cars: z.int().min(FLEET_LEAST),
  median: z.number(),
  /** 1.4826 × MAD. */
  spread: z.number(),
});
export type FleetPrior = z.infer<typeof FleetPrior>;

/** A trouble code over time, as it was read from the car. */
export const CodeLife = z.strictObject({
  code: z.string(),
  /** In the newest reading of each kind that names it; `gone`: in none of them any more. */
  state: z.enum(['stored', 'pending', 'permanent', 'gone']),
  firstAt: Millis,
  lastAt: Millis,
  /** It was gone, and came back. */
  returned: z.boolean(),
});
export type CodeLife = z.infer<typeof CodeLife>;

/** An act on a flag as the gateway knows it. */
export const SiteAct = z.strictObject({
  act: z.enum(FLAG_ACTS),
  at: Millis,
  /** Initials; of an act from the cloud the id of an account. */
  by: z.string(),
  reason: z.string().nullable(),
  from: z.enum(['site', 'cloud']),
  /** False: it came late, and somebody had done something after it. */
  counted: z.boolean(),
});
export type SiteAct = z.infer<typeof SiteAct>;

/** `GET /site/api/flags`: flags that speak, and those that somebody settled in the last days; works without the Internet. */
export const SiteFlag = z.strictObject({
  vin: Vin,
  plate: z.string().nullable(),
  /** Where the car stands now. */
  bay: Id.nullable(),
  flag: z.enum(FLAGS),
  state: z.enum(['unavailable', 'learning', 'healthy', 'watch', 'raised', 'cleared']),
  severity: Severity,
  cause: z.enum(CAUSES).nullable(),
  due: Millis.nullable(),
  life: FlagLife.nullable(),
  /** Newest first. */
  acts: z.array(SiteAct),
});
export type SiteFlag = z.infer<typeof SiteFlag>;

/** `POST /site/api/flags/{vin}/{flag}`; the same again changes nothing. This page has one password: whoever acts signs. */
export const NewSiteAct = z.strictObject({
  act: z.enum(FLAG_ACTS),
  reason: z.string().trim().min(1).max(400).nullish(),
  appointment: Span.nullish(),
  outcome: z.literal('found-fine').nullish(),
  who: Initials,
});
export type NewSiteAct = z.infer<typeof NewSiteAct>;

/** `GET /site/api/flags/{vin}/{flag}`: what was told of it last, as far as it is kept here. */
export const SiteFlagData = z.strictObject({
  at: Millis.nullable(),
  unit: z.string(),
  series: z.array(z.strictObject({ at: Millis, value: z.number() })),
  watch: z.number().nullable(),
  act: z.number().nullable(),
});
export type SiteFlagData = z.infer<typeof SiteFlagData>;
