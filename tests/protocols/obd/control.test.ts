import { expect, test } from 'vitest';
import { controlRequest } from '../../../protocols/obd/control.ts';

test('only the lists of service 08 can be asked for: a test would move parts of the car', () => {
  expect([0x00, 0x20, 0xe0].map(controlRequest)).toEqual(['0800', '0820', '08E0']);
  for (let tid = 0; tid <= 0xff; tid++) {
    if (tid % 0x20 !== 0) expect(() => controlRequest(tid)).toThrow(/expected a list of tests .* it would move parts/);
  }
});
