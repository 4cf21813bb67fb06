import { expect, test } from 'vitest';
import { CrankWatch } from '../../../../gateway/drivers/elm327/crank.ts';

const watch = (volts: readonly number[]) => {
  const crank = new CrankWatch();
  volts.forEach((v, i) => {
    crank.voltage(v, i * 150);
  });
  return { crank, at: volts.length * 150 };
};

test('a dip and then a running engine is a start, told once', () => {
  const { crank, at } = watch([12.6, 12.6, 12.4, 9.9, 10.2, 11.5, 12.5]);
  expect(crank.rpm(250, at)).toBeNull();
  expect(crank.rpm(900, at)).toBe(9.9);
  expect(crank.rpm(900, at + 1000)).toBeNull();
});

test('a dip without a start, or long before it, is none', () => {
  const { crank, at } = watch([12.6, 12.6, 11.2, 12.6]);
  expect(crank.rpm(0, at)).toBeNull();
  expect(crank.rpm(900, at + 60_000)).toBeNull();
});

test('a small dip is none', () => {
  const { crank, at } = watch([12.6, 12.6, 12.0, 12.5]);
  expect(crank.rpm(900, at)).toBeNull();
});

test('a charger that is taken off is no dip for ever', () => {
  const { crank, at } = watch([14.2, ...Array<number>(100).fill(12.4)]);
  expect(crank.rest).toBeCloseTo(12.4, 1);
  expect(crank.rpm(900, at)).toBeNull();
});
