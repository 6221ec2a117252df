import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException).code;

/**
 * Makes a folder and those above it, for the owner alone; gives the first that was made, or undefined. Not by Node's `recursive`, which
 * tries for ever where the kernel makes no folders: in /proc, behind a dangling link.
 */
export async function makeFolder(path: string): Promise<string | undefined> {
  const missing: string[] = [];
  for (let at = path; dirname(at) !== at && !(await isFolder(at)); at = dirname(at)) missing.unshift(at);
  for (const folder of missing)
    await mkdir(folder, { mode: 0o700 }).catch(async (error: unknown) => {
      // Somebody else was quicker.
      if (codeOf(error) !== 'EEXIST' || !(await isFolder(folder))) throw error;
    });
  return missing[0];
}

const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    (entry) => {
      if (entry.isDirectory()) return true;
      throw Object.assign(new Error(`${path} is not a folder`), { code: 'ENOTDIR' });
    },
    (error: unknown) => {
      if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return false;
      throw error;
    },
  );
