import { dirname } from 'node:path';

/** Why a file system refused, in words. */
export function reasonOf(error: unknown, path: string): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') return `${path} does not exist`;
  if (code === 'EACCES' || code === 'EPERM') return `${path} may not be used by you`;
  if (code === 'ENOTDIR') return `a part of ${path} is not a folder`;
  if (code === 'EISDIR') return `${path} is a folder`;
  if (code === 'EROFS') return 'the file system is read-only';
  if (code === 'ENOSPC') return 'no space is left on the device';
  return message;
}

/** Why a file could not be written. What is missing then is its folder. */
export const unwritableBecause = (error: unknown, file: string): string =>
  reasonOf(error, (error as NodeJS.ErrnoException).code === 'ENOENT' ? dirname(file) : file);
