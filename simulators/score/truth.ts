import { LiftgateError } from '../../protocols/error.ts';
import { fromRfc3339, type Millis } from '../../protocols/time.ts';

/** What really happened in the bays of a workshop between two instants. */
export interface Truth {
  readonly from: Millis;
  readonly to: Millis;
  readonly bays: readonly string[];
  /** In order of time within each bay. */
  readonly stays: readonly TrueStay[];
}

export interface TrueStay {
  readonly bay: string;
  /** Null: which car it was is not known. */
  readonly vin: string | null;
  readonly from: Millis;
  readonly to: Millis;
  /** When something first could say which car it is (a scan, a plugged adapter); null: not noted. */
  readonly told: Millis | null;
}

interface Line {
  readonly n: number;
  readonly at: Millis;
  readonly what: string;
  readonly bay: string | null;
  readonly vin: string | null;
}

const TELLING = ['scan', 'plug'];

/**
 * Reads a truth file: JSON lines in any order, blank lines left out; times as whole milliseconds UTC or RFC 3339.
 * A stay is either two lines, `{at, bay, vin, what: "enter"}` and `{at, bay, vin, what: "leave" | "move"}`, or one,
 * `{bay, vin, from, to}` (`to: null`: it stood there to the end). `{at, what: "begin", bays: […]}` and `{at, what: "end"}`
 * bound what was watched; without them the first and last line do, and the bays are those that are named.
 * Lines with other words (`lift`, `hold` …) change no stay; `scan` and `plug` tell when the car could first be known.
 * @throws LiftgateError `invalid`, naming the line at fault
 */
export function readTruth(text: string, name: string): Truth {
  const lines: Line[] = [];
  const whole: (Omit<TrueStay, 'to'> & { readonly to: Millis | null })[] = [];
  const bays = new Set<string>();
  jsonLines(text, name).forEach(({ n, json }) => {
    const where = `${name}:${n}`;
    const bay = textOf(json.bay, where, 'bay');
    const vin = textOf(json.vin, where, 'vin');
    if (bay !== null) bays.add(bay);
    if (json.from !== undefined) {
      if (bay === null) throw wrong(where, 'a stay names its "bay"');
      const to = json.to === undefined || json.to === null ? null : timeOf(json.to, where, 'to');
      const from = timeOf(json.from, where, 'from');
      if (to !== null && to < from) throw wrong(where, '"to" lies before "from"');
      whole.push({ bay, vin, from, to, told: null });
      return;
    }
    const what = textOf(json.what, where, 'what');
    if (what === null) throw wrong(where, 'expected "what" (enter, leave, move, begin, end …), or "from" and "to"');
    if (Array.isArray(json.bays)) for (const id of json.bays) bays.add(String(id));
    lines.push({ n, at: timeOf(json.at, where, 'at'), what, bay, vin });
  });
  if (lines.length + whole.length === 0) throw new LiftgateError('invalid', `${name}: no line in it says anything`);
  const times = [...lines.map((l) => l.at), ...whole.flatMap((s) => (s.to === null ? [s.from] : [s.from, s.to]))];
  const from = lines.find((l) => l.what === 'begin')?.at ?? times.reduce((a, b) => Math.min(a, b));
  const to = lines.findLast((l) => l.what === 'end')?.at ?? times.reduce((a, b) => Math.max(a, b));
  const stays = [...staysOf(lines, to, name), ...whole.map((s) => ({ ...s, to: s.to ?? to }))];
  stays.sort((a, b) => a.from - b.from);
  overlapFault(stays, name);
  return { from, to, bays: [...bays].sort(), stays };
}

function staysOf(lines: readonly Line[], end: Millis, name: string): TrueStay[] {
  // At the same instant one car leaves before the next enters.
  const rank = (l: Line) => (l.what === 'enter' ? 1 : 0);
  const sorted = lines.toSorted((a, b) => a.at - b.at || rank(a) - rank(b));
  const open = new Map<string, { vin: string | null; from: Millis; told: Millis | null }>();
  const stays: TrueStay[] = [];
  for (const { n, at, what, bay, vin } of sorted) {
    if (bay === null) continue;
    const here = open.get(bay);
    if (what === 'enter') {
      if (here) throw wrong(`${name}:${n}`, `a car enters ${bay} while another has not left it`);
      open.set(bay, { vin, from: at, told: null });
    } else if (what === 'leave' || what === 'move') {
      if (!here) throw wrong(`${name}:${n}`, `a car leaves ${bay} that never entered it`);
      stays.push({ bay, ...here, vin: here.vin ?? vin, to: at });
      open.delete(bay);
    } else if (TELLING.includes(what) && here && here.told === null) here.told = at;
  }
  for (const [bay, here] of open) stays.push({ bay, ...here, to: end });
  return stays;
}

function overlapFault(stays: readonly TrueStay[], name: string): void {
  const until = new Map<string, Millis>();
  for (const s of stays) {
    if (s.from < (until.get(s.bay) ?? 0))
      throw new LiftgateError('invalid', `${name}: two stays in ${s.bay} overlap at ${new Date(s.from).toISOString()}`);
    until.set(s.bay, s.to);
  }
}

/**
 * The objects of a file of JSON lines, or of one JSON list, with their line (or place).
 * @throws LiftgateError `invalid`, naming the line that is no JSON object
 */
export function jsonLines(text: string, name: string): { n: number; json: Readonly<Record<string, unknown>> }[] {
  const objects: { n: number; json: Readonly<Record<string, unknown>> }[] = [];
  const take = (n: number, json: unknown) => {
    if (typeof json !== 'object' || json === null || Array.isArray(json))
      throw wrong(`${name}:${n}`, 'expected a JSON object');
    objects.push({ n, json: json as Record<string, unknown> });
  };
  const bare = text.replace(/^\uFEFF/, '');
  if (bare.trimStart().startsWith('[')) {
    const list = parsed(bare, name, 1);
    for (const [i, json] of (list as unknown[]).entries()) take(i + 1, json);
    return objects;
  }
  bare.split(/\r?\n/).forEach((line, i) => {
    if (line.trim() !== '') take(i + 1, parsed(line, name, i + 1));
  });
  return objects;
}

function parsed(text: string, name: string, n: number): unknown {
  try {
    return JSON.parse(text);
  } catch (e) {
    throw wrong(`${name}:${n}`, `not JSON (${(e as Error).message})`);
  }
}

/** @throws LiftgateError `invalid` for what is neither milliseconds nor RFC 3339 */
export function timeOf(value: unknown, where: string, field: string): Millis {
  const at = typeof value === 'string' ? fromRfc3339(value) : value;
  if (typeof at === 'number' && Number.isFinite(at) && at >= 0) return Math.round(at);
  throw wrong(where, `"${field}" takes milliseconds UTC or an RFC 3339 time, got ${JSON.stringify(value)}`);
}

function textOf(value: unknown, where: string, field: string): string | null {
  if (value === undefined || value === null || value === '') return null;
  if (typeof value === 'string') return value;
  throw wrong(where, `"${field}" takes a text, got ${JSON.stringify(value)}`);
}

export function wrong(where: string, what: string): LiftgateError {
  return new LiftgateError('invalid', `${where}: ${what}`);
}
