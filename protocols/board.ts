import type { EventData, HoldReason, Occupancy, Severity, WorkState, WorkshopEvent } from './event.ts';
import type { Millis } from './time.ts';

/**
 * Everything a wall needs, and nothing more: no owner, no phone, no full plate, no full VIN.
 * One pure fold makes it from events; the gateway and the cloud run the same fold.
 */
export interface BoardView {
  readonly site: { readonly name: string; readonly timezone: string } | null;
  /** Bay ids in the order of the configuration. */
  readonly order: readonly string[];
  readonly bays: Readonly<Record<string, BayTile>>;
  readonly devices: Readonly<Record<string, DeviceTile>>;
  /** Cars that are expected or wait for a bay, by order id. */
  readonly queue: Readonly<Record<string, QueuedCar>>;
  /** Alerts that stand, by id. */
  readonly alerts: Readonly<Record<string, BoardAlert>>;
  /** The last scan of each scanner, to be read back to who scanned. */
  readonly scans: Readonly<Record<string, ScanEcho>>;
  /**
   * When the layout, each `alert/…` and each `order/…` was last spoken of, also of those that are gone: an alert that
   * arrives after its own end must not stand for ever. Of those that are gone the newest are kept.
   */
  readonly marks: Readonly<Record<string, Mark>>;
}

/** Where in which log something was last said, so that an older event never moves a tile backwards. */
interface Mark {
  readonly time: Millis;
  readonly seq: number;
  /** `gateway/epoch` of the log whose number `seq` is; unknown in views that an earlier version kept. */
  readonly log?: string;
}

export interface BayTile {
  readonly bay: string;
  readonly name: string;
  readonly sort: string;
  readonly occupancy: Occupancy;
  readonly since: Millis | null;
  readonly confidence: number | null;
  readonly stay: string | null;
  readonly vehicle: BayCar | null;
  readonly promisedAt: Millis | null;
  /**
   * The newest word on a car, with the stay that it belongs to: it is shown while that is the stay of the tile, whichever
   * of the two arrives first. Left out: none so far, or kept by an earlier version.
   */
  readonly named?: { readonly stay: string | null; readonly vehicle: BayCar; readonly promisedAt: Millis | null };
  readonly work: { readonly state: WorkState; readonly reason: HoldReason | null; readonly since: Millis | null };
  readonly raised: boolean | null;
  readonly today: EventData<'liftgate.bay.utilisation.v1'> | null;
  /** The devices whose silence makes this tile old. */
  readonly sources: readonly string[];
  readonly marks: Readonly<Record<string, Mark>>;
}

interface BayCar {
  readonly plateTail: string | null;
  readonly vinTail: string | null;
  readonly model: string | null;
  readonly by: EventData<'liftgate.bay.vehicle.v1'>['by'];
  readonly conflict: boolean;
}

interface DeviceTile {
  readonly device: string;
  readonly name: string;
  readonly kind: string;
  readonly bay: string | null;
  readonly silenceMs: number | null;
  readonly state: EventData<'liftgate.device.v1'>['state'];
  readonly since: Millis | null;
  readonly lastSeen: Millis | null;
  readonly reason: string | null;
  readonly life: number;
  readonly mark: Mark | null;
}

export interface QueuedCar {
  readonly order: string;
  readonly plateTail: string | null;
  readonly model: string | null;
  readonly state: 'expected' | 'checked-in';
  readonly promisedAt: Millis | null;
}

export interface BoardAlert {
  readonly alert: string;
  readonly kind: EventData<'liftgate.alert.v1'>['kind'];
  readonly severity: Severity;
  readonly since: Millis;
  readonly bay: string | null;
  readonly device: string | null;
  readonly detail: EventData<'liftgate.alert.v1'>['detail'];
}

/** What was understood of a scan, and what came of it: no more of an identifier than its tail. */
export interface ScanEcho {
  readonly device: string;
  readonly at: Millis;
  readonly kind: EventData<'liftgate.scan.v1'>['kind'];
  readonly outcome: NonNullable<EventData<'liftgate.scan.v1'>['outcome']>;
  readonly undid: EventData<'liftgate.scan.v1'>['kind'] | null;
  readonly bay: string | null;
  /** The reason of a hold, the bay on a label; null for everything else. */
  readonly word: string | null;
  readonly vinTail: string | null;
  readonly plateTail: string | null;
  readonly orderTail: string | null;
}

