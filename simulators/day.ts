import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';
import { LiftgateError } from '../protocols/error.ts';
import { HoldReason, Id, Vin } from '../protocols/event.ts';
import { VEHICLE_FAULTS } from './obd/engine.ts';

/**
 * A scripted day of a workshop. The steps of a visit are short lines, `<time> <verb> [argument]`, with the time counted
 * from the arrival: `30s lift up`, `2m hold parts`, `5m30s move B4`.
 */

const VERBS = {
  scan: /^$/,
  'scan-bay': /^$/,
  plug: /^$/,
  unplug: /^$/,
  start: /^$/,
  stop: /^$/,
  lift: /^(up|down)$/,
  work: /^\d+(s|m)$/,
  hold: new RegExp(`^(${HoldReason.options.join('|')})$`),
  release: /^$/,
  move: /^\S+$/,
  codes: /^[PCBU][0-3][0-9A-F]{3}(\+[PCBU][0-3][0-9A-F]{3})*$/,
  leave: /^$/,
} as const;
type Verb = keyof typeof VERBS;

export interface Step {
  /** Milliseconds after the arrival. */
  readonly after: number;
  readonly verb: Verb;
  readonly argument: string;
}

const Duration = z
  .string()
  .regex(/^(\d+h)?(\d+m)?(\d+s)?$/, 'a time such as 45s, 2m or 1h30m')
  .transform(milliseconds);

const StepLine = z.string().transform((line, ctx): Step => {
  const [time = '', verb = '', argument = ''] = line.trim().split(/\s+/);
  const known = Object.hasOwn(VERBS, verb) && VERBS[verb as Verb].test(argument);
  if (!/^(\d+h)?(\d+m)?(\d+s)?$/.test(time) || !known) {
    ctx.addIssue(`"${line}" is not "<time> <verb> [argument]"; verbs: ${Object.keys(VERBS).join(', ')}`);
    return z.NEVER;
  }
  return { after: milliseconds(time), verb: verb as Verb, argument };
});

const Bay = z.strictObject({
  id: Id,
  name: z.string().max(60).optional(),
  sort: z.enum(['lift', 'flat', 'alignment', 'wash', 'other']).default('lift'),
  /** Which sensors stand in the bay. */
  camera: z.boolean().default(true),
  lift: z.boolean().default(true),
  floor: z.boolean().default(true),
  air: z.boolean().default(true),
  /** The wire of the bay's OBD-II adapter; null: none. */
  obd: z.enum(['serial', 'tcp']).nullable().default('serial'),
  scanner: z.boolean().default(true),
});

const Customer = z.strictObject({
  name: z.string().min(1).max(80),
  email: z.email(),
  locale: z.enum(['zh-CN', 'en']).default('zh-CN'),
  consent: z.boolean().default(false),
});

const Car = z.strictObject({
  vin: Vin,
  plate: z.string().max(16),
  model: z.string().max(60),
  faults: z.array(z.enum(VEHICLE_FAULTS)).default([]),
  /** Its dongle stays in the car and hands over the engine starts of the last weeks at the visit. */
  keptStarts: z.int().min(0).max(120).default(0),
  job: z.string().max(120),
  standard: Duration.optional(),
  promised: Duration.optional(),
  customer: Customer.optional(),
  bay: Id,
  /** When it drives in, from the beginning of the day. */
  arrives: Duration,
  steps: z.array(StepLine).min(1),
});
export type Car = z.infer<typeof Car>;

export const Day = z.strictObject({
  name: z.string().min(1).max(80),
  seed: z.int().min(0).default(1),
  site: z.strictObject({
    id: Id,
    name: z.string().max(120),
    timezone: z.string(),
    locale: z.enum(['zh-CN', 'en']).default('zh-CN'),
  }),
  /** Begin again after this time, with other cars of the same habits; left out: the day ends. */
  repeat: Duration.optional(),
  /** Factor on the confirmation times of bay states that fits a day this short; goes into the written configuration. */
  pace: z.number().min(0.02).max(1).default(1),
  bays: z.array(Bay).min(1).max(60),
  cars: z.array(Car).min(1).max(2_000),
});
export type Day = z.infer<typeof Day>;

/**
 * Reads a day from YAML.
 * @throws LiftgateError `config` with all mistakes: wrong fields, a step out of order, a bay that is not there.
 */
export function readDay(file: string): Day {
  let input: unknown;
  try {
    input = parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw new LiftgateError('config', `cannot read the day ${file}: ${(cause as Error).message}`, {
      about: file,
      cause,
    });
  }
  const result = Day.safeParse(input);
  const mistakes = result.success
    ? mistakesOf(result.data)
    : result.error.issues.map((i) => `${i.path.join('.') || '(whole)'}: ${i.message}`);
  if (mistakes.length > 0 || !result.success) {
    throw new LiftgateError('config', `${file} has ${mistakes.length} mistake(s):\n  ${mistakes.join('\n  ')}`, {
      about: file,
    });
  }
  return result.data;
}

function mistakesOf(day: Day): string[] {
  const bays = new Set(day.bays.map((b) => b.id));
  return day.cars.flatMap((car, i) => {
    const at = `cars.${i} (${car.plate})`;
    const wanted = [car.bay, ...car.steps.filter((s) => s.verb === 'move').map((s) => s.argument)];
    const mistakes = wanted.filter((b) => !bays.has(b)).map((b) => `${at}: bay ${b} is not in bays`);
    if (car.steps.some((s, n) => n > 0 && s.after < car.steps[n - 1]!.after))
      mistakes.push(`${at}: steps must stand in order of time`);
    if (car.steps.some((s) => s.verb === 'plug') && !day.bays.find((b) => b.id === car.bay)?.obd)
      mistakes.push(`${at}: bay ${car.bay} has no OBD-II adapter to plug`);
    if (car.steps.at(-1)!.verb !== 'leave') mistakes.push(`${at}: the last step must be "leave"`);
    return mistakes;
  });
}

/** `1h2m3s` to milliseconds; an empty text is 0. */
export function milliseconds(text: string): number {
  const [, h = 0, m = 0, s = 0] = /^(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/.exec(text) ?? [];
  return ((Number(h) * 60 + Number(m)) * 60 + Number(s)) * 1000;
}
