import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { type BundleContent, BundleError, evidenceOf, readBundle } from '../bundle/index.ts';
import type { Evidence } from '../domain/evidence.ts';
import { InputError } from '../domain/input-error.ts';
import { reasonOf } from './sites.ts';

/** Opens what was recorded of a site. Throws InputError for whatever cannot be used, in one sentence. */
export async function openEvidence(file: string): Promise<Evidence> {
  return evidenceOf(basename(file), await openBundle(file));
}

export async function openBundle(file: string): Promise<BundleContent> {
  const there = await stat(file).catch((error: unknown) => {
    throw new InputError(`the bundle cannot be read: ${reasonOf(error, file)}`);
  });
  if (!there.isFile()) throw new InputError(`${file} is no file`, 'Name a bundle that `inkling bundle` wrote');
  try {
    return await readBundle(file);
  } catch (error) {
    if (error instanceof BundleError)
      throw new InputError(`${file} is refused: ${error.message}`, 'Nothing of it was used');
    if (error instanceof Error && 'errno' in error)
      throw new InputError(`the bundle cannot be read: ${reasonOf(error, file)}`);
    throw error;
  }
}
