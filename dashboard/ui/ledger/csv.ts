import type { LedgerDay, LedgerRange } from '../../../protocols/api/ledger.ts';
import type { Leaf } from '../../../protocols/event.ts';
import { flatten, percentText, treeOf } from './tree-nodes.ts';

/** RFC 4180, with the mark by which spreadsheets know UTF-8. */
function csvOf(rows: readonly (readonly (string | number | boolean | null)[])[]): string {
  return `\ufeff${rows.map((row) => row.map(cell).join(',')).join('\r\n')}\r\n`;
}

function cell(value: string | number | boolean | null): string {
  const text = value === null ? '' : String(value);
  // A spreadsheet would run what begins so as a formula (OWASP, "CSV Injection"); what people typed must stay text.
  const safe = typeof value === 'string' && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

interface DayWords {
  readonly bay: (bay: string) => string;
  readonly device: (device: string) => string;
  readonly leaf: (leaf: Leaf) => string;
  readonly rule: (rule: string) => string;
  /** As much of a VIN as this page may show. */
  readonly vin: (vin: string) => string;
}

/** All pieces of a day. Times are ISO 8601, UTC; codes stand beside their words. */
export function dayCsv(day: LedgerDay, words: DayWords): string {
  const iso = (at: number) => new Date(at).toISOString();
  const head = ['bay', 'bay_name', 'from', 'to', 'seconds', 'leaf', 'leaf_name', 'open', 'vin', 'order', 'rule'];
  return csvOf([
    [...head, 'rule_name', 'confidence', 'version', 'by', 'said_at', 'why', 'interval', 'evidence'],
    ...day.bays.flatMap(({ bay, pieces }) =>
      pieces.map((p) => [
        ...[bay, words.bay(bay), iso(p.from), iso(p.to), (p.to - p.from) / 1_000, p.leaf, words.leaf(p.leaf), p.open],
        ...[p.vin && words.vin(p.vin), p.order, p.rule, words.rule(p.rule), p.confidence, p.version, p.by, iso(p.at)],
        ...[p.why, p.interval],
        p.evidence.map((e) => `${e.group} ${words.device(e.device)} ${e.says} ${iso(e.at)}`).join('; '),
      ]),
    ),
  ]);
}

/** The loss tree of all bays and of each. */
export function treeCsv(
  range: LedgerRange,
  bayName: (bay: string) => string,
  leafName: (leaf: Leaf) => string,
): string {
  const all = [
    { bay: '', name: '', figures: range.figures },
    ...range.bays.map(({ bay, figures }) => ({ bay, name: bayName(bay), figures })),
  ];
  return csvOf([
    ['from', 'to', 'bay', 'bay_name', 'level', 'part', 'part_name', 'percent_of_open', 'seconds'],
    ...all.flatMap(({ bay, name, figures }) => [
      ...(['calendar', 'missing', 'closed'] as const).map((part) => [
        ...[range.from, range.to, bay, name, '', part, '', '', figures.tree[part]],
      ]),
      ...flatten(treeOf(figures)).map((n) => [
        ...[range.from, range.to, bay, name, n.depth, n.leaf === null ? `${n.name} (sum)` : n.leaf],
        ...[n.leaf === null ? '' : leafName(n.leaf), percentText(n.tenths), n.seconds],
      ]),
    ]),
  ]);
}

/** Hands a file to the browser. */
export function download(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'text/csv;charset=utf-8' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // After the click has been taken up.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
