/**
 * What an ELM327-compatible adapter says, apart from data: each reply typed, with what it means for the conversation.
 * Source: ELM327 data sheet v2.1, "Error Messages and Alerts" and the replies of the AT commands.
 */

/** The error words and the remarks of the data sheet and of the STN family; all else that is no data is `unrecognised`. */
export type AdapterWord =
  | 'ok'
  | 'banner'
  | 'searching'
  | 'bus-init-ok'
  | 'unknown-command'
  | 'no-data'
  | 'unable-to-connect'
  | 'bus-init-error'
  | 'bus-busy'
  | 'bus-error'
  | 'can-error'
  | 'feedback-error'
  | 'data-error'
  | 'line-data-error'
  | 'rx-error'
  | 'buffer-full'
  | 'out-of-memory'
  | 'receive-overflow'
  | 'stopped'
  | 'can-chip-reset'
  | 'internal-error'
  | 'low-voltage-reset'
  | 'activity-alert'
  | 'low-power-alert'
  | 'flow-control-timeout'
  | 'unrecognised';

/**
 * What a word asks for.
 *
 * - `none`: a remark; the answer, if any, follows or preceded it.
 * - `absent`: the adapter does not know the command; never ask again.
 * - `silent`: the bus is there, nobody answered this request; once more with more patience.
 * - `repeat`: this answer is spoilt, the next may be good.
 * - `pause`: no gap on the bus; again after 100, 300 and 900 ms.
 * - `shorten`: the answer was too long for the adapter; ask for less at once.
 * - `no-bus`: no control unit could be reached this way; the next protocol, or later.
 * - `hardware`: the adapter or its wiring is broken; asking again does not help.
 * - `asleep`: the adapter goes to sleep, and nobody can stop it.
 * - `initialise`: the adapter has lost its settings.
 */
export type Recovery =
  | 'none'
  | 'absent'
  | 'silent'
  | 'repeat'
  | 'pause'
  | 'shorten'
  | 'no-bus'
  | 'hardware'
  | 'asleep'
  | 'initialise';

interface WordSpec {
  readonly word: AdapterWord;
  readonly pattern: RegExp;
  readonly recovery: Recovery;
  /** What a person may try when it does not go away. */
  readonly advice?: string;
}

const KEY_ON = 'switch the ignition on; if it is on, check that the adapter sits firmly in the socket';

