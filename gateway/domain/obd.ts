import { event } from '../../protocols/event.ts';
import type { Reading } from '../../protocols/reading.ts';
import type { Millis } from '../../protocols/time.ts';
import { readVin } from '../../protocols/vin.ts';
import { type AlertStep, clear, raise } from './alerts.ts';
import { type CodeStatus, codeStatus, isSevere, noteCodes } from './codes.ts';
import type { Context } from './context.ts';
import { type Dongle, NEW_DONGLE } from './devices.ts';
import type { Step } from './engine.ts';
import { meetVehicle, withVehicle } from './flags.ts';
import { hear } from './fusion.ts';
import { watchStart } from './health/starts.ts';
import { isHealthSignal } from './health/vehicle.ts';
import { learn, learnStart, vehicleIn } from './maintenance.ts';
import { flush, isThinned, note } from './readings.ts';
import { claim } from './scans.ts';
import { signed } from './sense.ts';
import type { DeviceSetting } from './settings.ts';
import { join } from './site.ts';
import { bayState, deviceRecord, type EngineState, NO_EVENTS, nothing, withBay, withDevice } from './state.ts';

/** A running engine turns faster than any starter. */
const ENGINE_RUNS = 400;

/** Readings of a dongle: which car, what it says, and what is learned of it. */
export function onObd(
  ctx: Context,
  state: EngineState,
  r: Reading,
  device: DeviceSetting,
  at: Millis,
  now: Millis,
): Step<EngineState> {
  const met = meet(ctx, state, r, device, at, now);
  const seen = present(ctx, met.state, r, device, at);
  const next = remember(ctx, seen, r, device, at);
  const status = codeStatus(r.signal);
  if (status !== null) return join(met, onCodes(ctx, next, r, device, status, now));
  if (r.signal === 'obd.mil') return join(met, onLamp(next, r, device, now));
  if (!isThinned(r.signal)) return { state: next, events: met.events };
  return join(met, onValue(ctx, next, r, device, at, now));
}

/** A record of the past, of a car that the record itself names: it may amend what was learned, nothing else. */
export function onLateObd(state: EngineState, r: Reading, device: DeviceSetting): Step<EngineState> {
  const stays = device.kind === 'wican' ? (deviceRecord(state, device.id).dongle?.vin ?? null) : null;
  const vin = readVin(r.vin ?? stays ?? '').vin;
  if (vin === null || r.value === null || !isHealthSignal(r.signal)) return nothing(state);
  const known = meetVehicle(state, vin, r.at);
  const sample = { signal: r.signal, value: r.value, at: r.at, part: r.part };
  return nothing(withVehicle(known, vin, learn(vehicleIn(known.vehicles, vin), sample, true), 'late'));
}

/** What is learned of the car. */
function remember(ctx: Context, state: EngineState, r: Reading, device: DeviceSetting, at: Millis): EngineState {
  if (r.value === null || !isHealthSignal(r.signal)) return state;
  const vin = r.signal.startsWith('measure.') ? readVin(r.vin ?? '').vin : carOf(ctx, state, device);
  if (vin === null) return state;
  const sample = { signal: r.signal, value: r.value, at, part: r.part };
  return withVehicle(state, vin, learn(vehicleIn(state.vehicles, vin), sample, false));
}

function dongleOf(state: EngineState, device: DeviceSetting): Dongle {
  return deviceRecord(state, device.id).dongle ?? NEW_DONGLE;
}

function withDongle(state: EngineState, device: DeviceSetting, dongle: Dongle): EngineState {
  return withDevice(state, device.id, { ...deviceRecord(state, device.id), dongle });
}

/** The dongle names its car: a claim for the bay that it is bound to, when it is new. */
function meet(
  ctx: Context,
  state: EngineState,
  r: Reading,
  device: DeviceSetting,
  at: Millis,
  now: Millis,
): Step<EngineState> {
  const said = r.signal === 'obd.vin' ? (typeof r.value === 'string' ? r.value : null) : r.vin;
  const dongle = dongleOf(state, device);
  if (said === null || said === dongle.vin) return { state, events: NO_EVENTS };
  const { vin } = readVin(said);
  if (vin === null || vin === dongle.vin) return { state, events: NO_EVENTS };
  const fresh = dongle.vin === null ? { ...dongle, vin } : { ...NEW_DONGLE, vin };
  const known = meetVehicle(withDongle(state, device, fresh), vin, at);
  const bay = ctx.bayOf(device, null);
  if (bay === null) return { state: known, events: NO_EVENTS };
  return claim(ctx, known, bay, { by: 'obd', vin, at, device: device.id }, now);
}

