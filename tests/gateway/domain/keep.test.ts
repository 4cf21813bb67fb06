import { describe, expect, test } from 'vitest';
import { calendarOf, openSeconds } from '../../../gateway/domain/calendar.ts';

import type { EventData } from '../../../protocols/event.ts';
import { HOUR, MINUTE, NINE, Shop, SUMS, settings } from './kit.ts';

type Day = EventData<'liftgate.bay.utilisation.v1'>;
const leaves = (d: Day) => SUMS.reduce((sum, leaf) => sum + d[leaf], 0);

describe('utilisation', () => {
  test('the leaves add up to the open time, each time they are told', () => {
    const shop = new Shop();
    shop.park();
    shop.keeps('lift-1', 'tool.active', true);
    shop.wait(400);
    shop.stops('lift-1');
    shop.wait(900);
    shop.camera('1', false);
    shop.floor(false);
    shop.wait(200);
    shop.sleep(5 * MINUTE);
    shop.wait(100);
    const days = shop.of('liftgate.bay.utilisation.v1');
    expect(days.length).toBeGreaterThan(100);
    for (const d of days) expect(leaves(d)).toBe(d.open);
    const day = shop.last('liftgate.bay.utilisation.v1', '1')!;
    expect(day.visits).toBe(1);
    expect(day.working).toBe(400 + 300);
    expect(day.unknown).toBeGreaterThanOrEqual(3_600 + 300);
  });

  test('a state that is dated back moves its seconds along', () => {
    const shop = new Shop();
    shop.camera('2', false);
    shop.wait(600);
    const arrived = shop.now;
    shop.camera('2', true);
    shop.wait(150);
    const day = shop.last('liftgate.bay.utilisation.v1', '2')!;
    expect(day.waiting).toBe((shop.now - arrived) / 1_000 - (shop.now - toldAt(shop)) / 1_000);
  });

  test('the morning before the first tick is unknown, and closed hours count for nothing', () => {
    const shop = new Shop(settings(), NINE + 8 * HOUR + 50 * MINUTE);
    shop.wait(1_200);
    const day = shop.last('liftgate.bay.utilisation.v1', '1')!;
    expect(day).toMatchObject({ day: '2026-03-03', open: 10 * 3_600, unknown: 10 * 3_600 });
  });

  test('the day ends at midnight of the site, with its last sums told, and the next begins', () => {
    const shop = new Shop(settings(), NINE + 14 * HOUR + 59 * MINUTE);
    const events = shop.wait(120);
    const days = shop.of('liftgate.bay.utilisation.v1', events).filter((d) => d.bay === '1');
    expect(days.map((d) => d.day)).toContain('2026-03-03');
    expect(days.at(-1)).toMatchObject({ day: '2026-03-04', open: 0 });
  });
});

function toldAt(shop: Shop): number {
  return shop.events.findLast((e) => e.type === 'liftgate.bay.utilisation.v1' && e.data.bay === '2')!.time;
}

describe('the shift calendar', () => {
  const shift = { days: ['mon', 'sun'], open: '00:00', close: '00:00', breaks: [{ from: '12:00', to: '12:30' }] };

  test.each([
    ['2026-03-29T10:00:00+02:00', 23],
    ['2026-10-25T10:00:00+01:00', 25],
    ['2026-03-30T10:00:00+02:00', 24],
  ])('the day of %s in Berlin has %i hours', (at, hours) => {
    const day = calendarOf('Europe/Berlin', shift)(Date.parse(at));
    expect((day.end - day.start) / HOUR).toBe(hours);
    expect(openSeconds(day, day.start, day.end)).toBe(hours * 3_600 - 1_800);
  });

  test('a night shift belongs to the day that it falls in', () => {
    const night = { days: ['mon'], open: '22:00', close: '06:00', breaks: [{ from: '02:00', to: '03:00' }] };
    const calendar = calendarOf('Asia/Shanghai', night);
    const monday = calendar(Date.parse('2026-03-02T12:00:00+08:00'));
    const tuesday = calendar(Date.parse('2026-03-03T12:00:00+08:00'));
    expect(openSeconds(monday, monday.start, monday.end)).toBe(2 * 3_600);
    expect(openSeconds(tuesday, tuesday.start, tuesday.end)).toBe(5 * 3_600);
  });

  test('a holiday is closed, and a day with hours of its own has those, whatever the weekday and the holidays say', () => {
    const hours = { days: ['mon', 'tue'], open: '08:00', close: '18:00', breaks: [{ from: '12:00', to: '13:00' }] };
    const special = [
      { date: '2026-03-01', open: '09:00', close: '13:00', breaks: [{ from: '10:00', to: '10:30' }] },
      { date: '2026-03-03', open: '22:00', close: '02:00', breaks: [] },
    ];
    const holidays = ['2026-03-02', '2026-03-03'];
    const calendar = calendarOf('Asia/Shanghai', { ...hours, holidays, special });
    const open = (date: string) => {
      const day = calendar(Date.parse(`${date}T12:00:00+08:00`));
      return openSeconds(day, day.start, day.end);
    };
    expect(['2026-03-01', '2026-03-02', '2026-03-03', '2026-03-04'].map(open)).toEqual([
      3.5 * 3_600,
      0,
      2 * 3_600,
      2 * 3_600,
    ]);
    expect(['2026-03-09', '2026-03-10', '2026-03-11'].map(open)).toEqual([9 * 3_600, 9 * 3_600, 0]);
  });
});
