import { SEEN } from '../../protocols/barcode/scan.ts';
import { type EventData, event } from '../../protocols/event.ts';
import type { Reading } from '../../protocols/reading.ts';
import type { Millis } from '../../protocols/time.ts';
import { readVin } from '../../protocols/vin.ts';
import type { BayState } from './bay.ts';
import type { Context } from './context.ts';
import type { Step } from './engine.ts';
import { hear } from './fusion.ts';
import { addClaim, type Claim, dropClaims } from './identity.ts';
import { orderById, orderOf } from './orders.ts';
import { signed } from './sense.ts';
import type { DeviceSetting } from './settings.ts';
import { join, settle } from './site.ts';
import { bayState, deviceRecord, type EngineState, nothing, withBay, withDevice } from './state.ts';
import { keepScan, undoScan } from './undo.ts';
import { scanHold, startJob, stopJob, type WorkRecord } from './work.ts';

type ScanData = EventData<'liftgate.scan.v1'>;
type ScanKind = ScanData['kind'];
type Outcome = NonNullable<ScanData['outcome']>;

/** Seconds that a bay label speaks for the labels that the same scanner reads next, unless its setting says otherwise. */
const BAY_FOR_S = 60;
/** Minutes within which a scan can be taken back. */
const UNDO_WITHIN = 10;

/** A label was scanned: taken as a word about its bay where that is known, and told with what came of it. */
export function onScan(
  ctx: Context,
  state: EngineState,
  r: Reading,
  device: DeviceSetting,
  at: Millis,
  now: Millis,
): Step<EngineState> {
  if (typeof r.value !== 'string') return nothing(state);
  const kind = r.signal.slice('scan.'.length) as ScanKind;
  const vin = kind === 'vin' ? readVin(r.value) : null;
  const text = kind === 'badge' ? SEEN : (vin?.vin ?? r.value);
  const label = kind === 'bay' ? ctx.bayNamed(text) : null;
  const bay = label ?? scannersBay(ctx, state, device, at);
  const said = { device: device.id, kind, text, bay, checkDigit: vin?.checkDigit ?? 'absent' } as const;
  if (r.late) return { state, events: [event('liftgate.scan.v1', r.at, said)] };
  if (kind === 'undo') return takeBack(ctx, state, said, at, now);
  const { step, outcome } = act(ctx, state, said, device, at, now);
  const kept = keepScan(ctx, state, step.state, device.id, { at, kind, bay });
  const car = bay === null ? null : carOf(kept, bay, said);
  const told = event('liftgate.scan.v1', now, { ...said, outcome, ...(car === null ? {} : { car }) });
  return { state: kept, events: [told, ...step.events] };
}

type Scanned = Pick<ScanData, 'device' | 'kind' | 'text' | 'bay' | 'checkDigit'>;

function act(
  ctx: Context,
  state: EngineState,
  { kind, text, bay }: Scanned,
  device: DeviceSetting,
  at: Millis,
  now: Millis,
): { step: Step<EngineState>; outcome: Outcome } {
  const not = (outcome: Outcome) => ({ step: nothing(state), outcome });
  const taken = (step: Step<EngineState>) => ({ step, outcome: 'taken' as const });
  if (kind === 'unknown' || kind === 'undo') return not('not-understood');
  if (kind === 'bay') {
    if (ctx.bayNamed(text) === null) return not('no-such-bay');
    const record = { ...deviceRecord(state, device.id), bay: { id: bay!, at } };
    return taken(nothing(withDevice(state, device.id, record)));
  }
  if (bay === null) return not('no-bay');
  const claims = (said: Pick<Said, 'by' | 'vin' | 'plate' | 'order'>) =>
    taken(claim(ctx, state, bay, { ...said, at, device: device.id }, now));
  const clocks = (step: Step<EngineState>, change: (w: WorkRecord) => WorkRecord) => {
    const b = bayState(step.state, bay);
    const clocked = withBay(step.state, bay, { ...b, work: change(b.work) });
    return taken(join(step, settle(ctx, clocked, bay, now, 0)));
  };
  switch (kind) {
    case 'vin':
      return readVin(text).vin === null ? not('not-understood') : claims({ by: 'scan', vin: text });
    case 'plate':
      return claims({ by: 'plate', plate: text.slice(0, 16) });
    case 'job':
      return claims({ by: 'order', order: text });
    case 'job-start':
      return clocks(text === '' ? nothing(state) : claims({ by: 'order', order: text }).step, (w) =>
        startJob(w, text === '' ? null : text.slice(0, 64), at),
      );
    case 'job-stop':
      return clocks(nothing(withBay(state, bay, leaves(bayState(state, bay), at))), (w) => stopJob(w, at));
    case 'hold': {
      const b = bayState(state, bay);
      const work = scanHold(b.work, text, at, b.occupancy.booked === 'occupied');
      if (work === b.work) return not('no-car');
      return taken(settle(ctx, withBay(state, bay, { ...b, work }), bay, now, 0));
    }
    case 'badge':
      return taken(nothing(withBay(state, bay, signed(ctx, bayState(state, bay), 'technician-seen', at))));
  }
}

