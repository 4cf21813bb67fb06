import { z } from 'zod';
import { LiftgateError } from './error.ts';
import {
  CAUSES,
  Conditions,
  DueKm,
  Evidence,
  FLAG_ACTS,
  FLAGS,
  FlagLife,
  type FlagName,
  Repairs,
  Span,
} from './health/flag.ts';
import { EVIDENCE_GROUPS, PRIORITIES, type Priority, SIGNAL_NAMES } from './signal.ts';
import { fromRfc3339, Millis, toRfc3339 } from './time.ts';

/**
 * What readings mean. A versioned, discriminated union; at the border each event is a CloudEvents 1.0 JSON object.
 * Times inside `data` are milliseconds (UTC), durations are whole seconds unless the name says otherwise.
 */

export const Id = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, 'letters, digits, dot, dash and underscore, starting with a letter or digit');
export const Vin = z
  .string()
  .length(17)
  .regex(/^[A-HJ-NPR-Z0-9]{17}$/, '17 characters without I, O and Q (ISO 3779)');
export const Severity = z.enum(['info', 'warning', 'severe']);
export type Severity = z.infer<typeof Severity>;

export const Occupancy = z.enum(['empty', 'entering', 'occupied', 'leaving', 'unknown']);
export type Occupancy = z.infer<typeof Occupancy>;
/** What an occupied bay's time is spent on; `none` when no car stands there, `unknown` when that is not known. */
export const WorkState = z.enum(['none', 'working', 'waiting', 'idle', 'blocked', 'unknown']);
export type WorkState = z.infer<typeof WorkState>;
export const HoldReason = z.enum(['parts', 'approval', 'technician', 'equipment', 'quality', 'pickup']);
export type HoldReason = z.infer<typeof HoldReason>;
export const DeviceState = z.enum(['connecting', 'online', 'stale', 'degraded', 'backoff', 'offline']);
export type DeviceState = z.infer<typeof DeviceState>;
export const DEVICE_KINDS = ['elm327', 'wican', 'scanner', 'camera', 'sensor', 'broker'] as const;

const TimeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/);
const OpenHours = { open: TimeOfDay, close: TimeOfDay };

