import { codeText } from './dtc.ts';
import type { Wording } from './dtc-text/row.ts';
import type { Message } from './frame.ts';
import { reasonOf } from './refusal.ts';
import { refusals } from './services.ts';
import type { Steps } from './steps.ts';
import { settle, uds } from './uds.ts';

/** One control unit asked by ISO 14229-1 itself: who it is, and every code it has, emissions or not. */
export interface UdsUnit {
  readonly unit: string;
  readonly vin: string | null;
  readonly part: string | null;
  readonly serial: string | null;
  readonly software: string | null;
  readonly codes: readonly { readonly code: string; readonly failureType: number; readonly status: number }[];
  /** What it refused, in words. */
  readonly refused: readonly { readonly request: string; readonly words: string; readonly text: Wording }[];
}

/** Identifiers of ISO 14229-1, annex C.1. */
const IDENTITY = { vin: 0xf190, part: 0xf187, serial: 0xf18c, software: 0xf195 } as const;

/** ISO 14229-1, annex A.1. */
const SERVICE_NOT_SUPPORTED = 0x11;

/** Codes that are pending or confirmed. */
const WANTED = 0x0c;

/** Changes of level in one conversation: the first, and one more where the unit has fallen back (S3 is 5 s). */
const LEVELS_MAX = 2;

/**
 * Asks one unit, addressed alone. A wrong diagnostic level is answered with `10 03`, and given back at the end; with
 * anything else the unit is left at its level, and its refusals are told. Null: it does not speak ISO 14229 at all.
 */
export function* udsUnit(unit: string): Steps<UdsUnit | null> {
  const refused: { request: string; words: string; text: Wording }[] = [];
  /** Services that it does not know at all: what else they could ask for need not be tried. */
  const unknown = new Set<string>();
  let levels = 0;
  let heard = false;
  let told = false;

  /** The bytes after the positive response code; null when it was refused or silent. */
  function* ask(request: string): Steps<readonly number[] | null> {
    if (unknown.has(request.slice(0, 2))) return null;
    for (;;) {
      const messages = mine(settle(yield { request, to: unit }).messages, unit);
      const service = Number.parseInt(request.slice(0, 2), 16);
      heard ||= messages.length > 0;
      const answer = messages.find((m) => m.bytes[0] === service + 0x40);
      told ||= answer !== undefined;
      if (answer) return answer.bytes.slice(1);
      const refusal = refusals(messages).find((r) => r.service === service);
      if (refusal === undefined) return null;
      if (refusal.reason === SERVICE_NOT_SUPPORTED) unknown.add(request.slice(0, 2));
      const { words, text, advice } = reasonOf(refusal.reason);
      if (advice !== 'session' || levels >= LEVELS_MAX || !(yield* extend())) {
        refused.push({ request, words, text });
        return null;
      }
    }
  }

  /** A second time only after the unit has shown that it is still there: it may just refuse this one for good. */
  function* extend(): Steps<boolean> {
    const again = levels > 0;
    levels += 1;
    if (again) {
      const present = yield { request: uds.present, to: unit };
      if (!mine(present, unit).some((m) => m.bytes[0] === 0x7e)) return false;
    }
    const entered = yield { request: uds.session(0x03), to: unit };
    return mine(entered, unit).some((m) => m.bytes[0] === 0x50);
  }

  function* text(did: number): Steps<string | null> {
    const bytes = yield* ask(uds.identifier(did));
    return bytes === null || bytes[0] !== did >> 8 || bytes[1] !== (did & 0xff) ? null : readable(bytes.slice(2));
  }

  const vin = yield* text(IDENTITY.vin);
  // Silence may only mean that it has no such number; but nobody who speaks UDS is silent to "tester present".
  if (!heard && mine(yield { request: uds.present, to: unit }, unit).length === 0) return null;
  const part = yield* text(IDENTITY.part);
  const serial = yield* text(IDENTITY.serial);
  const software = yield* text(IDENTITY.software);
  const answer = yield* ask(uds.codesByStatus(WANTED));
  // 59 02, the mask of the unit, then three bytes of code and the status of each.
  const records = answer !== null && answer[0] === 0x02 ? answer.slice(2) : [];
  const codes = Array.from({ length: Math.floor(records.length / 4) }, (_, i) => {
    const [high = 0, low = 0, failureType = 0, status = 0] = records.slice(i * 4, i * 4 + 4);
    return { code: codeText(high, low), failureType, status };
  });
  if (levels > 0) yield { request: uds.session(0x01), to: unit };
  // Units of the classic services refuse others as ISO 15765-4 asks: that is no word of ISO 14229.
  if (!told && unknown.has('22') && unknown.has('19')) return null;
  return {
    unit,
    vin: vin !== null && /^[A-HJ-NPR-Z0-9]{17}$/.test(vin) ? vin : null,
    part,
    serial,
    software,
    codes,
    refused,
  };
}

function mine(messages: readonly Message[], unit: string): Message[] {
  return messages.filter((m) => m.source === unit);
}

function readable(bytes: readonly number[]): string | null {
  const inside = bytes.filter((b) => b !== 0 && b !== 0xff);
  if (inside.length === 0 || inside.some((b) => b < 0x20 || b > 0x7e)) return null;
  return String.fromCharCode(...inside).trim() || null;
}
