import { type AdapterWord, adviceOn, gravest } from '../../../protocols/obd/adapter-reply.ts';
import type { Dialect } from '../../../protocols/obd/dialect.ts';
import { type Format, formatsOf, joinLines, type Message } from '../../../protocols/obd/frame.ts';
import { isAbsent } from './attach.ts';
import { command, type Heard, type Talk } from './talk.ts';

/** Which bus the car speaks on, and how. Known only by a positive answer of a control unit. */
export interface Bus {
  /** Number of the data sheet's list, `1` to `9`; null when the adapter does not tell. */
  readonly protocol: string | null;
  readonly format: Format;
  readonly dialect: Dialect;
  /** The answer to `dialect.hello`. */
  readonly greeting: readonly Message[];
  /** It repeats what it is asked, whatever it is told: an echo does not show that it has forgotten its settings. */
  readonly echoes: boolean;
}

export type BusSearch =
  | { readonly outcome: 'found'; readonly bus: Bus }
  /** `heard`: the last words of the adapter, with the protocol that they were about. */
  | {
      readonly outcome: 'none';
      readonly heard: readonly string[];
      readonly advice: string | null;
      /** The bus took the last question, and nobody answered it: someone there is awake. */
      readonly acknowledged: boolean;
    }
  | { readonly outcome: 'hardware'; readonly heard: readonly string[]; readonly advice: string | null }
  /** It lost its settings while it was asked; `heard` and `advice` as it said so. */
  | { readonly outcome: 'reset'; readonly heard: readonly string[]; readonly advice: string | null };

/** How far to look: what spoke last time; the adapter's own search too; every protocol by its number as well. */
export type Depth = 'last' | 'search' | 'walk';

export interface BusOptions {
  /** Classic services first, then cars that speak J1979-2 alone. */
  readonly dialects: readonly Dialect[];
  /** What spoke last time on this line. */
  readonly last: { readonly protocol: string; readonly dialect: Dialect } | null;
  readonly headers: boolean;
  /** It repeats every command anyway: an echo does not show that it has forgotten its settings. */
  readonly echoes: boolean;
  readonly depth: Depth;
}

export const PROTOCOLS: Readonly<Record<string, string>> = {
  '1': 'SAE J1850 PWM',
  '2': 'SAE J1850 VPW',
  '3': 'ISO 9141-2',
  '4': 'ISO 14230-4 (KWP, slow start)',
  '5': 'ISO 14230-4 (KWP, fast start)',
  '6': 'ISO 15765-4 (CAN 11 bit, 500 kbit/s)',
  '7': 'ISO 15765-4 (CAN 29 bit, 500 kbit/s)',
  '8': 'ISO 15765-4 (CAN 11 bit, 250 kbit/s)',
  '9': 'ISO 15765-4 (CAN 29 bit, 250 kbit/s)',
};

/** Slow clones overrun the data sheet's search times. */
const SEARCH_MS = 15_000;
/** The five-baud start of a K-line takes some three seconds. */
const START_MS = 6_000;
const WALK = ['6', '7', '8', '9', '5', '4', '3', '2', '1'] as const;

