import type { z } from 'zod';

/** One mistake in a configuration, in words that a person can act on. */
export interface Mistake {
  /** The option, e.g. `devices[2].port`; `(file)` for the file as a whole. */
  readonly path: string;
  /** Line in the file, from 1; null where the file as a whole is meant. */
  readonly line: number | null;
  readonly expected: string;
  readonly got: string;
  /** What to do about it. */
  readonly todo: string;
}

export type Path = readonly PropertyKey[];
type Schema = z.core.$ZodType;

/** `['devices', 2, 'port']` → `devices[2].port` */
export function pathText(path: Path): string {
  const text = path.reduce<string>(
    (t, key) => (typeof key === 'number' ? `${t}[${key}]` : t === '' ? String(key) : `${t}.${String(key)}`),
    '',
  );
  return text === '' ? '(file)' : text;
}

const SECRET = /password|token/i;

/** A value as a mistake may show it: short, and never a secret. */
export function shown(path: Path, value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'an empty value';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (typeof value === 'object') return 'a group of options';
  if (SECRET.test(String(path.at(-1)))) return typeof value === 'string' ? `${value.length} characters` : typeof value;
  const text = String(value).replace(/\/\/[^/@\s]+@/, '//***@');
  const short = text.length > 60 ? `${text.slice(0, 57)}…` : text;
  return typeof value === 'string' ? `"${short}"` : `${typeof value} ${short}`;
}

export function valueAt(raw: unknown, path: Path): unknown {
  let at: unknown = raw;
  for (const key of path) {
    if (typeof at !== 'object' || at === null) return undefined;
    at = (at as Record<PropertyKey, unknown>)[key];
  }
  return at;
}

/** Turns one complaint of the schema into mistakes: one per unknown key, else one. */
export function explain(
  issue: z.core.$ZodIssue,
  schema: Schema,
  raw: unknown,
): (Omit<Mistake, 'line'> & { at: Path })[] {
  if (issue.code === 'unrecognized_keys') {
    const known = keysOf(schemaAt(schema, issue.path, raw), valueAt(raw, issue.path));
    return issue.keys.map((key) => {
      const near = nearest(key, known);
      const at = [...issue.path, key];
      return {
        at,
        path: pathText(at),
        expected: known.length > 0 ? `one of ${known.join(', ')}` : 'no such option',
        got: `the unknown option "${key}"`,
        todo: near ? `Did you mean "${near}"? Rename it or take it out.` : 'Take it out.',
      };
    });
  }
  const at = issue.path;
  const value = valueAt(raw, at);
  const option = descriptionAt(schema, at, raw);
  return [
    { at, path: pathText(at), expected: expectation(issue), got: shown(at, value), todo: advice(issue, value, option) },
  ];
}

function expectation(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return (
        { int: 'a whole number', object: 'a group of options', array: 'a list', string: 'a text' }[
          issue.expected as string
        ] ?? `a ${issue.expected}`
      );
    case 'too_small':
      return `${issue.inclusive ? 'at least' : 'more than'} ${issue.minimum}${unitOf(issue.origin)}`;
    case 'too_big':
      return `${issue.inclusive ? 'at most' : 'less than'} ${issue.maximum}${unitOf(issue.origin)}`;
    case 'invalid_value':
      return `one of ${issue.values.map(String).join(', ')}`;
    case 'invalid_format':
      if (issue.format === 'url') return 'a URL of the right kind';
      return issue.message;
    case 'invalid_union': {
      const { options } = issue as { options?: readonly unknown[] };
      return options ? `one of ${options.map(String).join(', ')}` : issue.message;
    }
    default:
      return issue.message;
  }
}

function unitOf(origin: string): string {
  if (origin === 'string') return ' characters';
  return origin === 'array' ? ' entries' : '';
}

function advice(issue: z.core.$ZodIssue, value: unknown, option: string | null): string {
  const about = option ? ` ${option}` : '';
  if (value === undefined) return `Add it.${about}`;
  if (issue.code === 'invalid_type' && issue.expected === 'string' && typeof value === 'number')
    return `Put it in quotes: "${value}".${about}`;
  if (issue.code === 'invalid_type' && issue.expected === 'number' && typeof value === 'string')
    return `Write a number, without quotes.${about}`;
  return `Change it.${about}`;
}

type Def = {
  type: string;
  innerType?: Schema;
  element?: Schema;
  shape?: Record<string, Schema>;
  options?: readonly Schema[];
  discriminator?: string;
  values?: readonly unknown[];
};
const defOf = (schema: Schema) => schema._zod.def as unknown as Def;
const descriptionOf = (schema: Schema) => (schema as { description?: string }).description;

function unwrapped(schema: Schema): Schema {
  let s = schema;
  for (let inner = defOf(s).innerType; inner; inner = defOf(s).innerType) s = inner;
  return s;
}

/** The schema that stands for a path of this very file; null where the file leaves the schema. */
function schemaAt(schema: Schema, path: Path, raw: unknown): Schema | null {
  let at: Schema | undefined = schema;
  for (const [i, key] of path.entries()) {
    const def = defOf(branchOf(unwrapped(at), valueAt(raw, path.slice(0, i))));
    at = typeof key === 'number' ? def.element : def.shape?.[String(key)];
    if (!at) return null;
  }
  return at;
}

/** Of a union, the branch that the file's discriminator chooses. */
function branchOf(schema: Schema, value: unknown): Schema {
  const { options, discriminator } = defOf(schema);
  if (!options || !discriminator) return schema;
  const chosen = valueAt(value, [discriminator]);
  return (
    options.find((o) => unwrapped(defOf(o).shape?.[discriminator] ?? o) && literalOf(o, discriminator) === chosen) ??
    options[0]!
  );
}

function literalOf(option: Schema, discriminator: string): unknown {
  const field = defOf(option).shape?.[discriminator];
  return field ? defOf(unwrapped(field)).values?.[0] : undefined;
}

function keysOf(schema: Schema | null, value: unknown): string[] {
  if (!schema) return [];
  const { shape } = defOf(unwrapped(branchOf(unwrapped(schema), value)));
  return shape ? Object.keys(shape) : [];
}

function descriptionAt(schema: Schema, path: Path, raw: unknown): string | null {
  let at = schemaAt(schema, path, raw);
  while (at) {
    const text = descriptionOf(at);
    if (text) return text;
    at = defOf(at).innerType ?? null;
  }
  return null;
}

/** The known word that differs by at most a third of its letters, if there is one. */
function nearest(word: string, known: readonly string[]): string | null {
  const ranked = known.map((k) => ({ k, d: distance(word.toLowerCase(), k.toLowerCase()) })).sort((a, b) => a.d - b.d);
  const best = ranked[0];
  return best && best.d <= Math.max(1, Math.floor(best.k.length / 3)) ? best.k : null;
}

/** Levenshtein distance where two neighbours that changed places count once (optimal string alignment). */
function distance(a: string, b: string): number {
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const changed = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? before[j - 2]! + 1 : changed;
      next[j] = Math.min(row[j]! + 1, next[j - 1]! + 1, changed, swapped);
    }
    [before, row] = [row, next];
  }
  return row[b.length]!;
}
