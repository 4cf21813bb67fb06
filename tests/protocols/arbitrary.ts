import type { z } from 'zod';
import {
  EVENT_TYPES,
  type EventBody,
  type EventData,
  type EventType,
  event,
  eventDataSchema,
  type WorkshopEvent,
} from '../../protocols/event.ts';
import fc from '../tools/property.ts';

/** Ids that tests share, so that events meet; and names that plain objects have already. */
const IDS = ['1', '2', 'b-3', 'constructor', 'toString', 'hasOwnProperty'];
const FREE_IDS = [...IDS, '__proto__'];

/** Fields whose values are drawn from few, so that events of one list speak of the same things. */
const POOLS: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  bay: fc.constantFrom(...IDS),
  device: fc.constantFrom(...IDS),
  order: fc.constantFrom(...FREE_IDS),
  alert: fc.constantFrom(...FREE_IDS),
  stay: fc.constantFrom('s-1', 's-2', 's-3'),
};

interface Check {
  readonly check: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly length?: number;
  readonly value?: number;
  readonly inclusive?: boolean;
  readonly pattern?: RegExp;
}
interface Def {
  readonly type: string;
  readonly format?: string;
  readonly checks?: readonly { readonly _zod: { readonly def: Check } }[];
  readonly shape?: Readonly<Record<string, z.ZodType>>;
  readonly innerType?: z.ZodType;
  readonly element?: z.ZodType;
  readonly keyType?: z.ZodType;
  readonly valueType?: z.ZodType;
  readonly items?: readonly z.ZodType[];
  readonly options?: readonly z.ZodType[];
  readonly values?: readonly unknown[];
  readonly entries?: Readonly<Record<string, string>>;
}

/** Values that a zod schema takes, read from the schema itself; of the kinds that the event schemas are made of. */
function valuesOf(schema: z.ZodType): fc.Arbitrary<unknown> {
  const def = schema._zod.def as unknown as Def;
  const checks = def.checks?.map((c) => c._zod.def) ?? [];
  switch (def.type) {
    case 'object':
      return fc.record(
        Object.fromEntries(Object.entries(def.shape!).map(([key, field]) => [key, fieldOf(key, field)])),
        { requiredKeys: Object.keys(def.shape!).filter((key) => kindOf(def.shape![key]!) !== 'optional') },
      );
    case 'optional':
      return valuesOf(def.innerType!);
    case 'string':
      return textOf(def, checks);
    case 'number':
      return numberOf(def, checks);
    case 'boolean':
      return fc.boolean();
    case 'enum':
      return fc.constantFrom(...Object.values(def.entries!));
    case 'literal':
      return fc.constantFrom(...def.values!);
    case 'nullable':
      return fc.option(valuesOf(def.innerType!), { nil: null });
    case 'array':
      return fc.array(valuesOf(def.element!), { maxLength: Math.min(4, limitOf(checks, 'max_length') ?? 4) });
    case 'union':
      return fc.oneof(...def.options!.map(valuesOf));
    case 'tuple':
      return fc.tuple(...def.items!.map(valuesOf));
    case 'record':
      return fc.dictionary(valuesOf(def.keyType!) as fc.Arbitrary<string>, valuesOf(def.valueType!), { maxKeys: 4 });
    default:
      throw new Error(`no arbitrary for zod type ${def.type}: add one here`);
  }
}

function kindOf(schema: z.ZodType): string {
  return (schema._zod.def as unknown as Def).type;
}

function fieldOf(key: string, field: z.ZodType): fc.Arbitrary<unknown> {
  const pool = POOLS[key];
  if (!pool) return valuesOf(field);
  return kindOf(field) === 'nullable' ? fc.option(pool, { nil: null }) : pool;
}

function limitOf(checks: readonly Check[], name: string): number | undefined {
  const found = checks.find((c) => c.check === name);
  return found?.maximum ?? found?.minimum ?? found?.length;
}

/** One UTF-16 unit each, so that lengths are those that the schema counts. */
const LETTER = fc.constantFrom(...'aZ09 -_/"\\\n\t沪工位é');

function textOf(def: Def, checks: readonly Check[]): fc.Arbitrary<string> {
  if (def.format === 'date') {
    const days = { min: new Date('2000-01-01'), max: new Date('2099-12-31'), noInvalidDate: true };
    return fc.date(days).map((d) => d.toISOString().slice(0, 10));
  }
  const exact = limitOf(checks, 'length_equals');
  const minLength = exact ?? limitOf(checks, 'min_length') ?? 0;
  const maxLength = exact ?? limitOf(checks, 'max_length') ?? 64;
  const pattern = checks.find((c) => c.pattern)?.pattern;
  if (pattern) return fc.stringMatching(pattern).filter((s) => s.length >= minLength && s.length <= maxLength);
  return fc.string({ minLength, maxLength, unit: LETTER });
}

function numberOf(def: Def, checks: readonly Check[]): fc.Arbitrary<number> {
  const whole = def.format === 'safeint' || checks.some((c) => c.check === 'number_format');
  const low = checks.find((c) => c.check === 'greater_than');
  const high = checks.find((c) => c.check === 'less_than');
  const min = low ? low.value! + (low.inclusive ? 0 : 1) : undefined;
  const max = high ? high.value! - (high.inclusive ? 0 : 1) : undefined;
  const bounds = { ...(min === undefined ? {} : { min }), ...(max === undefined ? {} : { max }) };
  // JSON knows no −0.
  if (whole)
    return fc.maxSafeInteger().chain(() => fc.integer({ min: min ?? -1e9, max: Math.min(max ?? 1e12, 2 ** 31 - 1) }));
  // JSON knows no −0.
  return fc.double({ ...bounds, noNaN: true, noDefaultInfinity: true }).map((v) => v + 0);
}

function dataOf<T extends EventType>(type: T): fc.Arbitrary<EventData<T>> {
  return valuesOf(eventDataSchema(type)) as fc.Arbitrary<EventData<T>>;
}

const TIMES = fc.integer({ min: 1_700_000_000_000, max: 1_700_000_000_050 });

export function bodyOf(type: EventType, time = TIMES): fc.Arbitrary<EventBody> {
  return fc.tuple(time, dataOf(type)).map(([at, data]) => event(type, at, data));
}

/** A log: events of all types in the order of `seq`, about few things. */
export const anyLog: fc.Arbitrary<WorkshopEvent[]> = fc
  .array(
    fc.constantFrom(...EVENT_TYPES).chain((type) => bodyOf(type)),
    { maxLength: 40 },
  )
  .map((bodies) => bodies.map((b, i) => ({ ...b, site: 's', gateway: 'g', epoch: 'e', seq: i + 1 })));
