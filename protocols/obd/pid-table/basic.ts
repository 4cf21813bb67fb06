import { codeText } from '../dtc.ts';
import {
  bit,
  from,
  group,
  number,
  type Parameter,
  type PidValue,
  quantity,
  s16,
  state,
  told,
  u16,
  word,
} from '../parameter.ts';
import { CELSIUS, CELSIUS_WIDE, celsius, celsiusWide, PERCENT, percent, TRIM, trim, trimOf } from './common.ts';

/** Byte of parameter 03: one bit at a time. */
const FUEL_SYSTEM: Readonly<Record<number, string>> = {
  0: 'off',
  1: 'open loop, too cold',
  2: 'closed loop',
  4: 'open loop, load or overrun',
  8: 'open loop, fault',
  16: 'closed loop, sensor fault',
  32: 'open loop, too cold (bank 2)',
  64: 'open loop, load or overrun (bank 2)',
  128: 'open loop, fault (bank 2)',
};

const SECONDARY_AIR: Readonly<Record<number, string>> = {
  1: 'upstream of the catalyst',
  2: 'downstream of the catalyst inlet',
  4: 'atmosphere or off',
  8: 'on for diagnosis',
};

/** Parameter 1C. Numbers that no issue of the standard names are null. */
const STANDARDS: Readonly<Record<number, string>> = {
  1: 'OBD II (CARB)',
  2: 'OBD (EPA)',
  3: 'OBD and OBD II',
  4: 'OBD I',
  5: 'none',
  6: 'EOBD',
  7: 'EOBD and OBD II',
  8: 'EOBD and OBD',
  9: 'EOBD, OBD and OBD II',
  10: 'JOBD',
  11: 'JOBD and OBD II',
  12: 'JOBD and EOBD',
  13: 'JOBD, EOBD and OBD II',
  14: 'Euro IV B1, heavy duty',
  15: 'Euro V B2, heavy duty',
  16: 'Euro EEV, heavy duty',
  17: 'EMD',
  18: 'EMD+',
  19: 'HD OBD, partial',
  20: 'HD OBD',
  21: 'WWH OBD',
  23: 'HD EOBD I without NOx control',
  24: 'HD EOBD I with NOx control',
  25: 'HD EOBD II without NOx control',
  26: 'HD EOBD II with NOx control',
  28: 'OBD Brazil 1',
  29: 'OBD Brazil 2',
  30: 'KOBD',
  31: 'OBD I India',
  32: 'OBD II India',
  33: 'HD EOBD VI',
  34: 'OBD, OBD II and HD OBD',
  35: 'OBD Brazil 3',
  36: 'motorcycle, Euro OBD I',
  37: 'motorcycle, Euro OBD II',
  38: 'motorcycle, China OBD I',
  39: 'motorcycle, Taiwan OBD I',
  40: 'motorcycle, Japan OBD I',
  41: 'China 6',
  42: 'OBD Brazil P7',
  43: 'China VI, heavy duty',
  44: 'OBD I India BS6',
  45: 'OBD II India BS6',
  46: 'HD OBD India BS VI',
  47: 'OBD Brazil P8',
};

const FUEL_TYPES: Readonly<Record<number, string>> = {
  1: 'gasoline',
  2: 'methanol',
  3: 'ethanol',
  4: 'diesel',
  5: 'LPG',
  6: 'CNG',
  7: 'propane',
  8: 'electric',
  9: 'bi-fuel, on gasoline',
  10: 'bi-fuel, on methanol',
  11: 'bi-fuel, on ethanol',
  12: 'bi-fuel, on LPG',
  13: 'bi-fuel, on CNG',
  14: 'bi-fuel, on propane',
  15: 'bi-fuel, on battery',
  16: 'bi-fuel, on battery and engine',
  17: 'hybrid, gasoline',
  18: 'hybrid, ethanol',
  19: 'hybrid, diesel',
  20: 'hybrid, on battery',
  21: 'hybrid, on battery and engine',
  22: 'hybrid, regenerating',
  23: 'bi-fuel, on diesel',
  24: 'bi-fuel, on natural gas',
  25: 'bi-fuel, on diesel',
  26: 'natural gas',
  27: 'dual fuel, diesel and CNG',
  28: 'dual fuel, diesel and LNG',
  29: 'fuel cell, hydrogen',
  30: 'hydrogen engine',
  31: 'kerosene',
  32: 'heavy fuel oil',
};

const oneOf =
  (words: Readonly<Record<number, string>>, at = 0) =>
  (d: readonly number[]): PidValue =>
    words[d[at]!] ?? null;

/** Oxygen sensors as a list of the bits that are set, in words. */
const sensors =
  (names: readonly string[]) =>
  (d: readonly number[]): PidValue =>
    names.filter((_, i) => bit(d, 0, i)).join(' ') || 'none';

