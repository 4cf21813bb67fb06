/**
 * The vocabulary of signals: everything that a device can tell Liftgate, once.
 * A driver may emit only names that stand here; units are fixed per signal, conversion is the driver's task.
 */

/** How much a record matters when room or time is short; earlier means more. */
export const PRIORITIES = ['scan', 'bay', 'code', 'alert', 'health', 'telemetry'] as const;
export type Priority = (typeof PRIORITIES)[number];

/** Sources whose errors go together; one vote each in occupancy (field notes on bays, "Fusion"). */
export const EVIDENCE_GROUPS = ['camera', 'lift', 'floor', 'obd', 'identity'] as const;
export type EvidenceGroup = (typeof EVIDENCE_GROUPS)[number];

type ValueKind = 'number' | 'text' | 'flag' | 'list';

export interface SignalSpec {
  readonly value: ValueKind;
  /** UCUM-like unit text, null for texts and flags. */
  readonly unit: string | null;
  readonly min?: number;
  readonly max?: number;
  readonly priority: Priority;
  /** The occupancy group that this signal is evidence for, if any. */
  readonly group?: EvidenceGroup;
}

const percent = { value: 'number', unit: '%', priority: 'telemetry' } as const;

export const SIGNALS = {
  // OBD-II, SAE J1979 service 01 unless said otherwise
  'obd.vin': { value: 'text', unit: null, priority: 'scan', group: 'obd' },
  'obd.codes.stored': { value: 'list', unit: null, priority: 'code' },
  'obd.codes.pending': { value: 'list', unit: null, priority: 'code' },
  'obd.codes.permanent': { value: 'list', unit: null, priority: 'code' },
  'obd.mil': { value: 'flag', unit: null, priority: 'code' },
  'obd.rpm': { value: 'number', unit: '1/min', min: 0, max: 16_383.75, priority: 'telemetry', group: 'obd' },
  'obd.speed': { value: 'number', unit: 'km/h', min: 0, max: 255, priority: 'telemetry' },
  'obd.coolant': { value: 'number', unit: 'Cel', min: -40, max: 215, priority: 'telemetry' },
  'obd.intake-air': { value: 'number', unit: 'Cel', min: -40, max: 215, priority: 'telemetry' },
  'obd.ambient-air': { value: 'number', unit: 'Cel', min: -40, max: 215, priority: 'telemetry' },
  'obd.load': { ...percent, min: 0, max: 100 },
  'obd.throttle': { ...percent, min: 0, max: 100 },
  'obd.fuel-level': { ...percent, min: 0, max: 100 },
  'obd.stft-1': { ...percent, min: -100, max: 99.22 },
  'obd.ltft-1': { ...percent, min: -100, max: 99.22 },
  'obd.stft-2': { ...percent, min: -100, max: 99.22 },
  'obd.ltft-2': { ...percent, min: -100, max: 99.22 },
  'obd.maf': { value: 'number', unit: 'g/s', min: 0, max: 655.35, priority: 'telemetry' },
  'obd.run-time': { value: 'number', unit: 's', min: 0, max: 65_535, priority: 'telemetry' },
  /** Control module voltage, PID 42. */
  'obd.module-voltage': { value: 'number', unit: 'V', min: 0, max: 65.535, priority: 'telemetry' },
  /** The adapter's own reading of pin 16 (`ATRV`). */
  'obd.voltage': { value: 'number', unit: 'V', min: 0, max: 65.535, priority: 'telemetry' },
  /** One engine start, summed up by a dongle that stays in the car: the lowest voltage while cranking. */
  'obd.crank-voltage': { value: 'number', unit: 'V', min: 0, max: 65.535, priority: 'telemetry' },
  'obd.odometer': { value: 'number', unit: 'km', min: 0, max: 429_496_729.5, priority: 'telemetry' },
  /** Manifold absolute pressure, PID 0B. */
  'obd.map': { value: 'number', unit: 'kPa', min: 0, max: 8_191.875, priority: 'telemetry' },
  /** The fuel system of bank 1 regulates by its oxygen sensor (PID 03: closed loop). */
  'obd.closed-loop': { value: 'flag', unit: null, priority: 'telemetry' },
  /** Commanded evaporative purge, PID 2E. */
  'obd.purge': { ...percent, min: 0, max: 100 },
  'obd.oil-temperature': { value: 'number', unit: 'Cel', min: -40, max: 215, priority: 'telemetry' },
  /** Warm-ups, distance and engine minutes since codes were cleared: PIDs 30, 31, 4E. The greatest value means "or more". */
  'obd.warm-ups-since-clear': { value: 'number', unit: '1', min: 0, max: 255, priority: 'telemetry' },
  'obd.distance-since-clear': { value: 'number', unit: 'km', min: 0, max: 65_535, priority: 'telemetry' },
  'obd.minutes-since-clear': { value: 'number', unit: 'min', min: 0, max: 65_535, priority: 'telemetry' },
  /** Distance and engine minutes with the warning lamp on: PIDs 21 and 4D. The greatest value means "or more". */
  'obd.distance-with-lamp': { value: 'number', unit: 'km', min: 0, max: 65_535, priority: 'telemetry' },
  'obd.minutes-with-lamp': { value: 'number', unit: 'min', min: 0, max: 65_535, priority: 'telemetry' },
  /** Monitors of this car that have not run to their end since codes were cleared (PID 01). */
  'obd.monitors-incomplete': { value: 'number', unit: '1', min: 0, max: 20, priority: 'telemetry' },
  /** One test of service 06; the part names it: `MID/TID` in hexadecimal, such as `21/80`. */
  'obd.test-value': { value: 'number', unit: null, priority: 'telemetry' },
  'obd.test-min': { value: 'number', unit: null, priority: 'telemetry' },
  'obd.test-max': { value: 'number', unit: null, priority: 'telemetry' },
  /** Misfires of one cylinder in the last driving cycle (service 06, MID A2 to AD, TID 0C); the part is the cylinder. */
  'obd.misfires': { value: 'number', unit: '1', min: 0, max: 65_535, priority: 'telemetry' },
  /** Particulate filter: pressure across it (PID 7A), mean distance between regenerations and trigger (PID 8B). */
  'obd.dpf-pressure': { value: 'number', unit: 'kPa', min: -327.68, max: 327.67, priority: 'telemetry' },
  'obd.dpf-regeneration-distance': { value: 'number', unit: 'km', min: 0, max: 65_535, priority: 'telemetry' },
  'obd.dpf-trigger': { ...percent, min: 0, max: 100 },
  /** Traction battery: state of charge (PID 5B) and of health (PID B2), voltage and current (PID 9A). */
  'obd.pack-charge': { ...percent, min: 0, max: 100 },
  'obd.pack-health': { ...percent, min: 0, max: 100 },
  'obd.pack-voltage': { value: 'number', unit: 'V', min: 0, max: 1_023.98, priority: 'telemetry' },
  'obd.pack-current': { value: 'number', unit: 'A', min: -3_276.8, max: 3_276.7, priority: 'telemetry' },

  // What a technician measures at the car; the part is the place (`front`, `FL`)
  'measure.brake-pad': { value: 'number', unit: 'mm', min: 0, max: 40, priority: 'bay' },
  'measure.tyre-pressure': { value: 'number', unit: 'kPa', min: 0, max: 1_500, priority: 'bay' },
  'measure.tyre-temperature': { value: 'number', unit: 'Cel', min: -40, max: 150, priority: 'bay' },

  // Barcode scanners. The text is what the label says, identifiers cleaned, never a number.
  'scan.vin': { value: 'text', unit: null, priority: 'scan', group: 'identity' },
  'scan.bay': { value: 'text', unit: null, priority: 'scan' },
  'scan.job': { value: 'text', unit: null, priority: 'scan', group: 'identity' },
  'scan.badge': { value: 'text', unit: null, priority: 'scan' },
  /** A plate on a label or from a reader; letters in capitals, without blanks and dots. */
  'scan.plate': { value: 'text', unit: null, priority: 'scan', group: 'identity' },
  /** Work on an order begins or ends; an empty text means the order of the bay. */
  'scan.job-start': { value: 'text', unit: null, priority: 'scan', group: 'identity' },
  'scan.job-stop': { value: 'text', unit: null, priority: 'scan' },
  /** Takes back what the same scanner said last; the text is empty. */
  'scan.undo': { value: 'text', unit: null, priority: 'scan' },
  'scan.hold': { value: 'text', unit: null, priority: 'scan' },
  'scan.unknown': { value: 'text', unit: null, priority: 'scan' },

  // Cameras
  'camera.occupied': { value: 'flag', unit: null, priority: 'bay', group: 'camera' },
  'camera.motion': { value: 'flag', unit: null, priority: 'telemetry' },
  'camera.plate': { value: 'text', unit: null, priority: 'scan', group: 'identity' },

  // Workstation sensors
  'lift.height': { value: 'number', unit: 'mm', min: 0, max: 3000, priority: 'bay', group: 'lift' },
  /** A limit switch: off the ground or not, where no height is measured. */
  'lift.raised': { value: 'flag', unit: null, priority: 'bay', group: 'lift' },
  'lift.load': { value: 'number', unit: 'kg', min: 0, max: 10_000, priority: 'bay', group: 'lift' },
  'lift.power': { value: 'number', unit: 'W', min: 0, max: 50_000, priority: 'telemetry' },
  'floor.presence': { value: 'flag', unit: null, priority: 'bay', group: 'floor' },
  'floor.distance': { value: 'number', unit: 'mm', min: 0, max: 20_000, priority: 'bay', group: 'floor' },
  'air.flow': { value: 'number', unit: 'L/min', min: 0, max: 10_000, priority: 'telemetry' },
  'air.pressure': { value: 'number', unit: 'kPa', min: 0, max: 5_000, priority: 'telemetry' },
  /** Electric power that the bay's sockets give to tools; a sign of work, none of a car. */
  'tool.power': { value: 'number', unit: 'W', min: 0, max: 50_000, priority: 'telemetry' },
  /** What a torque wrench reached in one tightening. */
  'tool.torque': { value: 'number', unit: 'N.m', min: 0, max: 5_000, priority: 'telemetry' },
  /** A diagnostic tester is in session with a car. */
  'tool.diagnostic': { value: 'flag', unit: null, priority: 'telemetry' },
  /** The bay's own door or gate: shown, but neither evidence of a car nor of work. */
  'door.open': { value: 'flag', unit: null, priority: 'telemetry' },
  /** Someone with a badge is in the bay: yes or no, never who. */
  'technician.present': { value: 'flag', unit: null, priority: 'telemetry' },
  'tool.active': { value: 'flag', unit: null, priority: 'telemetry' },

  /** The device is there and well (`ok`), or a named trouble such as `wrong-password`, `no-profile`, `clock-skew`. */
  'device.health': { value: 'text', unit: null, priority: 'health' },
} as const satisfies Record<string, SignalSpec>;

export type SignalName = keyof typeof SIGNALS;
export const SIGNAL_NAMES = Object.keys(SIGNALS) as [SignalName, ...SignalName[]];

export function signalSpec(name: SignalName): SignalSpec {
  return SIGNALS[name];
}
