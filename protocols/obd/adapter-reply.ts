/**
 * What an ELM327-compatible adapter says, apart from data: each reply typed, with what it means for the conversation.
 * Source: ELM327 data sheet v2.1, "Error Messages and Alerts" and the replies of the AT commands.
 */

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
  | 'rx-error'
  | 'buffer-full'
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
 * - `silent`: the bus is there, nobody answered this request.
 * - `no-bus`: no control unit could be reached; try again later.
 * - `repeat`: this answer is spoilt, the next may be good.
 * - `initialise`: the adapter has lost its settings.
 */
export type Recovery = 'none' | 'absent' | 'silent' | 'no-bus' | 'repeat' | 'initialise';

interface WordSpec {
  readonly word: AdapterWord;
  readonly pattern: RegExp;
  readonly recovery: Recovery;
}

/** First match wins: the longer form of a word stands before the shorter. */
const ADAPTER_WORDS: readonly WordSpec[] = [
  { word: 'ok', pattern: /^OK$/, recovery: 'none' },
  { word: 'unknown-command', pattern: /^\?$/, recovery: 'absent' },
  { word: 'searching', pattern: /^SEARCHING(\.|$)/, recovery: 'none' },
  { word: 'bus-init-error', pattern: /^BUS ?INIT.*ERROR$/, recovery: 'no-bus' },
  { word: 'bus-init-ok', pattern: /^BUS ?INIT/, recovery: 'none' },
  { word: 'bus-busy', pattern: /^BUS ?BUSY/, recovery: 'repeat' },
  { word: 'bus-error', pattern: /^BUS ?ERROR/, recovery: 'no-bus' },
  { word: 'no-data', pattern: /^NO ?DATA/, recovery: 'silent' },
  { word: 'unable-to-connect', pattern: /^UNABLE ?TO ?CONNECT/, recovery: 'no-bus' },
  { word: 'can-error', pattern: /^CAN ?ERROR/, recovery: 'no-bus' },
  { word: 'feedback-error', pattern: /^FB ?ERROR/, recovery: 'no-bus' },
  { word: 'data-error', pattern: /DATA ?ERROR$/, recovery: 'repeat' },
  { word: 'rx-error', pattern: /<RX ?ERROR$/, recovery: 'repeat' },
  { word: 'buffer-full', pattern: /^BUFFER ?FULL/, recovery: 'repeat' },
  { word: 'stopped', pattern: /^STOPPED/, recovery: 'repeat' },
  // ERR94 and LV RESET also block the search for CAN until the next full initialisation.
  { word: 'can-chip-reset', pattern: /^ERR ?94/, recovery: 'initialise' },
  { word: 'internal-error', pattern: /^ERR ?\d\d/, recovery: 'initialise' },
  { word: 'low-voltage-reset', pattern: /^LV ?RESET/, recovery: 'initialise' },
  { word: 'activity-alert', pattern: /^!?ACT ?ALERT/, recovery: 'none' },
  { word: 'low-power-alert', pattern: /^!?LP ?ALERT/, recovery: 'initialise' },
  { word: 'flow-control-timeout', pattern: /^FC ?RX ?TIMEOUT/, recovery: 'repeat' },
  { word: 'banner', pattern: /^(ELM327|STN\d|OBDLink|SCANTOOL)/i, recovery: 'none' },
];

const RECOVERY = new Map<AdapterWord, Recovery>(ADAPTER_WORDS.map((w) => [w.word, w.recovery]));

/** What a word asks for; a text that is in no data sheet (clones) is a spoilt answer, never data. */
export function recoveryOf(word: AdapterWord): Recovery {
  return RECOVERY.get(word) ?? 'repeat';
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

const DATA_LINE = /^([0-9A-F]{2,}|[0-9A-F]:[0-9A-F]*)$/;
/** Data may follow these on the same line: `SEARCHING...4100BE3E`, `BUS INIT: OK` + line, with the separator lost. */
const PREFIX = /^(SEARCHING\.*|BUS ?INIT: ?\.*(?:OK)?)(?=[0-9A-F]{4,}$)/;

/**
 * Reads one whole reply (all text before the prompt `>`).
 * Lines that are hexadecimal count as data only if `command` is a request to the car.
 */
export function readReply(text: string, command: string): AdapterReply {
  const asked = compact(command);
  const forCar = /^[0-9A-F]+$/.test(asked);
  const lines: string[] = [];
  const data: string[] = [];
  const words: AdapterWord[] = [];
  let echoed = false;
  for (const raw of text.split(/[\r\n]+/)) {
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

/** The gravest thing a reply asks for; `none` when there is nothing but remarks. */
export function gravest(reply: AdapterReply): Recovery {
  const order: readonly Recovery[] = ['initialise', 'no-bus', 'absent', 'silent', 'repeat'];
  const asked = new Set(reply.words.map(recoveryOf));
  return order.find((r) => asked.has(r)) ?? 'none';
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
  return text.replace(/\s+/g, '').toUpperCase();
}

/** Junk around a line (0xFC before the banner is seen in the field) goes; junk inside stays and spoils the line. */
function trimJunk(line: string): string {
  return line.replace(/^[^\x20-\x7e]+|[^\x20-\x7e]+$/g, '').trim();
}

/** A reply longer than this is noise: the largest true one (4,095 bytes in lines of 7) is below 20,000 characters. */
const MAX_REPLY = 65_536;

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
    for (const byte of bytes) {
      if (byte === 0) continue;
      if (byte === 0x3e) {
        replies.push(this.#text);
        this.#text = '';
      } else if (this.#text.length < MAX_REPLY) {
        this.#text += String.fromCharCode(byte);
      } else {
        this.#dropped += 1;
      }
    }
    return replies;
  }

  /** Forgets what came since the last prompt. */
  clear(): void {
    this.#text = '';
  }
}
