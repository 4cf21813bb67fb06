import { z } from 'zod';
import { codeBytes } from './dtc.ts';
import type { CodeOverride, CodeOverrides } from './dtc-text.ts';

/**
 * A user's own list of trouble codes: CSV text (`code,text` or with the header `code,en,zh,severity,advice-en,advice-zh`),
 * or what a YAML parser has made of `P1234: "text"` and `P1234: { en, zh, severity, advice: { en, zh } }`.
 */
export interface CodeList {
  readonly overrides: CodeOverrides;
  /** A sentence for each line that was left out; the good ones count all the same. */
  readonly faults: readonly string[];
}

const severity = z.enum(['stop', 'urgent', 'soon', 'note']);
const entry = z.union([
  z.string().trim().min(1).max(500),
  z
    .strictObject({
      en: z.string().min(1).max(500).optional(),
      zh: z.string().min(1).max(500).optional(),
      severity: severity.optional(),
      advice: z
        .strictObject({ en: z.string().min(1).max(1000).optional(), zh: z.string().min(1).max(1000).optional() })
        .optional(),
    })
    .refine((e) => Object.keys(e).length > 0, 'an entry says at least one thing'),
]);

/** At most so many codes: there are 65,536. */
const MOST = 65_536;

/** Reads what a YAML or JSON parser has made of the list. */
export function codeListOf(parsed: unknown): CodeList {
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    return { overrides: new Map(), faults: ['a list of codes is a mapping of code to text, e.g. P1234: "…"'] };
  }
  const overrides = new Map<string, CodeOverride>();
  const faults: string[] = [];
  for (const [key, value] of Object.entries(parsed).slice(0, MOST)) {
    const code = key.trim().toUpperCase();
    const read = entry.safeParse(value);
    if (codeBytes(code) === null) faults.push(`"${key}" is no trouble code; one looks like P0301 or U0100`);
    else if (!read.success) faults.push(`${code}: ${read.error.issues[0]?.message ?? 'cannot be read'}`);
    else overrides.set(code, typeof read.data === 'string' ? { text: both(read.data) } : overrideOf(read.data));
  }
  return { overrides, faults };
}

function both(text: string) {
  return { en: text, zh: text };
}

function overrideOf(e: Exclude<z.infer<typeof entry>, string>): CodeOverride {
  const { en, zh, severity, advice } = e;
  return {
    ...(en === undefined && zh === undefined ? {} : { text: definedOnly({ en, zh }) }),
    ...(severity === undefined ? {} : { severity }),
    ...(advice === undefined ? {} : { advice: definedOnly(advice) }),
  };
}

function definedOnly(w: { en?: string | undefined; zh?: string | undefined }) {
  return { ...(w.en === undefined ? {} : { en: w.en }), ...(w.zh === undefined ? {} : { zh: w.zh }) };
}

const COLUMNS = ['code', 'en', 'zh', 'severity', 'advice-en', 'advice-zh'] as const;

/** Reads CSV by RFC 4180: commas or semicolons, quotes doubled inside quotes. */
export function codeListFromCsv(text: string): CodeList {
  const rows = csvRows(text.replace(/^\uFEFF/, '')).filter((row) => row.some((cell) => cell.trim() !== ''));
  const head = rows[0]?.map((cell) => cell.trim().toLowerCase()) ?? [];
  const named = head[0] === 'code';
  const unknown = named ? head.filter((c) => c !== 'text' && !(COLUMNS as readonly string[]).includes(c)) : [];
  const columns: readonly string[] = named
    ? head.map((c) => (c === 'text' ? 'en' : c))
    : ['code', 'en', 'zh', 'severity'];
  const faults = unknown.map((c) => `column "${c}" is not known; columns are ${COLUMNS.join(', ')}`);
  const parsed: Record<string, unknown> = Object.create(null);
  for (const row of named ? rows.slice(1) : rows) {
    const cell = (name: string) => row[columns.indexOf(name)]?.trim() || undefined;
    const code = cell('code') ?? '';
    const advice = definedOnly({ en: cell('advice-en'), zh: cell('advice-zh') });
    parsed[code] = {
      ...definedOnly({ en: cell('en'), zh: cell('zh') }),
      ...(cell('severity') === undefined ? {} : { severity: cell('severity') }),
      ...(Object.keys(advice).length === 0 ? {} : { advice }),
    };
  }
  const list = codeListOf(parsed);
  return { overrides: list.overrides, faults: [...faults, ...list.faults] };
}

function csvRows(text: string): string[][] {
  const comma = (/[,;\t]/.exec(text) ?? [','])[0];
  const rows: string[][] = [];
  let row: string[] = [];
  let cell = '';
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const c = text[i]!;
    if (quoted) {
      if (c !== '"') cell += c;
      else if (text[i + 1] === '"') {
        cell += '"';
        i++;
      } else quoted = false;
    } else if (c === '"' && cell === '') quoted = true;
    else if (c === comma) {
      row.push(cell);
      cell = '';
    } else if (c === '\n') {
      rows.push([...row, cell]);
      row = [];
      cell = '';
    } else if (c !== '\r') cell += c;
  }
  return cell === '' && row.length === 0 ? rows : [...rows, [...row, cell]];
}
