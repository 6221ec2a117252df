import { readFile, stat } from 'node:fs/promises';
import { InputError } from '../domain/input-error.ts';
import { formatProblem, MAX_TEXT_BYTES, tooLarge } from '../domain/positioned.ts';
import { readWaivers, type Waiver } from '../domain/waivers.ts';
import { reasonOf } from '../files/refusal.ts';

const HINT = 'Each waiver has id, owner, reason and expires, and may have node and subject';

/** Reads a file of waivers. Throws `InputError` with every mistake and its place. */
export async function readWaiversFile(
  file: string,
): Promise<{ readonly waivers: readonly Waiver[]; readonly today: string }> {
  const text = await textOf(file);
  const read = readWaivers(text, file);
  if (!read.ok) throw new InputError(read.problems.map(formatProblem).join('\n'), HINT);
  return { waivers: read.waivers, today: new Date().toISOString().slice(0, 10) };
}

async function textOf(file: string): Promise<string> {
  try {
    const { size } = await stat(file);
    if (size <= MAX_TEXT_BYTES) return await readFile(file, 'utf8');
    throw new InputError(formatProblem(tooLarge(file, size)));
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new InputError(`the waivers cannot be read: ${reasonOf(error, file)}`, HINT);
  }
}