/** Traffic of a car's own network: it is there, and while the engine runs someone works. */
function present(ctx: Context, state: EngineState, r: Reading, device: DeviceSetting, at: Millis): EngineState {
  if ((r.signal !== 'obd.rpm' && r.signal !== 'obd.vin') || r.value === null) return state;
  const id = ctx.bayOf(device, null);
  if (id === null) return state;
  const bay = bayState(state, id);
  const source = { group: 'obd', device: device.id, says: 'present', at } as const;
  const occupancy = hear(bay.occupancy, `obd/${device.id}`, source);
  const seen = occupancy === bay.occupancy ? bay : { ...bay, occupancy };
  const runs = r.signal === 'obd.rpm' && (r.value as number) >= ENGINE_RUNS;
  return withBay(state, id, runs ? signed(ctx, seen, 'engine-runs', at) : seen);
}

/** The car that a dongle speaks of: as it says itself, else as it was scanned in the bay that the dongle belongs to. */
function carOf(ctx: Context, state: EngineState, device: DeviceSetting): string | null {
  const { vin } = dongleOf(state, device);
  if (vin !== null) return vin;
  const bay = ctx.bayOf(device, null);
  const told = bay === null ? null : bayState(state, bay).told;
  return told?.by === 'scan' ? told.vin : null;
}

function onValue(
  ctx: Context,
  state: EngineState,
  r: Reading,
  device: DeviceSetting,
  at: Millis,
  now: Millis,
): Step<EngineState> {
  const value = r.value as number | null;
  const old = dongleOf(state, device);
  const rpm = r.signal === 'obd.rpm' ? value : old.rpm;
  const volts = r.signal === 'obd.voltage' || r.signal === 'obd.module-voltage';
  const watched =
    value !== null && (volts || r.signal === 'obd.rpm')
      ? watchStart(old.start, volts ? 'volts' : 'rpm', value, at)
      : { watch: old.start, start: null };
  const thinning = note(old.thinning, r.signal, value, at);
  const same = thinning === old.thinning && watched.watch === old.start && rpm === old.rpm;
  const dongle: Dongle = same ? old : { vin: old.vin, thinning, codes: old.codes, start: watched.watch, rpm };
  const flushed = flush(thinning, now) ? tellValues(ctx, state, device, dongle, now) : null;
  const told = flushed ?? nothing(same ? state : withDongle(state, device, dongle));
  const vin = watched.start === null ? null : carOf(ctx, told.state, device);
  if (vin === null || watched.start === null) return told;
  const learned = learnStart(vehicleIn(told.state.vehicles, vin), watched.start);
  return { state: withVehicle(told.state, vin, learned), events: told.events };
}

/** Tells the live values that are due; null while the car is not known or the pace does not allow. */
export function tellValues(
  ctx: Context,
  state: EngineState,
  device: DeviceSetting,
  dongle: Dongle,
  now: Millis,
): Step<EngineState> | null {
  const due = flush(dongle.thinning, now);
  const vin = due ? carOf(ctx, withDongle(state, device, dongle), device) : null;
  if (due === null || vin === null) return null;
  const next = withDongle(state, device, { ...dongle, thinning: due.thinning });
  const data = { vin, device: device.id, bay: ctx.bayOf(device, null), values: due.values };
  return { state: next, events: [event('liftgate.vehicle.readings.v1', now, data)] };
}

function onCodes(
  ctx: Context,
  state: EngineState,
  r: Reading,
  device: DeviceSetting,
  status: CodeStatus,
  now: Millis,
): Step<EngineState> {
  const dongle = dongleOf(state, device);
  const vin = carOf(ctx, state, device);
  if (!Array.isArray(r.value) || vin === null) return nothing(state);
  const { codes, told } = noteCodes(dongle.codes, status, r.part ?? '', r.value);
  if (told === null) return nothing(state);
  const next = withDongle(state, device, { ...dongle, codes });
  const bay = ctx.bayOf(device, null);
  const data = { vin, device: device.id, bay, status, codes: [...told], lamp: codes.lamp };
  let step: AlertStep = { alerts: state.alerts, events: [event('liftgate.vehicle.codes.v1', now, data)] };
  const severe = [...(codes.told.stored ?? []), ...(codes.told.permanent ?? [])].filter(isSevere);
  if (severe.length === 0) step = clear(step, 'severe-code', vin, now);
  else {
    const detail = { codes: [...new Set(severe)].slice(0, 16) };
    step = raise(step, vin, { kind: 'severe-code', severity: 'severe', bay, device: device.id, vin, detail }, now);
  }
  return { state: { ...next, alerts: step.alerts }, events: step.events };
}

function onLamp(state: EngineState, r: Reading, device: DeviceSetting, now: Millis): Step<EngineState> {
  const dongle = dongleOf(state, device);
  if (typeof r.value !== 'boolean' || r.value === dongle.codes.lamp) return nothing(state);
  const next = withDongle(state, device, { ...dongle, codes: { ...dongle.codes, lamp: r.value } });
  const stored = dongle.codes.told.stored;
  if (stored === null || dongle.vin === null) return nothing(next);
  const data = { vin: dongle.vin, device: device.id, bay: device.bay ?? null, status: 'stored' as const };
  return {
    state: next,
    events: [event('liftgate.vehicle.codes.v1', now, { ...data, codes: [...stored], lamp: r.value })],
  };
}
