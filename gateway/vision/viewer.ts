import { randomUUID } from 'node:crypto';
import { LiftgateError } from '../../protocols/error.ts';
import type { Clock, Millis } from '../../protocols/time.ts';
import type { Sight } from './eyes.ts';
import { type Frame, forScreen, readFrame } from './frame.ts';
import type { RegionModel } from './model.ts';
import type { Background } from './view.ts';

/** A picture for a person at the site page. It is for the screen in front of them, never for a file, a log or a message. */
export interface Shot {
  /** Names this very frame for `frame`, for as long as it is kept. */
  readonly id: string;
  readonly at: Millis;
  /** At most 1,280 px wide; no metadata of the camera's is in it. */
  readonly jpeg: Buffer;
  readonly width: number;
  readonly height: number;
}

/** What pictures say of a bay now. */
export interface Opinion {
  readonly bay: string;
  /** Null: not known. */
  readonly occupied: boolean | null;
  /** Of "occupied", 0 to 1: the confidence is this where occupied, else 1 minus this. */
  readonly probability: number;
  readonly at: Millis;
}

/** The last shots stay as small frames, so that a click labels the picture that the person saw, not a later one. */
const KEPT = 4;
const KEPT_MS = 600_000;
/** Several screens that look at once cost the camera one picture. */
const FRESH_MS = 1_000;

/**
 * One camera's pictures, between its driver and the gateway's site page: lives as long as the gateway, whether the camera
 * is reached or not. Holds in memory the models in use, the opinions of the last look and at most four small frames; nothing
 * here knows the disk.
 *
 * The site page's side: `shoot` → show `jpeg` → the person draws a region and clicks a label → `survey(frame(shot.id), [polygon])` of
 * survey.ts → keep the row (`FeatureRow`: numbers, no picture) with its label → `trainBay(bay, polygon, rows)` of train.ts → keep the
 * model it gives → `use([...all models of this camera])`. At the start of the gateway, `use` what was kept.
 */
export class CameraViewer {
  readonly camera: string;
  /** Whose regions may be drawn: the bays of its rules. */
  readonly bays: readonly string[];
  private readonly clock: Clock;
  private source: ((signal: AbortSignal) => Promise<Buffer>) | null = null;
  private kept: { readonly id: string; readonly at: Millis; readonly frame: Frame }[] = [];
  private latest: { readonly at: Millis; readonly shot: Promise<Shot> } | null = null;
  private own: readonly RegionModel[] = [];
  private fromFile: readonly RegionModel[] = [];
  private ownView: Background | null = null;
  private fileView: Background | null = null;
  private seen: readonly Opinion[] = [];

  constructor(camera: string, bays: readonly string[], clock: Clock) {
    this.camera = camera;
    this.bays = [...new Set(bays)];
    this.clock = clock;
  }

  /**
   * Takes a picture now; one that is younger than a second is given again.
   * @throws LiftgateError `unreachable` (not connected, or no answer), `not-found` (the camera has no JPEG to give),
   *   `denied` (it refuses our login; not asked again for six minutes), `invalid` (no picture that can be decoded)
   */
  shoot(signal: AbortSignal = AbortSignal.timeout(10_000)): Promise<Shot> {
    const now = this.clock();
    if (this.latest && now >= this.latest.at && now - this.latest.at < FRESH_MS) return this.latest.shot;
    const shot = this.take(now, signal);
    const latest = { at: now, shot };
    this.latest = latest;
    const forget = () => {
      if (this.latest === latest) this.latest = null;
    };
    shot.then(() => setTimeout(forget, FRESH_MS).unref(), forget);
    return shot;
  }

  private async take(at: Millis, signal: AbortSignal): Promise<Shot> {
    if (!this.source)
      throw new LiftgateError(
        'unreachable',
        `device ${this.camera}: the camera is not connected now; look at its health`,
        {
          about: `device ${this.camera}`,
        },
      );
    const picture = await this.source(signal);
    const [frame, screen] = [await readFrame(picture), await forScreen(picture)];
    const id = randomUUID();
    this.kept = [...this.keptNow(at), { id, at, frame }].slice(-KEPT);
    return { id, at, ...screen };
  }

  private keptNow(now: Millis) {
    return this.kept.filter((k) => now - k.at < KEPT_MS);
  }

  /**
   * A shot, to be measured.
   * @throws LiftgateError `not-found` when it is no longer kept (ten minutes, or four newer ones): take a new one
   */
  frame(shot: string): Frame {
    this.kept = this.keptNow(this.clock());
    const found = this.kept.find((k) => k.id === shot);
    if (!found)
      throw new LiftgateError(
        'not-found',
        'expected one of the last four pictures, at most ten minutes old; take a new one',
      );
    return found.frame;
  }

  /**
   * Replaces the models that were made on site, at once and without a restart; they go before those of the model file.
   * @param view what the camera saw when they were made; null: not known, that of the file counts
   * @throws LiftgateError `invalid` when one is for a bay that this camera does not watch
   */
  use(models: readonly RegionModel[], view: Background | null = null): void {
    const stranger = models.find((m) => !this.bays.includes(m.region));
    if (stranger)
      throw new LiftgateError(
        'invalid',
        `device ${this.camera}: expected models of its bays (${this.bays.join(', ')}), got one of "${stranger.region}"`,
        { about: `device ${this.camera}` },
      );
    this.own = models;
    this.ownView = view;
  }

  /** The models in use, at most one a bay. */
  get models(): readonly RegionModel[] {
    return [...this.own, ...this.fromFile.filter((f) => !this.own.some((o) => o.region === f.region))];
  }

  /** What the camera saw when its models were made, those made on site first; null: not known. */
  get background(): Background | null {
    return this.ownView ?? this.fileView;
  }

  /** What the last look said; empty before the first, and while the camera is not looked at. */
  get opinions(): readonly Opinion[] {
    return this.seen;
  }

  /** The driver's side: the camera is connected, and gives a picture when asked; null: it is not. */
  connect(source: ((signal: AbortSignal) => Promise<Buffer>) | null): void {
    this.source = source;
    if (source === null) this.seen = [];
  }

  /** The driver's side: the configured file. */
  load(models: readonly RegionModel[], background: Background | null = null): void {
    this.fromFile = models;
    this.fileView = background;
  }

  /** The driver's side: what a look told; null: there was no picture. */
  saw(sight: Sight | null): void {
    const at = this.clock();
    this.seen = sight === null ? [] : sight.bays.map((b) => ({ bay: b.bay, ...b.verdict, at }));
  }
}
