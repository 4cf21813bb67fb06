import { z } from 'zod';
import { ALERT_KINDS, HoldReason, Id, Severity, Vin } from '../event.ts';
import { DueKm, FLAGS } from '../health/flag.ts';
import { Millis } from '../time.ts';
import { Appointment, CodeLife, FlagCase } from './flags.ts';

/**
 * What the cloud's HTTP API and the advisor's console say to each other, under `/v1`. Times are milliseconds, UTC.
 * Lists answer `{items, next}`; `next` is the cursor of the next page, or null.
 */

const Role = z.enum(['manager', 'advisor']);
export const Person = z.strictObject({
  id: z.string(),
  name: z.string(),
  email: z.string(),
  role: Role,
  locale: z.enum(['zh-CN', 'en']),
  /** Sites that they may see; null: all. */
  sites: z.array(Id).nullable().optional(),
});
export type Person = z.infer<typeof Person>;

/** `GET /v1/people`, `POST /v1/people`: for managers. */
export const NewPerson = z.strictObject({
  name: z.string().min(1).max(80),
  email: z.email().max(200),
  password: z.string().min(10, 'at least 10 characters').max(200),
  role: Role.default('advisor'),
  locale: z.enum(['zh-CN', 'en']).default('zh-CN'),
  sites: z.array(Id).max(1_000).nullable().default(null),
});

/** `POST /v1/session` signs in (cookie `lg_session`, HttpOnly, SameSite=Strict); `GET` tells who; `DELETE` signs out. */
export const SignIn = z.strictObject({ email: z.email().max(200), password: z.string().min(1).max(200) });
/** `POST /v1/setup`: the one-time link of the first start makes the first manager. */
export const SetUp = z.strictObject({
  token: z.string().min(16).max(200),
  name: z.string().min(1).max(80),
  email: z.email().max(200),
  password: z.string().min(10, 'at least 10 characters').max(200),
});

/**
 * What the cloud counts of a gateway. `received = accepted + duplicate + conflict + rejected`, exact at every moment: they
 * change in the transaction that stores the events.
 */
export const GatewayNumbers = z.strictObject({
  received: z.int().min(0),
  accepted: z.int().min(0),
  duplicate: z.int().min(0),
  conflict: z.int().min(0),
  rejected: z.int().min(0),
  /** Events that waited on site at its last word, and the age of the oldest of them then, ms; null: not told, none. */
  queued: z.int().min(0).nullable(),
  oldestMs: z.int().min(0).nullable(),
  /** From the recording of the newest live event to its commit here, ms; null: none so far. */
  delayMs: z.int().min(0).nullable(),
  /** Its clock less ours at its last word, ms, and whether that is more than 2 s. */
  skewMs: z.int().nullable(),
  skewed: z.boolean(),
  /** When a second gateway under its identity was last noticed, and whether that was within ten minutes. */
  twinAt: Millis.nullable(),
  twin: z.boolean(),
  /** Events that were dropped on site, as its gap records tell. */
  lost: z.array(z.strictObject({ class: z.string(), reason: z.string(), count: z.int().min(0), lastAt: Millis })),
  /** Events that were refused and wait for a person. */
  dead: z.int().min(0),
});
export type GatewayNumbers = z.infer<typeof GatewayNumbers>;

/** `GET /v1/sites` */
export const SiteSummary = z.strictObject({
  site: Id,
  name: z.string(),
  timezone: z.string(),
  gateways: z.array(
    z.strictObject({
      gateway: Id,
      lastSyncAt: Millis.nullable(),
      behind: z.int().min(0),
      numbers: GatewayNumbers,
    }),
  ),
});
export type SiteSummary = z.infer<typeof SiteSummary>;

/** `GET /v1/sites/{site}/layout`: what people call the bays and devices, as the gateway's configuration says. */
export const SiteNames = z.strictObject({
  bays: z.array(z.strictObject({ bay: Id, name: z.string() })),
  devices: z.array(z.strictObject({ device: Id, name: z.string() })),
});
export type SiteNames = z.infer<typeof SiteNames>;

/** `GET /v1/alerts?site=&open=true`; `POST /v1/alerts/{id}/acknowledge` */
export const AlertItem = z.strictObject({
  id: z.string(),
  site: Id,
  kind: z.enum(ALERT_KINDS),
  state: z.enum(['raised', 'cleared']),
  severity: Severity,
  since: Millis,
  clearedAt: Millis.nullable(),
  bay: Id.nullable(),
  device: Id.nullable(),
  vin: Vin.nullable(),
  detail: z.record(z.string(), z.unknown()),
  acknowledgedBy: z.string().nullable(),
  acknowledgedAt: Millis.nullable(),
});
export type AlertItem = z.infer<typeof AlertItem>;