/** First match wins: the longer form of a word stands before the shorter. */
const ADAPTER_WORDS: readonly WordSpec[] = [
  { word: 'ok', pattern: /^OK$/, recovery: 'none' },
  { word: 'unknown-command', pattern: /^\?$/, recovery: 'absent' },
  { word: 'searching', pattern: /^SEARCHING(\.|$)/, recovery: 'none' },
  {
    word: 'bus-busy',
    pattern: /^(BUS ?INIT:? ?\.*)?BUS ?BUSY/,
    recovery: 'pause',
    advice: 'the bus has no gap: mostly a wiring fault, or another tester is on the bus',
  },
  { word: 'bus-init-error', pattern: /^BUS ?INIT.*ERROR$/, recovery: 'no-bus', advice: KEY_ON },
  { word: 'bus-init-ok', pattern: /^BUS ?INIT/, recovery: 'none' },
  {
    word: 'bus-error',
    pattern: /^BUS ?ERROR/,
    recovery: 'no-bus',
    advice: 'a bad signal on the bus: check the wiring of the socket (pins 2, 7, 10)',
  },
  { word: 'no-data', pattern: /^NO ?DATA/, recovery: 'silent', advice: KEY_ON },
  { word: 'unable-to-connect', pattern: /^UNABLE ?TO ?CONNECT/, recovery: 'no-bus', advice: KEY_ON },
  {
    word: 'can-error',
    pattern: /^CAN ?ERROR/,
    recovery: 'no-bus',
    advice: 'CAN with another speed, asleep, or wired wrongly (pins 6 and 14): switch the ignition on',
  },
  {
    word: 'feedback-error',
    pattern: /^FB ?ERROR/,
    recovery: 'hardware',
    advice: 'the adapter cannot drive the bus: try another adapter, then check the wiring of the socket',
  },
  { word: 'line-data-error', pattern: /<DATA ?ERROR$/, recovery: 'repeat' },
  { word: 'data-error', pattern: /DATA ?ERROR$/, recovery: 'repeat' },
  { word: 'rx-error', pattern: /<RX ?ERROR$/, recovery: 'repeat', advice: 'if it stays: wrong CAN speed' },
  { word: 'buffer-full', pattern: /^BUFFER ?FULL/, recovery: 'shorten' },
  { word: 'out-of-memory', pattern: /^OUT ?OF ?MEMORY/, recovery: 'shorten' },
  { word: 'receive-overflow', pattern: /^(UART ?)?RX ?(FIFO )?OVERFLOW/, recovery: 'repeat' },
  { word: 'stopped', pattern: /^STOPPED/, recovery: 'repeat' },
  // ERR94 and LV RESET also block the search for CAN until ATFE or the next full initialisation.
  { word: 'can-chip-reset', pattern: /^ERR ?94/, recovery: 'initialise' },
  {
    word: 'internal-error',
    pattern: /^ERR ?\d\d/,
    recovery: 'initialise',
    advice: 'unplug the adapter and plug it in',
  },
  {
    word: 'low-voltage-reset',
    pattern: /^LV ?RESET/,
    recovery: 'initialise',
    advice: 'the supply broke down: normal while the starter turns, else check the battery',
  },
  { word: 'activity-alert', pattern: /^!?ACT ?ALERT/, recovery: 'none' },
  { word: 'low-power-alert', pattern: /^!?LP ?ALERT/, recovery: 'asleep' },
  { word: 'flow-control-timeout', pattern: /^FC ?RX ?TIMEOUT/, recovery: 'repeat' },
  { word: 'banner', pattern: /^(ELM ?327|ELM ?329|STN\d|OBDLINK|SCANTOOL|V-?LINKER|VGATE)/, recovery: 'none' },
];

const SPECS = new Map<AdapterWord, WordSpec>(ADAPTER_WORDS.map((w) => [w.word, w]));

/** What a word asks for; a text that is in no data sheet (clones) is a spoilt answer, never data. */
export function recoveryOf(word: AdapterWord): Recovery {
  return SPECS.get(word)?.recovery ?? 'repeat';
}

/** What a person may try about a word; null when there is nothing to do. */
export function adviceOn(word: AdapterWord): string | null {
  return SPECS.get(word)?.advice ?? null;
}

export interface AdapterReply {
  /** Lines of hexadecimal digits (with the marks of multi-line text, `014`, `0:…`), spaces removed. */
  readonly data: readonly string[];
  readonly words: readonly AdapterWord[];
  /** Every line as it came, for logs and for commands that answer in words (`ATI`, `ATRV`). */
  readonly lines: readonly string[];
  /** The adapter repeated the command: its echo is on. */
  readonly echoed: boolean;
}

const PLAIN_DATA = /^[0-9A-F]{2,}$/;
const DATA_LINE = /^([0-9A-F]{2,}|[0-9A-F]:[0-9A-F]*)$/;
/** Data may follow these on the same line: `SEARCHING...4100BE3E`, `BUS INIT: OK` + line, with the separator lost. */
const PREFIX = /^(SEARCHING\.*|BUS ?INIT: ?\.*(?:OK)?)(?=[0-9A-F]{4,}$)/;

/**
 * Reads one whole reply (all text before the prompt `>`).
 * Lines that are hexadecimal count as data only if `command` is a request to the car.
 */
