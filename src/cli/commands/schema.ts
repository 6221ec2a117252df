import type { Context } from '../context.ts';
import { jsonDocument } from '../json.ts';

/** The JSON Schema of `check --format json`. zod is loaded only here. */
export async function schema({ io }: Context): Promise<number> {
  const { reportJsonSchema } = await import('../report.ts');
  io.emit(jsonDocument(reportJsonSchema()));
  return 0;
}
