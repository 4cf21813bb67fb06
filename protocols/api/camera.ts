import { z } from 'zod';
import { DeviceState, Id } from '../event.ts';
import { FEWEST_CORNERS, MOST_CORNERS } from '../outline.ts';
import { Millis } from '../time.ts';

/**
 * Bay cameras on the gateway's site page, under `/site/api/cameras`: look, draw, label, use. A picture is sent to the
 * browser that asked and to nobody else; what is kept of a labelled picture are measures, not pixels.
 */

const Share = z.number().min(0).max(1);
const Corners = z
  .array(z.tuple([Share, Share]))
  .min(FEWEST_CORNERS)
  .max(MOST_CORNERS);

/** How a classifier did on frames that were left out while it was made. */
const ModelCard = z.strictObject({
  /** When it was made or put to use; null: not known (a file). */
  at: Millis.nullable(),
  empty: z.int(),
  occupied: z.int(),
  right: z.int(),
  wrong: z.int(),
  /** Left-out frames without an answer. */
  unknown: z.int(),
  /** Of how many moments the labels are, where those of one moment were left out together; null: frames were, one by one. */
  moments: z.int().nullable(),
  /** 95 % interval (Wilson) of the share of right answers; null where too few frames were judged to tell one. */
  interval: z.tuple([Share, Share]).nullable(),
});
export type ModelCard = z.infer<typeof ModelCard>;

/** Made on this page, or configured as a file. */
const From = z.enum(['site', 'config']);

export const SiteBay = z.strictObject({
  bay: Id,
  name: z.string(),
  /** To be named by each change, so that of two people at once the second is told. */
  revision: z.int(),
  outline: Corners.nullable(),
  outlineFrom: From.nullable(),
  labels: z.array(z.strictObject({ label: z.int(), at: Millis, occupied: z.boolean() })),
  /** Made of the labels as they are, and whether it is the one in use; null while they are too few. */
  trained: ModelCard.extend({ isInUse: z.boolean() }).nullable(),
  /** There were labels and models; another version of the gateway made them, and they cannot be used. */
  dropped: z.boolean(),
  /** A new one is being made. */
  training: z.boolean(),
  inUse: ModelCard.extend({ from: From }).nullable(),
  /** What "back" goes back to: the one that ruled before, or `none`; null: there is no way back. */
  former: z.enum(['site', 'config', 'none']).nullable(),
});
export type SiteBay = z.infer<typeof SiteBay>;

export const SiteCamera = z.strictObject({
  camera: Id,
  name: z.string(),
  state: DeviceState,
  since: Millis,
  reason: z.string().nullable(),
  detail: z.string().nullable(),
  /** Is it configured to look at its pictures (option `pixels`)? */
  looks: z.boolean(),
  bays: z.array(SiteBay),
});
export type SiteCamera = z.infer<typeof SiteCamera>;

/** `GET /site/api/cameras` */
export const SiteCameras = z.strictObject({
  limits: z.strictObject({
    /** Labels that a bay may have. */
    most: z.int(),
    /** Of each kind, before a classifier is made. */
    fewest: z.int(),
    /** Probabilities between these are "not known". */
    emptyBelow: Share,
    occupiedAbove: Share,
  }),
  items: z.array(SiteCamera),
});
export type SiteCameras = z.infer<typeof SiteCameras>;

/**
 * `GET /site/api/cameras/{camera}/picture`: a JPEG of now, with its name and its age in these headers. `not-found` when
 * there is none now; `about` of the refusal is then one of `NO_PICTURE`.
 */
export const FRAME_HEADER = 'liftgate-frame';
export const AGE_HEADER = 'liftgate-age-ms';
export const NO_PICTURE = ['off', 'not-connected', 'no-jpeg', 'refused', 'unreadable'] as const;
export type NoPicture = (typeof NO_PICTURE)[number];

/** `PUT /site/api/cameras/{camera}/bays/{bay}/outline`; `null`: back to the configured one. Labels of another outline go. */
export const DrawOutline = z.strictObject({ outline: Corners.nullable(), revision: z.int() });
/** `POST …/labels`: the frame that the person saw; `DELETE …/labels/{label}`. */
export const LabelFrame = z.strictObject({
  frame: z.string().min(1).max(64),
  occupied: z.boolean(),
  revision: z.int(),
});
/** `POST …/model`: use what was trained, or go back. */
export const UseModel = z.strictObject({ use: z.enum(['trained', 'former']), revision: z.int() });
// Each answers with the bay as it is then (`SiteBay`).

/** `GET …/confidence?frame=`: what the classifiers say of that frame. */
const Said = z.strictObject({ occupied: z.boolean().nullable(), probability: Share });
export const Confidence = z.strictObject({ frame: z.string(), inUse: Said.nullable(), trained: Said.nullable() });
export type Confidence = z.infer<typeof Confidence>;
