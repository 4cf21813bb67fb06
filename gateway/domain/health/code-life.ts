import type { Millis } from '../../../protocols/time.ts';

/** One trouble code of one control unit: when it was seen in which state. */
export interface CodeRecord {
  readonly unit: string;
  readonly code: string;
  readonly first: Millis;
  readonly last: Millis;
  readonly status: 'pending' | 'stored' | 'permanent';
  /** It stands now, as far as is known. */
  readonly open: boolean;
  /** In how many of the reads of its service it stood, newest bit first: the last 8. */
  readonly seen: number;
  /** It came back after it had been cleared. */
  readonly back: boolean;
}

export type Counter = 'warmUps' | 'km' | 'minutes' | 'incomplete' | 'lampKm' | 'lampMinutes';

export interface CodeLife {
  readonly codes: readonly CodeRecord[];
  /** When each service was answered last. */
  readonly asked: Readonly<Partial<Record<CodeRecord['status'], Millis>>>;
  /** What the car says of its last clearing (PIDs 30, 31, 4E, 01); null: it did not say. */
  readonly warmUps: number | null;
  readonly km: number | null;
  readonly minutes: number | null;
  readonly incomplete: number | null;
  /** Distance and engine minutes with the lamp on (PIDs 21 and 4D); left out: it did not say. */
  readonly lampKm?: number;
  readonly lampMinutes?: number;
  /** The control unit whose counters these are. */
  readonly by?: Readonly<Partial<Record<Counter, string>>>;
  /** When a clearing was noticed last. */
  readonly clearedAt: Millis | null;
}

export const NO_CODE_LIFE: CodeLife = {
  codes: [],
  asked: {},
  warmUps: null,
  km: null,
  minutes: null,
  incomplete: null,
  clearedAt: null,
};

const CODE = /^[PCBU][0-3][0-9A-F]{3}$/;
const MOST = 64;
/** A code that comes back within so many warm-ups after it was cleared was not repaired (SAE J1979, aging of codes). */
const WARM_UPS = 40;

/** Takes in what a control unit answered to one of services 03, 07 and 0A. */
export function noteCodeList(
  life: CodeLife,
  status: CodeRecord['status'],
  unit: string,
  list: readonly string[],
  at: Millis,
): CodeLife {
  const said = new Set(list.filter((c) => CODE.test(c)));
  const cleared = life.clearedAt;
  const codes = life.codes.map((r) => {
    if (r.unit !== unit || r.status !== status) return r;
    const open = said.delete(r.code);
    const seen = ((r.seen << 1) | (open ? 1 : 0)) & 0xff;
    const again = open && !r.open && cleared !== null && cleared >= r.last && (life.warmUps ?? 0) <= WARM_UPS;
    return { ...r, open, seen, last: open ? at : r.last, back: open && (r.back || again) };
  });
  for (const code of said) {
    // The stored code that was pending before has its beginning there.
    const before = codes.find((r) => r.unit === unit && r.code === code);
    const back = before !== undefined && !before.open && cleared !== null && cleared >= before.last;
    codes.push({ unit, code, first: at, last: at, status, open: true, seen: 1, back });
  }
  const kept = codes.toSorted((a, b) => Number(b.open) - Number(a.open) || b.last - a.last).slice(0, MOST);
  return { ...life, codes: kept, asked: { ...life.asked, [status]: at } };
}

/** Those that only rise until codes are cleared. */
const RISING: readonly Counter[] = ['warmUps', 'km', 'minutes'];

/**
 * Counters since the codes were cleared: one that falls tells of a clearing. Each unit counts for itself; the one with the
 * lowest address speaks, the engine's, or two that differ would look like a clearing at every turn.
 */
export function noteCounter(life: CodeLife, what: Counter, value: number, at: Millis, unit: string | null): CodeLife {
  const speaks = life.by?.[what] ?? null;
  if (unit !== null && speaks !== null && unit > speaks) return life;
  const same = unit === null || unit === speaks;
  const before = life[what] ?? null;
  if (before === value && same) return life;
  const fell = RISING.includes(what) && speaks === unit && before !== null && value < before;
  const by = same ? life.by : { ...life.by, [what]: unit };
  return { ...life, [what]: value, clearedAt: fell ? at : life.clearedAt, ...(by === undefined ? {} : { by }) };
}

/**
 * Were codes cleared a short time ago? Warm-ups ≤ 15 or ≤ 320 km or ≤ 600 engine minutes since then, and monitors that have
 * not run: or a permanent code without a stored one (0A proves what 03 was made to forget). Null: the car did not say.
 */
export function isClearedRecently(life: CodeLife): boolean | null {
  const open = (status: CodeRecord['status']) => life.codes.some((c) => c.status === status && c.open);
  if (life.asked.permanent && life.asked.stored && open('permanent') && !open('stored')) return true;
  const { warmUps, km, minutes, incomplete } = life;
  if (incomplete === null || (warmUps === null && km === null && minutes === null)) return null;
  const short =
    (warmUps !== null && warmUps <= 15) || (km !== null && km <= 320) || (minutes !== null && minutes <= 600);
  return short && incomplete > 0;
}
