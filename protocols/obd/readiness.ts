/** Readiness of the monitors: service 01, parameters 01 (since codes were cleared) and 41 (this driving cycle). */

export interface MonitorReadiness {
  readonly monitor: string;
  readonly complete: boolean;
}

export interface Readiness {
  /** The warning lamp is commanded on; null where the answer does not tell (parameter 41). */
  readonly lamp: boolean | null;
  /** Number of stored codes that the unit says it has. */
  readonly codes: number | null;
  /** Null where the answer does not tell (J1979-2 groups). */
  readonly ignition: 'spark' | 'compression' | null;
  /** Only the monitors that the unit has. */
  readonly monitors: readonly MonitorReadiness[];
}

/** Byte B: supported in bits 0 to 2, not complete in bits 4 to 6. */
const CONTINUOUS = ['misfire', 'fuel-system', 'components'] as const;
/** Bytes C (supported) and D (not complete), bit 0 first; null: reserved. */
const SPARK = [
  'catalyst',
  'heated-catalyst',
  'evaporative-system',
  'secondary-air',
  'gasoline-particulate-filter',
  'oxygen-sensor',
  'oxygen-sensor-heater',
  'egr-vvt',
] as const;
const COMPRESSION = [
  'nmhc-catalyst',
  'nox-aftertreatment',
  null,
  'boost-pressure',
  null,
  'exhaust-gas-sensor',
  'particulate-filter',
  'egr-vvt',
] as const;

/** @param pid 0x01 or 0x41; the second says nothing of lamp and codes. Null: the answer is short. */
export function readinessOf(pid: 0x01 | 0x41, data: readonly number[]): Readiness | null {
  const [a, b, c, d] = data;
  if (a === undefined || b === undefined || c === undefined || d === undefined) return null;
  const compression = (b & 0x08) !== 0;
  const monitors: MonitorReadiness[] = [];
  CONTINUOUS.forEach((monitor, i) => {
    if (b & (1 << i)) monitors.push({ monitor, complete: (b & (0x10 << i)) === 0 });
  });
  (compression ? COMPRESSION : SPARK).forEach((monitor, i) => {
    if (monitor !== null && c & (1 << i)) monitors.push({ monitor, complete: (d & (1 << i)) === 0 });
  });
  return {
    lamp: pid === 0x01 ? (a & 0x80) !== 0 : null,
    codes: pid === 0x01 ? a & 0x7f : null,
    ignition: compression ? 'compression' : 'spark',
    monitors,
  };
}

/** Monitors of a car that some of its units has not run to the end; null: none of them has any. */
export function monitorsIncomplete(units: readonly Readiness[]): number | null {
  const all = units.flatMap((u) => u.monitors);
  return all.length === 0 ? null : new Set(all.filter((m) => !m.complete).map((m) => m.monitor)).size;
}

/** Identifier F501 (J1979-2), bytes B to F: four monitors each; bits 0 to 3 supported, 4 to 7 not complete. */
const ON_UDS = [
  ['misfire', 'fuel-system', 'components', 'engine-cooling'],
  ['catalyst', 'nmhc-catalyst', 'heated-catalyst', 'nox-aftertreatment'],
  ['evaporative-system', 'secondary-air', 'boost-pressure', 'particulate-filter'],
  ['exhaust-gas-sensor', 'crankcase-ventilation', 'egr', 'vvt'],
  ['direct-ozone-reduction', 'cold-start', 'nox-adsorber', 'other'],
] as const;

/** Data of identifier F501: lamp and count as in parameter 01, then five bytes of monitors. Null: the answer is short. */
export function readinessOnUds(data: readonly number[]): Readiness | null {
  const a = data[0];
  if (a === undefined || data.length < 1 + ON_UDS.length) return null;
  const monitors = ON_UDS.flatMap((names, at) =>
    names.flatMap((monitor, i): MonitorReadiness[] => {
      const byte = data[at + 1]!;
      return byte & (1 << i) ? [{ monitor, complete: (byte & (0x10 << i)) === 0 }] : [];
    }),
  );
  return { lamp: (a & 0x80) !== 0, codes: a & 0x7f, ignition: null, monitors };
}
