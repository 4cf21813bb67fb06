/** Characters that a VIN may have (ISO 3779): no I, O, Q. */
const LETTERS = 'ABCDEFGHJKLMNPRSTUVWXYZ0123456789';

/** So many VINs that every character stands once in the first and once in the last place; the rest is scattered. */
export function vinFrom(count: number): string[] {
  return Array.from({ length: count }, (_, i) =>
    Array.from({ length: 17 }, (_unused, at) => {
      if (at === 0) return LETTERS[i % 33]!;
      if (at === 16) return LETTERS[(i * 7 + 3) % 33]!;
      return LETTERS[(i * 31 + at * 17 + i * at) % 33]!;
    }).join(''),
  );
}
