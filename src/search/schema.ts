import { RE2JS } from 're2js';
import { z } from 'zod';

const id = z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'expected lower-case words joined by hyphens');

/** A text of a log or a command, and what it says. */
export const signatureSchema = z.strictObject({
  id,
  playbook: id,
  /** Cause of that playbook which the text points at; it may still be one of its rivals. */
  cause: id.optional(),
  /** RE2 regular expression, looked for in each line without regard to case. */
  pattern: z
    .string()
    .min(4)
    .max(500)
    .superRefine((pattern, ctx) => {
      const why = badPattern(pattern);
      if (why !== undefined) ctx.addIssue({ code: 'custom', message: why });
    }),
  /** One or two sentences for whoever pasted it. */
  says: z.string().min(1).max(300),
  /** How surely the text alone decides, 0 … 1. */
  weight: z.number().min(0).max(1).default(0.9),
});

/** The file `signatures.yaml` of a playbook folder. */
export const signaturesSchema = z.strictObject({ signatures: z.array(signatureSchema) }).superRefine((file, ctx) => {
  const seen = new Set<string>();
  for (const [i, signature] of file.signatures.entries()) {
    if (seen.has(signature.id)) {
      ctx.addIssue({
        code: 'custom',
        message: `the id ${signature.id} is already taken`,
        path: ['signatures', i, 'id'],
      });
    }
    seen.add(signature.id);
  }
});

export type Signature = z.input<typeof signatureSchema>;

function badPattern(pattern: string): string | undefined {
  try {
    const compiled = RE2JS.compile(pattern, RE2JS.CASE_INSENSITIVE);
    return compiled.matcher('').find() ? 'the pattern matches everything' : undefined;
  } catch (error) {
    const why = error instanceof Error ? error.message.replace(/^error parsing regexp: /, '') : String(error);
    return `expected an RE2 regular expression: ${why}`;
  }
}
