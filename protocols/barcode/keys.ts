/**
 * Scanners that play a keyboard ("wedge"), as Linux tells of them: `struct input_event` of linux/input.h, key codes of
 * linux/input-event-codes.h. Scanners type as a keyboard of the United States, whatever layout the machine has; that is
 * their factory setting, and the only one that a label can be read from for sure.
 */

/** Bytes of an event: two words of time, then type and code (16 bits each) and value (32 bits). */
const TAIL = 8;
const EV_SYN = 0;
const EV_KEY = 1;
const SYN_DROPPED = 3;
const UP = 0;
const DOWN = 1;
const LEFT_SHIFT = 42;
const RIGHT_SHIFT = 54;
const CAPS_LOCK = 58;
/** Enter, Tab, and the Enter of the keypad end a label. */
const ENDS: ReadonlySet<number> = new Set([28, 15, 96]);

/** Rows of the keyboard: the code of their first key, then what the keys write without and with shift. */
const ROWS: readonly (readonly [number, string, string])[] = [
  [2, '1234567890-=', '!@#$%^&*()_+'],
  [16, 'qwertyuiop[]', 'QWERTYUIOP{}'],
  [30, "asdfghjkl;'`", 'ASDFGHJKL:"~'],
  [43, '\\zxcvbnm,./', '|ZXCVBNM<>?'],
  [57, ' ', ' '],
  [55, '*', '*'],
  [71, '789-456+1230.', '789-456+1230.'],
  [98, '/', '/'],
];
const KEYS: ReadonlyMap<number, readonly [string, string]> = new Map(
  ROWS.flatMap(([first, plain, shifted]) => [...plain].map((c, i) => [first + i, [c, shifted[i]!]] as const)),
);

/** Most characters of one label, as for scanners on a serial line. */
const MAX_LABEL = 512;
/** A scanner types within milliseconds; after so long without a key what was typed is no label, ms. */
const PAUSE_MS = 1_000;

/** Takes the bytes of an input device in any chunks, gives whole labels. */
export class KeyReader {
  readonly #word: 4 | 8;
  #rest: Uint8Array = new Uint8Array(0);
  #text = '';
  #at = 0;
  #shifts = 0;
  #caps = false;
  /** What is being typed is not whole: events were lost. */
  #broken = false;
  #dropped = 0;

  /** @param word bytes of a `long` on this machine: 4 or 8 */
  constructor(word: 4 | 8) {
    this.#word = word;
  }

  /** Labels that were given up: too long, typed too slowly, or with events lost by the kernel. */
  get dropped(): number {
    return this.#dropped;
  }

  feed(bytes: Uint8Array): string[] {
    const all = new Uint8Array(this.#rest.length + bytes.length);
    all.set(this.#rest);
    all.set(bytes, this.#rest.length);
    const view = new DataView(all.buffer);
    const size = 2 * this.#word + TAIL;
    const labels: string[] = [];
    let from = 0;
    for (; from + size <= all.length; from += size) {
      const at = this.#timeOf(view, from);
      const fields = from + 2 * this.#word;
      const [type, code] = [view.getUint16(fields, true), view.getUint16(fields + 2, true)];
      if (type === EV_SYN && code === SYN_DROPPED) this.#broken = true;
      if (type !== EV_KEY) continue;
      const label = this.#key(code, view.getInt32(fields + 4, true), at);
      if (label !== null) labels.push(label);
    }
    this.#rest = all.slice(from);
    return labels;
  }

  #timeOf(view: DataView, from: number): number {
    const word = (at: number) => (this.#word === 4 ? view.getUint32(at, true) : Number(view.getBigUint64(at, true)));
    return word(from) * 1_000 + word(from + this.#word) / 1_000;
  }

  #key(code: number, value: number, at: number): string | null {
    if (code === LEFT_SHIFT || code === RIGHT_SHIFT) {
      const bit = code === LEFT_SHIFT ? 1 : 2;
      this.#shifts = value === UP ? this.#shifts & ~bit : this.#shifts | bit;
      return null;
    }
    // A key that is held repeats itself; no scanner holds one.
    if (value !== DOWN) return null;
    if (code === CAPS_LOCK) this.#caps = !this.#caps;
    if (Math.abs(at - this.#at) > PAUSE_MS && this.#text !== '') {
      this.#dropped += 1;
      this.#start();
    }
    this.#at = at;
    if (ENDS.has(code)) return this.#end();
    const key = KEYS.get(code);
    if (!key) return null;
    const letter = /[a-z]/.test(key[0]);
    const shifted = (this.#shifts !== 0) !== (letter && this.#caps);
    this.#text += key[shifted ? 1 : 0];
    return null;
  }

  #end(): string | null {
    const whole = this.#text !== '' && this.#text.length <= MAX_LABEL && !this.#broken;
    const label = whole ? this.#text : null;
    if (!whole && (this.#text !== '' || this.#broken)) this.#dropped += 1;
    this.#start();
    return label;
  }

  #start(): void {
    this.#text = '';
    this.#broken = false;
  }
}