/** When a site is open, site-local; `close` at or before `open` lies on the next day. */
export const OpeningHours = z.strictObject({
  days: z.array(z.enum(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'])),
  ...OpenHours,
  holidays: z.array(z.iso.date()).max(1_000),
  special: z.array(z.strictObject({ date: z.iso.date(), ...OpenHours })).max(1_000),
});
export type OpeningHours = z.infer<typeof OpeningHours>;

/** Names, order and limits of a site, from its configuration: so that a view needs nothing but events. */
const SiteLayout = z.strictObject({
  name: z.string().max(120),
  /** IANA zone, e.g. `Asia/Shanghai`. */
  timezone: z.string().max(64),
  bays: z.array(
    z.strictObject({ bay: Id, name: z.string().max(60), sort: z.enum(['lift', 'flat', 'alignment', 'wash', 'other']) }),
  ),
  devices: z.array(
    z.strictObject({
      device: Id,
      name: z.string().max(60),
      kind: z.enum(DEVICE_KINDS),
      /** The bay whose tile depends on it; null for a device that serves the whole site. */
      bay: Id.nullable(),
      /** All bays whose tiles depend on it, where one device watches several (a camera). */
      bays: z.array(Id).max(200).optional(),
      /** Longest silence that is normal, in ms; null when silence means nothing (a scanner). */
      silenceMs: z.int().positive().nullable(),
    }),
  ),
  /** Left out: a gateway that does not tell them yet. */
  hours: OpeningHours.optional(),
});

const Seconds = z.int().min(0);
const evidence = z.array(
  z.strictObject({
    group: z.enum(EVIDENCE_GROUPS),
    device: Id,
    says: z.enum(['present', 'absent', 'unknown']),
    at: Millis,
  }),
);

const BayOccupancy = z.strictObject({
  bay: Id,
  state: Occupancy,
  /** Dated back to the first evidence. */
  since: Millis,
  /** The stay that begins or goes on; null while the bay is empty or unknown. */
  stay: z.string().max(96).nullable(),
  /** 0 to 1; null where nothing is known. */
  confidence: z.number().min(0).max(1).nullable(),
  rule: z.string().max(64),
  evidence,
});

const BayVehicle = z.strictObject({
  bay: Id,
  stay: z.string().max(96),
  vin: Vin.nullable(),
  plate: z.string().max(16).nullable(),
  model: z.string().max(60).nullable(),
  order: z.string().max(64).nullable(),
  promisedAt: Millis.nullable(),
  /** Which claim decided. */
  by: z.enum(['scan', 'obd', 'plate', 'order', 'nothing']),
  /** Another VIN that was claimed for the same stay; the conflict is an alert, never a guess. */
  conflict: Vin.nullable(),
  /** The car's visit: the same in every bay that it stands in, one after the other. */
  visit: z.string().max(96).optional(),
});

/** What a bay's time is booked as: one leaf at a time (see `protocols/ledger.ts` for the tree that they hang on). */
export const LEAVES = [
  'blocked',
  'unknown',
  'empty-queue',
  'empty',
  'working',
  'waiting-parts',
  'waiting-approval',
  'waiting-technician',
  'waiting-equipment',
  'waiting-quality',
  'waiting-pickup',
  /** A car waits, and nobody has said for what. */
  'waiting',
  'rework',
  /** Occupied, unexplained. */
  'idle',
] as const;
export const Leaf = z.enum(LEAVES);
export type Leaf = z.infer<typeof Leaf>;

const BayWork = z.strictObject({
  bay: Id,
  stay: z.string().max(96).nullable(),
  state: WorkState,
  reason: HoldReason.nullable(),
  since: Millis,
  /** The rule that decided, e.g. `lift-moved`, `hold-scanned`, `no-sign-for-10-min`. */
  rule: z.string().max(64),
  /** What the time is booked as since `since`: the piece of the ledger that is still open. */
  leaf: Leaf.optional(),
  /** Is the workshop open, by the shift calendar? */
  open: z.boolean().optional(),
});

/**
 * A closed piece of a bay's time. Of one `interval` the highest version counts, whenever it arrives; a piece that is
 * `removed` has been taken back. Pieces said by the engine never overlap each other and end at midnight and at the edges
 * of the shift. A piece said by a person lies over those of the engine and takes nothing from them.
 */
const BayInterval = z.strictObject({
  bay: Id,
  interval: z.string().min(1).max(160),
  version: z.int().min(1),
  /** Site-local date of `from`, `YYYY-MM-DD`. */
  day: z.iso.date(),
  /** Half-open, whole seconds. */
  from: Millis,
  to: Millis,
  /** Null, said by a person only: the leaf is the engine's; the car or the order is put right. */
  leaf: Leaf.nullable(),
  /** Open hours of the shift calendar; of a person's piece the engine's word below it counts. */
  open: z.boolean(),
  stay: z.string().max(96).nullable(),
  /** The car's visit: the same in every bay that it stands in, one after the other. */
  visit: z.string().max(96).nullable(),
  vin: Vin.nullable(),
  order: z.string().max(64).nullable(),
  rule: z.string().max(64),
  evidence,
  /** 0 to 1; null where nothing is known, or a person said so. */
  confidence: z.number().min(0).max(1).nullable(),
  by: z.enum(['engine', 'person']),
  /** When it was said: of two persons who speak of the same time, the later is right. */
  at: Millis,
  removed: z.boolean(),
  /** In the words of the person; null: the rule says it. */
  why: z.string().max(400).nullable(),
});

/** A person puts the ledger right. It is kept for ever; to take it back is another word on the same correction. */
const BayCorrection = z.strictObject({
  correction: Id,
  bay: Id,
  /** Half-open, whole seconds. */
  from: Millis,
  to: Millis,
  /** What the time was spent on; null: only the car or the order is put right. */
  leaf: Leaf.nullable(),
  vin: Vin.nullable(),
  order: z.string().max(64).nullable(),
  /** Who said so, as little as will do: initials, or the opaque id of an account. */
  who: z.string().min(1).max(64),
  at: Millis,
  why: z.string().min(1).max(400),
  withdrawn: z.boolean(),
});

/** The running sums of one bay's day (site-local), in whole seconds. The leaves add up to `open`. */
const BayUtilisation = z.strictObject({
  bay: Id,
  /** Site-local date, `YYYY-MM-DD`. */
  day: z.iso.date(),
  open: Seconds,
  working: Seconds,
  waiting: Seconds,
  idle: Seconds,
  blocked: Seconds,
  empty: Seconds,
  unknown: Seconds,
  visits: z.int().min(0),
});

const BayLift = z.strictObject({ bay: Id, raised: z.boolean(), heightMm: z.number().nullable() });

export const SCAN_KINDS = [
  'vin',
  'plate',
  'bay',
  'job',
  'job-start',
  'job-stop',
  'hold',
  'badge',
  'undo',
  'unknown',
] as const;

export const ScanOutcome = z.enum([
  'taken',
  'no-bay',
  'no-such-bay',
  'no-car',
  'not-understood',
  'undone',
  'nothing-to-undo',
]);

const Scan = z.strictObject({
  device: Id,
  kind: z.enum(SCAN_KINDS),
  /** What the label says; of a badge nothing but `seen`: who it was is nobody's business. */
  text: z.string().max(512),
  bay: Id.nullable(),
  /** ISO 3779 check digit, evidence only; `absent` for anything but a VIN. */
  checkDigit: z.enum(['right', 'wrong', 'absent']),
  /** What came of it, to be read back to the person who scanned. */
  outcome: ScanOutcome.optional(),
  /** What was taken back, where this scan undid another. */
  undid: z.enum(SCAN_KINDS).optional(),
  /** The car of the bay after this scan, as far as it is known. */
  car: z
    .strictObject({ vin: Vin.nullable(), plate: z.string().max(16).nullable(), order: z.string().max(64).nullable() })
    .optional(),
});

const VehicleCodes = z.strictObject({
  vin: Vin,
  device: Id,
  bay: Id.nullable(),
  status: z.enum(['stored', 'pending', 'permanent']),
  codes: z.array(z.string().regex(/^[PCBU][0-3][0-9A-F]{3}$/)).max(256),
  /** Warning lamp; null when the car did not say. */
  lamp: z.boolean().nullable(),
});

/** Live values of a car, thinned out on site; a value is null when the car answered that it does not know. */
const VehicleReadings = z.strictObject({
  vin: Vin,
  device: Id,
  bay: Id.nullable(),
  values: z.partialRecord(z.enum(SIGNAL_NAMES), z.number().nullable()),
});

export type { FlagName };

const VehicleFlag = z.strictObject({
  vin: Vin,
  flag: z.enum(FLAGS),
  state: z.enum(['unavailable', 'learning', 'healthy', 'watch', 'raised', 'cleared']),
  severity: Severity,
  /** 0 to 1, with `why` in words of codes; null while there is too little data to say. */
  confidence: z.number().min(0).max(1).nullable(),
  /** The feature over time that the flag stands on: one robust value per start, drive or visit. */
  series: z.array(z.strictObject({ at: Millis, value: z.number() })).max(200),
  unit: z.string().max(16),
  watch: z.number().nullable(),
  act: z.number().nullable(),
  /** Forecast of the feature with its 90 % interval; empty when there is none to give. */
  forecast: z.array(z.strictObject({ at: Millis, value: z.number(), low: z.number(), high: z.number() })).max(60),
  /** When the act limit is reached (5 %, 50 %, 95 %); null: no due date can be given. */
  due: z.strictObject({ early: Millis, likely: Millis, late: Millis.nullable() }).nullable(),
  /** When the line of the forecast alone reaches it; `due` is what finished cases make of that. */
  line: Millis.nullable().optional(),
  /** What is missing or doubtful, as codes: `few-starts`, `no-temperature`, `charger-suspected` … */
  caveats: z.array(z.string().max(40)),
  rule: z.string().max(40),
  /** What lies behind it, where the evidence tells that apart. */
  cause: z.enum(CAUSES).nullable().optional(),
  evidence: Evidence.max(24).optional(),
  conditions: Conditions.max(16).optional(),
  /** Where `watch` and `act` come from: the car's own healthy past, cars of its kind, or a book. */
  limits: z.enum(['textbook', 'own', 'fleet']).optional(),
  /** The same window as `due`, in km from now; null: how far the car is driven is not known. */
  dueKm: DueKm.nullable().optional(),
  /** What would change it, as codes: a missing measurement, the next test, the repair that resets it. */
  change: z.array(z.string().max(40)).max(8).optional(),
  repairs: Repairs.optional(),
  life: FlagLife.optional(),
});

/** What a person made of a flag: said in the cloud (and brought down to the gateway) or on the site's own page. */
const FlagAction = z.strictObject({
  vin: Vin,
  flag: z.enum(FLAGS),
  act: z.enum(FLAG_ACTS),
  /** In the words of the person; a dismissal needs one: it teaches the limits of this very car. */
  reason: z.string().max(400).nullable(),
  /** By a clock that agrees with the other side's as far as is known, and later than all that this person could see: of two acts the later counts. */
  at: Millis,
  by: z.string().min(1).max(64),
  /** Of `book`: when the car is expected. */
  appointment: Span.nullable().optional(),
  /** Of `dismiss`: `found-fine`, somebody looked and nothing was wrong. */
  outcome: z.literal('found-fine').nullable().optional(),
});

/** WMI and characters 4 to 8 of the VIN, a slash, and the character of the model year: a kind of car, never a car. */
export const CarModel = z
  .string()
  .regex(/^[A-HJ-NPR-Z0-9]{8}\/[A-HJ-NPR-Z0-9]$/, 'eight characters, a slash and one more');

/**
 * What healthy cars of one kind have in common over all sites, as the cloud tells a workshop that has such a car. Only of
 * kinds with enough cars at enough sites, rounded: no car, site or person can be told from it. Without features: taken back.
 */
const FleetPriors = z.strictObject({
  model: CarModel,
  features: z
    .array(
      z.strictObject({
        flag: z.enum(FLAGS),
        /** As evidence names it. */
        feature: z.string().max(40),
        unit: z.string().max(16),
        median: z.number(),
        /** 1.4826 × MAD over cars. */
        spread: z.number().min(0),
      }),
    )
    .max(64),
});

export const ALERT_KINDS = [
  'bay-overstay',
  'device-offline',
  'severe-code',
  'identity-conflict',
  'which-car',
  'flag-raised',
  'store-full',
  'bay-idle',
  'bay-empty',
  'wrong-car',
  'no-order',
  'no-car',
  'sensor-conflict',
  'hold-stale',
  'bay-noisy',
  'gateway-twin',
] as const;

const Alert = z.strictObject({
  /** The same alert keeps its id from `raised` to `cleared`. */
  alert: z.string().max(128),
  kind: z.enum(ALERT_KINDS),
  state: z.enum(['raised', 'cleared']),
  severity: Severity,
  since: Millis,
  bay: Id.nullable(),
  device: Id.nullable(),
  vin: Vin.nullable(),
  /** Words to fill into the text of the kind, in both languages: codes and numbers, never sentences. */
  detail: z.record(z.string().max(40), z.union([z.string().max(200), z.number(), z.array(z.string().max(64))])),
});

const DeviceChange = z.strictObject({
  device: Id,
  state: DeviceState,
  since: Millis,
  /** Counts the connections of this device, so that a late death cannot kill a newer life (Sparkplug bdSeq). */
  life: z.int().min(0),
  lastSeen: Millis.nullable(),
  /** A code such as `silent`, `line-lost`, `wrong-password`; null when all is well. */
  reason: z.string().max(64).nullable(),
  detail: z.string().max(400).nullable(),
});

/** Records that had to be dropped for want of room. It travels like any event, so that the cloud's cursor can move on. */
const JournalGap = z.strictObject({
  priority: z.enum(PRIORITIES),
  fromSeq: z.int().min(1),
  toSeq: z.int().min(1),
  count: z.int().min(1),
  /** Exactly which, where there are others in between; left out: all of them. */
  ranges: z
    .array(z.tuple([z.int().min(1), z.int().min(1)]))
    .max(500)
    .optional(),
  /** The epoch whose numbers these are; left out: that of the record itself. */
  epoch: z
    .string()
    .regex(/^[A-Za-z0-9]{1,32}$/)
    .optional(),
  /** `renumbered`: sent again under another key, since the cloud held something else under this one. */
  reason: z.enum(['budget', 'expired', 'corrupt', 'oversize', 'renumbered']),
});

/** A work order, as the cloud's service module tells the workshop. */
const Order = z.strictObject({
  order: z.string().min(1).max(64),
  vin: Vin.nullable(),
  plate: z.string().max(16).nullable(),
  model: z.string().max(60).nullable(),
  bay: Id.nullable(),
  state: z.enum(['expected', 'checked-in', 'approved', 'in-progress', 'quality-check', 'ready', 'closed', 'cancelled']),
  hold: HoldReason.nullable(),
  promisedAt: Millis.nullable(),
  standardMinutes: z.int().positive().nullable(),
  job: z.string().max(120).nullable(),
  /** The car is back because the work was not right the first time. */
  rework: z.boolean().optional(),
  /** Parts that were repaired or replaced, told when the order is closed: each begins a new series. */
  repaired: z.array(z.enum(FLAGS)).max(FLAGS.length).optional(),
});

/** A screen that was let in to the board by a person of the site; only the hash of its token is known. */
const Screen = z.strictObject({
  screen: z.string().max(64),
  name: z.string().max(60),
  tokenSha256: z.string().length(64),
  state: z.enum(['paired', 'revoked']),
  expiresAt: Millis,
});

const DATA = {
  'liftgate.site.layout.v1': SiteLayout,
  'liftgate.bay.occupancy.v1': BayOccupancy,
  'liftgate.bay.vehicle.v1': BayVehicle,
  'liftgate.bay.work.v1': BayWork,
  'liftgate.bay.utilisation.v1': BayUtilisation,
  'liftgate.bay.interval.v1': BayInterval,
  'liftgate.bay.correction.v1': BayCorrection,
  'liftgate.bay.lift.v1': BayLift,
  'liftgate.scan.v1': Scan,
  'liftgate.vehicle.codes.v1': VehicleCodes,
  'liftgate.vehicle.readings.v1': VehicleReadings,
  'liftgate.vehicle.flag.v1': VehicleFlag,
  'liftgate.flag.action.v1': FlagAction,
  'liftgate.alert.v1': Alert,
  'liftgate.device.v1': DeviceChange,
  'liftgate.journal.gap.v1': JournalGap,
  'liftgate.order.v1': Order,
  'liftgate.screen.v1': Screen,
  'liftgate.fleet.prior.v1': FleetPriors,
} as const;

export type EventType = keyof typeof DATA;
export const EVENT_TYPES = Object.keys(DATA) as [EventType, ...EventType[]];
export type EventData<T extends EventType> = z.infer<(typeof DATA)[T]>;

const PRIORITY_OF: Record<EventType, Priority> = {
  'liftgate.scan.v1': 'scan',
  'liftgate.bay.occupancy.v1': 'bay',
  'liftgate.bay.vehicle.v1': 'bay',
  'liftgate.bay.work.v1': 'bay',
  'liftgate.bay.lift.v1': 'bay',
  'liftgate.bay.interval.v1': 'bay',
  'liftgate.bay.correction.v1': 'bay',
  'liftgate.order.v1': 'bay',
  'liftgate.vehicle.codes.v1': 'code',
  'liftgate.vehicle.flag.v1': 'alert',
  'liftgate.flag.action.v1': 'alert',
  'liftgate.alert.v1': 'alert',
  'liftgate.site.layout.v1': 'alert',
  'liftgate.screen.v1': 'alert',
  'liftgate.journal.gap.v1': 'alert',
  'liftgate.device.v1': 'health',
  'liftgate.bay.utilisation.v1': 'telemetry',
  'liftgate.vehicle.readings.v1': 'telemetry',
  'liftgate.fleet.prior.v1': 'telemetry',
};

export function priorityOf(type: EventType): Priority {
  return PRIORITY_OF[type];
}

/** What happened, before it has a place in the log. */
export type EventBody = {
  [T in EventType]: { readonly type: T; readonly subject: string; readonly time: Millis; readonly data: EventData<T> };
}[EventType];

/** The key of an event for ever. `seq` starts anew with a new `epoch`, which comes with a new or restored store. */
export interface EventKey {
  readonly site: string;
  readonly gateway: string;
  readonly epoch: string;
  /** From 1, without gaps. Exact up to 2^53 − 1; a decimal text at the border. */
  readonly seq: number;
}

export type WorkshopEvent = EventBody & EventKey;

/** Makes an event body; the subject follows from the data. */
export function event<T extends EventType>(type: T, time: Millis, data: EventData<T>): Extract<EventBody, { type: T }> {
  return { type, subject: subjectOf(type, data), time, data } as unknown as Extract<EventBody, { type: T }>;
}

/** CloudEvents `subject`: what the event is about, most telling noun first. */
function subjectOf(type: EventType, data: object): string {
  const named = data as Partial<
    Record<'bay' | 'vin' | 'device' | 'alert' | 'order' | 'screen' | 'correction' | 'model', string | null>
  >;
  if (type === 'liftgate.alert.v1') return `alert/${named.alert}`;
  if (type === 'liftgate.order.v1') return `order/${named.order}`;
  if (type === 'liftgate.screen.v1') return `screen/${named.screen}`;
  if (type === 'liftgate.fleet.prior.v1') return `fleet/${named.model}`;
  // Each correction is a fact of its own: the newest word on it counts, not the newest on the bay.
  if (type === 'liftgate.bay.correction.v1') return `correction/${named.correction}`;
  if (type.startsWith('liftgate.bay.')) return `bay/${named.bay}`;
  if (type.startsWith('liftgate.vehicle.') || type === 'liftgate.flag.action.v1') return `vehicle/${named.vin}`;
  if (type === 'liftgate.site.layout.v1') return 'site';
  if (type === 'liftgate.journal.gap.v1') return 'journal';
  return `device/${named.device}`;
}

/**
 * `good`: agreed with another clock within 2 s when the event was recorded; `corrected`: it was wrong, by how much is
 * known; `estimated`: it was wrong or never set, and nobody knows by how much.
 */
const CLOCK_QUALITIES = ['good', 'corrected', 'estimated'] as const;
export type ClockQuality = (typeof CLOCK_QUALITIES)[number];

/** The border form: a CloudEvents 1.0 JSON object (structured mode). */
export const CloudEvent = z.strictObject({
  specversion: z.literal('1.0'),
  /** `{epoch}-{seq}` */
  id: z.string().regex(/^[A-Za-z0-9]{1,32}-[0-9]{1,16}$/),
  /** `/sites/{site}/gateways/{gateway}` */
  source: z.string().regex(/^\/sites\/[^/]+\/gateways\/[^/]+$/),
  type: z.string().max(128),
  subject: z.string().max(200),
  time: z.string().max(40),
  datacontenttype: z.literal('application/json'),
  /** Recorded before the connection that brings it: history, by now. */
  historical: z.literal(true).optional(),
  /** `time` as it should have been, RFC 3339, where the clock is known to have been wrong; `time` itself never changes. */
  correctedtime: z.string().max(40).optional(),
  /** What is known of the clock behind `time`; left out: nothing in particular. */
  clockquality: z.enum(CLOCK_QUALITIES).optional(),
  data: z.unknown(),
});
export type CloudEvent = z.infer<typeof CloudEvent>;

export function toCloudEvent(e: WorkshopEvent): CloudEvent {
  return {
    specversion: '1.0',
    id: `${e.epoch}-${e.seq}`,
    source: `/sites/${e.site}/gateways/${e.gateway}`,
    type: e.type,
    subject: e.subject,
    time: toRfc3339(e.time),
    datacontenttype: 'application/json',
    data: e.data,
  };
}

export function isEventType(type: string): type is EventType {
  return Object.hasOwn(DATA, type);
}

/** The schema of an event's data: for documents and tests that follow the contract by themselves. */
export function eventDataSchema(type: EventType): z.ZodType {
  return DATA[type];
}

/** Checks the data of one event type. @throws LiftgateError `invalid`, naming the fields at fault. */
export function parseEventData<T extends EventType>(type: T, data: unknown): EventData<T> {
  const result = DATA[type].safeParse(data);
  if (!result.success) throw new LiftgateError('invalid', `${type}: ${faults(result.error)}`, { about: type });
  return result.data as EventData<T>;
}

/**
 * Reads a CloudEvents object back.
 * @throws LiftgateError `invalid` when an attribute or a field of the data is wrong, or the type is not known here.
 */
export function fromCloudEvent(input: unknown): WorkshopEvent {
  const result = CloudEvent.safeParse(input);
  if (!result.success) throw new LiftgateError('invalid', `not a Liftgate CloudEvent: ${faults(result.error)}`);
  const { id, source, type, subject, time, data } = result.data;
  const [, , site = '', , gateway = ''] = source.split('/');
  const dash = id.lastIndexOf('-');
  const seq = Number(id.slice(dash + 1));
  const at = fromRfc3339(time);
  if (!Number.isSafeInteger(seq) || seq < 1)
    throw new LiftgateError('invalid', `event id ${id}: the number after the dash must be 1 to 2^53 − 1`);
  if (at === null) throw new LiftgateError('invalid', `event ${id}: time "${time}" is not RFC 3339`);
  if (!isEventType(type))
    throw new LiftgateError('invalid', `event ${id}: type "${type}" is not known; is the other side newer?`);
  const body = event(type, at, parseEventData(type, data));
  if (body.subject !== subject)
    throw new LiftgateError('invalid', `event ${id}: subject "${subject}" does not fit its data ("${body.subject}")`);
  return { ...body, site, gateway, epoch: id.slice(0, dash), seq };
}

function faults(error: z.ZodError): string {
  return error.issues.map((i) => `${i.path.join('.') || '(whole)'}: ${i.message}`).join('; ');
}
