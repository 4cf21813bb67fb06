import { LiftgateError } from '../error.ts';
import { hex } from './hex.ts';
import { answersTo, BITMAPS, supported } from './services.ts';
import { askAll, type Steps } from './steps.ts';

/**
 * Service 08, control of an on-board system: it moves parts of the car. Liftgate asks which tests there are, and never
 * for one of them.
 */
export interface Controls {
  readonly unit: string | null;
  /** Tests that the unit would carry out, by number (TID). */
  readonly tests: readonly { readonly tid: number; readonly name: string | null }[];
}

/** The test that J1979 itself names. */
const NAMES: Readonly<Record<number, string>> = { 1: 'evaporative system leak test' };

/**
 * The request for a test number that is a bitmap (00, 20 … E0): on CAN those two bytes.
 * @throws LiftgateError `denied` for any other: it would move something
 */
export function controlRequest(tid: number): string {
  if (!BITMAPS.some((b) => b === tid)) {
    throw new LiftgateError(
      'denied',
      `expected a list of tests (00, 20 … E0) for service 08, got test ${hex(tid)}: it would move parts of the car; use the maker's own tester`,
      { about: 'service 08' },
    );
  }
  return `08${hex(tid)}`;
}

/** Which tests each unit lists. On the older buses, where the request has five more bytes, nobody is asked. */
export function* controls(): Steps<Controls[]> {
  const units = new Map<string | null, number[]>();
  for (const base of BITMAPS) {
    if (base > 0 && ![...units.values()].some((list) => list.includes(base))) break;
    const asked = controlRequest(base);
    for (const { source, data } of answersTo(asked, yield* askAll(asked))) {
      const list = supported(base, data);
      if (list !== null) units.set(source, [...(units.get(source) ?? []), ...list]);
    }
  }
  return [...units].map(([unit, list]) => ({
    unit,
    tests: list.filter((tid) => tid % 0x20 !== 0).map((tid) => ({ tid, name: NAMES[tid] ?? null })),
  }));
}
