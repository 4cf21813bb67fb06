import { gravest } from '../../../protocols/obd/adapter-reply.ts';
import { COMMAND_MS, command, type Heard, type Talk } from './talk.ts';

/** What this very adapter is and can, as far as it was asked. Banners lie; only an answered command counts. */
export interface AdapterFacts {
  /** `ATI`: the name and version that it gives itself. */
  readonly version: string | null;
  /** What the maker calls it: `STDI` or `AT@1`. */
  readonly id: string | null;
  /** The firmware of an STN chip (`STI`); null on all others. */
  readonly stn: string | null;
  /** Commands that it answered with `?` or not at all. */
  readonly absent: ReadonlySet<string>;
  /** It repeats every command, whatever it is told. */
  readonly echoes: boolean;
  /** Bits per second at which it answered; null on a line that has none. */
  readonly baud: number | null;
  /** Protocol that it was on when it was found, `1` to `9`; null when it has none yet. */
  readonly protocol: string | null;
  /** It wakes from sleep by itself when the voltage changes or rises (an STN chip that was set so). */
  readonly wakesItself: boolean;
  /** It was not reset the hard way: some keep a header that somebody has set. */
  readonly warm: boolean;
}

export type Attached =
  | { readonly outcome: 'attached'; readonly facts: AdapterFacts }
  | { readonly outcome: 'failed'; readonly heard: string; readonly tried: string };

export interface AttachOptions {
  /** Rates to try on a serial line, the likeliest first; none on a line that has no rate. */
  readonly bauds: readonly number[];
  /**
   * `warm`: known from the last conversation on this line, which spares the reset; `cold`: reset it in any case;
   * `either`: as the adapter itself remembers a protocol or not.
   */
  readonly reset: 'warm' | 'cold' | 'either';
}

/** Factory rates first (data sheet p. 8), then what people set. */
const BAUDS = [38_400, 9_600, 230_400, 115_200, 57_600, 19_200] as const;
/** Long enough for the slowest clone's `ATI`, short enough to go through all rates twice. */
const PROBE_MS = 700;
const RESET_MS = 3_000;
const WARM_MS = 1_500;
/** Answers that are one late have come after this time. */
const LATE_MS = 400;
/** An adapter that has just got its power says nothing for a second. */
const ROUNDS = 3;

/** The configured rate, then all others that adapters are found at. */
export function baudsFrom(configured: number): number[] {
  return [configured, ...BAUDS.filter((b) => b !== configured)];
}

/**
 * Fewer bytes, and headers, which alone tell control units apart. `ATM0`: the car changes every time; spare the EEPROM.
 * `ATAT1` and `ATST32` (200 ms) are the factory's, but a warm start of a clone may keep what another program set.
 */
const SETTINGS = ['ATL0', 'ATS0', 'ATH1', 'ATM0', 'ATAT1', 'ATST32'] as const;

/** Finds the adapter on its line, resets it, makes it terse, and learns what it is and which commands it lacks. */
export function* attach({ bauds, reset: wished }: AttachOptions): Talk<Attached> {
  const found = yield* findBaud(bauds);
  if (!('baud' in found)) {
    const tried = bauds.length === 0 ? 'ATI' : `ATI at ${bauds.join(', ')} bit/s`;
    return { outcome: 'failed', heard: found.heard, tried };
  }
  const absent = new Set<string>();
  // Only a protocol that the adapter itself remembers, or that we do, is worth the warm way.
  const protocol = protocolOf(yield* inStep('ATDPN'));
  const gentle = wished === 'warm' || (wished === 'either' && protocol !== null);
  const warm = gentle && !isAbsent(yield* command('ATWS', WARM_MS));
  if (!warm) yield* command('ATZ', RESET_MS);
  const silence = yield* command('ATE0');
  if (isAbsent(silence)) absent.add('ATE0');
  let echoes = false;
  for (const setting of SETTINGS) {
    const heard = yield* command(setting);
    if (isAbsent(heard)) absent.add(setting);
    echoes ||= heard.reply?.echoed === true;
  }
  const version = wordsOf(yield* command('ATI'));
  const described = wordsOf(yield* command('AT@1'));
  const stn = wordsOf(yield* command('STI'));
  const device = stn === null ? null : wordsOf(yield* command('STDI'));
  const sleep = stn === null ? null : yield* command('STSLCS');
  const wakesItself = sleep?.reply?.lines.some((l) => /^V(CHG|L) WAKE: *ON/i.test(l)) === true;
  if (described === null) absent.add('AT@1');
  const id = device ?? described ?? version;
  return {
    outcome: 'attached',
    facts: { version, id, stn, absent, echoes, baud: found.baud, protocol, wakesItself, warm },
  };
}

/**
 * Asks for something short. Who greets every caller with a banner and a prompt has answered `ATI` before it was asked;
 * its true answer is still on the way, and all later ones would be one late. Words where none belong show that.
 */
function* inStep(say: string): Talk<Heard> {
  const heard = yield* command(say);
  const last = heard.reply?.lines.at(-1) ?? '';
  if (!isText(last) || /^(\?|OK|A?[0-9A-F])$/i.test(last)) return heard;
  yield { pauseMs: LATE_MS };
  return yield* command(say);
}

/** Does it lack this command? */
export function isAbsent({ reply }: Heard): boolean {
  return reply === null || gravest(reply) === 'absent';
}

function* findBaud(bauds: readonly number[]): Talk<{ baud: number | null } | { heard: string }> {
  let noise = '';
  for (let round = 0; round < ROUNDS; round++) {
    for (const baud of bauds.length === 0 ? [null] : bauds) {
      if (baud !== null) yield { baud };
      const { reply, noise: rest } = yield { say: 'ATI', timeoutMs: PROBE_MS, ifMute: 'go-on' };
      if (reply?.lines.some(isText)) return { baud };
      // Its echo alone says nothing.
      const said = (reply?.lines.join(' ') ?? rest).replace(/(ATI\r?\n?)+/g, '');
      if (said !== '') noise = baud === null ? readable(said) : `${readable(said)} at ${baud} bit/s`;
    }
    // One more round only for adapters that are still starting; a whole scan has taken that long already.
    if (bauds.length > 0 && round > 0) break;
  }
  return { heard: noise === '' ? 'nothing' : `noise (${noise})` };
}

/** At most a few characters of it, those that are none as dots. */
function readable(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, '.').slice(0, 40);
}

/** Words, or the question mark of a half-typed line before; noise of a wrong rate is neither. */
function isText(line: string): boolean {
  return /^\?$|^[\x20-\x7e]*[A-Za-z]{2}[\x20-\x7e]*$/.test(line);
}

function protocolOf({ reply }: Heard): string | null {
  return /^A?([1-9])$/.exec(reply?.lines.at(-1)?.toUpperCase() ?? '')?.[1] ?? null;
}

/** The words of an answer; null when the command is not known. */
function wordsOf(heard: Heard): string | null {
  return isAbsent(heard) ? null : (heard.reply?.lines.find((l) => l !== 'OK') ?? null);
}

/** Volts at pin 16; null when the adapter cannot tell. */
export function* readVoltage(): Talk<{ volts: number | null; reset: boolean }> {
  const heard = yield* command('ATRV', COMMAND_MS);
  const volts = /^(\d{1,2}(?:\.\d{1,2})?) ?V?$/i.exec(heard.reply?.lines.at(-1) ?? '')?.[1];
  return { volts: volts === undefined ? null : Number(volts), reset: heard.reset };
}
