import { expect, test } from 'vitest';
import { Power } from '../../../../gateway/drivers/elm327/power.ts';

test('polling ends within a minute of the engine, and the adapter sleeps some minutes later', () => {
  const power = new Power(0);
  power.engine(true, 1_000);
  power.volts(14.2, 1_000);
  expect(power.mode(600_000)).toBe('poll');
  power.engine(false, 600_000);
  power.volts(12.6, 600_000);
  expect(power.mode(630_000)).toBe('poll');
  expect(power.mode(660_000)).toBe('rest');
  expect(power.mode(1_000_000)).toBe('sleep');
});

test('a charger that holds 14 V is no running engine', () => {
  const power = new Power(0);
  power.engine(false, 0);
  for (let at = 0; at < 120_000; at += 1_000) power.volts(14.1, at);
  expect(power.mode(120_000)).toBe('rest');
});

test('below 12.2 V nothing is polled unless the engine runs; the dip of a starter does not count', () => {
  const power = new Power(0);
  power.engine(false, 0);
  power.volts(11.9, 0);
  expect(power.mode(1_000)).toBe('poll');
  power.volts(11.9, 4_000);
  expect(power.mode(4_000)).toBe('rest');
  expect(power.mode(61_000)).toBe('sleep');
  power.engine(true, 61_000);
  expect(power.mode(61_000)).toBe('poll');
});

test('who turns the key is owed one look, whatever the battery says', () => {
  const power = new Power(0);
  power.engine(false, 0);
  power.volts(11.9, 0);
  expect(power.mode(100_000)).toBe('sleep');
  power.stir(100_000);
  expect(power.mode(100_000)).toBe('poll');
  power.engine(false, 100_500);
  power.volts(11.9, 100_500);
  power.volts(11.9, 104_000);
  expect(power.mode(104_000)).toBe('rest');
});
