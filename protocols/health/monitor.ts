import type { FlagName } from './flag.ts';

/** Numbers that the misfire monitors of single cylinders have, and no other (SAE J1979-DA). */
const MISFIRE_TESTS = [0x0b, 0x0c];
const FIRST_CYLINDER = 0xa2;

/**
 * The flag that a test of service 06 speaks for, by its monitor (SAE J1979-DA): 01 to 10 and 41 to 50 oxygen sensors and
 * their heaters, 21 to 24 catalysts, A2 to B1 cylinders, B2 and B3 particulate filters (B0 and B1 before the standard gave
 * these to cylinders 15 and 16: the test tells). Null: none.
 */
export function flagOfMonitor(mid: number, tid: number | null): FlagName | null {
  if ((mid >= 0x01 && mid <= 0x10) || (mid >= 0x41 && mid <= 0x50)) return 'oxygen';
  if (mid >= 0x21 && mid <= 0x24) return 'catalyst';
  if (mid === 0xb2 || mid === 0xb3) return 'particulate-filter';
  if (mid < FIRST_CYLINDER || mid > 0xb1) return null;
  if (tid === null || MISFIRE_TESTS.includes(tid)) return 'misfire';
  return mid >= 0xb0 ? 'particulate-filter' : null;
}

/** The cylinder that a misfire monitor counts for, from 1. */
export function cylinderOf(mid: number): number {
  return mid - FIRST_CYLINDER + 1;
}
