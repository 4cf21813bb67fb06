import type { z } from 'zod';
import { LiftgateError } from '../../protocols/error.ts';

/** Reads a request's body. @throws LiftgateError `invalid`, naming every field at fault. */
export function parse<T extends z.ZodType>(schema: T, body: unknown): z.infer<T> {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  const faults = result.error.issues.map((i) => `${i.path.join('.') || 'body'}: ${i.message}`);
  throw new LiftgateError('invalid', faults.join('; '), { about: result.error.issues[0]?.path.join('.') || 'body' });
}
