import type { SignalName } from '../signal.ts';

/**
 * Parameters of service 01 that Liftgate reads, by SAE J1979 / ISO 15031-5, annex B. The unit is that of the signal
 * (protocols/signal.ts); `A` to `D` in the formulas are the data bytes.
 */
export interface PidSpec {
  readonly pid: number;
  readonly signal: SignalName;
  /** Length of the data in bytes; an answer that is shorter is not decoded. */
  readonly bytes: number;
  readonly decode: (a: number, b: number, c: number, d: number) => number;
}

const percent = (a: number) => (a * 100) / 255;
const trim = (a: number) => (a * 100) / 128 - 100;
const celsius = (a: number) => a - 40;

export const PIDS: readonly PidSpec[] = [
  { pid: 0x04, signal: 'obd.load', bytes: 1, decode: percent },
  { pid: 0x05, signal: 'obd.coolant', bytes: 1, decode: celsius },
  { pid: 0x06, signal: 'obd.stft-1', bytes: 1, decode: trim },
  { pid: 0x07, signal: 'obd.ltft-1', bytes: 1, decode: trim },
  { pid: 0x08, signal: 'obd.stft-2', bytes: 1, decode: trim },
  { pid: 0x09, signal: 'obd.ltft-2', bytes: 1, decode: trim },
  { pid: 0x0c, signal: 'obd.rpm', bytes: 2, decode: (a, b) => (a * 256 + b) / 4 },
  { pid: 0x0d, signal: 'obd.speed', bytes: 1, decode: (a) => a },
  { pid: 0x0f, signal: 'obd.intake-air', bytes: 1, decode: celsius },
  { pid: 0x10, signal: 'obd.maf', bytes: 2, decode: (a, b) => (a * 256 + b) / 100 },
  { pid: 0x11, signal: 'obd.throttle', bytes: 1, decode: percent },
  { pid: 0x1f, signal: 'obd.run-time', bytes: 2, decode: (a, b) => a * 256 + b },
  { pid: 0x2f, signal: 'obd.fuel-level', bytes: 1, decode: percent },
  { pid: 0x42, signal: 'obd.module-voltage', bytes: 2, decode: (a, b) => (a * 256 + b) / 1000 },
  { pid: 0x46, signal: 'obd.ambient-air', bytes: 1, decode: celsius },
  // From J1979 of 2017: tenths of a kilometre.
  { pid: 0xa6, signal: 'obd.odometer', bytes: 4, decode: (a, b, c, d) => (((a * 256 + b) * 256 + c) * 256 + d) / 10 },
];

const BY_PID = new Map(PIDS.map((p) => [p.pid, p]));

export function pidSpec(pid: number): PidSpec | null {
  return BY_PID.get(pid) ?? null;
}

/** The value in the unit of the signal, rounded to what the bytes can tell; null when data are missing. */
export function decodePid(spec: PidSpec, data: readonly number[]): number | null {
  if (data.length < spec.bytes) return null;
  const [a = 0, b = 0, c = 0, d = 0] = data;
  return Math.round(spec.decode(a, b, c, d) * 1000) / 1000;
}
