import { describe, expect, test } from 'vitest';
import { createEngine } from '../../../gateway/domain/create.ts';
import type { Input } from '../../../gateway/domain/engine.ts';
import type { EventBody } from '../../../protocols/event.ts';
import { type Correction, foldIntervals, type Interval, ledgerOf, lossTree } from '../../../protocols/ledger.ts';
import { type Reading, reading } from '../../../protocols/reading.ts';
import fc from '../../tools/property.ts';
import { CAR_A, CAR_B, HOUR, MINUTE, NINE, SECOND, Shop, settings } from './kit.ts';

const DAY = 24 * HOUR;
const MIDNIGHT = NINE - 9 * HOUR;

const intervals = (events: readonly EventBody[]): Interval[] =>
  events.flatMap((e) => (e.type === 'liftgate.bay.interval.v1' ? [e.data] : []));
const known = (events: readonly EventBody[]) => [...foldIntervals(new Map(), intervals(events)).values()];
const story = (events: readonly EventBody[], bay = '1', from = MIDNIGHT, to = MIDNIGHT + 5 * DAY) =>
  ledgerOf(
    known(events).filter((i) => i.bay === bay),
    from,
    to,
  );
const spans = (shop: Shop, from: number) =>
  story(shop.events, '1', from).map((p) => [(p.from - from) / SECOND, (p.to - from) / SECOND, p.leaf, p.rule]);

/** One bay, so that days pass quickly. */
const small = { ...settings(), bays: [{ id: '1' }] };

