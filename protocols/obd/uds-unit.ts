import { codeText } from './dtc.ts';
import type { Message } from './frame.ts';
import { refusals } from './services.ts';
import type { Steps } from './steps.ts';
import { reasonOf, settle, uds } from './uds.ts';

/** One control unit asked by ISO 14229-1 itself: who it is, and every code it has, emissions or not. */
export interface UdsUnit {
  readonly unit: string;
  readonly vin: string | null;
  readonly part: string | null;
  readonly serial: string | null;
  readonly software: string | null;
  readonly codes: readonly { readonly code: string; readonly failureType: number; readonly status: number }[];
  /** What it refused, in words. */
  readonly refused: readonly { readonly request: string; readonly words: string }[];
}

/** Identifiers of ISO 14229-1, annex C.1. */
const IDENTITY = { vin: 0xf190, part: 0xf187, serial: 0xf18c, software: 0xf195 } as const;

/** Codes that are pending or confirmed. */
const WANTED = 0x0c;

/**
 * Asks one unit, addressed alone. A wrong diagnostic level is answered with `10 03` once; with anything else it is left
 * at its level, and its refusals are told.
 */
export function* udsUnit(unit: string): Steps<UdsUnit> {
  const refused: { request: string; words: string }[] = [];
  let extended = false;

  /** The bytes after the positive response code; null when it was refused or silent. */
  function* ask(request: string): Steps<readonly number[] | null> {
    for (;;) {
      const messages = mine(settle(yield { request, to: unit }).messages, unit);
      const service = Number.parseInt(request.slice(0, 2), 16);
      const answer = messages.find((m) => m.bytes[0] === service + 0x40);
      if (answer) return answer.bytes.slice(1);
      const refusal = refusals(messages).find((r) => r.service === service);
      if (refusal === undefined) return null;
      const { words, advice } = reasonOf(refusal.reason);
      if (advice !== 'session' || extended) {
        refused.push({ request, words });
        return null;
      }
      extended = true;
      yield { request: uds.session(0x03), to: unit };
    }
  }

  function* text(did: number): Steps<string | null> {
    const bytes = yield* ask(uds.identifier(did));
    return bytes === null || bytes[0] !== did >> 8 || bytes[1] !== (did & 0xff) ? null : readable(bytes.slice(2));
  }

  const vin = yield* text(IDENTITY.vin);
  const part = yield* text(IDENTITY.part);
  const serial = yield* text(IDENTITY.serial);
  const software = yield* text(IDENTITY.software);
  const told = yield* ask(uds.codesByStatus(WANTED));
  // 59 02, the mask of the unit, then three bytes of code and the status of each.
  const records = told !== null && told[0] === 0x02 ? told.slice(2) : [];
  const codes = Array.from({ length: Math.floor(records.length / 4) }, (_, i) => {
    const [high = 0, low = 0, failureType = 0, status = 0] = records.slice(i * 4, i * 4 + 4);
    return { code: codeText(high, low), failureType, status };
  });
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
