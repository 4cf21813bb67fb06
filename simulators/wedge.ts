/** A scanner that plays a US keyboard: the events that Linux hands on for each key (linux/input.h). */

const EV_SYN = 0;
const EV_KEY = 1;
const EV_MSC = 4;
const MSC_SCAN = 4;
const LEFT_SHIFT = 42;
export const KEY = { enter: 28, tab: 15, keypadEnter: 96, capsLock: 58 } as const;

/** linux/input-event-codes.h, key by key. */
const CODES: Readonly<Record<string, number>> = {
  ...{ 1: 2, 2: 3, 3: 4, 4: 5, 5: 6, 6: 7, 7: 8, 8: 9, 9: 10, 0: 11, '-': 12, '=': 13 },
  ...{ Q: 16, W: 17, E: 18, R: 19, T: 20, Y: 21, U: 22, I: 23, O: 24, P: 25, '[': 26, ']': 27 },
  ...{ A: 30, S: 31, D: 32, F: 33, G: 34, H: 35, J: 36, K: 37, L: 38, ';': 39, "'": 40, '`': 41 },
  ...{ '\\': 43, Z: 44, X: 45, C: 46, V: 47, B: 48, N: 49, M: 50, ',': 51, '.': 52, '/': 53, ' ': 57 },
};
/** What stands above another key. */
const SHIFTED: Readonly<Record<string, string>> = {
  ...{
    '!': '1',
    '@': '2',
    '#': '3',
    $: '4',
    '%': '5',
    '^': '6',
    '&': '7',
    '*': '8',
    '(': '9',
    ')': '0',
    _: '-',
    '+': '=',
  },
  ...{ '{': '[', '}': ']', ':': ';', '"': "'", '~': '`', '|': '\\', '<': ',', '>': '.', '?': '/' },
};

export interface WedgeOptions {
  /** Bytes of a `long`: 8 on 64-bit machines. */
  readonly word: 4 | 8;
  /** Milliseconds of the first key, and from one event to the next. */
  readonly at?: number;
  readonly step?: number;
}

/** One event. */
export function inputEvent(word: 4 | 8, atMs: number, type: number, code: number, value: number): Buffer {
  const event = Buffer.alloc(2 * word + 8);
  const [seconds, micros] = [Math.floor(atMs / 1_000), Math.round((atMs % 1_000) * 1_000)];
  if (word === 4) {
    event.writeUInt32LE(seconds, 0);
    event.writeUInt32LE(micros, 4);
  } else {
    event.writeBigUInt64LE(BigInt(seconds), 0);
    event.writeBigUInt64LE(BigInt(micros), 8);
  }
  event.writeUInt16LE(type, 2 * word);
  event.writeUInt16LE(code, 2 * word + 2);
  event.writeInt32LE(value, 2 * word + 4);
  return event;
}

/** The bytes of a text as the scanner types it, with the key that ends it. */
export function typed(text: string, end: number, { word, at = 1_763_800_000_000, step = 1 }: WedgeOptions): Buffer {
  let now = at;
  const events: Buffer[] = [];
  const press = (code: number, value: number) => {
    events.push(inputEvent(word, now, EV_MSC, MSC_SCAN, 0x70000 + code), inputEvent(word, now, EV_KEY, code, value));
    events.push(inputEvent(word, now, EV_SYN, 0, 0));
    now += step;
  };
  for (const c of text) {
    const plain = SHIFTED[c] ?? c.toUpperCase();
    const code = CODES[plain];
    if (code === undefined) throw new Error(`no key of a US keyboard writes ${c}`);
    const shift = SHIFTED[c] !== undefined || /[A-Z]/.test(c);
    if (shift) press(LEFT_SHIFT, 1);
    press(code, 1);
    press(code, 0);
    if (shift) press(LEFT_SHIFT, 0);
  }
  press(end, 1);
  press(end, 0);
  return Buffer.concat(events);
}