describe('the ledger that the engine tells', () => {
  test('pieces close as the leaf changes; together they cover the time from the start of the day without a hole', () => {
    const shop = new Shop(small);
    shop.park();
    shop.says('scan-1', 'scan.vin', CAR_A);
    shop.keeps('lift-1', 'tool.active', true);
    shop.wait(300);
    shop.stops('lift-1');
    shop.says('scan-1', 'scan.hold', 'parts');
    shop.wait(120);
    shop.camera('1', false);
    shop.floor(false);
    shop.wait(60);
    const pieces = story(shop.events);
    expect(pieces[0]).toMatchObject({ from: MIDNIGHT, leaf: 'unknown', open: false });
    pieces.slice(1).forEach((p, i) => {
      expect(p.from).toBe(pieces[i]!.to);
    });
    const stay = shop.of('liftgate.bay.occupancy.v1').find((o) => o.state === 'occupied')!.stay;
    const inside = pieces.filter((p) => p.stay === stay);
    expect(inside.map((p) => p.leaf)).toEqual(['waiting', 'working', 'waiting-parts']);
    expect(inside.map((p) => p.vin)).toEqual([CAR_A, CAR_A, CAR_A]);
    expect(inside[0]!.evidence.length).toBeGreaterThan(1);
    const t = lossTree(pieces, MIDNIGHT, pieces.at(-1)!.to);
    expect(t.missing).toBe(0);
  });

  test('a piece ends at the edges of the shift, of a break and of the day, and is closed time outside of them', () => {
    const shift = { ...small.shift, breaks: [{ from: '12:00', to: '12:30' }] };
    const shop = new Shop({ ...small, shift }, NINE + 2 * HOUR + 59 * MINUTE);
    shop.camera('1', false);
    for (let i = 0; i < 13 * 30 + 10; i++) {
      shop.wait(1);
      shop.now += 119 * SECOND;
      // A gateway that sleeps two minutes at a time still cuts at the edges.
    }
    shop.wait(1);
    const at = (time: string) => Date.parse(`2026-03-03T${time}:00+08:00`);
    const edges = story(shop.events).map((p) => p.from);
    for (const time of ['12:00', '12:30', '18:00']) expect(edges).toContain(at(time));
    const open = (time: string) => story(shop.events).find((p) => p.from <= at(time) && p.to > at(time))!.open;
    expect([open('11:59'), open('12:10'), open('12:31'), open('17:59'), open('18:01')]).toEqual([
      true,
      false,
      true,
      true,
      false,
    ]);
    expect(known(shop.events).some((i) => i.to === MIDNIGHT + DAY)).toBe(true);
  });

  test.each([
    ['the end of the shift', 8 * HOUR + 56 * MINUTE, 9 * HOUR, [true, false]],
    ['midnight', 14 * HOUR + 56 * MINUTE, 15 * HOUR, [false, false]],
  ])('a car that stays over %s is one stay in two pieces', (_what, begin, edge, open) => {
    const shop = new Shop(small, NINE + begin);
    shop.park();
    shop.says('scan-1', 'scan.hold', 'parts');
    shop.wait(300);
    shop.camera('1', false);
    shop.floor(false);
    shop.wait(60);
    const held = story(shop.events).filter((p) => p.leaf === 'waiting-parts');
    expect(held.map((p) => p.open)).toEqual(open);
    expect(held.map((p) => [p.from === NINE + edge, p.to === NINE + edge])).toEqual([
      [false, true],
      [true, false],
    ]);
    expect(new Set(held.map((p) => p.stay)).size).toBe(1);
  });

  test('a small step back of the clock makes time stand still, and books no second twice', () => {
    const shop = new Shop(small);
    shop.park();
    shop.wait(200);
    shop.now -= 5 * MINUTE;
    shop.wait(360);
    shop.camera('1', false);
    shop.floor(false);
    shop.wait(60);
    const pieces = story(shop.events);
    pieces.slice(1).forEach((p, i) => {
      expect(p.from).toBe(pieces[i]!.to);
    });
    expect(new Set(pieces.flatMap((p) => p.stay ?? [])).size).toBe(1);
  });

  test('a car that is named late is named from its start: the pieces are told again, at a higher version', () => {
    const shop = new Shop(small);
    shop.park();
    shop.wait(700);
    const before = story(shop.events).find((p) => p.leaf === 'waiting')!;
    expect(before.vin).toBeNull();
    shop.says('scan-1', 'scan.vin', CAR_A);
    shop.wait(2);
    const after = story(shop.events).find((p) => p.from === before.from)!;
    expect(after).toMatchObject({ vin: CAR_A, version: before.version + 1, interval: before.interval });
  });

  test('a stay that was too short is a pass-through; a bay that is taken out of use is blocked', () => {
    const shop = new Shop(small);
    shop.park();
    shop.wait(30);
    shop.camera('1', false);
    shop.floor(false);
    shop.wait(60);
    expect(
      story(shop.events)
        .filter((p) => p.stay !== null)
        .every((p) => p.rule === 'pass-through'),
    ).toBe(true);
    shop.says('scan-1', 'scan.hold', 'equipment');
    shop.wait(60);
    shop.says('scan-1', 'scan.hold', 'none');
    shop.wait(60);
    expect(story(shop.events).some((p) => p.leaf === 'blocked' && p.to - p.from === 60 * SECOND)).toBe(true);
  });

  test('an empty bay is told apart by whether cars wait for it', () => {
    const shop = new Shop();
    shop.camera('1', false);
    shop.wait(120);
    shop.order({ order: 'WO-1', vin: CAR_A, state: 'checked-in' });
    shop.wait(30);
    expect(shop.last('liftgate.bay.work.v1', '1')).toMatchObject({ state: 'none', leaf: 'empty-queue' });
    shop.order({ order: 'WO-1', vin: CAR_A, state: 'checked-in', hold: 'parts' });
    shop.wait(30);
    shop.order({ order: 'WO-2', vin: CAR_B, state: 'checked-in', bay: '2' });
    shop.wait(30);
    expect(shop.last('liftgate.bay.work.v1', '1')).toMatchObject({ leaf: 'empty' });
    expect(shop.last('liftgate.bay.work.v1', '2')).toMatchObject({ leaf: 'unknown' });
    expect(story(shop.events).map((p) => p.leaf)).toContain('empty-queue');
  });

  test('a gap that was too short to be one belongs to the stay, and what was booked before it stays', () => {
    const shop = new Shop(small);
    shop.park();
    shop.keeps('lift-1', 'tool.active', true);
    shop.wait(300);
    shop.camera('1', false);
    shop.floor(false);
    shop.wait(25);
    shop.camera('1', true);
    shop.floor(true);
    shop.wait(120);
    shop.camera('1', false);
    shop.floor(false);
    shop.wait(120);
    const pieces = story(shop.events).filter((p) => p.stay !== null);
    expect(new Set(pieces.map((p) => p.stay)).size).toBe(1);
    expect(pieces.find((p) => p.rule === 'gap-too-short')).toMatchObject({ leaf: 'working' });
    const worked = pieces.filter((p) => p.leaf === 'working').reduce((n, p) => n + p.to - p.from, 0);
    expect(worked).toBeGreaterThan(400 * SECOND);
  });

  test('UNKNOWN between two spans of the same car is bridged and marked; between two cars it is not', () => {
    const bridged = new Shop(small);
    const other = new Shop(small);
    for (const [shop, second] of [
      [bridged, CAR_A],
      [other, CAR_B],
    ] as const) {
      shop.park();
      shop.says('scan-1', 'scan.vin', CAR_A);
      shop.wait(300);
      shop.sleep(30 * MINUTE);
      shop.says('scan-1', 'scan.vin', second);
      shop.wait(400);
      shop.camera('1', false);
      shop.floor(false);
      shop.wait(60);
    }
    const gap = (shop: Shop) => story(shop.events).find((p) => p.to - p.from > 25 * MINUTE && p.from > NINE)!;
    expect(gap(bridged)).toMatchObject({ leaf: 'idle', rule: 'bridged', vin: CAR_A });
    expect(gap(other)).toMatchObject({ leaf: 'unknown', vin: null, stay: null });
  });

  test.each([
    ['2026-03-29T00:00:00+01:00', 23],
    ['2026-10-25T00:00:00+02:00', 25],
  ])('the day that begins at %s in Berlin has %i hours of pieces, the closed ones included', (begin, hours) => {
    const shift = { ...small.shift, days: ['sun'] };
    const from = Date.parse(begin);
    const shop = new Shop({ ...small, site: { timezone: 'Europe/Berlin' }, shift }, from - MINUTE);
    for (let i = 0; i <= 31 * 60; i++) {
      shop.now += 59 * SECOND;
      shop.wait(1);
    }
    const tree = lossTree(story(shop.events, '1', from, from + hours * HOUR), from, from + hours * HOUR);
    expect(tree).toMatchObject({ missing: 0, calendar: hours * 3_600, open: 10 * 3_600 });
    expect(known(shop.events).some((i) => i.to === from + hours * HOUR)).toBe(true);
  });

  test('a clock that had been far ahead takes back what it dated in the future', () => {
    const shop = new Shop(small);
    shop.camera('1', false);
    shop.wait(30);
    shop.sleep(3 * HOUR);
    shop.wait(60);
    shop.now -= 3 * HOUR;
    shop.wait(60);
    shop.camera('1', true);
    shop.wait(200);
    for (const p of known(shop.events).filter((i) => !i.removed)) expect(p.from).toBeLessThanOrEqual(shop.now);
    expect(spans(shop, NINE).map(([, , leaf, rule]) => [leaf, rule])).toContainEqual(['unknown', 'clock-set-back']);
  });
});

