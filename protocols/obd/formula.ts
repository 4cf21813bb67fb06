import { LiftgateError } from '../error.ts';

/**
 * The small language of profile formulas: data bytes `A` to `Z`, then `AA` to `AZ`; numbers; `+ - * / ( )`;
 * `signed(A)` for one byte as a two's complement, `signed(A, B)` for two, high first; `bit(A, n)` and
 * `bits(A, from, count)`, bit 0 lowest. Nothing else: it is parsed here and never run as a program.
 */
export interface Formula {
  /** How many data bytes it needs. */
  readonly bytes: number;
  /** Null: bytes are missing, or the result is no number (a division by zero). */
  value(data: readonly number[]): number | null;
}

type Node = (d: readonly number[]) => number;

const MOST_CHARACTERS = 200;
const MOST_DEPTH = 20;
const TOKEN = /\s*(\d+(?:\.\d+)?|[A-Za-z]+|[-+*/(),])/y;

/** @throws LiftgateError `config` that names the mistake; `about` is the option. */
export function parseFormula(text: string, about: string): Formula {
  const parser = new Parser(tokensOf(text, about), text, about);
  const node = parser.whole();
  const bytes = parser.bytes;
  return {
    bytes,
    value: (data) => {
      if (data.length < bytes) return null;
      const value = node(data);
      return Number.isFinite(value) ? value : null;
    },
  };
}

function mistake(text: string, about: string, why: string): LiftgateError {
  return new LiftgateError('config', `${about}: the formula "${text}" cannot be read: ${why}`, { about });
}

function tokensOf(text: string, about: string): string[] {
  if (text.length > MOST_CHARACTERS) throw mistake(text, about, `it has more than ${MOST_CHARACTERS} characters`);
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  const end = text.trimEnd().length;
  while (TOKEN.lastIndex < end) {
    const from = TOKEN.lastIndex;
    const token = TOKEN.exec(text)?.[1];
    if (token === undefined) throw mistake(text, about, `"${text.slice(from).trim()[0]}" is no part of it`);
    tokens.push(token);
  }
  return tokens;
}

class Parser {
  bytes = 0;
  #at = 0;
  #depth = 0;
  readonly #tokens: readonly string[];
  readonly #text: string;
  readonly #about: string;

  constructor(tokens: readonly string[], text: string, about: string) {
    this.#tokens = tokens;
    this.#text = text;
    this.#about = about;
  }

  whole(): Node {
    const node = this.#sum();
    if (this.#at < this.#tokens.length) throw this.#fail(`"${this.#tokens[this.#at]}" stands where it ends`);
    return node;
  }

  #fail(why: string): LiftgateError {
    return mistake(this.#text, this.#about, why);
  }

  /** The next token, if it is one of these. */
  #one(...of: readonly string[]): string | null {
    const token = this.#tokens[this.#at];
    if (token === undefined || !of.includes(token)) return null;
    this.#at++;
    return token;
  }

  #expect(token: string): void {
    if (this.#one(token) === null) throw this.#fail(`"${token}" is missing`);
  }

  #sum(): Node {
    let left = this.#product();
    for (let op = this.#one('+', '-'); op !== null; op = this.#one('+', '-')) {
      const a = left;
      const b = this.#product();
      left = op === '+' ? (d) => a(d) + b(d) : (d) => a(d) - b(d);
    }
    return left;
  }

  #product(): Node {
    let left = this.#factor();
    for (let op = this.#one('*', '/'); op !== null; op = this.#one('*', '/')) {
      const a = left;
      const b = this.#factor();
      left = op === '*' ? (d) => a(d) * b(d) : (d) => a(d) / b(d);
    }
    return left;
  }

  #factor(): Node {
    if (++this.#depth > MOST_DEPTH) throw this.#fail(`it is nested more than ${MOST_DEPTH} deep`);
    try {
      if (this.#one('-') !== null) {
        const of = this.#factor();
        return (d) => -of(d);
      }
      if (this.#one('(') !== null) {
        const inside = this.#sum();
        this.#expect(')');
        return inside;
      }
      return this.#atom();
    } finally {
      this.#depth--;
    }
  }

  #atom(): Node {
    const token = this.#tokens[this.#at++];
    if (token === undefined) throw this.#fail('it ends too early');
    if (/^\d/.test(token)) {
      const value = Number(token);
      return () => value;
    }
    const name = token.toLowerCase();
    if (name === 'signed') return this.#signed();
    if (name === 'bit' || name === 'bits') return this.#bits(name);
    const index = byteIndex(token);
    if (index === null) throw this.#fail(`"${token}" is neither a byte (A to Z, AA to AZ) nor signed, bit or bits`);
    this.bytes = Math.max(this.bytes, index + 1);
    return (d) => d[index]!;
  }

  #signed(): Node {
    this.#expect('(');
    const high = this.#sum();
    const low = this.#one(',') === null ? null : this.#sum();
    this.#expect(')');
    if (low === null) return (d) => complement(high(d), 8);
    return (d) => complement(high(d) * 256 + low(d), 16);
  }

  #bits(name: string): Node {
    this.#expect('(');
    const of = this.#sum();
    this.#expect(',');
    const from = this.#number();
    let count = 1;
    if (name === 'bits') {
      this.#expect(',');
      count = this.#number();
    }
    this.#expect(')');
    if (from + count > 32 || count < 1) throw this.#fail('bits are counted from 0 to 31');
    return (d) => Math.floor(of(d) / 2 ** from) % 2 ** count;
  }

  #number(): number {
    const token = this.#tokens[this.#at++] ?? '';
    if (!/^\d+$/.test(token)) throw this.#fail('the place and count of bits are whole numbers');
    return Number(token);
  }
}

/** A is the first data byte; AA comes after Z. */
function byteIndex(token: string): number | null {
  if (/^[A-Z]$/.test(token)) return token.charCodeAt(0) - 65;
  return /^A[A-Z]$/.test(token) ? 26 + token.charCodeAt(1) - 65 : null;
}

function complement(value: number, bits: number): number {
  const span = 2 ** bits;
  const low = ((value % span) + span) % span;
  return low >= span / 2 ? low - span : low;
}
