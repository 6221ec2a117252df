import { randomBytes } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { type BundleContent, BundleError, evidenceOf, readBundle, readSosTree, sosEvidence } from '../bundle/index.ts';
import type { Evidence } from '../domain/evidence.ts';
import { InputError } from '../domain/input-error.ts';
import { reasonOf } from '../files/refusal.ts';
import { Redactor } from '../redact/index.ts';
import { roleOfUnit } from '../site/units.ts';

/** Opens what was recorded of a site. Throws InputError for whatever cannot be used, in one sentence. */
export async function openEvidence(file: string): Promise<Evidence> {
  return (await isSos(file)) ? openSos([file]) : evidenceOf(basename(file), await openBundle(file));
}

/** Sosreports, each of one node: folders or archives. */
export async function openSos(paths: readonly string[]): Promise<Evidence> {
  const redactor = new Redactor(randomBytes(32));
  const trees: Awaited<ReturnType<typeof readSosTree>>[] = [];
  for (const path of paths) trees.push(await refusing(path, 'sosreport', () => readSosTree(path)));
  return sosEvidence(trees, { roleOf: roleOfUnit, clean: (text, origin) => redactor.text(text, origin) });
}

/** A folder, something else than gzip, or a gzip that holds no bundle. */
async function isSos(path: string): Promise<boolean> {
  const there = await stat(path).catch(() => undefined);
  if (there?.isDirectory()) return true;
  if (!there?.isFile() || !/\.tar(\.xz|\.gz)?$|\.tgz$|\.txz$/.test(path)) return false;
  return /^sosreport-|\.tar$|xz$/.test(basename(path));
}

export async function openBundle(file: string): Promise<BundleContent> {
  const there = await stat(file).catch((error: unknown) => {
    throw new InputError(`the bundle cannot be read: ${reasonOf(error, file)}`);
  });
  if (!there.isFile()) throw new InputError(`${file} is no file`, 'Name a bundle that `inkling bundle` wrote');
  return refusing(file, 'bundle', () => readBundle(file));
}

async function refusing<T>(file: string, what: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof BundleError)
      throw new InputError(`${file} is refused: ${error.message}`, 'Nothing of it was used');
    if (error instanceof Error && 'errno' in error)
      throw new InputError(`the ${what} cannot be read: ${reasonOf(error, file)}`);
    throw error;
  }
}
