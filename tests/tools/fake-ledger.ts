import { z } from 'zod';
import { CorrectionItem, LedgerDay, LedgerRange, NewCorrection, Withdrawal } from '../../protocols/api/ledger.ts';
import type { Leaf } from '../../protocols/event.ts';
import { type Correction, type Interval, ledgerOf, pieceByHand } from '../../protocols/ledger.ts';
import { rangeOf } from '../../protocols/ledger-range.ts';
import { type Call, checked, Refused, type Route, sent } from './fake-http.ts';

/** A ledger in Shanghai, whose days begin at 16:00 UTC all year: the same fold as the real ones, behind the same routes. */
const ZONE_MS = 8 * 3_600_000;
const DAY_MS = 86_400_000;
const MINUTE = 60_000;

export interface FakeLedger {
  readonly bays: readonly string[];
  intervals: Interval[];
  corrections: CorrectionItem[];
  /** Up to here it is told; null: to this second. */
  until: number | null;
  /** Days before the first that is kept are refused, as on site; null: all are kept. */
  first: string | null;
}

export const startOf = (date: string) => Date.parse(`${date}T00:00:00Z`) - ZONE_MS;
export const dateOf = (at: number) => new Date(at + ZONE_MS).toISOString().slice(0, 10);

const CAR = 'LSVAM4187C2184841';

type Step = readonly [until: string, leaf: Leaf, more?: Partial<Interval>];
const car = { stay: 's-1', visit: 'v-1', vin: CAR, order: 'WO-1042' };
const other = { stay: 's-2', visit: 'v-2', vin: 'LFV2A2156K3033127', order: null };
const SEEN: Interval['evidence'] = [
  { group: 'camera', device: 'cam-3', says: 'present', at: 0 },
  { group: 'lift', device: 'lift-2', says: 'absent', at: 0 },
];

/** One working day, open 8 to 12 and 13 to 17: work, waiting, a rework, an hour that nobody saw. */
const STEPS: Readonly<Record<string, readonly Step[]>> = {
  'bay-1': [
    ['08:00', 'empty'],
    ['08:12', 'empty'],
    ['08:20', 'waiting', { ...car, rule: 'no-work-yet' }],
    ['10:05', 'working', { ...car, rule: 'lift-moved', version: 2, confidence: 0.972, evidence: SEEN }],
    ['11:00', 'waiting-parts', { ...car, rule: 'hold-scanned' }],
    ['12:00', 'working', { ...car, rule: 'tool-active' }],
    ['13:00', 'idle', { ...car, rule: 'no-sign-for-10-min' }],
    ['14:30', 'working', { ...car, rule: 'technician-seen' }],
    ['17:00', 'empty'],
    ['24:00', 'empty'],
  ],
  'bay-2': [
    ['08:00', 'unknown', { rule: 'not-seen' }],
    ['09:00', 'unknown', { rule: 'bay-unknown' }],
    ['12:00', 'rework', { ...other, rule: 'rework' }],
    ['13:00', 'idle', { ...other, rule: 'no-sign-for-10-min' }],
    ['15:00', 'waiting-approval', { ...other, rule: 'hold-on-order' }],
    ['17:00', 'idle', { ...other, rule: 'no-sign-for-10-min' }],
    ['24:00', 'empty'],
  ],
  'bay-3': [
    ['08:00', 'empty'],
    ['10:00', 'blocked', { rule: 'blocked-scanned' }],
    ['12:00', 'empty-queue'],
    ['13:00', 'empty'],
    ['17:00', 'empty'],
    ['24:00', 'empty'],
  ],
};

/** The workshop's ledger: yesterday whole, today as far as it has gone. */
export function busyLedger(now: number): FakeLedger {
  const today = dateOf(now);
  const yesterday = dateOf(now - DAY_MS);
  const bays = Object.keys(STEPS);
  const intervals = bays.flatMap((bay) => {
    const whole = intervalsOf(bay, yesterday, STEPS[bay]!);
    const last = { ...whole[0]!, from: startOf(today), to: now, day: today, interval: `${bay}.open`, open: true };
    return [...whole, last];
  });
  return { bays, intervals, corrections: [], until: null, first: null };
}

export function emptyLedger(): FakeLedger {
  return { bays: Object.keys(STEPS), intervals: [], corrections: [], until: null, first: null };
}