/** `GET /v1/vehicles?site=&q=` (VIN, plate or model, any part) */
export const VehicleSummary = z.strictObject({
  vin: Vin,
  plate: z.string().nullable(),
  model: z.string().nullable(),
  maker: z.string().nullable(),
  lastSeenAt: Millis.nullable(),
  bay: Id.nullable(),
  flags: z.array(z.strictObject({ flag: z.string(), state: z.string(), severity: Severity })),
  openAlerts: z.int().min(0),
});
export type VehicleSummary = z.infer<typeof VehicleSummary>;

/** `GET /v1/vehicles/{vin}?site=`: the whole story, newest first. */
export const VehicleStory = z.strictObject({
  vehicle: VehicleSummary,
  customer: z.strictObject({ id: z.string(), name: z.string() }).nullable(),
  visits: z.array(
    z.strictObject({ visit: z.string(), bay: Id, start: Millis, end: Millis.nullable(), order: z.string().nullable() }),
  ),
  scans: z.array(
    z.strictObject({
      at: Millis,
      kind: z.string(),
      text: z.string(),
      device: Id,
      bay: Id.nullable(),
      checkDigit: z.string(),
    }),
  ),
  codes: z.array(
    z.strictObject({
      at: Millis,
      status: z.enum(['stored', 'pending', 'permanent']),
      codes: z.array(z.string()),
      lamp: z.boolean().nullable(),
    }),
  ),
  /** The newest value of each signal. */
  readings: z.array(
    z.strictObject({ signal: z.string(), value: z.number().nullable(), unit: z.string().nullable(), at: Millis }),
  ),
  /** Data of the newest `liftgate.vehicle.flag.v1` of each flag, with its time. */
  flags: z.array(z.looseObject({ flag: z.string(), state: z.string(), at: Millis })),
  /** What people made of them, open ones first. */
  cases: z.array(FlagCase),
  /** Trouble codes over time, those that are still there first. */
  codeLife: z.array(CodeLife),
  orders: z.array(z.lazy(() => OrderItem)),
  notices: z.array(z.lazy(() => NoticeItem)),
});
export type VehicleStory = z.infer<typeof VehicleStory>;

export const ORDER_STATES = [
  'expected',
  'checked-in',
  'approved',
  'in-progress',
  'quality-check',
  'ready',
  'closed',
  'cancelled',
] as const;
/** Which state may follow which. Any open order may be cancelled. */
export const ORDER_NEXT: Record<(typeof ORDER_STATES)[number], readonly (typeof ORDER_STATES)[number][]> = {
  expected: ['checked-in', 'cancelled'],
  'checked-in': ['approved', 'in-progress', 'cancelled'],
  approved: ['in-progress', 'cancelled'],
  'in-progress': ['quality-check', 'ready', 'cancelled'],
  'quality-check': ['in-progress', 'ready', 'cancelled'],
  ready: ['closed', 'in-progress'],
  closed: [],
  cancelled: [],
};

/** `GET /v1/orders?site=&open=true`, `POST /v1/orders`, `PATCH /v1/orders/{order}?site=` */
export const OrderItem = z.strictObject({
  order: z.string(),
  site: Id,
  vin: Vin.nullable(),
  plate: z.string().nullable(),
  model: z.string().nullable(),
  customer: z.string().nullable(),
  bay: Id.nullable(),
  state: z.enum(ORDER_STATES),
  hold: HoldReason.nullable(),
  promisedAt: Millis.nullable(),
  standardMinutes: z.int().positive().nullable(),
  job: z.string().nullable(),
  /** The car is back because the work was not right the first time. */
  rework: z.boolean().optional(),
  /** Parts that were repaired or replaced: their flags are proposed as verified when the order is closed. Null: nobody said. */
  repaired: z.array(z.enum(FLAGS)).max(FLAGS.length).nullable().optional(),
  createdAt: Millis,
  updatedAt: Millis,
});
export type OrderItem = z.infer<typeof OrderItem>;
export const NewOrder = z.strictObject({
  site: Id,
  order: z.string().min(1).max(64).optional(),
  vin: Vin.nullish(),
  plate: z.string().max(16).nullish(),
  model: z.string().max(60).nullish(),
  customer: z.string().max(64).nullish(),
  bay: Id.nullish(),
  promisedAt: Millis.nullish(),
  standardMinutes: z.int().positive().max(10_000).nullish(),
  job: z.string().max(120).nullish(),
  rework: z.boolean().optional(),
});
export const OrderChange = z.strictObject({
  state: z.enum(ORDER_STATES).optional(),
  hold: HoldReason.nullable().optional(),
  promisedAt: Millis.nullable().optional(),
  bay: Id.nullable().optional(),
  job: z.string().max(120).nullable().optional(),
  rework: z.boolean().optional(),
  repaired: z.array(z.enum(FLAGS)).max(FLAGS.length).optional(),
});