export const EMPTY_BOARD: BoardView = {
  site: null,
  order: [],
  bays: {},
  devices: {},
  queue: {},
  alerts: {},
  scans: {},
  marks: {},
};

/** The last four characters, as much of an identifier as a wall may show. */
export function tail(text: string | null): string | null {
  return text === null ? null : text.slice(-4);
}

/** Adds one event to the view. Unchanged parts keep their identity, so that a difference is a matter of `!==`. */
export function fold(view: BoardView, e: WorkshopEvent): BoardView {
  switch (e.type) {
    case 'liftgate.site.layout.v1':
      return unlessOlder(view, 'layout', e, (v) => foldLayout(v, e.data));
    case 'liftgate.bay.occupancy.v1':
      return onBay(view, e, (t) => ({
        occupancy: e.data.state,
        since: e.data.since,
        confidence: e.data.confidence,
        stay: e.data.stay,
        ...carOf(e.data.stay, namedOf(t)),
      }));
    case 'liftgate.bay.vehicle.v1':
      return onBay(view, e, (t) => {
        const { stay, plate, vin, model, by, conflict, promisedAt } = e.data;
        const vehicle = { plateTail: tail(plate), vinTail: tail(vin), model, by, conflict: conflict !== null };
        const named = { stay, vehicle, promisedAt };
        // While nobody has said who stands there, the word on the car is all there is.
        const isUntold = t.marks['liftgate.bay.occupancy.v1'] === undefined;
        return { named, ...carOf(isUntold ? stay : t.stay, named) };
      });
    case 'liftgate.bay.work.v1':
      return onBay(view, e, () => ({ work: { state: e.data.state, reason: e.data.reason, since: e.data.since } }));
    case 'liftgate.bay.utilisation.v1':
      return onBay(view, e, () => ({ today: e.data }));
    case 'liftgate.bay.lift.v1':
      return onBay(view, e, () => ({ raised: e.data.raised }));
    case 'liftgate.scan.v1':
      return foldScan(view, e);
    case 'liftgate.device.v1':
      return foldDevice(view, e);
    case 'liftgate.alert.v1':
      return unlessOlder(view, `alert/${e.data.alert}`, e, (v) => ({ ...v, alerts: foldAlert(v.alerts, e.data) }));
    case 'liftgate.order.v1':
      return unlessOlder(view, `order/${e.data.order}`, e, (v) => ({ ...v, queue: foldQueue(v.queue, e.data) }));
    default:
      return view;
  }
}

/** A car belongs to a stay, never to a bay. */
function carOf(stay: string | null, named: BayTile['named']): Pick<BayTile, 'vehicle' | 'promisedAt'> {
  if (stay === null || named?.stay !== stay) return { vehicle: null, promisedAt: null };
  return { vehicle: named.vehicle, promisedAt: named.promisedAt };
}

function namedOf({ named, stay, vehicle, promisedAt }: BayTile): BayTile['named'] {
  return named ?? (vehicle ? { stay, vehicle, promisedAt } : undefined);
}

export function foldAll(view: BoardView, events: Iterable<WorkshopEvent>): BoardView {
  let v = view;
  for (const e of events) v = fold(v, e);
  return v;
}

function foldLayout(view: BoardView, layout: EventData<'liftgate.site.layout.v1'>): BoardView {
  const bays: Record<string, BayTile> = {};
  for (const { bay, name, sort } of layout.bays) {
    const watches = layout.devices.filter((d) => d.bay === bay || d.bays?.includes(bay));
    const sources = watches.filter((d) => d.silenceMs !== null).map((d) => d.device);
    bays[bay] = { ...(own(view.bays, bay) ?? emptyTile(bay)), name, sort, sources };
  }
  const devices: Record<string, DeviceTile> = {};
  for (const { device, name, kind, bay, silenceMs } of layout.devices) {
    devices[device] = { ...(own(view.devices, device) ?? unseenDevice(device)), name, kind, bay, silenceMs };
  }
  const site = { name: layout.name, timezone: layout.timezone };
  return { ...view, site, order: layout.bays.map((b) => b.bay), bays, devices };
}

