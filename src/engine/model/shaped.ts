import type { z } from 'zod';
import { type Maybe, unknown } from '../../domain/fact.ts';

/** The value when it has the shape that is needed, else unknown with the first place where it has not. */
export function shaped<T>(schema: z.ZodType<T>, value: unknown, what: string): Maybe<T> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  return unknown(
    `${what} has an unexpected shape at ${issue?.path.join('.') || 'the top'}: ${issue?.message}`,
    'unparsed',
  );
}
