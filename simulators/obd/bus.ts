/** The diagnostic bus of a car; numbers of the ELM327 protocol list beside it. */
export const BUSES = {
  'can-11': '6',
  'can-29': '7',
  'can-11-250': '8',
  'can-29-250': '9',
  kwp: '5',
  'kwp-slow': '4',
  'iso-9141': '3',
  'j1850-vpw': '2',
  'j1850-pwm': '1',
} as const;
export type Bus = keyof typeof BUSES;

export interface EcuAnswer {
  /** Number of the control unit: 0 the engine, 1 the gearbox, then others. */
  readonly ecu: number;
  /** Service byte first. On the older buses an answer may take several messages of at most seven bytes. */
  readonly messages: readonly (readonly number[])[];
}

export function isCan(bus: Bus): boolean {
  return bus.startsWith('can');
}

/** Addresses of J1979 units on the older buses, and the low byte of a 29-bit identifier. */
const UNITS = [0x10, 0x18, 0x28, 0x1a] as const;

/** The address that a control unit answers with, as an adapter prints it. */
export function addressOf(ecu: number, bus: Bus): string {
  if (bus === 'can-11' || bus === 'can-11-250') return `7E${(8 + ecu).toString(16).toUpperCase()}`;
  const unit = (UNITS[ecu] ?? 0x40 + ecu).toString(16).toUpperCase();
  return isCan(bus) ? `18DAF1${unit}` : unit;
}

/** Which control unit a header means (`7E0`, `DA10F1`); null: all of them. */
export function ecuAt(header: string | null, bus: Bus): number | null {
  if (header === null) return null;
  const eleven = /^7E([0-7])$/.exec(header)?.[1];
  if (eleven !== undefined) return Number(eleven);
  const unit = /^(?:18)?DA([0-9A-F]{2})F1$/.exec(header)?.[1];
  if (unit === undefined) return null;
  const found = [0, 1, 2, 3, 4, 5, 6, 7].find((ecu) => addressOf(ecu, bus).endsWith(unit));
  return found ?? -1;
}