function emptyTile(bay: string): BayTile {
  return {
    bay,
    name: bay,
    sort: 'other',
    occupancy: 'unknown',
    since: null,
    confidence: null,
    stay: null,
    vehicle: null,
    promisedAt: null,
    work: { state: 'unknown', reason: null, since: null },
    raised: null,
    today: null,
    sources: [],
    marks: {},
  };
}

function unseenDevice(device: string): DeviceTile {
  return {
    device,
    name: device,
    kind: 'sensor',
    bay: null,
    silenceMs: null,
    state: 'connecting',
    since: null,
    lastSeen: null,
    reason: null,
    life: 0,
    mark: null,
  };
}

type BayEvent = Extract<WorkshopEvent, { data: { bay: string } }>;

/** Changes one aspect of a tile, unless the view already holds something newer of that aspect. */
function onBay(view: BoardView, e: BayEvent, change: (t: BayTile) => Partial<BayTile>): BoardView {
  const bay = e.data.bay;
  const tile = own(view.bays, bay) ?? emptyTile(bay);
  if (isOlder(e, tile.marks[e.type])) return view;
  const marks = { ...tile.marks, [e.type]: markOf(e) };
  return { ...view, bays: { ...view.bays, [bay]: { ...tile, ...change(tile), marks } } };
}

function markOf({ time, seq, gateway, epoch }: WorkshopEvent): Mark {
  return { time, seq, log: `${gateway}/${epoch}` };
}

/**
 * Within one log its numbers are the order of what happened, also where the clock was set back in between; of two logs
 * only the time can tell. Facts of the cloud go by time: their numbers begin anew with a restored database.
 */
function isOlder(e: WorkshopEvent, mark: Mark | null | undefined): boolean {
  if (!mark) return false;
  const isOfCloud = e.type === 'liftgate.order.v1' || e.gateway === 'cloud';
  if (mark.log === `${e.gateway}/${e.epoch}` && !isOfCloud) return e.seq < mark.seq;
  return e.time < mark.time || (e.time === mark.time && e.seq < mark.seq);
}

/** How many marks of things that are gone are kept. */
const MOST_GONE = 64;

function unlessOlder(
  view: BoardView,
  about: string,
  e: WorkshopEvent,
  change: (view: BoardView) => BoardView,
): BoardView {
  if (isOlder(e, own(view.marks, about))) return view;
  const next = change(view);
  return { ...next, marks: withoutOldest({ ...next.marks, [about]: markOf(e) }, next) };
}

function withoutOldest(marks: BoardView['marks'], view: BoardView): BoardView['marks'] {
  const standing = 1 + [view.alerts, view.queue, view.scans].reduce((n, all) => n + Object.keys(all).length, 0);
  const surplus = Object.keys(marks).length - standing - MOST_GONE;
  if (surplus <= 0) return marks;
  const stands = (about: string) =>
    about === 'layout' ||
    (about.startsWith('scan/') && Object.hasOwn(view.scans, about.slice(5))) ||
    Object.hasOwn(about.startsWith('alert/') ? view.alerts : view.queue, about.slice(6));
  const gone = Object.entries(marks).filter(([about]) => !stands(about));
  gone.sort(([a, x], [b, y]) => x.time - y.time || x.seq - y.seq || (a < b ? -1 : 1));
  const dropped = new Set(gone.slice(0, surplus).map(([about]) => about));
  return Object.fromEntries(Object.entries(marks).filter(([about]) => !dropped.has(about)));
}

function foldDevice(view: BoardView, e: Extract<WorkshopEvent, { type: 'liftgate.device.v1' }>): BoardView {
  const { device, state, since, lastSeen, reason, life } = e.data;
  const old = own(view.devices, device) ?? unseenDevice(device);
  if (isOlder(e, old.mark)) return view;
  const next: DeviceTile = { ...old, state, since, lastSeen, reason, life, mark: markOf(e) };
  return { ...view, devices: { ...view.devices, [device]: next } };
}

