import { type Problem, readPositioned } from '../domain/positioned.ts';
import { type Signature, signaturesSchema } from './schema.ts';

export type SignaturesRead =
  | { readonly ok: true; readonly signatures: readonly Signature[] }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** Text of a `signatures.yaml` → signatures, or what is wrong with it and where. The caller reads the file. */
export function parseSignatures(text: string, file: string): SignaturesRead {
  const read = readPositioned(signaturesSchema, text, file);
  return read.ok ? { ok: true, signatures: read.value.signatures } : { ok: false, problems: read.problems };
}
