import type { Car } from './day.ts';

/** A seeded source of numbers in [0, 1): the same seed draws the same day. */
export type Draw = () => number;

/** Mulberry32, a 32-bit generator; small and good enough to vary a script (public domain). */
export function seeded(seed: number): Draw {
  let a = seed >>> 0;
  return () => {
    a = (a + 0x6d2b79f5) >>> 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const SERIAL = '0123456789';
const PLATE = 'ABCDEFGHJKLMNPQRSTUVWXYZ0123456789';

/** Another car of the same habits: same model and faults, its own VIN, plate and customer. */
export function drawCar(like: Car, draw: Draw): Car {
  const vin = withCheckDigit(like.vin.slice(0, 11) + letters(6, SERIAL, draw));
  const plate = like.plate.slice(0, -4) + letters(4, PLATE, draw);
  const mark = plate.slice(-4).toLowerCase();
  const customer = like.customer && {
    ...like.customer,
    name: `${like.customer.name} ${mark.toUpperCase()}`,
    email: like.customer.email.replace('@', `-${mark}@`),
  };
  return { ...like, vin, plate, ...(customer ? { customer } : {}) };
}

/** A VIN of some car. */
export function vinOf(draw: Draw): string {
  return withCheckDigit(`LSVAG2180E2${letters(6, SERIAL, draw)}`);
}

function letters(n: number, from: string, draw: Draw): string {
  return Array.from({ length: n }, () => from[Math.floor(draw() * from.length)]).join('');
}

const WEIGHTS = [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2];
const VALUES = '0123456789.ABCDEFGH..JKLMN.P.R..STUVWXYZ';

/** Puts the check digit of 49 CFR 565 (and GB 16735) into position 9; European VINs of our days keep theirs (`Z` filler). */
function withCheckDigit(vin: string): string {
  if (vin.slice(3, 6) === 'ZZZ') return vin;
  const sum = [...vin].reduce((s, c, i) => s + (VALUES.indexOf(c) % 10) * WEIGHTS[i]!, 0);
  const digit = sum % 11 === 10 ? 'X' : String(sum % 11);
  return vin.slice(0, 8) + digit + vin.slice(9);
}