/** `GET /v1/customers?site=&q=`, `POST`, `PATCH /v1/customers/{id}` */
export const CustomerItem = z.strictObject({
  id: z.string(),
  site: Id,
  name: z.string(),
  email: z.string().nullable(),
  phone: z.string().nullable(),
  locale: z.enum(['zh-CN', 'en']),
  /** Express opt-in to be told of predicted maintenance, with when and how it was given; withdrawn any time. */
  consent: z.strictObject({ maintenance: z.boolean(), at: Millis.nullable(), source: z.string().nullable() }),
  vins: z.array(Vin),
});
export type CustomerItem = z.infer<typeof CustomerItem>;
export const NewCustomer = z.strictObject({
  site: Id,
  name: z.string().min(1).max(80),
  email: z.email().max(200).nullish(),
  phone: z.string().max(40).nullish(),
  locale: z.enum(['zh-CN', 'en']).default('zh-CN'),
  vins: z.array(Vin).max(20).default([]),
  consent: z.strictObject({ maintenance: z.boolean(), source: z.string().min(1).max(120) }).optional(),
});
/** Only what is named changes: so no default may stand in for what is left out. */
export const CustomerChange = NewCustomer.omit({ site: true })
  .extend({ locale: NewCustomer.shape.locale.unwrap(), vins: NewCustomer.shape.vins.unwrap() })
  .partial();

/** `GET /v1/notices?site=&state=`, `POST /v1/notices/{id}/approve`, `POST /v1/notices/{id}/dismiss {reason}` */
export const NoticeItem = z.strictObject({
  id: z.string(),
  site: Id,
  vin: Vin,
  plate: z.string().nullable(),
  model: z.string().nullable(),
  customer: z
    .strictObject({ id: z.string(), name: z.string(), email: z.string().nullable(), consent: z.boolean() })
    .nullable(),
  flag: z.string(),
  severity: Severity,
  /**
   * `blocked`: it may not be sent as things are; `why` says what is missing (`no-customer`, `no-consent`, `no-address`).
   * `withdrawn`: before it left, there was nothing to tell any more; `why` says what happened (`cleared`,
   * `flag-dismissed`, `flag-verified`, `repaired`).
   */
  state: z.enum(['proposed', 'blocked', 'approved', 'sent', 'failed', 'dismissed', 'expired', 'withdrawn']),
  why: z.string().nullable(),
  dueEarly: Millis.nullable(),
  dueLikely: Millis.nullable(),
  /** The same window in km from when it was proposed. */
  dueKm: DueKm.nullable().optional(),
  /** Half a day that could be offered, as of when it was proposed. */
  appointment: Appointment.nullable().optional(),
  subject: z.string(),
  body: z.string(),
  createdAt: Millis,
  approvedBy: z.string().nullable(),
  /** Not before this time (quiet hours). */
  sendAfter: Millis.nullable(),
  sentAt: Millis.nullable(),
});
export type NoticeItem = z.infer<typeof NoticeItem>;

/** `GET /v1/mailbox`: what the local mailbox of the demo received. 404 where mail goes to a real server. */
export const MailItem = z.strictObject({
  id: z.string(),
  at: Millis,
  from: z.string(),
  to: z.string(),
  subject: z.string(),
  text: z.string(),
});
export type MailItem = z.infer<typeof MailItem>;

/** `GET /v1/gateways`, `POST /v1/gateways {site, gateway}` → credential shown once, `DELETE /v1/gateways/{site}/{gateway}` */
export const GatewayItem = z.strictObject({
  site: Id,
  gateway: Id,
  createdAt: Millis,
  revokedAt: Millis.nullable(),
  lastSyncAt: Millis.nullable(),
  /** Null: it is revoked. */
  numbers: GatewayNumbers.nullable(),
});
export type GatewayItem = z.infer<typeof GatewayItem>;
export const NewGateway = z.strictObject({ site: Id, gateway: Id });
export const GatewayCredential = z.strictObject({ gateway: GatewayItem, credential: z.string() });

/** `GET /v1/dead-letters`: what a gateway sent and was not stored; `body` is the text as it came. */
export const DeadLetterItem = z.strictObject({
  id: z.string(),
  site: Id,
  gateway: Id,
  epoch: z.string(),
  seq: z.int().nullable(),
  verdict: z.enum(['rejected', 'conflict']),
  reason: z.string(),
  receivedAt: Millis,
  replayedAt: Millis.nullable(),
  body: z.string(),
});
export type DeadLetterItem = z.infer<typeof DeadLetterItem>;
/** `POST /v1/dead-letters/{id}/replay`: it is read again, as if it came just now. */
export const DeadLetterReplay = z.strictObject({
  verdict: z.enum(['accepted', 'duplicate', 'conflict', 'rejected']),
  reason: z.string().nullable(),
});

/** Every refusal: `{error: {code, message, about}}`; codes are those of LiftgateError. */
export const Refusal = z.strictObject({
  error: z.strictObject({ code: z.string(), message: z.string(), about: z.string().nullable() }),
});