/** Parameters 14 to 1B, 24 to 2B and 34 to 3B: eight oxygen sensors, four to a bank. */
const SENSORS = ['b1s1', 'b1s2', 'b1s3', 'b1s4', 'b2s1', 'b2s2', 'b2s3', 'b2s4'] as const;
/** The same numbers in cars that answer 1D instead of 13: two to a bank. The names follow the far commoner 13. */
const SENSORS_1D = ['b1s1', 'b1s2', 'b2s1', 'b2s2', 'b3s1', 'b3s2', 'b4s1', 'b4s2'] as const;

const narrow = SENSORS.map((s, i) =>
  group(0x14 + i, `o2-${s}`, 2, [
    quantity(`o2-${s}-voltage`, 'V', [0, 1.275], (d) => d[0]! / 200),
    // FF: this sensor takes no part in the trim.
    quantity(`o2-${s}-trim`, '%', TRIM, (d) => (d[1] === 0xff ? null : trim(1)(d))),
  ]),
);

const wideVoltage = SENSORS.map((s, i) =>
  group(0x24 + i, `lambda-${s}`, 4, [
    quantity(`lambda-${s}-ratio`, null, [0, 2], (d) => u16(d) / 32_768),
    quantity(`lambda-${s}-voltage`, 'V', [0, 8], (d) => u16(d, 2) / 8_192),
  ]),
);

const wideCurrent = SENSORS.map((s, i) =>
  group(0x34 + i, `lambda-current-${s}`, 4, [
    quantity(`lambda-current-${s}-ratio`, null, [0, 2], (d) => u16(d) / 32_768),
    quantity(`lambda-current-${s}-current`, 'mA', [-128, 128], (d) => u16(d, 2) / 256 - 128),
  ]),
);

/** A trim of one bank; the second byte, of the bank two further, comes only in cars with more than two banks. */
const trims = (pid: number, name: string, bank: 1 | 2, signal: Parameters<typeof quantity>[4] = null): Parameter =>
  group(pid, `${name}-${bank}`, 1, [
    quantity(`${name}-${bank}`, '%', TRIM, trim(), signal),
    from(2, trimOf(`${name}-${bank + 2}`, 1)),
  ]);

