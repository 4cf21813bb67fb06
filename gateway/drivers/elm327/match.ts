import type { Message } from '../../../protocols/obd/frame.ts';
import { bytesOf } from '../../../protocols/obd/hex.ts';

/** Reasons of a refusal that mean "not now" (ISO 14229-1, annex A.1). */
const BUSY = 0x21;
const PENDING = 0x78;

/** What came for a request: positive answers, refusals, and frames of some other conversation. */
export interface Matched {
  /** Answers and refusals to this request. */
  readonly messages: readonly Message[];
  readonly positive: boolean;
  /** Some control unit works on it and will answer later. */
  readonly pending: boolean;
  readonly busy: boolean;
  /** Messages that answer something else. */
  readonly strays: number;
}

/**
 * Keeps what answers the request: the service + 0x40 with one of the parameters that were asked for, or a refusal of the
 * service. Frames of other conversations land between the lines of real adapters.
 */
export function matchAnswers(request: string, messages: readonly Message[]): Matched {
  const asked = bytesOf(request) ?? [];
  const own = messages.filter((m) => isPositive(asked, m.bytes) || isRefusal(asked, m.bytes));
  const answered = new Set(own.filter((m) => m.bytes[0] !== 0x7f).map((m) => m.source));
  const refused = (reason: number) =>
    own.some((m) => m.bytes[0] === 0x7f && m.bytes[2] === reason && !answered.has(m.source));
  return {
    messages: own.filter((m) => m.bytes[0] !== 0x7f || m.bytes[2] !== PENDING),
    positive: answered.size > 0,
    pending: refused(PENDING),
    busy: refused(BUSY),
    strays: messages.length - own.length,
  };
}

function isRefusal(asked: readonly number[], bytes: readonly number[]): boolean {
  return bytes[0] === 0x7f && bytes.length >= 3 && bytes[1] === asked[0];
}

function isPositive(asked: readonly number[], bytes: readonly number[]): boolean {
  const [service = 0, ...rest] = asked;
  if (bytes[0] !== service + 0x40) return false;
  switch (service) {
    case 0x01:
      // The order of several parameters is free.
      return rest.includes(bytes[1]!);
    case 0x22:
      return rest.some((high, i) => i % 2 === 0 && bytes[1] === high && bytes[2] === rest[i + 1]);
    case 0x02:
    case 0x05:
    case 0x06:
    case 0x08:
    case 0x09:
    case 0x10:
    case 0x19:
      return rest.length === 0 || bytes[1] === rest[0];
    default:
      return true;
  }
}
