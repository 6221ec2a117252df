import { access, writeFile } from 'node:fs/promises';
import { InputError } from '../domain/input-error.ts';
import type { Site } from '../domain/site.ts';
import { defaultSitePath, loadSite } from '../site/load.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** The site file in its usual place, when there is one. */
export async function findSite(env: Env): Promise<string | undefined> {
  const where = await defaultSitePath(undefined, env);
  if (where.from === '$INKLING_SITE') return where.path;
  return (await exists(where.path)) ? where.path : undefined;
}

export async function readSite(path: string, env: Env): Promise<Site> {
  const named = env.INKLING_SITE === path ? ('$INKLING_SITE' as const) : ('--site' as const);
  const read = await loadSite({ path, from: named, tried: [] });
  if (read.ok) return read.site;
  throw new InputError(read.says.join('\n'));
}

/** Writes a site file for nobody but its owner; refuses to replace one unless told to. */
export async function saveSite(file: string, yaml: string, replace: boolean): Promise<void> {
  try {
    await writeFile(file, yaml, { mode: 0o600, flag: replace ? 'w' : 'wx' });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST')
      throw new InputError(`${file} exists already`, 'Replace it with --force, or write elsewhere with --output FILE');
    throw new InputError(`${file} cannot be written: ${code ?? message}`);
  }
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
