import { describe, expect, test } from 'vitest';
import { fontFor, layoutOf, namesFit } from '../../../dashboard/wall/fit.ts';
import { pageOf } from '../../../dashboard/wall/pages.ts';
import { readSettings } from '../../../dashboard/wall/settings.ts';
import { mayReload } from '../../../dashboard/wall/watchdog.ts';
import fc from '../../tools/property.ts';

describe('sizes for a distance', () => {
  test.each([
    // panel ″, distance m, tiles of the board guide's table for two key lines and a small one
    [43, 4, 12],
    [55, 8, 6],
    [65, 6, 12],
    [75, 8, 8],
    [86, 4, 48],
  ])('a %d″ panel at %d m holds %d tiles', (panel, distance, tiles) => {
    const { columns, rows } = layoutOf(200, 1_912, 1_072, { panel, distance });
    expect(columns * rows).toBe(tiles);
  });

  test('never shrink the text to make room, and grow it where room is left', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 200 }),
        fc.integer({ min: 24, max: 110 }),
        fc.double({ min: 1, max: 15, noNaN: true }),
        (bays, panel, distance) => {
          const fit = layoutOf(bays, 1_912, 1_072, { panel, distance });
          expect(fit.key).toBeGreaterThanOrEqual(fontFor(20, { panel, distance }, 1_912));
          expect(fit.small).toBeGreaterThanOrEqual(fontFor(16, { panel, distance }, 1_912));
        },
      ),
    );
  });

  test('20 minutes of arc at 8 m on 55″ are capitals of 47 mm', () => {
    const mmPerPx = (55 * 25.4 * 16) / Math.hypot(16, 9) / 1_920;
    expect(fontFor(20, { panel: 55, distance: 8 }, 1_920) * (1_490 / 2_048) * mmPerPx).toBeCloseTo(46.5, 0);
  });
});

describe('without a distance', () => {
  test('all bays stand at once, for any number of them', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 200 }), (bays) => {
        const { columns, rows, header, foot, key, small } = layoutOf(bays, 1_912, 1_072, null);
        expect(columns * rows).toBeGreaterThanOrEqual(bays);
        expect(header + foot).toBeLessThan(300);
        expect(Math.min(key, small)).toBeGreaterThanOrEqual(13);
      }),
    );
  });

  test('a phone scrolls through two columns', () => {
    expect(layoutOf(9, 390, 844, { panel: 55, distance: 8 })).toMatchObject({ columns: 2, rows: 5, style: 'phone' });
  });

  test('names are shown where each fits beside a plate, else ids', () => {
    const fit = layoutOf(8, 1_912, 1_072, null);
    expect(namesFit(['Bay 1', 'Bay 2'], fit)).toBe(true);
    expect(namesFit(['Bay 1', 'Wheel alignment'], fit)).toBe(false);
    expect(namesFit(['一号维修位'], fit)).toBe(false);
  });
});

describe('pages', () => {
  const order = Array.from({ length: 10 }, (_, i) => String(i + 1));

  test('one page keeps the order of the workshop, alarms or not', () => {
    expect(pageOf(order, new Set(['9']), 10, 3)).toEqual({ bays: order, pages: 1 });
  });

  test('alarming bays stand on each page, the others in turn', () => {
    const alarming = new Set(['9']);
    expect(pageOf(order, alarming, 4, 0)).toEqual({ bays: ['9', '1', '2', '3'], pages: 3 });
    expect(pageOf(order, alarming, 4, 5).bays).toEqual(['9', '7', '8', '10']);
  });

  test('each bay is on some page, however many are alarming', () => {
    fc.assert(
      fc.property(fc.subarray(order), fc.integer({ min: 1, max: 12 }), (alarming, perPage) => {
        const { pages } = pageOf(order, new Set(alarming), perPage, 0);
        const seen = Array.from({ length: pages }, (_, page) => pageOf(order, new Set(alarming), perPage, page).bays);
        expect(new Set(seen.flat())).toEqual(new Set(order));
        for (const bays of seen)
          expect(bays.length).toBeLessThanOrEqual(Math.max(perPage, order.length <= perPage ? 10 : 0));
      }),
    );
  });
});

describe('settings', () => {
  test('the address counts before what was chosen on the screen', () => {
    const kept = '{"panel":43,"distance":4,"theme":"light","rotation":30}';
    expect(readSettings(new URLSearchParams('?panel=55'), kept)).toEqual({
      panel: 55,
      distance: 4,
      theme: 'light',
      rotation: 30,
      speak: false,
    });
  });

  test.each(['', '{', 'null', '[3]', '{"panel":"x","distance":-1,"theme":7,"rotation":1e9}'])(
    'nonsense (%s) is left aside',
    (kept) => {
      const defaults = { panel: null, distance: null, theme: 'dark', rotation: 15, speak: false };
      expect(readSettings(new URLSearchParams('?panel=0&rotation=abc'), kept)).toEqual(defaults);
    },
  );
});

test('a stuck page is reloaded at most three times an hour', () => {
  const minute = 60_000;
  expect(mayReload([], 0)).toBe(true);
  expect(mayReload([0, minute], 2 * minute)).toBe(true);
  expect(mayReload([0, minute, 2 * minute], 3 * minute)).toBe(false);
  expect(mayReload([0, minute, 2 * minute], 59 * minute)).toBe(false);
  expect(mayReload([0, minute, 2 * minute], 61 * minute)).toBe(true);
});