/** Parameters 01 to 5F. */
export const BASIC: readonly Parameter[] = [
  group(0x01, 'monitor-status', 4, [
    state('mil', (d) => bit(d, 0, 7)),
    quantity('code-count', null, [0, 127], (d) => d[0]! & 0x7f),
  ]),
  word(0x02, 'freeze-code', 2, (d) => (d[0] === 0 && d[1] === 0 ? null : codeText(d[0]!, d[1]!))),
  group(0x03, 'fuel-system', 2, [
    told('obd.closed-loop', state('fuel-system-1', oneOf(FUEL_SYSTEM))),
    state('fuel-system-2', oneOf(FUEL_SYSTEM, 1)),
  ]),
  number(0x04, 'load', 1, '%', PERCENT, percent(), 'obd.load'),
  number(0x05, 'coolant', 1, 'Cel', CELSIUS, celsius(), 'obd.coolant'),
  trims(0x06, 'stft', 1, 'obd.stft-1'),
  trims(0x07, 'ltft', 1, 'obd.ltft-1'),
  trims(0x08, 'stft', 2, 'obd.stft-2'),
  trims(0x09, 'ltft', 2, 'obd.ltft-2'),
  number(0x0a, 'fuel-pressure', 1, 'kPa', [0, 765], (d) => d[0]! * 3),
  number(0x0b, 'intake-pressure', 1, 'kPa', [0, 255], (d) => d[0]!, 'obd.map'),
  number(0x0c, 'rpm', 2, '1/min', [0, 16_383.75], (d) => u16(d) / 4, 'obd.rpm'),
  number(0x0d, 'speed', 1, 'km/h', [0, 255], (d) => d[0]!, 'obd.speed'),
  number(0x0e, 'timing-advance', 1, 'deg', [-64, 63.5], (d) => d[0]! / 2 - 64),
  number(0x0f, 'intake-air', 1, 'Cel', CELSIUS, celsius(), 'obd.intake-air'),
  number(0x10, 'maf', 2, 'g/s', [0, 655.35], (d) => u16(d) / 100, 'obd.maf'),
  number(0x11, 'throttle', 1, '%', PERCENT, percent(), 'obd.throttle'),
  word(0x12, 'secondary-air', 1, oneOf(SECONDARY_AIR)),
  word(0x13, 'o2-sensors', 1, sensors(SENSORS)),
  ...narrow,
  word(0x1c, 'obd-standard', 1, oneOf(STANDARDS)),
  word(0x1d, 'o2-sensors-4-banks', 1, sensors(SENSORS_1D)),
  word(0x1e, 'pto', 1, (d) => bit(d, 0, 0)),
  number(0x1f, 'run-time', 2, 's', [0, 65_535], u16, 'obd.run-time'),
  number(0x21, 'distance-mil', 2, 'km', [0, 65_535], u16, 'obd.distance-with-lamp'),
  number(0x22, 'rail-pressure-relative', 2, 'kPa', [0, 5_177.265], (d) => u16(d) * 0.079),
  number(0x23, 'rail-pressure', 2, 'kPa', [0, 655_350], (d) => u16(d) * 10),
  ...wideVoltage,
  number(0x2c, 'egr-commanded', 1, '%', PERCENT, percent()),
  number(0x2d, 'egr-error', 1, '%', TRIM, trim()),
  number(0x2e, 'purge', 1, '%', PERCENT, percent(), 'obd.purge'),
  number(0x2f, 'fuel-level', 1, '%', PERCENT, percent(), 'obd.fuel-level'),
  number(0x30, 'warm-ups-since-clear', 1, null, [0, 255], (d) => d[0]!, 'obd.warm-ups-since-clear'),
  number(0x31, 'distance-since-clear', 2, 'km', [0, 65_535], u16, 'obd.distance-since-clear'),
  number(0x32, 'evap-pressure', 2, 'Pa', [-8192, 8191.75], (d) => s16(d) / 4),
  number(0x33, 'barometer', 1, 'kPa', [0, 255], (d) => d[0]!),
  ...wideCurrent,
  number(0x3c, 'catalyst-b1s1', 2, 'Cel', CELSIUS_WIDE, celsiusWide()),
  number(0x3d, 'catalyst-b2s1', 2, 'Cel', CELSIUS_WIDE, celsiusWide()),
  number(0x3e, 'catalyst-b1s2', 2, 'Cel', CELSIUS_WIDE, celsiusWide()),
  number(0x3f, 'catalyst-b2s2', 2, 'Cel', CELSIUS_WIDE, celsiusWide()),
  // What it says is read by readiness.ts.
  group(0x41, 'monitor-status-cycle', 4, []),
  number(0x42, 'module-voltage', 2, 'V', [0, 65.535], (d) => u16(d) / 1000, 'obd.module-voltage'),
  number(0x43, 'load-absolute', 2, '%', [0, 25_700], (d) => (u16(d) * 100) / 255),
  number(0x44, 'lambda-commanded', 2, null, [0, 2], (d) => u16(d) / 32_768),
  number(0x45, 'throttle-relative', 1, '%', PERCENT, percent()),
  number(0x46, 'ambient-air', 1, 'Cel', CELSIUS, celsius(), 'obd.ambient-air'),
  number(0x47, 'throttle-b', 1, '%', PERCENT, percent()),
  number(0x48, 'throttle-c', 1, '%', PERCENT, percent()),
  number(0x49, 'pedal-d', 1, '%', PERCENT, percent()),
  number(0x4a, 'pedal-e', 1, '%', PERCENT, percent()),
  number(0x4b, 'pedal-f', 1, '%', PERCENT, percent()),
  number(0x4c, 'throttle-commanded', 1, '%', PERCENT, percent()),
  number(0x4d, 'time-mil', 2, 'min', [0, 65_535], u16, 'obd.minutes-with-lamp'),
  number(0x4e, 'time-since-clear', 2, 'min', [0, 65_535], u16, 'obd.minutes-since-clear'),
  // Zero: the usual scalings of 24 to 2B, 34 to 3B, 44, 0B and 10 hold. Others stretch them: see stretch.ts.
  group(0x4f, 'scaling', 4, [
    quantity('scaling-lambda', null, [0, 255], (d) => d[0]!),
    quantity('scaling-o2-voltage', 'V', [0, 255], (d) => d[1]!),
    quantity('scaling-o2-current', 'mA', [0, 255], (d) => d[2]!),
    quantity('scaling-intake-pressure', 'kPa', [0, 2550], (d) => d[3]! * 10),
  ]),
  number(0x50, 'scaling-maf', 4, 'g/s', [0, 2550], (d) => d[0]! * 10),
  word(0x51, 'fuel-type', 1, oneOf(FUEL_TYPES)),
  number(0x52, 'ethanol', 1, '%', PERCENT, percent()),
  number(0x53, 'evap-pressure-absolute', 2, 'kPa', [0, 327.675], (d) => u16(d) / 200),
  number(0x54, 'evap-pressure-wide', 2, 'Pa', [-32_768, 32_767], s16),
  trims(0x55, 'secondary-stft', 1),
  trims(0x56, 'secondary-ltft', 1),
  trims(0x57, 'secondary-stft', 2),
  trims(0x58, 'secondary-ltft', 2),
  number(0x59, 'rail-pressure-absolute', 2, 'kPa', [0, 655_350], (d) => u16(d) * 10),
  number(0x5a, 'pedal-relative', 1, '%', PERCENT, percent()),
  number(0x5b, 'hybrid-battery', 1, '%', PERCENT, percent(), 'obd.pack-charge'),
  number(0x5c, 'oil', 1, 'Cel', CELSIUS, celsius(), 'obd.oil-temperature'),
  number(0x5d, 'injection-timing', 2, 'deg', [-210, 301.9921875], (d) => u16(d) / 128 - 210),
  number(0x5e, 'fuel-rate', 2, 'L/h', [0, 3_276.75], (d) => u16(d) / 20),
  word(0x5f, 'emission-requirement', 1, oneOf({ 14: 'Euro IV B1', 15: 'Euro V B2', 16: 'Euro EEV C', 17: 'Euro VI' })),
];
