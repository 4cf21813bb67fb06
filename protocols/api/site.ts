import { z } from 'zod';
import { DEVICE_KINDS, DeviceState, Id, SCAN_KINDS, ScanOutcome } from '../event.ts';
import { Millis } from '../time.ts';

/**
 * What the gateway's HTTP API says to its site page (under `/site/api`, behind its own sign-in, cookie `lg_site`) and to
 * its walls (under `/wall/api`).
 */

/** `POST /site/api/setup`: the one-time link that the first start prints sets the site's password. */
export const SiteSetUp = z.strictObject({
  token: z.string().min(16).max(200),
  password: z.string().min(10, 'at least 10 characters').max(200),
});
/** `POST /site/api/session`, `GET` tells `{signedIn, needsSetUp}`, `DELETE` signs out. */
export const SiteSignIn = z.strictObject({ password: z.string().min(1).max(200) });

/** `GET /site/api/status` */
export const SiteStatus = z.strictObject({
  site: z.strictObject({ id: Id, name: z.string(), timezone: z.string(), locale: z.enum(['zh-CN', 'en']) }),
  now: Millis,
  startedAt: Millis,
  /** What people call each bay. */
  bays: z.array(z.strictObject({ bay: Id, name: z.string() })),
  devices: z.array(
    z.strictObject({
      device: Id,
      name: z.string(),
      kind: z.enum(DEVICE_KINDS),
      bay: Id.nullable(),
      state: DeviceState,
      since: Millis,
      reason: z.string().nullable(),
      detail: z.string().nullable(),
      /** ms since it was last heard; null: never since the start. */
      ageMs: z.number().nullable(),
      silenceMs: z.number().nullable(),
      life: z.int(),
      readings: z.int(),
      /** Its last words, newest first: at most 5. */
      last: z.array(
        z.strictObject({ at: Millis, signal: z.string(), value: z.unknown(), unit: z.string().nullable() }),
      ),
    }),
  ),
  /** Devices that tried to come in and are not listed in the configuration. */
  strangers: z.array(z.strictObject({ name: z.string(), via: z.string(), at: Millis, count: z.int() })),
  outbox: z.strictObject({
    produced: z.int(),
    acknowledged: z.int(),
    queued: z.int(),
    dropped: z.int(),
    /** What was dropped, by class and reason; together `dropped`. */
    droppedBy: z.array(z.strictObject({ class: z.string(), reason: z.string(), count: z.int() })),
    /** What the cloud refused and a person may look at: see `SiteDeadLetter`. */
    dead: z.int(),
    oldestAt: Millis.nullable(),
    /** `twin`: another gateway runs under the identity of this one. */
    cloud: z.enum(['none', 'reached', 'unreachable', 'denied', 'twin']),
    lastReplyAt: Millis.nullable(),
    lastError: z.string().nullable(),
  }),
  clock: z.strictObject({
    /** `good`: within 2 s of the cloud's; `off`: it is not; `unknown`: not compared yet. */
    quality: z.enum(['good', 'off', 'unknown']),
    /** This clock less the cloud's, ms. */
    offsetMs: z.number().nullable(),
  }),
  store: z.strictObject({
    epoch: z.string(),
    bytes: z.int(),
    budgetBytes: z.int(),
    commitP95Ms: z.number().nullable(),
    full: z.boolean(),
  }),
});
export type SiteStatus = z.infer<typeof SiteStatus>;

/**
 * `GET /site/api/dead-letters` → `{items}`: what the cloud refused, newest first, at most 100. `POST
 * /site/api/dead-letters/replay {id?}` sends one of them, or all, once more → `{queued}`.
 */
export const SiteDeadLetter = z.strictObject({
  /** `{epoch}-{seq}` */
  id: z.string(),
  /** `rejected` not understood, `conflict` another event has its number, `oversize` larger than the cloud takes. */
  verdict: z.string(),
  /** The cloud's own words. */
  reason: z.string().nullable(),
  at: Millis,
  /** Null: it is no longer kept here, and cannot be sent again. */
  event: z.strictObject({ type: z.string(), subject: z.string(), time: Millis, data: z.unknown() }).nullable(),
});
export type SiteDeadLetter = z.infer<typeof SiteDeadLetter>;
export const SiteDeadReplay = z.strictObject({ id: z.string().min(3).max(64).optional() });

/** `POST /site/api/scan`: a label typed or wedged in by hand; works without the Internet. */
export const SiteScan = z.strictObject({ text: z.string().min(1).max(512), bay: Id.nullish() });
export const SiteScanReply = z.strictObject({
  kind: z.enum(SCAN_KINDS),
  text: z.string(),
  checkDigit: z.enum(['right', 'wrong', 'absent']),
  maker: z.string().nullable(),
  modelYear: z.string().nullable(),
  /** What came of it in the workshop; null while that is not known. */
  outcome: ScanOutcome.nullish(),
  /** What this gateway knows of the car, newest first: event type, time and data. */
  story: z.array(z.strictObject({ type: z.string(), time: Millis, data: z.unknown() })),
});
export type SiteScanReply = z.infer<typeof SiteScanReply>;

/** `POST /wall/api/pairing` (the screen asks) → `{code, secret, expiresAt}`; `POST /wall/api/pairing/claim {secret}` → `{token}` or `{token: null}`. */
export const Pairing = z.strictObject({ code: z.string().length(6), secret: z.string(), expiresAt: Millis });
/** `POST /site/api/screens {code, name}` lets a screen in; `GET` lists, `DELETE /site/api/screens/{screen}` revokes. */
export const PairScreen = z.strictObject({ code: z.string().length(6), name: z.string().min(1).max(60) });
export const ScreenItem = z.strictObject({
  screen: z.string(),
  name: z.string(),
  pairedAt: Millis,
  expiresAt: Millis,
  lastSeenAt: Millis.nullable(),
});
export type ScreenItem = z.infer<typeof ScreenItem>;

/** `GET /wall/api/start`: what a wall needs before it connects. `token` is null unless this screen may come in without a code. */
export const WallStart = z.strictObject({
  from: z.enum(['gateway', 'cloud']),
  locale: z.enum(['zh-CN', 'en']),
  /** Base URLs of the board feed, first choice first. */
  feeds: z.array(z.strictObject({ from: z.enum(['gateway', 'cloud']), url: z.string() })),
  site: z.string(),
  access: z.enum(['paired', 'loopback']),
});
export type WallStart = z.infer<typeof WallStart>;
