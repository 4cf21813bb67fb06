import type { GatewayConfig } from '../config/schema.ts';
import type { NoPicture, SiteBay, SiteCamera } from '../protocols/api/camera.ts';
import { isLiftgateError, LiftgateError, messageOf } from '../protocols/error.ts';
import { outlineFault } from '../protocols/outline.ts';
import type { Clock, Millis } from '../protocols/time.ts';
import { type Calibration, cardOf, readCalibration } from './calibration.ts';
import { confidenceOf } from './confidence.ts';
import type { DeviceStatus } from './drivers/roster.ts';
import type { CameraDesk } from './http/camera.ts';
import type { Calibrations } from './store/calibration.ts';
import type { Surveyor } from './surveyor.ts';
import { train } from './training.ts';
import { EMPTY_BELOW, FEWEST_OF_A_LABEL, MOST_FRAMES, OCCUPIED_ABOVE, type RegionModel } from './vision/model.ts';
import { rowOf } from './vision/row.ts';
import { blended } from './vision/view.ts';
import type { CameraViewer } from './vision/viewer.ts';

export interface DeskParts {
  readonly config: Pick<GatewayConfig, 'bays' | 'devices'>;
  readonly calibrations: Calibrations;
  readonly devices: () => readonly DeviceStatus[];
  readonly clock: Clock;
  readonly survey: Surveyor;
  readonly onTrouble: (what: string) => void;
  /** Ends what is being trained. */
  readonly signal: AbortSignal;
}

/** What is known of one bay of one camera, beside what is kept. */
interface Bay {
  readonly bay: string;
  readonly viewer: CameraViewer;
  kept: Calibration;
  revision: number;
  trained: { readonly model: RegionModel; readonly at: Millis } | null;
  training: boolean;
  /** What another version kept is of no use, until something new is kept. */
  dropped: boolean;
}

/**
 * Where people teach the cameras their bays. What rules a bay: the model that was put to use here, else that of the
 * configured file, else none. The same for the outline that labels are taken in.
 */
export class Desk implements CameraDesk {
  private readonly parts: DeskParts;
  private readonly viewers = new Map<string, CameraViewer>();
  private readonly bays = new Map<string, Bay>();

  constructor(parts: DeskParts) {
    this.parts = parts;
  }

  /** A camera whose pictures may be looked at; it gets the models that were put to use here before. */
  add(viewer: CameraViewer): void {
    this.viewers.set(viewer.camera, viewer);
    for (const bay of viewer.bays) {
      const { body, revision } = this.parts.calibrations.get(viewer.camera, bay);
      const { kept, isWhole } = readCalibration(body);
      if (!isWhole)
        this.parts.onTrouble(
          `camera ${viewer.camera}, bay ${bay}: its labels and models were made by another version and cannot be used; ` +
            'label anew on the site page, the outline is still there',
        );
      const known: Bay = { bay, viewer, kept, revision, trained: null, training: false, dropped: !isWhole };
      this.bays.set(keyOf(viewer.camera, bay), known);
      void this.learn(known);
    }
    this.employ(viewer);
  }

  list() {
    const states = new Map(this.parts.devices().map((d) => [d.device, d]));
    const items = this.parts.config.devices.flatMap((d): SiteCamera[] => {
      const status = d.kind === 'camera' ? states.get(d.id) : undefined;
      if (!status || d.kind !== 'camera') return [];
      const { state, since, reason, detail } = status;
      const own = [...new Set(d.rules.map((r) => r.bay))].flatMap((bay) => this.bays.get(keyOf(d.id, bay)) ?? []);
      return [
        {
          ...{ camera: d.id, name: d.name ?? d.id, state, since, reason, detail },
          looks: this.viewers.has(d.id),
          bays: own.map((b) => this.shown(b)),
        },
      ];
    });
    const limits = { most: MOST_FRAMES, fewest: FEWEST_OF_A_LABEL };
    return { limits: { ...limits, emptyBelow: EMPTY_BELOW, occupiedAbove: OCCUPIED_ABOVE }, items };
  }

