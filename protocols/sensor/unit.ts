import { type SignalName, signalSpec } from '../signal.ts';

/** How other units of the trade become the unit of a signal: value × factor + offset. Keys: `{from} {to}`. */
const CONVERSIONS: Readonly<Record<string, { readonly factor: number; readonly offset: number }>> = {
  'm mm': { factor: 1_000, offset: 0 },
  'cm mm': { factor: 10, offset: 0 },
  'in mm': { factor: 25.4, offset: 0 },
  'ft mm': { factor: 304.8, offset: 0 },
  'g kg': { factor: 0.001, offset: 0 },
  't kg': { factor: 1_000, offset: 0 },
  'lb kg': { factor: 0.453_592_37, offset: 0 },
  'kW W': { factor: 1_000, offset: 0 },
  'bar kPa': { factor: 100, offset: 0 },
  'mbar kPa': { factor: 0.1, offset: 0 },
  'hPa kPa': { factor: 0.1, offset: 0 },
  'Pa kPa': { factor: 0.001, offset: 0 },
  'MPa kPa': { factor: 1_000, offset: 0 },
  'psi kPa': { factor: 6.894_757, offset: 0 },
  'kgf.m N.m': { factor: 9.806_65, offset: 0 },
  'lbf.ft N.m': { factor: 1.355_818, offset: 0 },
  'mW W': { factor: 0.001, offset: 0 },
  'mV V': { factor: 0.001, offset: 0 },
  'm3/h L/min': { factor: 1_000 / 60, offset: 0 },
  'L/s L/min': { factor: 60, offset: 0 },
  'F Cel': { factor: 5 / 9, offset: -160 / 9 },
  'K Cel': { factor: 1, offset: -273.15 },
  'mph km/h': { factor: 1.609_344, offset: 0 },
  'mi km': { factor: 1.609_344, offset: 0 },
};

/** Spellings that mean the same as the unit that stands in the vocabulary. */
const SPELLINGS: Readonly<Record<string, string>> = {
  C: 'Cel',
  degC: 'Cel',
  '°C': 'Cel',
  degF: 'F',
  '°F': 'F',
  rpm: '1/min',
  kph: 'km/h',
  'l/min': 'L/min',
  Nm: 'N.m',
  N·m: 'N.m',
  'ft-lb': 'lbf.ft',
  'm³/h': 'm3/h',
};

/**
 * Brings a number into the unit of its signal. Returns null when the unit cannot be converted: a wrong unit is a wrong
 * value, never a near miss.
 */
export function toUnitOf(signal: SignalName, value: number, unit: string): number | null {
  const to = signalSpec(signal).unit;
  const from = Object.hasOwn(SPELLINGS, unit) ? SPELLINGS[unit] : unit;
  if (to === null) return null;
  if (from === to) return value;
  const key = `${from} ${to}`;
  const conversion = Object.hasOwn(CONVERSIONS, key) ? CONVERSIONS[key] : undefined;
  return conversion ? value * conversion.factor + conversion.offset : null;
}
