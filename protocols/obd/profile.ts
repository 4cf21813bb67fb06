import { z } from 'zod';
import { LiftgateError } from '../error.ts';
import { type Formula, parseFormula } from './formula.ts';
import type { Message } from './frame.ts';
import { bytesOf } from './hex.ts';
import type { PidReading } from './parameter.ts';
import type { Steps } from './steps.ts';

/**
 * A maker's own parameters, from a file that the user writes (config/examples/obd-profile.yaml). Only reading requests
 * are allowed: services 21 and 22. Nothing in a profile can write to a car.
 */
/** YAML takes 7E1 for a number, 70. */
const digits = () => z.string({ error: 'put it in quotes, for without them YAML takes some of these for numbers' });

const parameter = z.strictObject({
  name: z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'a name is of small letters, digits and single dashes'),
  header: digits()
    .regex(/^([0-7][0-9A-F]{2}|[0-9A-F]{8})$/, 'a header is three digits (7E0) or eight (18DA10F1), capitals')
    .describe('Identifier to send to; one control unit, never all'),
  request: digits().regex(
    /^(21[0-9A-F]{2}|22[0-9A-F]{4})$/,
    'a request is 21 and two digits, or 22 and four, capitals: it only reads',
  ),
  bytes: z.int().min(1).max(52).describe('Data bytes after the repeated identifier'),
  formula: z.string().min(1).max(200),
  unit: z.string().max(20).nullable().default(null),
  min: z.number().nullable().default(null).describe('A value below it is taken as unknown'),
  max: z.number().nullable().default(null).describe('A value above it is taken as unknown'),
});

const profile = z.strictObject({
  profile: z.string().min(1).max(80).describe('Name of the profile'),
  match: z
    .strictObject({ wmi: z.array(z.string().regex(/^[A-HJ-NPR-Z0-9]{3}$/)).default([]) })
    .default({ wmi: [] })
    .describe('Cars it is for, by the first three characters of the VIN; empty: any'),
  parameters: z.array(parameter).min(1).max(500),
});

export interface ProfileParameter {
  readonly name: string;
  readonly header: string;
  readonly request: string;
  readonly bytes: number;
  readonly unit: string | null;
  readonly min: number | null;
  readonly max: number | null;
  readonly formula: Formula;
}

export interface Profile {
  readonly name: string;
  /** Beginnings of the VIN; empty: any car. */
  readonly wmi: readonly string[];
  readonly parameters: readonly ProfileParameter[];
}

/**
 * Reads what a YAML parser has made of a profile file. `about` names the file.
 * @throws LiftgateError `config` that names all mistakes at once
 */
export function readProfile(parsed: unknown, about: string): Profile {
  const read = profile.safeParse(parsed);
  if (!read.success) {
    const mistakes = read.error.issues.map((i) => `${i.path.join('.') || 'the file'}: ${i.message}`);
    throw new LiftgateError('config', `${about} is no OBD profile: ${mistakes.join('; ')}`, { about });
  }
  const names = new Set<string>();
  const parameters = read.data.parameters.map((p, i): ProfileParameter => {
    const where = `${about}, parameters.${i} (${p.name})`;
    if (names.has(p.name)) throw new LiftgateError('config', `${where}: the name stands there twice`, { about });
    names.add(p.name);
    const formula = parseFormula(p.formula, where);
    if (formula.bytes > p.bytes) {
      throw new LiftgateError('config', `${where}: the formula needs ${formula.bytes} bytes, "bytes" says ${p.bytes}`, {
        about,
      });
    }
    return { ...p, formula };
  });
  return { name: read.data.profile, wmi: read.data.match.wmi, parameters };
}

/** Is the profile for this car? A profile that names makers is not used on a car without a VIN. */
export function fits(profile: Profile, vin: string | null): boolean {
  return profile.wmi.length === 0 || (vin !== null && profile.wmi.some((w) => vin.startsWith(w)));
}

/** The first fitting answer among the messages; value null when it is short or out of range. Null: nobody answered. */
export function profileReading(parameter: ProfileParameter, messages: readonly Message[]): PidReading | null {
  const { name, unit, request, bytes, formula, min, max } = parameter;
  const asked = bytesOf(request)!;
  const answer = messages.find(
    (m) => m.bytes[0] === asked[0]! + 0x40 && asked.slice(1).every((b, i) => m.bytes[1 + i] === b),
  );
  if (answer === undefined) return null;
  const data = answer.bytes.slice(asked.length);
  const value = data.length < bytes ? null : formula.value(data);
  const believed = value !== null && (min === null || value >= min) && (max === null || value <= max);
  return { name, unit, value: believed ? Math.round(value * 1e6) / 1e6 : null };
}

/** The address that answers to a header: on 11-bit buses eight higher, on 29-bit ones with the ends exchanged. */
function replyAddress(header: string): string {
  if (header.length === 3) return (Number.parseInt(header, 16) + 8).toString(16).toUpperCase().padStart(3, '0');
  return `${header.slice(0, 4)}${header.slice(6, 8)}${header.slice(4, 6)}`;
}

/** Asks for every parameter of a profile; those that nobody answers are left out. */
export function* profileSteps(profile: Profile): Steps<PidReading[]> {
  const readings: PidReading[] = [];
  for (const parameter of profile.parameters) {
    const messages = yield { request: parameter.request, to: replyAddress(parameter.header) };
    const reading = profileReading(parameter, messages);
    if (reading !== null) readings.push(reading);
  }
  return readings;
}