  async picture(camera: string) {
    const viewer = this.viewers.get(camera);
    if (!viewer && this.parts.config.devices.some((d) => d.id === camera && d.kind === 'camera'))
      throw noPicture('off', `camera ${camera} does not look at pictures: give it the option pixels`);
    if (!viewer) throw new LiftgateError('not-found', `there is no camera "${camera}"`);
    try {
      const { id, at, jpeg } = await viewer.shoot();
      return { frame: id, ageMs: Math.max(0, this.parts.clock() - at), jpeg };
    } catch (e) {
      const why = isLiftgateError(e) ? WHY[e.code] : undefined;
      if (why === undefined) throw e;
      throw noPicture(why, messageOf(e));
    }
  }

  async confidence(camera: string, bay: string, frame: string) {
    const { viewer, trained } = this.find(camera, bay);
    return confidenceOf(viewer, bay, frame, trained?.model ?? null, this.parts.survey);
  }

  draw(camera: string, bay: string, body: { outline: Calibration['outline']; revision: number }): SiteBay {
    const known = this.find(camera, bay);
    const fault = body.outline && outlineFault(body.outline);
    if (fault)
      throw new LiftgateError('invalid', `expected the outline of a bay, got one with the fault "${fault}"`, {
        about: 'outline',
      });
    // Measures of another outline cannot be compared: they go.
    const { view: _, ...kept } = known.kept;
    return this.change(known, body.revision, { ...kept, outline: body.outline, labels: [] });
  }

  async label(
    camera: string,
    bay: string,
    body: { frame: string; occupied: boolean; revision: number },
  ): Promise<SiteBay> {
    const known = this.find(camera, bay);
    const outline = outlineOf(known);
    if (!outline)
      throw new LiftgateError('conflict', `bay ${bay} has no outline yet: draw it first`, { about: 'outline' });
    const { frame, occupied, revision } = body;
    const others = known.kept.labels.filter((l) => l.frame !== frame);
    if (others.length >= MOST_FRAMES)
      throw new LiftgateError('conflict', `bay ${bay} has ${MOST_FRAMES} labels: delete one first`, {
        about: 'labels',
      });
    const { kept } = known;
    const seen = await this.parts.survey(known.viewer.frame(frame), [outline.corners]);
    if (seen.dark)
      throw new LiftgateError('invalid', 'the picture is too dark to learn from; label one with more light');
    const row = rowOf(outline.corners, seen.cells[0]!);
    const label = { label: kept.next, at: this.parts.clock(), frame, occupied, row };
    const view = blended(kept.view ?? null, others.length, seen.view);
    // Who changed the bay meanwhile was first: the revision tells.
    return this.change(known, revision, { ...kept, labels: [...others, label], view, next: kept.next + 1 });
  }

  unlabel(camera: string, bay: string, label: number): SiteBay {
    const known = this.find(camera, bay);
    const labels = known.kept.labels.filter((l) => l.label !== label);
    if (labels.length === known.kept.labels.length)
      throw new LiftgateError('not-found', `bay ${bay} has no label ${label} any more`, { about: 'labels' });
    return this.change(known, known.revision, { ...known.kept, labels });
  }

  use(camera: string, bay: string, body: { use: 'trained' | 'former'; revision: number }): SiteBay {
    const known = this.find(camera, bay);
    const at = this.parts.clock();
    const { view } = known.kept;
    const trained = known.trained && { ...known.trained, at, ...(view && { view }) };
    const next = body.use === 'trained' ? trained : known.kept.former;
    if (!next || (body.use === 'trained' && known.training))
      throw new LiftgateError('conflict', `bay ${bay} has no such model now: look at it again`, { about: 'use' });
    const { model } = next;
    const former = known.kept.use ?? { model: null, at };
    this.change(known, body.revision, { ...known.kept, use: model && { ...next, model, at }, former });
    this.employ(known.viewer);
    return this.shown(known);
  }

  private find(camera: string, bay: string): Bay {
    const known = this.bays.get(keyOf(camera, bay));
    if (!known) throw new LiftgateError('not-found', `no camera "${camera}" looks at a bay "${bay}"`);
    return known;
  }

