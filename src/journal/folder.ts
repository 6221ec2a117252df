import { constants, type Stats } from 'node:fs';
import { type FileHandle, lstat, open } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';
import { makeFolder } from '../files/make-folder.ts';

/** The journal cannot be used; the message says which file, why, and what to do. */
export class JournalError extends Error {
  override readonly name = 'JournalError';
}

/** The part of the file system that writing needs. Named so that a test can watch the order of calls and let them fail. */
export interface JournalFs {
  mkdir(path: string): Promise<string | undefined>;
  lstat(path: string): Promise<Stats>;
  /** For appending, created with mode 0600 when absent; never through a link. */
  open(path: string): Promise<JournalHandle>;
  syncFolder(path: string): Promise<void>;
}

export type JournalHandle = Pick<FileHandle, 'stat' | 'sync' | 'truncate' | 'close'> & {
  write(bytes: Uint8Array): Promise<{ readonly bytesWritten: number }>;
};

export const nodeFs: JournalFs = {
  mkdir: makeFolder,
  lstat,
  open: (path) => {
    const { O_RDWR, O_APPEND, O_CREAT, O_NOFOLLOW } = constants;
    return open(path, O_RDWR | O_APPEND | O_CREAT | O_NOFOLLOW, 0o600);
  },
  syncFolder: async (path) => {
    const folder = await open(path, constants.O_RDONLY | constants.O_DIRECTORY);
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  },
};

/** `$XDG_STATE_HOME/inkling/journal`, by default below `~/.local/state`. A relative XDG path is ignored, as its standard says. */
export function journalDir(env: Readonly<Record<string, string | undefined>> = process.env): string {
  const state = env.XDG_STATE_HOME;
  return join(
    state && isAbsolute(state) ? state : join(env.HOME ?? homedir(), '.local', 'state'),
    'inkling',
    'journal',
  );
}

/** Makes the folder when it is absent, lasting over a power cut, and refuses one that others could write or read. */
export async function prepareFolder(fs: JournalFs, dir: string): Promise<void> {
  try {
    const first = await fs.mkdir(dir);
    if (first !== undefined) {
      for (let made = dir; made.length >= first.length; made = dirname(made)) await fs.syncFolder(dirname(made));
    }
  } catch (error) {
    throw cannot('make the journal folder', dir, error);
  }
  await checkFolder(fs, dir);
}

/** Throws a JournalError when the folder is absent, a link, another user's, or open to others. */
export async function checkFolder(fs: Pick<JournalFs, 'lstat'>, dir: string): Promise<void> {
  const stats = await fs.lstat(dir).catch((error: unknown) => {
    throw cannot('look at the journal folder', dir, error);
  });
  if (!stats.isDirectory()) throw new JournalError(`the journal folder ${dir} is not a folder. Move it away.`);
  checkOwned(stats, dir, '700');
}

/** Throws a JournalError for a journal file that is a link, a device, linked twice, another user's, or open to others. */
export function checkFile(stats: Stats, file: string): void {
  if (!stats.isFile()) throw new JournalError(`the journal ${file} is not a regular file. Move it away.`);
  if (stats.nlink > 1)
    throw new JournalError(`the journal ${file} has ${stats.nlink} names (hard links). Remove the others.`);
  checkOwned(stats, file, '600');
}

function checkOwned(stats: Stats, path: string, mode: string): void {
  const me = process.geteuid?.();
  if (me !== undefined && stats.uid !== me) {
    throw new JournalError(
      `${path} belongs to user ${stats.uid}, not to you (${me}); a journal of others is not trusted.`,
    );
  }
  if ((stats.mode & 0o077) !== 0) {
    const now = (stats.mode & 0o777).toString(8).padStart(3, '0');
    throw new JournalError(`${path} is open to other users (mode ${now}). If you trust it: chmod ${mode} ${path}`);
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOSPC: 'no space is left on the device',
  EDQUOT: 'the disk quota is used up',
  EROFS: 'the file system is read-only',
  EACCES: 'permission denied',
  EPERM: 'the operation is not permitted (is the file immutable?)',
  EIO: 'the disk gave an input/output error',
  ELOOP: 'it is a symbolic link',
  EMFILE: 'too many files are open',
  ENOTDIR: 'a part of the path is not a folder',
  ENOENT: 'it does not exist',
  EFBIG: 'the file would grow over its size limit (ulimit -f)',
};

export function cannot(what: string, path: string, error: unknown): JournalError {
  if (error instanceof JournalError) return error;
  const code = (error as NodeJS.ErrnoException | undefined)?.code ?? '';
  const reason = REASONS[code] ?? (error instanceof Error ? error.message : String(error));
  return new JournalError(
    `cannot ${what} ${path}: ${reason}${code === '' ? '' : ` (${code})`}. ` +
      'Repair this, or set XDG_STATE_HOME to another folder.',
    { cause: error },
  );
}
