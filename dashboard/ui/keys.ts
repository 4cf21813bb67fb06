/**
 * A scanner that plays a keyboard, told apart from a person by its speed. Characters are taken from the keys themselves
 * (US layout, as scanners type), not from what the page would write: an input method or another layout cannot change
 * them.
 */
const ROWS: Readonly<Record<string, readonly [string, string]>> = {
  ...Object.fromEntries([...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'].map((c) => [`Key${c}`, [c.toLowerCase(), c] as const])),
  ...Object.fromEntries([...'0123456789'].map((c, i) => [`Digit${c}`, [c, ')!@#$%^&*('[i]!] as const])),
  ...Object.fromEntries([...'0123456789'].map((c) => [`Numpad${c}`, [c, c] as const])),
  Minus: ['-', '_'],
  Equal: ['=', '+'],
  BracketLeft: ['[', '{'],
  BracketRight: [']', '}'],
  Backslash: ['\\', '|'],
  Semicolon: [';', ':'],
  Quote: ["'", '"'],
  Backquote: ['`', '~'],
  Comma: [',', '<'],
  Period: ['.', '>'],
  Slash: ['/', '?'],
  Space: [' ', ' '],
  NumpadAdd: ['+', '+'],
  NumpadSubtract: ['-', '-'],
  NumpadMultiply: ['*', '*'],
  NumpadDivide: ['/', '/'],
  NumpadDecimal: ['.', '.'],
};
const ENDS: readonly string[] = ['Enter', 'NumpadEnter', 'Tab'];

/** Milliseconds from key to key: nobody types three in a row so fast, and no scanner pauses so long. */
const FAST_MS = 35;
const PAUSE_MS = 150;
const FEWEST = 3;
const MOST = 512;

export interface KeyStroke {
  readonly code: string;
  readonly key: string;
  readonly shiftKey: boolean;
  /** When, ms by a clock that never jumps. */
  readonly timeStamp: number;
}

export interface Heard {
  /** These keys are a scanner's: the page must not take them. */
  readonly scanning: boolean;
  /** The whole label, with the key that ends it; else null. */
  readonly label: string | null;
  /** This key is the first of what may become a label. */
  readonly first: boolean;
}

const NOTHING: Heard = { scanning: false, label: null, first: false };

/** Hears one key after the other. */
export class WedgeEar {
  #text = '';
  #from = 0;
  #last = 0;

  hear(stroke: KeyStroke): Heard {
    const { code, timeStamp } = stroke;
    const goesOn = this.#text !== '' && timeStamp - this.#last <= PAUSE_MS;
    if (ENDS.includes(code)) {
      const label = goesOn && this.#isFast(timeStamp) ? this.#text : null;
      this.#text = '';
      return label === null ? NOTHING : { scanning: true, label, first: false };
    }
    const character = characterOf(stroke);
    if (character === null) return NOTHING;
    if (!goesOn) {
      this.#text = '';
      this.#from = timeStamp;
    }
    this.#text = (this.#text + character).slice(0, MOST);
    this.#last = timeStamp;
    return { scanning: this.#isFast(timeStamp), label: null, first: !goesOn };
  }

  #isFast(now: number): boolean {
    return this.#text.length >= FEWEST && (now - this.#from) / this.#text.length <= FAST_MS;
  }
}

function characterOf({ code, key, shiftKey }: KeyStroke): string | null {
  const pair = ROWS[code];
  if (!pair) return null;
  const character = pair[shiftKey ? 1 : 0];
  // Caps lock: the page knows better which case it is.
  return key.toLowerCase() === character.toLowerCase() ? key : character;
}
