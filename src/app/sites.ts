import { access, constants, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { InputError } from '../domain/input-error.ts';
import type { Site } from '../domain/site.ts';
import { unwritableBecause } from '../files/refusal.ts';
import { defaultSitePath, loadSite } from '../site/load.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** The site file in its usual place, when there is one. */
export async function findSite(env: Env): Promise<string | undefined> {
  const where = await defaultSitePath(undefined, env);
  if (where.from === '$INKLING_SITE') return where.path;
  return (await exists(where.path)) ? where.path : undefined;
}

/** Throws InputError when the file cannot be used; `warn` is told what is allowed and will leave gaps. */
export async function readSite(path: string, env: Env, warn: (says: string) => void = () => {}): Promise<Site> {
  const named = env.INKLING_SITE === path ? ('$INKLING_SITE' as const) : ('--site' as const);
  const read = await loadSite({ path, from: named, tried: [] });
  if (read.ok) {
    for (const says of read.warnings) warn(says);
    return read.site;
  }
  throw new InputError(read.says.join('\n'));
}

/** Throws InputError when a site file could not be written there: said before the hosts are looked at, not after. */
export async function refuseUnwritable(file: string, replace: boolean): Promise<void> {
  const there = await stat(file).catch(() => undefined);
  if (there?.isDirectory()) throw new InputError(`${file} is a folder`, 'Name the site file with --output FILE');
  if (there && !replace) throw existsAlready(file);
  await access(there ? file : dirname(file), constants.W_OK).catch((error: unknown) => {
    throw new InputError(`${file} cannot be written: ${unwritableBecause(error, file)}`);
  });
}

const existsAlready = (file: string): InputError =>
  new InputError(`${file} exists already`, 'Replace it with --force, or write elsewhere with --output FILE');

/** Writes a site file for nobody but its owner; refuses to replace one unless told to. */
export async function saveSite(file: string, yaml: string, replace: boolean): Promise<void> {
  try {
    await writeFile(file, yaml, { mode: 0o600, flag: replace ? 'w' : 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw existsAlready(file);
    throw new InputError(`${file} cannot be written: ${unwritableBecause(error, file)}`);
  }
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
