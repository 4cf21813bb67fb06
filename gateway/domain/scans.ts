import { type EventData, event } from '../../protocols/event.ts';
import type { Reading } from '../../protocols/reading.ts';
import type { Millis } from '../../protocols/time.ts';
import { readVin } from '../../protocols/vin.ts';
import type { BayState } from './bay.ts';
import type { Context } from './context.ts';
import type { Step } from './engine.ts';
import { hear } from './fusion.ts';
import { addClaim, type Claim, dropClaims } from './identity.ts';
import type { DeviceSetting } from './settings.ts';
import { join, settle } from './site.ts';
import { bayState, deviceRecord, type EngineState, nothing, withBay, withDevice } from './state.ts';
import { scanHold } from './work.ts';

type ScanKind = EventData<'liftgate.scan.v1'>['kind'];

/** A bay label speaks for the labels that the same scanner reads within this time. */
const BAY_HOLDS_MS = 60_000;

/** A label was scanned: told as it is, then taken as a claim for the bay where that is known. */
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
  const label = kind === 'bay' ? ctx.bayNamed(r.value) : null;
  const bay = label ?? scannersBay(ctx, state, device, at);
  const vin = kind === 'vin' ? readVin(r.value) : null;
  const text = vin?.vin ?? r.value;
  const data = { device: device.id, kind, text, bay, checkDigit: vin?.checkDigit ?? 'absent' } as const;
  const told: Step<EngineState> = { state, events: [event('liftgate.scan.v1', r.late ? r.at : now, data)] };
  if (r.late) return told;
  if (label !== null) {
    const record = { ...deviceRecord(state, device.id), bay: { id: label, at } };
    return { state: withDevice(state, device.id, record), events: told.events };
  }
  if (bay === null) return told;
  switch (kind) {
    case 'vin':
      return vin?.vin
        ? join(told, claim(ctx, state, bay, { by: 'scan', vin: vin.vin, at, device: device.id }, now))
        : told;
    case 'job':
      return join(told, claim(ctx, state, bay, { by: 'order', order: r.value, at, device: device.id }, now));
    case 'hold': {
      const b = bayState(state, bay);
      const work = scanHold(b.work, r.value, at, b.occupancy.booked === 'occupied');
      return join(told, settle(ctx, withBay(state, bay, { ...b, work }), bay, now, 0));
    }
    case 'bay':
    case 'badge':
    case 'unknown':
      return told;
  }
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
    // What the scan said of presence goes with it.
    const { [`scan/${scannerOf(bay, vin)}`]: _gone, ...sources } = bay.occupancy.sources;
    const occupancy = { ...bay.occupancy, sources };
    s = join(s, settle(ctx, withBay(s.state, id, { ...bay, claims, occupancy }), id, now, 0));
  }
  return s;
}

function scannerOf(bay: BayState, vin: string): string {
  return bay.claims.findLast((c) => c.vin === vin && c.by === 'scan')?.device ?? '';
}

/** The bay whose label this scanner read last, else the bay that it belongs to. */
function scannersBay(ctx: Context, state: EngineState, device: DeviceSetting, at: Millis): string | null {
  const { bay } = deviceRecord(state, device.id);
  if (bay !== null && at - bay.at <= BAY_HOLDS_MS) return ctx.bayNamed(bay.id);
  return ctx.bayOf(device, null);
}