const CORRECTION: Correction = {
  ...{ correction: 'c-1', bay: '1', from: NINE + 2 * MINUTE, to: NINE + 5 * MINUTE, leaf: 'rework', vin: null },
  ...{ order: null, who: 'LW', at: NINE + HOUR, why: 'the camera was covered', withdrawn: false },
};

describe('late words', () => {
  /** A morning in which nobody watched for two hours; then the day goes on. */
  function morning(): Shop {
    const shop = new Shop(small);
    shop.park();
    shop.says('scan-1', 'scan.vin', CAR_A);
    shop.wait(300);
    shop.camera('1', false);
    shop.floor(false);
    shop.wait(120);
    shop.sleep(2 * HOUR);
    shop.wait(120);
    return shop;
  }
  const gone = NINE + 9 * MINUTE;
  const late = (signal: 'floor.presence' | 'scan.vin', value: boolean | string, minutes: number) =>
    reading(signal === 'scan.vin' ? 'scan-1' : 'floor-1', signal, value, gone + minutes * MINUTE, { late: true });
  const kept: Reading[] = [
    ...Array.from({ length: 100 }, (_, i) => late('floor.presence', i >= 20 && i < 70, 5 + i)),
    late('scan.vin', CAR_B, 30),
  ];
  const hear = (shop: Shop, readings: readonly Reading[]) => {
    for (const r of readings) shop.feed({ kind: 'reading', reading: r });
    shop.wait(1);
  };

  test('fill what nobody saw live, name the car, and leave alone what was seen', () => {
    const shop = morning();
    const before = story(shop.events);
    hear(shop, kept);
    const pieces = story(shop.events);
    const stay = pieces.filter((p) => p.rule === 'late-evidence' && p.leaf === 'idle');
    expect(stay).toMatchObject([{ from: gone + 25 * MINUTE, to: gone + 75 * MINUTE, vin: CAR_B }]);
    expect(pieces.filter((p) => p.to <= gone)).toEqual(before.filter((p) => p.to <= gone));
    expect(shop.shown()).toBe('empty');
  });

  const byHand: Correction[] = [
    { ...CORRECTION, correction: 'a', from: gone + 40 * MINUTE, to: gone + 90 * MINUTE, leaf: 'waiting-parts' },
    { ...CORRECTION, correction: 'b', from: gone + 80 * MINUTE, to: gone + 95 * MINUTE, leaf: 'blocked' },
    {
      ...CORRECTION,
      correction: 'b',
      from: gone + 80 * MINUTE,
      to: gone + 95 * MINUTE,
      leaf: 'blocked',
      withdrawn: true,
    },
  ];
  const words: Input[] = [
    ...kept.map((r): Input => ({ kind: 'reading', reading: r })),
    ...byHand.map((c): Input => ({ kind: 'correction', at: NINE + 3 * HOUR, correction: c })),
  ];

  test('any order, corrections among them, with repetitions, at once or over time, gives the same ledger', () => {
    const take = (shop: Shop, inputs: readonly Input[]) => {
      for (const input of inputs) shop.feed(input);
      shop.wait(1);
    };
    const bare = (shop: Shop) => story(shop.events).map(({ version: _v, at: _a, ...p }) => p);
    const first = morning();
    take(first, words);
    const after = morning();
    const orders = fc.tuple(
      fc.shuffledSubarray(words, { minLength: words.length }),
      fc.subarray(words),
      fc.integer({ min: 0, max: words.length }),
    );
    fc.assert(
      fc.property(orders, ([shuffled, again, half]) => {
        const shop = new Shop(small);
        shop.state = after.state;
        shop.now = after.now;
        shop.events.push(...after.events);
        take(shop, shuffled.slice(0, half));
        take(shop, [...again.filter((w) => shuffled.indexOf(w) < half), ...shuffled.slice(half)]);
        shop.wait(60);
        const done = (pieces: ReturnType<typeof bare>) => pieces.filter((p) => p.to <= first.now - SECOND);
        expect(done(bare(shop))).toEqual(done(bare(first)));
      }),
      { numRuns: 50 },
    );
    expect(bare(first).some((p) => p.by === 'person' && p.leaf === 'waiting-parts')).toBe(true);
  });

  test('a sensor whose clock is behind, so that all its words come late, is told of once a minute', () => {
    const shop = new Shop(small);
    const from = shop.events.length;
    for (let i = 0; i < 600; i++) {
      shop.feed({
        kind: 'reading',
        reading: reading('floor-1', 'floor.presence', true, shop.now - 2 * MINUTE, { late: true }),
      });
      shop.wait(1);
    }
    expect(story(shop.events).some((p) => p.rule === 'late-evidence')).toBe(true);
    expect(intervals(shop.events.slice(from)).length).toBeLessThan(40);
  });

  test('a packet that is three days late still amends its day; one that is older has no effect', () => {
    const shop = morning();
    shop.sleep(3 * DAY - 4 * HOUR);
    shop.wait(2);
    hear(shop, kept);
    shop.wait(60);
    expect(story(shop.events).some((p) => p.rule === 'late-evidence' && p.vin === CAR_B)).toBe(true);
    const old = morning();
    old.sleep(3 * DAY + HOUR);
    const events = old.wait(2);
    hear(old, kept);
    expect(story([...old.events], '1').some((p) => p.rule === 'late-evidence')).toBe(false);
    expect(events.length).toBeLessThan(10);
  });

  test('what is remembered does not grow with the days', () => {
    const shop = new Shop(small);
    const sizes: number[] = [];
    for (let day = 0; day < 9; day++) {
      for (let i = 0; i < 6; i++) {
        shop.park();
        shop.wait(200);
      }
      shop.sleep(DAY - 6 * 320 * SECOND);
      sizes.push(JSON.stringify(shop.state).length);
    }
    expect(sizes[8]! / sizes[5]!).toBeLessThan(1.1);
  });
});

