import type { Call } from '../shell/program.ts';
import { normalize } from '../world/file-tree.ts';

/** Bytes of a file as the caller may read it, or of standard input. Throws `FileError`. */
export function readInput(call: Call, path: string): Buffer {
  if (path === '-' || path === '/dev/stdin' || path === '/proc/self/fd/0' || path === '/dev/fd/0')
    return Buffer.from(call.stdin, 'latin1');
  return call.node.files.read(call.identity, normalize(path, call.cwd));
}

export const absolute = (call: Call, path: string): string => normalize(path, call.cwd);
