import { type DeviceState, type EventBody, event } from '../../protocols/event.ts';
import type { Millis } from '../../protocols/time.ts';
import { type Codes, NO_CODES } from './codes.ts';
import type { Input } from './engine.ts';
import { NO_START, type StartWatch } from './health/starts.ts';
import { NOTHING_TOLD, type Thinning } from './readings.ts';
import type { TakenScan } from './undo.ts';

/** What is known of one device. */
export interface DeviceRecord {
  /** Null until the supervisor has said something. */
  readonly state: DeviceState | null;
  readonly since: Millis;
  readonly life: number;
  readonly reason: string | null;
  /** Since when it is not there; null while it is. Trying again does not end it, only being there does. */
  readonly away: Millis | null;
  /** The last `device.health`. */
  readonly health: string;
  /** When its health was last heard: a camera whose pulls complete still means what it said. */
  readonly heard: Millis;
  /** Scanners: the bay label that was scanned last. */
  readonly bay: { readonly id: string; readonly at: Millis } | null;
  /** Scanners: the last scans, each with what it changed, so that it can be taken back. */
  readonly scans?: readonly TakenScan[];
  readonly dongle: Dongle | null;
}

/** A dongle and the car that it is plugged into. */
export interface Dongle {
  readonly vin: string | null;
  readonly thinning: Thinning;
  readonly codes: Codes;
  readonly start: StartWatch;
  readonly rpm: number | null;
}

export const NEW_DEVICE: DeviceRecord = {
  state: null,
  since: 0,
  life: 0,
  reason: null,
  away: null,
  health: 'ok',
  heard: 0,
  bay: null,
  dongle: null,
};

export const NEW_DONGLE: Dongle = {
  vin: null,
  thinning: NOTHING_TOLD,
  codes: NO_CODES,
  start: NO_START,
  rpm: null,
};

/** Troubles that do not touch what a device sees. */
const HARMLESS = ['ok', 'no-profile', 'no-snapshot', 'no-long-poll', 'clock-skew', 'clock-unknown', 'flooding'];

/** May its evidence be used? Staleness is another matter. */
export function isWell(d: DeviceRecord): boolean {
  if (d.state === 'offline') return false;
  if (!HARMLESS.includes(d.health)) return false;
  return d.state !== 'degraded' || (d.reason !== null && HARMLESS.includes(d.reason));
}

const AWAY: readonly DeviceState[] = ['backoff', 'offline', 'stale'];

/** The supervisor has spoken. A word about an older life says nothing about this one. */
export function noteDevice(
  d: DeviceRecord,
  input: Extract<Input, { kind: 'device' }>,
): { record: DeviceRecord; event: EventBody | null } {
  const { at, device, state, life, lastSeen } = input;
  if (life < d.life) return { record: d, event: null };
  const reason = input.reason?.slice(0, 64) ?? null;
  const since = d.state === state && d.life === life ? d.since : at;
  const there = state === 'online' || state === 'degraded';
  const away = there ? null : (d.away ?? (AWAY.includes(state) ? at : null));
  // A dongle that was away may sit in another car now.
  const dongle = there || state === 'stale' ? d.dongle : null;
  const record: DeviceRecord = { ...d, state, since, life, reason, away, dongle };
  const detail = input.detail?.slice(0, 400) ?? null;
  return {
    record,
    event: event('liftgate.device.v1', at, { device, state, since, life, lastSeen, reason, detail }),
  };
}
