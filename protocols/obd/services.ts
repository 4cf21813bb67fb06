import { codeText } from './dtc.ts';
import type { Message } from './frame.ts';
import { hex } from './hex.ts';

/**
 * Requests and answers of SAE J1979 services. An answer counts only if it carries the service + 0x40 and repeats the
 * parameter that was asked for: other frames land between the lines of real adapters.
 */

export const request = {
  /** Service 01. */
  live: (pid: number) => `01${hex(pid)}`,
  stored: '03',
  pending: '07',
  permanent: '0A',
  vin: '0902',
} as const;

/** Bitmaps of service 01 that say which parameters are there: each covers the 32 after it. */
export const BITMAPS = [0x00, 0x20, 0x40, 0x60, 0x80, 0xa0, 0xc0, 0xe0] as const;

export interface Answer {
  readonly source: string | null;
  readonly data: readonly number[];
  readonly can: boolean;
}

/** A refusal: `7F`, the service, the reason (ISO 14229-1, annex A). */
export interface Refusal {
  readonly source: string | null;
  readonly service: number;
  readonly reason: number;
}

/** The answers to a request, without service and parameter bytes. */
export function answersTo(requested: string, messages: readonly Message[]): Answer[] {
  const service = Number.parseInt(requested.slice(0, 2), 16) + 0x40;
  const echo = requested.length >= 4 ? Number.parseInt(requested.slice(2, 4), 16) : null;
  return messages
    .filter((m) => m.bytes[0] === service && (echo === null || m.bytes[1] === echo))
    .map((m) => ({ source: m.source, data: m.bytes.slice(echo === null ? 1 : 2), can: m.can }));
}

export function refusals(messages: readonly Message[]): Refusal[] {
  return messages
    .filter((m) => m.bytes[0] === 0x7f && m.bytes.length >= 3)
    .map((m) => ({ source: m.source, service: m.bytes[1]!, reason: m.bytes[2]! }));
}

/** Parameters that a bitmap names; `base` is the parameter that was asked for (00, 20 …). Null: too short to be one. */
export function supported(base: number, data: readonly number[]): number[] | null {
  if (data.length < 4) return null;
  const pids: number[] = [];
  for (let bit = 0; bit < 32; bit++) {
    if (data[bit >> 3]! & (0x80 >> (bit & 7))) pids.push(base + bit + 1);
  }
  return pids;
}

export interface MonitorStatus {
  /** The warning lamp is commanded on. */
  readonly lamp: boolean;
  /** Number of stored codes that the unit says it has. */
  readonly codes: number;
}

/** Service 01, parameter 01: byte A. */
export function monitorStatus(data: readonly number[]): MonitorStatus | null {
  const a = data[0];
  return a === undefined || data.length < 4 ? null : { lamp: (a & 0x80) !== 0, codes: a & 0x7f };
}

/**
 * Codes of service 03, 07 or 0A in one answer, without the 0000 that fill up. On CAN a count byte comes first; on the
 * older buses each frame holds three codes. Null: the answer is shorter than the count that it declares.
 */
export function trouble(answer: Answer): string[] | null {
  const { data, can } = answer;
  if (can && data.length === 0) return null;
  // A count and pairs are an odd number of bytes. Emulators on CAN answer in threes without a count, as older buses do.
  const counted = can && data.length % 6 !== 0;
  const pairs = counted ? data.slice(1) : data;
  const declared = counted ? (data[0] ?? 0) : Math.floor(pairs.length / 2);
  if (pairs.length < declared * 2) return null;
  const codes: string[] = [];
  for (let i = 0; i < declared; i++) {
    const high = pairs[i * 2]!;
    const low = pairs[i * 2 + 1]!;
    if (high !== 0 || low !== 0) codes.push(codeText(high, low));
  }
  return codes;
}

/**
 * The VIN of service 09, info type 02: its seventeen characters, or null when they are not a VIN. The count byte (CAN)
 * goes first; the older buses have none.
 */
export function vinOf(answer: Answer): string | null {
  return vinText(answer.can ? answer.data.slice(1) : answer.data);
}

/**
 * Bytes to a VIN: the leading fillers of the older buses and what fills up behind go as bytes of zero; characters of the
 * VIN are never touched.
 */
export function vinText(data: readonly number[]): string | null {
  const bytes = data.filter((b) => b !== 0);
  const text = String.fromCharCode(...bytes.slice(-17));
  return bytes.length === 17 && /^[A-HJ-NPR-Z0-9]{17}$/.test(text) ? text : null;
}