function foldScan(view: BoardView, e: Extract<WorkshopEvent, { type: 'liftgate.scan.v1' }>): BoardView {
  const { device, kind, outcome, undid = null, bay, text, car } = e.data;
  // Records of the past, and events of an earlier version, are nothing to read back.
  if (outcome === undefined) return view;
  const word = kind === 'hold' || kind === 'bay' ? text.slice(0, 20) : null;
  const named = { vin: null, plate: null, order: null, ...car };
  if (kind === 'vin') named.vin ??= text;
  if (kind === 'plate') named.plate ??= text;
  if (kind === 'job' || kind === 'job-start' || kind === 'job-stop') named.order ??= text || null;
  const tails = { vinTail: tail(named.vin), plateTail: tail(named.plate), orderTail: tail(named.order) };
  const echo: ScanEcho = { device, at: e.time, kind, outcome, undid, bay, word, ...tails };
  return unlessOlder(view, `scan/${device}`, e, (v) => ({ ...v, scans: { ...v.scans, [device]: echo } }));
}

function foldAlert(alerts: BoardView['alerts'], a: EventData<'liftgate.alert.v1'>): BoardView['alerts'] {
  if (a.state === 'cleared') return without(alerts, a.alert);
  const { alert, kind, severity, since, bay, device, detail } = a;
  return { ...alerts, [alert]: { alert, kind, severity, since, bay, device, detail } };
}

function foldQueue(queue: BoardView['queue'], o: EventData<'liftgate.order.v1'>): BoardView['queue'] {
  if (o.state !== 'expected' && o.state !== 'checked-in') return without(queue, o.order);
  const car: QueuedCar = {
    order: o.order,
    plateTail: tail(o.plate),
    model: o.model,
    state: o.state,
    promisedAt: o.promisedAt,
  };
  return { ...queue, [o.order]: car };
}

/** Ids are free words: one of them may be a name that every object inherits. */
function own<T>(all: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(all, key) ? all[key] : undefined;
}

function without<T>(all: Readonly<Record<string, T>>, key: string): Readonly<Record<string, T>> {
  if (!Object.hasOwn(all, key)) return all;
  const { [key]: _gone, ...rest } = all;
  return rest;
}

/** The parts of a view that travel entry by entry. */
const COLLECTIONS = ['bays', 'devices', 'queue', 'alerts', 'scans', 'marks'] as const;
type Collection = (typeof COLLECTIONS)[number];

/** What changed between two views of one stream; null stands for an entry that is gone. */
export interface BoardChange {
  site?: BoardView['site'];
  order?: BoardView['order'];
  bays?: Record<string, BayTile | null>;
  devices?: Record<string, DeviceTile | null>;
  queue?: Record<string, QueuedCar | null>;
  alerts?: Record<string, BoardAlert | null>;
  scans?: Record<string, ScanEcho | null>;
  marks?: Record<string, Mark | null>;
}

/** The difference from one view to the next; null when there is none. */
export function diff(prev: BoardView, next: BoardView): BoardChange | null {
  if (prev === next) return null;
  const change: BoardChange = {};
  if (prev.site !== next.site) change.site = next.site;
  if (prev.order !== next.order) change.order = next.order;
  for (const c of COLLECTIONS) {
    const entries = diffEntries<unknown>(prev[c], next[c]);
    if (entries) (change as Record<Collection, unknown>)[c] = entries;
  }
  return Object.keys(change).length === 0 ? null : change;
}

function diffEntries<T>(
  prev: Readonly<Record<string, T>>,
  next: Readonly<Record<string, T>>,
): Record<string, T | null> | null {
  if (prev === next) return null;
  const changed: [string, T | null][] = Object.entries(next).filter(([key, value]) => own(prev, key) !== value);
  for (const key of Object.keys(prev)) if (!Object.hasOwn(next, key)) changed.push([key, null]);
  return changed.length === 0 ? null : Object.fromEntries(changed);
}

/** `apply(prev, diff(prev, next))` equals `next`. */
export function apply(view: BoardView, change: BoardChange): BoardView {
  const next = { ...view } as Record<keyof BoardView, unknown>;
  if (change.site !== undefined) next.site = change.site;
  if (change.order !== undefined) next.order = change.order;
  for (const c of COLLECTIONS) {
    const entries = change[c];
    if (!entries) continue;
    const merged = new Map<string, unknown>(Object.entries(view[c]));
    for (const [key, value] of Object.entries(entries)) {
      if (value === null) merged.delete(key);
      else merged.set(key, value);
    }
    next[c] = Object.fromEntries(merged);
  }
  return next as unknown as BoardView;
}
