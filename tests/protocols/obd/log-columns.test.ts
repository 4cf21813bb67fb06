import { describe, expect, test } from 'vitest';
import { readLogCodes, readLogColumn, readLogNumber } from '../../../protocols/obd/log-columns.ts';
import { signalSpec } from '../../../protocols/signal.ts';

const read = (heading: string, unit: string | null = null) => {
  const c = readLogColumn(heading, unit, (s) => signalSpec(s).unit);
  return c && [c.signal, Math.round(c.scale * 1000) / 1000, Math.round(c.offset * 100) / 100];
};

describe('the columns of drive logs', () => {
  test.each([
    ['Engine Coolant Temperature(°C)', 'obd.coolant'],
    ['ENGINE_COOLANT_TEMP', 'obd.coolant'],
    ['COOLANT_TEMPERATURE ()', 'obd.coolant'],
    ['engineCoolantTemp', 'obd.coolant'],
    ['[PRIUS]Coolant Temperature_7E0(°C)', 'obd.coolant'],
    ['ECU(7EA): Engine Coolant Temperature(°C)', 'obd.coolant'],
    ['Engine RPM(rpm)', 'obd.rpm'],
    ['ENGINE_RPM ()', 'obd.rpm'],
    ['rpm', 'obd.rpm'],
    ['Engine speed', 'obd.rpm'],
    ['Speed (OBD)(km/h)', 'obd.speed'],
    ['VEHICLE_SPEED ()', 'obd.speed'],
    ['SPEED', 'obd.speed'],
    ['Engine Load(%)', 'obd.load'],
    ['ENGINE_LOAD', 'obd.load'],
    ['Calculated LOAD value', 'obd.load'],
    ['Fuel Trim Bank 1 Short Term(%)', 'obd.stft-1'],
    ['Fuel Trim Bank 1 Long Term(%)', 'obd.ltft-1'],
    ['Fuel Trim Bank 2 Long Term(%)', 'obd.ltft-2'],
    ['SHORT_TERM_FUEL_TRIM_BANK_1 ()', 'obd.stft-1'],
    ['LONG_TERM_FUEL_TRIM_BANK_1 ()', 'obd.ltft-1'],
    ['Short term fuel % trim - Bank 2', 'obd.stft-2'],
    ['SHRTFT1', 'obd.stft-1'],
    ['Intake Air Temperature(°C)', 'obd.intake-air'],
    ['AIR_INTAKE_TEMP', 'obd.intake-air'],
    ['Intake Manifold Pressure(kPa)', 'obd.map'],
    ['INTAKE_MANIFOLD_PRESSURE ()', 'obd.map'],
    ['MAP', 'obd.map'],
    ['Mass Air Flow Rate(g/s)', 'obd.maf'],
    ['MAF', 'obd.maf'],
    ['AMBIENT_AIR_TEMP', 'obd.ambient-air'],
    ['Voltage (Control Module)(V)', 'obd.module-voltage'],
    ['CONTROL_MODULE_VOLTAGE ()', 'obd.module-voltage'],
    ['Voltage (OBD Adapter)(V)', 'obd.voltage'],
    ['Run time since engine start(s)', 'obd.run-time'],
    ['ENGINE_RUNTIME', 'obd.run-time'],
    ['TROUBLE_CODES', 'obd.codes.stored'],
    ['010C', 'obd.rpm'],
    ['01 05', 'obd.coolant'],
    ['发动机转速', 'obd.rpm'],
    ['冷却液温度(℃)', 'obd.coolant'],
  ])('%s is %s', (heading, signal) => {
    expect(read(heading)).toEqual([signal, 1, 0]);
  });

  test('units are brought to those of the signal', () => {
    expect(read('Engine Coolant Temperature(°F)')).toEqual(['obd.coolant', 0.556, -17.78]);
    expect(read('Speed (OBD)(mph)')).toEqual(['obd.speed', 1.609, 0]);
    expect(read('Intake Manifold Pressure(psi)')).toEqual(['obd.map', 6.895, 0]);
    expect(read('Mass Air Flow', 'lb/min')).toEqual(['obd.maf', 7.56, 0]);
    expect(read('coolant_temp_f')).toEqual(['obd.coolant', 0.556, -17.78]);
  });

  test('what only looks like a value of the car is not taken for one', () => {
    for (const heading of [
      'GPS Speed (Meters/second)',
      'Average trip speed(whilst stopped or moving)(km/h)',
      'Engine Load(Absolute)(%)',
      'Turbo Boost & Vacuum Gauge(psi)',
      'Barometric pressure (from vehicle)(psi)',
      'EGR Error(%)',
      'Engine reference torque(Nm)',
      'Longitude',
      'Bearing',
      'GPS vs OBD Speed difference(km/h)',
    ])
      expect([heading, read(heading)]).toEqual([heading, null]);
  });

  test.each([
    // What a sensor, a second filter, a telephone, a wheel or a calculation says is not the value of the car.
    ['Oxygen sensor 1 Bank 1 Short term fuel trim', null],
    ['Short term fuel trim (Bank 2  Sensor 2) (%)', null],
    ['Short term secondary O2 sensor trim - Bank 1 (%)', null],
    ['Speed (GPS)', null],
    ['Idle RPM', null],
    ['Engine Speed of Cyl #1(RPM)', null],
    ['DPF Bank 2 Delta Pressure(psi)', null],
    ['DPF Bank 1 Inlet Pressure(psi)', null],
    ['Power from MAF (hp)', null],
    ['Android device Battery Level(%)', null],
    ['Battery Level', null],
    ['Number of DTCs', null],
    ['DTC count', null],
    ['Fuel system 2 status', null],
    ['Fuel system 1 status', 'obd.closed-loop'],
    ['[BMS] HV battery voltage (V)', 'obd.pack-voltage'],
    ['HV Battery current (A)', 'obd.pack-current'],
    ['12V battery voltage', 'obd.voltage'],
    ['State of Charge(%)', 'obd.pack-charge'],
    ['Average distance between DPF regens (km)', 'obd.dpf-regeneration-distance'],
    ['DPF Bank 1 Delta Pressure(kPa)', 'obd.dpf-pressure'],
    ['Distance travelled with MIL/CEL lit(km)', 'obd.distance-with-lamp'],
    ['Time run with MIL on (min)', 'obd.minutes-with-lamp'],
  ])('%s is %s', (heading, signal) => {
    expect(read(heading)?.[0] ?? null).toBe(signal);
  });

  test('a heading may say that its numbers are thousands', () => {
    expect(read('Engine RPM x1000 (rpm)')).toEqual(['obd.rpm', 1_000, 0]);
  });

  test('numbers and codes as people write them', () => {
    expect(readLogNumber('1,234.5')).toBe(1_234.5);
    expect(readLogNumber('\u22123.1')).toBe(-3.1);
    expect(readLogNumber('33,3%')).toBe(33.3);
    expect(readLogNumber('-3.1')).toBe(-3.1);
    expect(readLogNumber(' 81 °C')).toBe(81);
    for (const none of ['', '-', 'NODATA', 'n/a']) expect(readLogNumber(none)).toBeNull();
    expect(readLogCodes('P0133C0300 p0133;U0100')).toEqual(['P0133', 'C0300', 'U0100']);
  });
});
