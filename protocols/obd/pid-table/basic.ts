import { number, type Parameter, u16, u32 } from '../parameter.ts';
import { CELSIUS, celsius, PERCENT, percent, TRIM, trim } from './common.ts';

export const BASIC: readonly Parameter[] = [
  number(0x04, 'load', 1, '%', PERCENT, percent(), 'obd.load'),
  number(0x05, 'coolant', 1, 'Cel', CELSIUS, celsius(), 'obd.coolant'),
  number(0x06, 'stft-1', 1, '%', TRIM, trim(), 'obd.stft-1'),
  number(0x07, 'ltft-1', 1, '%', TRIM, trim(), 'obd.ltft-1'),
  number(0x08, 'stft-2', 1, '%', TRIM, trim(), 'obd.stft-2'),
  number(0x09, 'ltft-2', 1, '%', TRIM, trim(), 'obd.ltft-2'),
  number(0x0c, 'rpm', 2, '1/min', [0, 16_383.75], (d) => u16(d) / 4, 'obd.rpm'),
  number(0x0d, 'speed', 1, 'km/h', [0, 255], (d) => d[0]!, 'obd.speed'),
  number(0x0f, 'intake-air', 1, 'Cel', CELSIUS, celsius(), 'obd.intake-air'),
  number(0x10, 'maf', 2, 'g/s', [0, 655.35], (d) => u16(d) / 100, 'obd.maf'),
  number(0x11, 'throttle', 1, '%', PERCENT, percent(), 'obd.throttle'),
  number(0x1f, 'run-time', 2, 's', [0, 65_535], u16, 'obd.run-time'),
  number(0x2f, 'fuel-level', 1, '%', PERCENT, percent(), 'obd.fuel-level'),
  number(0x42, 'module-voltage', 2, 'V', [0, 65.535], (d) => u16(d) / 1000, 'obd.module-voltage'),
  number(0x46, 'ambient-air', 1, 'Cel', CELSIUS, celsius(), 'obd.ambient-air'),
  number(0xa6, 'odometer', 4, 'km', [0, 429_496_729.5], (d) => u32(d) / 10, 'obd.odometer'),
];
