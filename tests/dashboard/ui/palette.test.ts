import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { PALETTES, type Palette, type Theme } from '../../../dashboard/ui/palette.ts';

const css = readFileSync(join(import.meta.dirname, '../../../dashboard/ui/tokens.css'), 'utf8');

/** WCAG 2.2 contrast of two colours, 1 to 21. */
function contrast(a: string, b: string): number {
  const [x, y] = [luminance(a), luminance(b)];
  return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05);
}
function luminance(colour: string): number {
  const [r, g, b] = linear(colour);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
function linear(colour: string): [number, number, number] {
  return [1, 3, 5].map((at) => {
    const c = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
}

/** What full protan and deutan eyes see (Viénot, Brettel and Mollon 1999), as CIE L*a*b*. */
const SEEN = {
  all: [1, 0, 0, 0, 1, 0, 0, 0, 1],
  protan: [0.11238, 0.88762, 0, 0.11238, 0.88762, 0, 0.00401, -0.00401, 1],
  deutan: [0.29275, 0.70725, 0, 0.29275, 0.70725, 0, -0.02234, 0.02234, 1],
};
function lab(colour: string, seen: readonly number[]): number[] {
  const rgb = linear(colour);
  const [r, g, b] = [0, 3, 6].map((row) => rgb.reduce((sum, c, i) => sum + c * seen[row + i]!, 0)) as [
    number,
    number,
    number,
  ];
  const xyz = [
    (0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.9505,
    0.2126 * r + 0.7152 * g + 0.0722 * b,
    (0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.089,
  ].map((v) => (v > 0.008856 ? Math.cbrt(Math.max(v, 0)) : 7.787 * v + 16 / 116)) as [number, number, number];
  const [x, y, z] = xyz;
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}
const distance = (a: string, b: string, seen: readonly number[]) =>
  Math.hypot(...lab(a, seen).map((v, i) => v - lab(b, seen)[i]!));

describe.each(Object.entries(PALETTES) as [Theme, Palette][])('the %s palette', (theme, palette) => {
  const grounds = [palette.ground, palette.surface, palette.raised];

  test('is what the style sheet says', () => {
    for (const [name, colour] of Object.entries(palette)) {
      const property = `--${name.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`)}: ${colour};`;
      expect(css.split(property).length - 1, property).toBeGreaterThanOrEqual(theme === 'dark' ? 2 : 1);
    }
  });

  test.each(['text', 'textQuiet', 'accent', 'working', 'waiting', 'blocked', 'idle'] as const)(
    'has 7:1 for %s on every ground',
    (name) => {
      for (const ground of grounds) expect(contrast(palette[name], ground)).toBeGreaterThanOrEqual(7);
    },
  );

  test.each([
    ['onAccent', 'accent'],
    ['onWaiting', 'waitingFill'],
    ['onBlocked', 'blockedFill'],
  ] as const)('has 7:1 for %s', (text, fill) => {
    expect(contrast(palette[text], palette[fill])).toBeGreaterThanOrEqual(7);
  });

  test('has 3:1 for borders that carry meaning', () => {
    for (const ground of grounds) expect(contrast(palette.lineStrong, ground)).toBeGreaterThanOrEqual(3);
  });

  test.each(Object.entries(SEEN))('keeps the filled states and the working one apart for %s eyes', (_, seen) => {
    const states = [palette.working, palette.waitingFill, palette.blockedFill, palette.idle];
    for (const [i, a] of states.entries()) {
      for (const b of states.slice(i + 1)) expect(distance(a, b, seen), `${a} and ${b}`).toBeGreaterThan(11);
    }
  });
});
