import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { InputError } from '../domain/input-error.ts';
import { formatProblem } from '../domain/positioned.ts';
import { digestOf, type Shipped } from './shipped.ts';
import { readLessons, readPlaybooks, readSignatures } from './sources.ts';

/** Reads all that Inkling ships: the build's part. Throws InputError with every problem of every file. */
export async function ship(root: URL): Promise<Shipped> {
  const folder = (name: string): string => fileURLToPath(new URL(name, root));
  const digest = await digestOf(root);
  const loaded = await readPlaybooks([folder('playbooks')]);
  if (!loaded.ok) throw new InputError(loaded.problems.map(formatProblem).join('\n'));
  const { library, files } = loaded;
  return {
    digest,
    library,
    files: files.map((file) => relative(folder('.'), file)),
    signatures: await readSignatures(folder('playbooks')),
    lessons: await readLessons(folder('lessons'), library),
  };
}