export function readReply(text: string, command: string): AdapterReply {
  const asked = compact(command);
  // STPX is how an STN chip is told header and data in one command.
  const forCar = /^([0-9A-F]+|STPXH:.*)$/.test(asked);
  const lines: string[] = [];
  const data: string[] = [];
  const words: AdapterWord[] = [];
  let echoed = false;
  for (const raw of text.split(/[\r\n]+/)) {
    // Nearly all lines of a busy adapter are nothing but digits.
    if (forCar && PLAIN_DATA.test(raw) && (echoed || lines.length > 0 || raw !== asked)) {
      lines.push(raw);
      data.push(raw);
      continue;
    }
    const line = trimJunk(raw);
    if (line === '') continue;
    if (!echoed && lines.length === 0 && compact(line) === asked) {
      echoed = true;
      continue;
    }
    lines.push(line);
    const read = readLine(line, forCar);
    if (read.word !== null) words.push(read.word);
    if (read.data !== null) data.push(read.data);
  }
  return { data, words, lines, echoed };
}

const GRAVITY: readonly Recovery[] = [
  'initialise',
  'asleep',
  'hardware',
  'no-bus',
  'pause',
  'shorten',
  'absent',
  'silent',
  'repeat',
];

/** The gravest thing a reply asks for; `none` when there is nothing but remarks. */
export function gravest(reply: AdapterReply): Recovery {
  if (reply.words.length === 0) return 'none';
  const asked = new Set(reply.words.map(recoveryOf));
  return GRAVITY.find((r) => asked.has(r)) ?? 'none';
}

function readLine(line: string, forCar: boolean): { word: AdapterWord | null; data: string | null } {
  const upper = line.toUpperCase();
  const prefix = PREFIX.exec(upper.replace(/ (?=[0-9A-F]{2}\b)/g, ''));
  if (prefix && forCar) {
    const rest = compact(upper).slice(compact(prefix[0]).length);
    return { word: prefix[0].startsWith('S') ? 'searching' : 'bus-init-ok', data: rest };
  }
  const digits = compact(upper);
  if (forCar && DATA_LINE.test(digits)) return { word: null, data: digits };
  for (const spec of ADAPTER_WORDS) if (spec.pattern.test(upper)) return { word: spec.word, data: null };
  // Commands of the adapter answer in free words: a version, a voltage, a number.
  return { word: forCar ? 'unrecognised' : null, data: null };
}

function compact(text: string): string {
  return /\s/.test(text) ? text.replace(/\s+/g, '').toUpperCase() : text.toUpperCase();
}

/** Junk around a line (0xFC before the banner is seen in the field) goes; junk inside stays and spoils the line. */
function trimJunk(line: string): string {
  return line.replace(/^[^\x20-\x7e]+|[^\x20-\x7e]+$/g, '').trim();
}

/** A reply longer than this is noise: the largest true one (4,095 bytes in lines of 7) is below 20,000 characters. */
const MAX_REPLY = 65_536;

const PROMPT = 0x3e;
/** Bytes that are turned into text at once. */
const PIECE = 4_096;

/** Cuts the bytes of an adapter into replies at the prompt. Any chunking of the same bytes gives the same replies. */
export class ReplyReader {
  #text = '';
  #dropped = 0;

  /** Characters thrown away because no prompt came. */
  get dropped(): number {
    return this.#dropped;
  }

  /** What has come since the last prompt. */
  get rest(): string {
    return this.#text;
  }

  /** Adds bytes; returns the replies that they complete. Bytes are characters, never UTF-8; NUL is noise (DS p. 9). */
  feed(bytes: Uint8Array): string[] {
    const replies: string[] = [];
    let from = 0;
    for (let end = bytes.indexOf(PROMPT); end !== -1; end = bytes.indexOf(PROMPT, from)) {
      this.#keep(bytes.subarray(from, end));
      replies.push(this.#text);
      this.#text = '';
      from = end + 1;
    }
    this.#keep(bytes.subarray(from));
    return replies;
  }

  #keep(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; at += PIECE) {
      const piece = String.fromCharCode(...bytes.subarray(at, at + PIECE));
      const clean = piece.includes('\0') ? piece.replaceAll('\0', '') : piece;
      const room = MAX_REPLY - this.#text.length;
      this.#text += clean.length <= room ? clean : clean.slice(0, room);
      this.#dropped += Math.max(0, clean.length - room);
    }
  }

  /** Forgets what came since the last prompt. */
  clear(): void {
    this.#text = '';
  }
}