function takeBack(ctx: Context, state: EngineState, said: Scanned, at: Millis, now: Millis): Step<EngineState> {
  const withinMs = 60_000 * (ctx.rules.undoWithin ?? UNDO_WITHIN);
  const done = undoScan(ctx, state, said.device, at, now, withinMs);
  if (done === null)
    return { state, events: [event('liftgate.scan.v1', now, { ...said, outcome: 'nothing-to-undo' })] };
  const { step, undone } = done;
  const { bay } = undone;
  const car = bay === null ? {} : { car: carOf(step.state, bay, said) };
  const told = event('liftgate.scan.v1', now, { ...said, bay, outcome: 'undone', undid: undone.kind, ...car });
  return { state: step.state, events: [told, ...step.events] };
}

/** Whom the bay is known to hold after this scan; where no car stands yet, what the label itself says. */
function carOf(state: EngineState, bay: string, { kind, text }: Scanned): NonNullable<ScanData['car']> {
  const { told } = bayState(state, bay);
  if (told) return { vin: told.vin, plate: told.plate, order: told.order };
  const vin = kind === 'vin' ? readVin(text).vin : null;
  const plate = kind === 'plate' ? text.slice(0, 16) : null;
  const named = (kind === 'job' || kind === 'job-start') && text !== '' ? text.slice(0, 64) : null;
  const order = named === null ? orderOf(state.orders, { vin, plate }) : orderById(state.orders, named);
  return { vin: vin ?? order?.vin ?? null, plate: plate ?? order?.plate ?? null, order: named ?? order?.order ?? null };
}

/** A camera read a plate. */
export function onPlate(
  ctx: Context,
  state: EngineState,
  r: Reading,
  device: DeviceSetting,
  at: Millis,
  now: Millis,
): Step<EngineState> {
  const bay = ctx.bayOf(device, r.part);
  if (bay === null || typeof r.value !== 'string' || r.value === '') return nothing(state);
  return claim(ctx, state, bay, { by: 'plate', plate: r.value.slice(0, 16), at, device: device.id }, now);
}

type Said = Pick<Claim, 'by' | 'at' | 'device'> & Partial<Pick<Claim, 'vin' | 'plate' | 'order'>>;

/**
 * Someone or something says which car stands in a bay. It is a word of presence, too; and a car that was scanned or read
 * here no longer stands where it was named before.
 */
export function claim(ctx: Context, state: EngineState, id: string, said: Said, now: Millis): Step<EngineState> {
  const bay = bayState(state, id);
  const { vin = null, plate = null, order = null } = said;
  const strong = vin !== null && (said.by === 'scan' || said.by === 'obd');
  // Words may come out of order: one that is older than what another bay was told is history already.
  const newer = (c: Claim) => c.vin === vin && c.at > said.at;
  if (strong && ctx.bays.some((b) => b !== id && bayState(state, b).claims.some(newer))) return nothing(state);
  const other = bay.told?.vin != null && vin !== null && vin !== bay.told.vin;
  const next = bay.occupancy.shown === 'leaving' && other;
  const claims = addClaim(bay.claims, { ...said, vin, plate, order, next });
  const step: Step<EngineState> = { state: withBay(state, id, present({ ...bay, claims }, said)), events: [] };
  const released = strong ? release(ctx, step, id, vin, said.at, now) : step;
  return join(released, settle(ctx, released.state, id, now, 0));
}

/**
 * The job is done: what people said of the car's presence holds no longer. Where anything else sees the bay, that decides;
 * where nothing does, this is the best word of its leaving that there will be.
 */
function leaves(bay: BayState, at: Millis): BayState {
  let { occupancy } = bay;
  for (const [key, word] of Object.entries(occupancy.sources)) {
    if (word.group === 'identity' && word.says === 'present')
      occupancy = hear(occupancy, key, { ...word, says: 'absent', at });
  }
  return occupancy === bay.occupancy ? bay : { ...bay, occupancy };
}

function present(bay: BayState, said: Said): BayState {
  const group = said.by === 'obd' ? 'obd' : 'identity';
  const source = { group, device: said.device, says: 'present', at: said.at } as const;
  return { ...bay, occupancy: hear(bay.occupancy, `${said.by}/${said.device}`, source) };
}

function release(
  ctx: Context,
  step: Step<EngineState>,
  here: string,
  vin: string,
  at: Millis,
  now: Millis,
): Step<EngineState> {
  let s = step;
  for (const id of ctx.bays) {
    if (id === here) continue;
    const bay = bayState(s.state, id);
    const claims = dropClaims(bay.claims, vin, at);
    if (claims === bay.claims) continue;
    // What the scan said of presence goes with it: that car is not here.
    const key = `scan/${scannerOf(bay, vin)}`;
    const word = bay.occupancy.sources[key];
    const occupancy = word ? hear(bay.occupancy, key, { ...word, says: 'absent', at }) : bay.occupancy;
    const moved = bay.stay && bay.told?.vin === vin ? { vin, to: here } : (bay.moved ?? null);
    s = join(s, settle(ctx, withBay(s.state, id, { ...bay, claims, occupancy, moved }), id, now, 0));
  }
  return s;
}

function scannerOf(bay: BayState, vin: string): string {
  return bay.claims.findLast((c) => c.vin === vin && c.by === 'scan')?.device ?? '';
}

/** The bay whose label this scanner read last, else the bay that it belongs to. */
function scannersBay(ctx: Context, state: EngineState, device: DeviceSetting, at: Millis): string | null {
  const { bay } = deviceRecord(state, device.id);
  if (bay !== null && at - bay.at <= 1_000 * (device.bayFor ?? BAY_FOR_S)) return ctx.bayNamed(bay.id);
  return ctx.bayOf(device, null);
}
