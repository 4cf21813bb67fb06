import { joinCan, readCanLine } from './can.ts';
import { joinLegacy, readLegacyLine } from './legacy.ts';

/**
 * From the lines of one reply to the messages of control units: ISO 15765-2 joined per sender, ISO 9141-2 / 14230 and
 * J1850 lines joined by their sequence byte, and the text form that an adapter prints when headers are off.
 */

/** How the adapter prints frames now. */
export interface Format {
  readonly bus: 'can-11' | 'can-29' | 'iso' | 'j1850';
  /** `ATH1`: identifiers, PCI and checksums are printed. */
  readonly headers: boolean;
  /** On CAN: identifiers are printed, but whole messages behind them, without PCI and in one line (STN, and emulators). */
  readonly whole?: boolean;
}

/** What one control unit said: service byte first, cut to its declared length. */
export interface Message {
  /** Address of the sender (`7E8`, `18DAF110`, `10`); null when headers are off. */
  readonly source: string | null;
  readonly bytes: readonly number[];
  /** On CAN some answers carry a count byte that the older buses lack (J1979). */
  readonly can: boolean;
}

/**
 * - `garbled`: not a frame. `checksum`: its check byte is wrong.
 * - `incomplete`: the end is missing. `sequence`: a frame in the middle is. `late`: they came too far apart.
 * - `unattributable`: two answers side by side without headers.
 */
export type FrameFault = 'garbled' | 'checksum' | 'incomplete' | 'sequence' | 'late' | 'unattributable';

export interface Joined {
  readonly messages: readonly Message[];
  /** Lines that gave no message, with the reason. Nothing is ever filled up with zeros. */
  readonly faults: readonly { readonly fault: FrameFault; readonly source: string | null; readonly line: string }[];
}

/** Numbers that `ATDPN` answers (an `A` before it means: found by search). Null: not a protocol of J1979. */
export function formatOf(protocolNumber: string, headers: boolean): Format | null {
  const digit = /^A?([0-9A-F])$/.exec(protocolNumber.trim().toUpperCase())?.[1];
  if (digit === undefined) return null;
  if (digit === '6' || digit === '8') return { bus: 'can-11', headers };
  if (digit === '7' || digit === '9') return { bus: 'can-29', headers };
  if (digit === '1' || digit === '2') return { bus: 'j1850', headers };
  if (digit === '3' || digit === '4' || digit === '5') return { bus: 'iso', headers };
  return null;
}

/** Guesses the format from data lines with headers, for adapters that do not answer `ATDPN`. */
export function guessFormat(lines: readonly string[]): Format | null {
  for (const line of lines) {
    if (/^7E[89A-F][0-9A-F]{4,16}$/.test(line) && line.length % 2 === 1) return { bus: 'can-11', headers: true };
    if (/^18DAF1[0-9A-F]{6,18}$/.test(line)) return { bus: 'can-29', headers: true };
    if (/^(48|41)6B[0-9A-F]{6,}$/.test(line)) {
      return { bus: readLegacyLine(line, 'iso', true).fault === null ? 'iso' : 'j1850', headers: true };
    }
    if (/^[8C][0-7]F1[0-9A-F]{6,}$/.test(line)) return { bus: 'iso', headers: true };
    if (/^[4-7][0-9A-F]{3,}$/.test(line) && line.length % 2 === 0) return { bus: 'can-11', headers: false };
  }
  return null;
}

/**
 * Every way in which these lines may be meant, the likeliest first: what the adapter says of its protocol and of its
 * headers is not always what it prints.
 */
export function formatsOf(protocolNumber: string, headers: boolean, lines: readonly string[]): Format[] {
  const told = formatOf(protocolNumber, headers);
  const guessed = guessFormat(lines);
  const formats = [told, guessed, told && { ...told, headers: !headers }];
  const whole = (['can-11', 'can-29'] as const).map((bus) => ({ bus, headers: true, whole: true }));
  return [...formats.flatMap((f) => f ?? []), ...whole];
}

/**
 * Joins the data lines of one reply. Identical repeats of a message from one sender count once.
 *
 * @param times when each line came, in ms; left out where the reply came at once
 */
export function joinLines(lines: readonly string[], format: Format, times: readonly number[] | null = null): Joined {
  const { bus, headers } = format;
  const joined =
    bus === 'can-11' || bus === 'can-29'
      ? joinCan(
          lines.map((line) => readCanLine(line, bus, headers, format.whole)),
          headers,
          times,
        )
      : joinLegacy(lines.map((line) => readLegacyLine(line, bus, headers)));
  return { messages: withoutRepeats(joined.messages), faults: joined.faults };
}

function withoutRepeats(messages: readonly Message[]): readonly Message[] {
  if (messages.length < 2) return messages;
  const seen = new Set<string>();
  return messages.filter((m) => {
    const key = `${m.source}:${m.bytes.join()}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
