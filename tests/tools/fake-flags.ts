import type { Appointment, CallItem, FlagCase, FlagOutcome, PartWeek, WeekList } from '../../protocols/api/flags.ts';
import { PARTS } from '../../protocols/parts.ts';

const DAY = 86_400_000;

/** What the fake cloud says of flags, calls and parts. */
export interface FakeFlags {
  week: WeekList;
  parts: PartWeek[];
  outcomes: FlagOutcome[];
  /** How owners are reached, by customer. */
  contacts: Map<string, { phone: string | null; email: string | null }>;
}

export function noFlags(now: number): FakeFlags {
  return {
    week: { from: now - 2 * DAY, to: now + 5 * DAY, calls: [], later: 0, booked: [] },
    parts: [],
    outcomes: [],
    contacts: new Map(),
  };
}

/** A case of a flag that was raised three hours ago. */
export function raisedCase(vin: string, flag: string, site: string, now: number): FlagCase {
  return {
    id: `case-${vin}-${flag}`,
    ...{ site, vin, flag, cause: null, severity: 'warning', state: 'raised', closedAt: null },
    ...{ openedAt: now - 6 * DAY, raisedAt: now - 3 * 3_600_000, changedAt: now - 3 * 3_600_000, changedBy: null },
    ...{ proposed: null, order: null, appointment: null, laterUntil: null, outcome: null, history: [] },
  };
}

/** Two cars to call, one of them without consent; one that is booked; parts of two weeks; few outcomes. */
export function someFlags(
  cars: readonly { vin: string; plate: string | null; model: string }[],
  now: number,
): FakeFlags {
  const [a, b, c] = cars as [(typeof cars)[number], (typeof cars)[number], (typeof cars)[number]];
  const suggestion: Appointment = {
    from: now + 2 * DAY,
    until: now + 2 * DAY + 4 * 3_600_000,
    half: 'morning',
    taken: 1,
    places: 4,
    why: 'before-due',
    assumed: false,
  };
  const due = { early: now + 9 * DAY, likely: now + 17 * DAY, late: now + 27 * DAY };
  const reason = {
    cause: null,
    state: 'raised',
    since: now - 3 * 3_600_000,
    due,
    dueKm: null,
    proposed: null,
  } as const;
  const calls: CallItem[] = [
    {
      ...carOf(a),
      customer: { id: 'c-1', name: '王磊', consent: true, phone: '138••••5678', email: 'w•••@example.com' },
      reasons: [
        { ...reason, flag: 'misfire', severity: 'severe', due: null },
        {
          ...{ ...reason, flag: 'battery', severity: 'warning', cause: 'worn' },
          dueKm: { early: 410, likely: 780, late: 1_240 },
        },
      ],
      suggestion,
      called: { at: now - DAY, by: '陈静', result: '占线，明天再打' },
    },
    {
      ...carOf(b),
      customer: { id: 'c-2', name: '李娜', consent: false, phone: '139••••4321', email: null },
      reasons: [{ ...reason, flag: 'brakes', severity: 'info' }],
      suggestion: { ...suggestion, why: 'late', taken: 3 },
      called: null,
    },
  ];
  const need = (part: keyof typeof PARTS, flag: string, of: readonly (typeof a)[], booked = false) => ({
    ...{ part, name: PARTS[part], count: of.length },
    cars: of.map((car) => ({ ...carOf(car), flag, booked })),
  });
  const outcome = { open: 0, notLooked: 0, missed: 0 };
  return {
    week: {
      ...{ from: now - 2 * DAY, to: now + 5 * DAY, calls, later: 3 },
      booked: [
        {
          ...{ ...carOf(c), flags: ['oil', 'warm-up'] },
          appointment: { from: now + DAY, until: now + DAY + 4 * 3_600_000 },
        },
      ],
    },
    parts: [
      { week: '2026-11-23', parts: [need('spark-plugs', 'misfire', [a]), need('oil-filter', 'oil', [c], true)] },
      { week: '2026-12-07', parts: [need('battery', 'battery', [a, b])] },
    ],
    outcomes: [
      {
        ...{ ...outcome, flag: 'battery', raised: 9, open: 2, repaired: 6, foundFine: 1, missed: 1 },
        precision: { value: 6 / 7, low: 0.487, high: 0.974, n: 7 },
      },
      { ...outcome, flag: 'oxygen', raised: 1, open: 1, repaired: 0, foundFine: 0, precision: null },
    ],
    contacts: new Map([['c-1', { phone: '13800135678', email: 'wang.lei@example.com' }]]),
  };
}

const carOf = ({ vin, plate, model }: { vin: string; plate: string | null; model: string }) => ({ vin, plate, model });
