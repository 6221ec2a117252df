import { randomBytes } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';
import { makeFolder } from '../files/make-folder.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** `$XDG_STATE_HOME/inkling/practice.json`, by default below `~/.local/state`. A relative XDG path is ignored. */
export function progressPath(env: Env): string {
  const state = env.XDG_STATE_HOME;
  return join(
    state && isAbsolute(state) ? state : join(env.HOME ?? homedir(), '.local', 'state'),
    'inkling',
    'practice.json',
  );
}

/** Replaces a file at once and for its owner alone: a reader sees the old text or the new one, never a part. */
export async function replaceFile(path: string, text: string): Promise<void> {
  await makeFolder(dirname(path));
  const fresh = `${path}.${randomBytes(4).toString('hex')}`;
  try {
    const file = await open(fresh, 'wx', 0o600);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(fresh, path);
  } catch (error) {
    await rm(fresh, { force: true });
    throw error;
  }
}
