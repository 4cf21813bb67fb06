import { z } from 'zod';
import { CloudEvent } from './event.ts';

/** Most events in a batch, and most bytes of a batch after gzip and after inflating. */
export const SYNC_LIMITS = { events: 1_000, bytes: 1_048_576, inflatedBytes: 8_388_608 } as const;

/** Longest time, in ms, that the cloud holds a request open. */
export const LONGEST_HOLD_MS = 25_000;

/** Most ranges of `received`; what lies above the last of them is not told. */
export const MOST_RANGES = 1_000;

/** How the credential of a gateway begins, so that one found in the wrong place is known for what it is. */
export const GATEWAY_PREFIX = 'lg_gw_';

/** Decimal text of a cursor or a seq: exact at any size. */
const Cursor = z.string().regex(/^[0-9]{1,19}$/, 'a decimal number as text');

/** How long ago each source was last heard, in ms by the gateway's monotonic clock; null: never since it started. */
export const SourceAges = z.record(z.string().max(64), z.number().min(0).nullable());
export type SourceAges = z.infer<typeof SourceAges>;

/** Gateway to cloud, `POST /v1/sync`. An empty batch is a sign of life and asks for the downlink. */
export const SyncBatch = z.strictObject({
  epoch: z.string().regex(/^[A-Za-z0-9]{1,32}$/),
  /** Wall clock at this very attempt, RFC 3339; stamped anew at each attempt. */
  sentAt: z.string().max(40),
  /** In order of seq. Each is checked by itself: one bad event never holds up its neighbours. */
  events: z.array(z.unknown()).max(SYNC_LIMITS.events),
  ages: SourceAges,
  /** The last downlink record that is safely stored on site. */
  downCursor: Cursor,
  /** Random name of this run of the gateway: tells a restart from a second gateway under the same identity. */
  instance: z
    .string()
    .regex(/^[A-Za-z0-9]{8,32}$/)
    .optional(),
  /** An empty batch may be held so long, in ms, until there is something to say; see `LONGEST_HOLD_MS`. */
  waitMs: z.int().min(0).max(LONGEST_HOLD_MS).optional(),
  /** Asks for `received`: after each new connection, to find out what either side has lost. */
  wantReceived: z.boolean().optional(),
  /** How long ago each of `events` was recorded, ms, by a clock that nobody sets; null: not known. */
  waited: z.array(z.int().min(0).nullable()).max(SYNC_LIMITS.events).optional(),
  /** What waits on site at this very attempt, these events among it, and the age of the oldest of it, ms. */
  backlog: z.strictObject({ queued: z.int().min(0), oldestMs: z.int().min(0).nullable() }).optional(),
});
export type SyncBatch = z.infer<typeof SyncBatch>;

export const Verdict = z.strictObject({
  seq: Cursor,
  /**
   * `accepted` new and stored; `duplicate` stored before, same body; `conflict` stored before with another body
   * (kept aside); `rejected` cannot be understood (kept as a dead letter). All four are final: never send again.
   */
  verdict: z.enum(['accepted', 'duplicate', 'conflict', 'rejected']),
  reason: z.string().max(400).nullable(),
});
export type Verdict = z.infer<typeof Verdict>;

export const SyncReply = z.strictObject({
  /** Highest seq of this epoch below which the cloud has everything; the gateway forgets only what lies under it. */
  contiguousSeq: Cursor,
  verdicts: z.array(Verdict),
  /** All that has arrived of this epoch, as ranges in order; only where it was asked for. */
  received: z
    .array(z.tuple([z.int().min(1), z.int().min(1)]))
    .max(MOST_RANGES)
    .optional(),
  /** Downlink: facts for the workshop, oldest first; `cursor` is to be sent back once they are stored. */
  down: z.strictObject({ cursor: Cursor, events: z.array(CloudEvent), more: z.boolean() }),
  /** The cloud's clock, RFC 3339. */
  time: z.string().max(40),
});
export type SyncReply = z.infer<typeof SyncReply>;