describe('corrections by hand', () => {
  const correction = (more: Partial<Correction> = {}): Correction => ({ ...CORRECTION, ...more });
  const say = (shop: Shop, c: Correction) => shop.feed({ kind: 'correction', at: shop.now, correction: c });

  test('one from the site is told as a fact and as a piece that rules, in the sums of the day as well', () => {
    const shop = new Shop(small);
    shop.camera('1', false);
    shop.wait(600);
    const before = shop.last('liftgate.bay.utilisation.v1', '1')!;
    const events = say(shop, correction());
    expect(events.map((e) => e.type)).toEqual(['liftgate.bay.correction.v1', 'liftgate.bay.interval.v1']);
    expect(story(shop.events).filter((p) => p.by === 'person')).toMatchObject([
      { from: NINE + 2 * MINUTE, to: NINE + 5 * MINUTE, leaf: 'rework', why: 'the camera was covered' },
    ]);
    shop.wait(31);
    const after = shop.last('liftgate.bay.utilisation.v1', '1')!;
    expect(after.working).toBe(before.working + 180);
    expect(after.open - after.working).toBe(after.empty + after.unknown);
    expect(say(shop, correction())).toEqual([]);
  });

  test('taken back it leaves no trace, whichever word came first; one from the cloud is not told back as a fact', () => {
    const shop = new Shop(small);
    shop.camera('1', false);
    shop.wait(600);
    const gone = correction({ withdrawn: true });
    expect(say(shop, gone)).toHaveLength(2);
    expect(say(shop, gone)).toEqual([]);
    // The first word is kept as a fact, though it rules no more.
    expect(say(shop, correction()).map((e) => e.type)).toEqual(['liftgate.bay.correction.v1']);
    expect(story(shop.events).some((p) => p.by === 'person')).toBe(false);
    const body = { type: 'liftgate.bay.correction.v1', subject: 'correction/c-2', time: shop.now } as const;
    const key = { site: 's', gateway: 'cloud', epoch: 'c', seq: 1 };
    const fact = { ...body, data: correction({ correction: 'c-2' }), ...key };
    const events = shop.feed({ kind: 'down', at: shop.now, event: fact });
    expect(events.map((e) => e.type)).toEqual(['liftgate.bay.interval.v1']);
  });

  test('one about a day that is long gone is told all the same', () => {
    const shop = new Shop(small);
    shop.wait(10);
    const old = correction({ from: NINE - 30 * DAY, to: NINE - 30 * DAY + HOUR });
    expect(intervals(say(shop, old))).toMatchObject([{ day: '2026-02-01', by: 'person', version: 1 }]);
    expect(shop.state.corrections).toEqual({});
    expect(say(shop, correction({ correction: 'c-9', bay: 'nowhere' }))).toEqual([]);
  });
});

describe('the same journal', () => {
  test('gives the same ledger to the letter, also when the state was stored and read back on the way', () => {
    const shop = new Shop();
    shop.park();
    shop.says('scan-1', 'scan.vin', CAR_A);
    shop.wait(200);
    shop.says('floor-1', 'floor.presence', true, { late: true });
    shop.sleep(20 * MINUTE);
    shop.wait(200);
    const engine = createEngine(settings());
    let state = engine.initial();
    const events: EventBody[] = [];
    shop.inputs.forEach((input: Input, i) => {
      const step = engine.step(state, input);
      state = i % 97 === 0 ? JSON.parse(JSON.stringify(step.state)) : step.state;
      events.push(...step.events);
    });
    expect(events).toEqual(shop.events);
  });
});
