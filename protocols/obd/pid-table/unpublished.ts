/**
 * Parameters that are known by name, and whose scaling no public document gives. They are stepped over, not guessed.
 * `bytes` is null where not even the length is sure: then nothing behind it in the same answer is read, and it is asked
 * for alone. Numbers that are neither here nor in the table (95 to 97, AB to B1, BE, BF, C2, C9 to D1, D4 on) are not
 * assigned, as far as public documents tell.
 */
export interface Unpublished {
  readonly pid: number;
  readonly name: string;
  readonly bytes: number | null;
}

export const UNPUBLISHED: readonly Unpublished[] = [
  { pid: 0xa7, name: 'nox-sensors-3-and-4', bytes: null },
  { pid: 0xa8, name: 'nox-corrected-sensors-3-and-4', bytes: null },
  { pid: 0xb3, name: 'traction-battery-charge-rate', bytes: null },
  { pid: 0xb4, name: 'traction-battery-temperature', bytes: null },
  { pid: 0xb5, name: 'traction-battery-pack-current', bytes: null },
  { pid: 0xb6, name: 'traction-battery-pack-voltage', bytes: null },
  { pid: 0xb7, name: 'traction-battery-cell-temperature', bytes: null },
  { pid: 0xb8, name: 'traction-battery-balancing', bytes: null },
  { pid: 0xb9, name: 'traction-battery-cell-voltage', bytes: null },
  { pid: 0xba, name: 'traction-battery-power', bytes: null },
  { pid: 0xbb, name: 'traction-battery-energy-in', bytes: null },
  { pid: 0xbc, name: 'traction-battery-energy-out', bytes: null },
  { pid: 0xbd, name: 'traction-battery-throughput', bytes: null },
  { pid: 0xc1, name: 'traction-battery-charge-limit', bytes: 1 },
  { pid: 0xc3, name: 'fuel-level-a-and-b', bytes: 2 },
  { pid: 0xc4, name: 'particulate-diagnostic-time', bytes: 8 },
  { pid: 0xc5, name: 'fuel-pressure-a-and-b', bytes: 4 },
  { pid: 0xc8, name: 'nox-and-particulate-lamp', bytes: 1 },
];
