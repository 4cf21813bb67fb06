import type { Parameter, Quantity } from '../../../protocols/obd/parameter.ts';
import { UNPUBLISHED } from '../../../protocols/obd/pid-table/unpublished.ts';
import { PARAMETERS } from '../../../protocols/obd/pids.ts';

const letter = (at: number) => (at < 26 ? String.fromCharCode(65 + at) : `A${String.fromCharCode(65 + at - 26)}`);
const round = (n: number) => Number(n.toPrecision(9));

/**
 * The formula of a quantity, read off the decoder itself: its value with one bit set at a time. Byte A is a mask of what
 * is there in many parameters, so each single bit of it is tried. Null: not a straight line, or no number.
 */
function formulaOf({ bytes }: Parameter, q: Quantity): string | null {
  const zero = Array<number>(Math.max(bytes, q.needs ?? 0)).fill(0);
  if (typeof q.decode(zero) === 'number') return lineOf(q, zero, 0);
  const starts = Array.from({ length: 8 }, (_, bit) => [1 << bit, ...zero.slice(1)]);
  const lines = starts.filter((d) => typeof q.decode(d) === 'number').map((d) => lineOf(q, d, 1));
  return lines.length === 0 ? null : [...new Set(lines)].join(' or ');
}

/** @param from the first byte that is data and no mask */
function lineOf(q: Quantity, start: readonly number[], from: number): string | null {
  const base = q.decode(start) as number;
  const terms: string[] = [];
  for (let at = from; at < start.length; at++) {
    const by = (value: number) => ((q.decode(start.with(at, value)) as number | null) ?? base) - base;
    if (by(64) === 0 && by(0xf0) !== 0) return `bits 4 to 7 of ${letter(at)}`;
    if (by(64) === 0) continue;
    const factor = round(by(64) / 64);
    const signed = by(128) < 0 !== factor < 0;
    terms.push(`${factor === 1 ? '' : `${factor}·`}${signed ? `±${letter(at)}` : letter(at)}`);
  }
  if (terms.length === 0) return from === 1 ? 'bits 4 to 7 of A' : null;
  const offset = round(base);
  return terms.join(' + ') + (offset === 0 ? '' : offset > 0 ? ` + ${offset}` : ` − ${-offset}`);
}

const hex = (pid: number) => pid.toString(16).toUpperCase().padStart(2, '0');

function rowsOf(p: Parameter): string[] {
  if (p.quantities.length === 0) return [`| ${hex(p.pid)} | ${p.bytes} | ${p.name} | | | read as readiness |`];
  return p.quantities.map((q) => {
    const range = q.range === null ? '' : `${q.range[0]} to ${q.range[1]}`;
    const formula = q.range === null ? 'word or switch' : (formulaOf(p, q) ?? 'see the table in the code');
    return `| ${hex(p.pid)} | ${p.bytes} | ${q.name} | ${q.unit ?? ''} | ${range} | ${formula} |`;
  });
}

/** docs/obd-parameters.md, written from the table of the decoders. */
export function pidReference(): string {
  return `# Parameters of service 01

Written by \`vitest run tests/protocols/obd/pid-reference.test.ts -u\` from the decoders themselves; by hand nothing is to be
changed here. On UDS (SAE J1979-2) the same parameters are the identifiers F400 to F4FF.

A, B, C … are the data bytes. \`±A\` is a byte whose highest bit is a sign (two's complement together with the bytes behind it).
Many parameters from 65 on tell in byte A which of their values the car has: a value without its bit is *not known*. Values of
24 to 2B, 34 to 3B, 44, 0B and 10 reach further where 4F or 50 say so. A trim of bank 3 or 4 is the byte behind the one of
bank 1 or 2, in cars that send it.

| PID | bytes | name | unit | range | formula |
|---|---|---|---|---|---|
${PARAMETERS.flatMap(rowsOf).join('\n')}

## Scaling not public

These have a name in public documents, and no formula that two of them agree on. They are stepped over, never guessed. A length
that is not sure either is left empty: such a parameter is asked for alone.

| PID | bytes | name |
|---|---|---|
${UNPUBLISHED.map((p) => `| ${hex(p.pid)} | ${p.bytes ?? ''} | ${p.name} |`).join('\n')}
`;
}