/** Looks for a control unit. The order: what spoke last time, the adapter's search, J1979-2, each protocol by number. */
export function* findBus(options: BusOptions): Talk<BusSearch> {
  const { dialects, last } = options;
  const thorough = options.depth === 'walk';
  const classic = dialects[0]!;
  const modern = dialects.slice(1);
  const heard: string[] = [];
  let advice: string | null = null;
  let hardware = false;
  let acknowledged = false;
  const none = (): BusSearch =>
    hardware ? { outcome: 'hardware', heard, advice } : { outcome: 'none', heard, advice, acknowledged };
  const lost = ({ reply }: Heard): BusSearch => ({
    outcome: 'reset',
    heard: reply?.lines.slice(0, 3) ?? [],
    advice: reply?.words.map((w) => adviceOn(w)).find((a) => a !== null) ?? null,
  });
  const note = (what: string, reply: Heard) => {
    const words = reply.reply?.words.filter((w) => w !== 'searching' && w !== 'bus-init-ok') ?? [];
    const said = reply.reply === null ? 'no prompt' : reply.reply.lines.slice(0, 3).join(' / ');
    heard.push(`${what}: ${said === '' ? 'nothing' : said}`);
    advice = words.map((w: AdapterWord) => adviceOn(w)).find((a) => a !== null) ?? advice;
    const grave = reply.reply === null ? 'none' : gravest(reply.reply);
    acknowledged = grave === 'silent';
    hardware ||= grave === 'hardware';
  };

  if (last !== null) {
    const tried = yield* tryProtocol(last.protocol, last.dialect, options);
    if (tried.lost) return lost(tried.heard);
    if (tried.bus !== null) return { outcome: 'found', bus: tried.bus };
    note(`protocol ${last.protocol}`, tried.heard);
    if (options.depth === 'last') return none();
  }
  // ATPC forgets a bus that went wrong; ATSP0 searches anew and, unlike ATSP1 to C, writes no EEPROM.
  yield* command('ATPC');
  // After `ERR94` or `LV RESET` the search leaves CAN out until the event is forgotten (data sheet, "Error Messages").
  yield* command('ATFE');
  const automatic = !isAbsent(yield* command('ATSP0'));
  if (automatic && !hardware) {
    const tried = yield* greet(classic, SEARCH_MS, options);
    if (tried.lost) return lost(tried.heard);
    if (tried.bus !== null) return { outcome: 'found', bus: tried.bus };
    note('search', tried.heard);
    // It found a bus where someone refuses the classic question: the modern one may be the right one.
    for (const dialect of (tried.heard.reply?.data.length ?? 0) > 0 ? modern : []) {
      const other = yield* greet(dialect, START_MS, options);
      if (other.lost) return lost(other.heard);
      if (other.bus !== null) return { outcome: 'found', bus: other.bus };
    }
  }
  // The adapter's search asks 0100, which a car of J1979-2 does not answer: its bus is well, and the search fails.
  const walk = thorough || !automatic ? WALK : (['6', '7'] as const);
  for (const protocol of walk) {
    if (hardware) break;
    for (const dialect of thorough || !automatic ? dialects : modern) {
      if (dialect !== classic && Number(protocol) < 6) continue;
      const tried = yield* tryProtocol(protocol, dialect, options);
      if (tried.lost) return lost(tried.heard);
      if (tried.bus !== null) return { outcome: 'found', bus: tried.bus };
      note(`protocol ${protocol}`, tried.heard);
      // A bus that is wrong or asleep does not get better by another question.
      if (tried.heard.reply !== null && gravest(tried.heard.reply) === 'no-bus') break;
    }
  }
  return none();
}

interface Tried {
  readonly bus: Bus | null;
  readonly heard: Heard;
  readonly lost: boolean;
}

/** `ATTP` tries a protocol without writing it down; adapters that lack it know `ATSP`. */
function* tryProtocol(protocol: string, dialect: Dialect, options: BusOptions): Talk<Tried> {
  const set = yield* command(`ATTP${protocol}`);
  if (isAbsent(set)) yield* command(`ATSP${protocol}`);
  return yield* greet(dialect, START_MS, options);
}

/** A unit that says "wait" for so long is asked again; its answer may have come when the adapter listened no more. */
const PENDING_TRIES = 8;
const PENDING_MS = 250;

/** Asks what only a control unit that speaks this dialect answers. */
function* greet(dialect: Dialect, timeoutMs: number, { headers, echoes }: BusOptions): Talk<Tried> {
  for (let tries = 0; ; tries++) {
    const heard = yield* command(dialect.hello, timeoutMs);
    const echoed = heard.reply?.echoed === true && !echoes;
    // Some repeat requests alone. Who has forgotten its settings repeats its own commands as well.
    const repeats = echoed && (yield* command('ATE0')).reply?.echoed === false;
    if (isLost(heard, echoes || repeats)) return { bus: null, heard, lost: true };
    const lines = heard.reply?.data ?? [];
    if (lines.length === 0) return { bus: null, heard, lost: false };
    const number = (yield* command('ATDPN')).reply?.lines.at(-1) ?? '';
    const protocol = /^A?([1-9])$/.exec(number)?.[1] ?? null;
    for (const format of formatsOf(number, headers, lines)) {
      const greeting = joinLines(lines, format).messages;
      if (!dialect.greeted(greeting)) continue;
      return { bus: { protocol, format, dialect, greeting, echoes: echoes || repeats }, heard, lost: false };
    }
    const pending = lines.some((l) => PENDING.test(l));
    if (!pending || tries >= PENDING_TRIES) return { bus: null, heard, lost: false };
    yield { pauseMs: PENDING_MS };
  }
}

/** `7F ss 78` of ISO 14229-1 at the end of a line, whatever stands before and fills up behind it. */
const PENDING = /7F(01|22)78(00|55|AA|FF)*$/;

/** Has the adapter forgotten what it was told? It was reset, says so, shows its banner, or echoes again. */
export function isLost({ reply, reset }: Heard, echoes: boolean): boolean {
  if (reset) return true;
  if (reply === null) return false;
  const grave = gravest(reply);
  return grave === 'initialise' || grave === 'asleep' || reply.words.includes('banner') || (reply.echoed && !echoes);
}