function intervalsOf(bay: string, date: string, steps: readonly Step[]): Interval[] {
  const at = (text: string) => {
    const [h, m] = text.split(':').map(Number);
    return startOf(date) + (h! * 60 + m!) * MINUTE;
  };
  let from = startOf(date);
  return steps.map(([until, leaf, more]) => {
    const to = at(until);
    const hour = (from - startOf(date)) / (60 * MINUTE);
    const interval: Interval = {
      ...{ bay, interval: `${bay}.${from}`, version: 1, day: date, from, to, leaf },
      ...{ open: (hour >= 8 && hour < 12) || (hour >= 13 && hour < 17), stay: null, visit: null, vin: null },
      ...{
        order: null,
        rule: 'no-car',
        evidence: [],
        confidence: null,
        by: 'engine',
        at: to,
        removed: false,
        why: null,
      },
      ...more,
    };
    const seen = { ...interval, evidence: interval.evidence.map((e) => ({ ...e, at: interval.from })) };
    from = to;
    return seen;
  });
}

/** @param who signs what comes without initials; null: initials are asked for, as on the site page */
export function ledgerRoutes(
  ledger: () => FakeLedger,
  guarded: (answer: (c: Call) => unknown) => (c: Call) => unknown,
  who: () => string | null,
): Route[] {
  const until = () => ledger().until ?? Date.now();
  const story = (bay: string, from: number, to: number) =>
    from < to
      ? ledgerOf(
          [
            ...ledger().intervals.filter((i) => i.bay === bay),
            ...ledger()
              .corrections.filter((c) => c.bay === bay)
              .map((c) => pieceByHand({ ...c, withdrawn: c.withdrawn !== null } as Correction, dateOf(c.from))),
          ],
          from,
          to,
        )
      : [];
  const dayOf = (day: string) => {
    const { first } = ledger();
    if (first !== null && day < first)
      throw new Refused(404, 'not-found', `only days from ${first} are kept here`, 'day');
    const from = startOf(day);
    return { day, from, to: from + DAY_MS };
  };
  const Signed = z.object({ who: z.string().min(1).optional() });
  const signature = (c: Call) => {
    const name = who() ?? Signed.parse(c.body).who;
    if (!name) throw new Refused(400, 'invalid', 'who: your initials', 'who');
    return name;
  };
  const bodyOf = (c: Call) => {
    const { who: _who, ...rest } = c.body as Record<string, unknown>;
    return rest;
  };

  return [
    [
      'GET',
      /^\/ledger\/day$/,
      guarded((c) => {
        const { day, from, to } = dayOf(c.query.get('day')!);
        const end = Math.max(from, Math.min(to, until()));
        const bays = ledger().bays.map((bay) => ({ bay, pieces: story(bay, from, end) }));
        const corrections = ledger().corrections.filter((k) => k.from < to && k.to > from);
        return checked(LedgerDay, { day, timezone: 'Asia/Shanghai', from, to, until: end, bays, corrections });
      }),
    ],
    [
      'GET',
      /^\/ledger$/,
      guarded((c) => {
        const [from, to] = [c.query.get('from')!, c.query.get('to')!];
        const days = [];
        for (let at = startOf(from); at <= startOf(to); at += DAY_MS) days.push(dayOf(dateOf(at)));
        const [sales, rate] = [c.query.get('labourSales'), c.query.get('labourRate')];
        const labour = sales !== null && rate !== null ? { sales: Number(sales), rate: Number(rate) } : null;
        const parts = { bays: ledger().bays, days, until: until(), story, sold: () => null, labour };
        return checked(LedgerRange, { from, to, timezone: 'Asia/Shanghai', ...rangeOf(parts) });
      }),
    ],
    [
      'POST',
      /^\/corrections$/,
      guarded((c) => {
        const asked = sent(NewCorrection, bodyOf(c));
        if (asked.to > Date.now()) throw new Refused(400, 'invalid', '"to" lies in the future', 'to');
        const { leaf = null, vin = null, order = null } = asked;
        const correction = `c-${ledger().corrections.length + 1}`;
        const said = { ...asked, leaf, vin, order, correction, who: signature(c), at: Date.now(), withdrawn: null };
        const item = checked(CorrectionItem, said);
        ledger().corrections = [item, ...ledger().corrections];
        return item;
      }),
    ],
    [
      'POST',
      /^\/corrections\/([^/]+)\/withdraw$/,
      guarded((c) => {
        const { why } = sent(Withdrawal, bodyOf(c));
        const known = ledger().corrections.find((k) => k.correction === c.params[0]);
        if (!known) throw new Refused(404, 'not-found', 'no such correction');
        if (known.withdrawn)
          throw new Refused(409, 'conflict', `correction ${known.correction} was taken back already`);
        const item = checked(CorrectionItem, { ...known, withdrawn: { who: signature(c), at: Date.now(), why } });
        ledger().corrections = ledger().corrections.map((k) => (k === known ? item : k));
        return item;
      }),
    ],
  ];
}
