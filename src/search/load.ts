import { readFile, stat } from 'node:fs/promises';
import { MAX_TEXT_BYTES, type Problem, readPositioned, tooLarge } from '../domain/positioned.ts';
import { type Signature, signaturesSchema } from './schema.ts';

/** Signatures of a `signatures.yaml`; none when there is no such file. Problems have their place in it. */
export async function loadSignatures(
  file: string,
): Promise<{ readonly signatures: readonly Signature[]; readonly problems: readonly Problem[] }> {
  try {
    const { size } = await stat(file);
    if (size > MAX_TEXT_BYTES) return { signatures: [], problems: [tooLarge(file, size)] };
    const read = readPositioned(signaturesSchema, await readFile(file, 'utf8'), file);
    return read.ok ? { signatures: read.value.signatures, problems: [] } : { signatures: [], problems: read.problems };
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return { signatures: [], problems: [] };
    return { signatures: [], problems: [{ file, line: 1, column: 1, message: `cannot read it: ${code}` }] };
  }
}
