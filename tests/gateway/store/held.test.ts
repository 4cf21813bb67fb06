import { expect, test } from 'vitest';
import { Held } from '../../../gateway/store/held.ts';

test('an event is held for longer each time, up to ten minutes, and is free in between', () => {
  const held = new Held();
  let now = 0;
  const pauses: number[] = [];
  for (let n = 0; n < 9; n++) {
    expect(held.isHeld(7, now)).toBe(false);
    const pause = held.hold(7, now);
    pauses.push(pause / 1_000);
    expect(held.isHeld(7, now + pause - 1)).toBe(true);
    expect(held.count(now + pause - 1)).toBe(1);
    now += pause;
    expect(held.count(now)).toBe(0);
  }
  expect(pauses).toEqual([5, 10, 20, 40, 80, 160, 320, 600, 600]);
});

test('one that was taken begins anew, and so does one that nobody has spoken of for an hour', () => {
  const held = new Held();
  held.hold(7, 0);
  held.release(7);
  expect(held.hold(7, 0)).toBe(5_000);
  held.count(3_605_001);
  expect(held.hold(7, 3_605_001)).toBe(5_000);
});