  /** Keeps a change and learns from it. @throws LiftgateError `conflict` when another change came first */
  private change(known: Bay, revision: number, kept: Calibration): SiteBay {
    known.revision = this.parts.calibrations.put(known.viewer.camera, known.bay, revision, kept);
    const relearn = kept.labels !== known.kept.labels;
    known.kept = kept;
    known.dropped = false;
    if (relearn) void this.learn(known);
    return this.shown(known);
  }

  /** Makes a new model of the labels as they are; of changes meanwhile, of them. */
  private async learn(known: Bay): Promise<void> {
    known.trained = null;
    if (known.training) return;
    known.training = true;
    try {
      for (let labels: Calibration['labels'] | null = null; labels !== known.kept.labels; ) {
        labels = known.kept.labels;
        const outline = labels.at(-1)?.row.polygon;
        const count = (occupied: boolean) => labels!.filter((l) => l.occupied === occupied).length;
        if (!outline || Math.min(count(true), count(false)) < FEWEST_OF_A_LABEL) continue;
        const model = await train({ bay: known.bay, outline, rows: labels }, this.parts.signal);
        if (labels === known.kept.labels) known.trained = { model, at: this.parts.clock() };
      }
    } catch (e) {
      if (!this.parts.signal.aborted) this.parts.onTrouble(messageOf(e));
    } finally {
      known.training = false;
    }
  }

  /** The camera's driver takes the models at its next look. */
  private employ(viewer: CameraViewer): void {
    const own = viewer.bays.flatMap((bay) => this.bays.get(keyOf(viewer.camera, bay))?.kept.use ?? []);
    // Bays of one camera share its view; it may have been turned since the older of them were taught.
    const newest = own.toSorted((a, b) => a.at - b.at).findLast((u) => u.view);
    viewer.use(
      own.map((u) => u.model),
      newest?.view ?? null,
    );
  }

  private shown(known: Bay): SiteBay {
    const name = this.parts.config.bays.find((b) => b.id === known.bay)?.name ?? known.bay;
    const { bay, revision, kept, trained, training, dropped, viewer } = known;
    const outline = outlineOf(known);
    const configured = viewer.models.find((m) => m.region === bay);
    const former = kept.former && (kept.former.model ? 'site' : this.isConfigured(viewer) ? 'config' : 'none');
    return {
      ...{ bay, name, revision, training, dropped },
      outline: outline?.corners ?? null,
      outlineFrom: outline?.from ?? null,
      labels: kept.labels.map(({ label, at, occupied }) => ({ label, at, occupied })),
      trained:
        trained && !training
          ? { ...cardOf(trained.model, trained.at), isInUse: isSame(trained.model, kept.use?.model) }
          : null,
      inUse: kept.use
        ? { ...cardOf(kept.use.model, kept.use.at), from: 'site' }
        : configured
          ? { ...cardOf(configured, null), from: 'config' }
          : null,
      former,
    };
  }

  private isConfigured(viewer: CameraViewer): boolean {
    const device = this.parts.config.devices.find((d) => d.id === viewer.camera);
    return device?.kind === 'camera' && device.pixels?.model !== undefined;
  }
}

const keyOf = (camera: string, bay: string) => `${camera} ${bay}`;

/** The outline that labels are taken in: the drawn one, else that of the configured model. */
function outlineOf({ bay, kept, viewer }: Bay): { corners: RegionModel['polygon']; from: 'site' | 'config' } | null {
  if (kept.outline) return { corners: kept.outline, from: 'site' };
  const configured = kept.use ? null : viewer.models.find((m) => m.region === bay);
  return configured ? { corners: configured.polygon, from: 'config' } : null;
}

/** The same labels give the same model, also after a restart. */
function isSame(a: RegionModel, b: RegionModel | undefined): boolean {
  return JSON.stringify(a.logistic) === JSON.stringify(b?.logistic);
}

const WHY: Readonly<Record<string, NoPicture | undefined>> = {
  unreachable: 'not-connected',
  'not-found': 'no-jpeg',
  denied: 'refused',
  invalid: 'unreadable',
};

function noPicture(why: NoPicture, message: string): LiftgateError {
  return new LiftgateError('not-found', message, { about: why });
}
