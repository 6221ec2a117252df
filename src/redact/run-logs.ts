import { lineEnd } from './lines.ts';
import { originOf } from './origin.ts';
import { type Found, report } from './scan.ts';
import { plain } from './value.ts';

const RUNNING = ' Running command: ';
const LONGEST_LINE = 1000;
/** Lines that may stand between: the exit code, a word of stderr, another thread's. */
const REACH = 4;
/** One word that may be a key; neither a path nor a UUID, which commands about encrypted devices print too. */
const TOLD = /[\] ]stdout:? (?![0-9a-f]{8}-|\/(?:dev|etc|run|var)\/)([\w+/=.-]{16,})\s*$/;

/**
 * What a program says of the commands it runs: `Running command: … config-key get dm-crypt/osd/1/luks`, then `stdout x1`, as ceph-volume
 * and cephadm write it. The command tells what its answer is, as a prompt with a command does. For a block of lines.
 */
export function runLogs(s: string, found: Found): void {
  for (let at = s.indexOf(RUNNING); at >= 0; at = s.indexOf(RUNNING, at + RUNNING.length)) {
    const end = lineEnd(s, at);
    if (end - at > LONGEST_LINE) continue;
    const { bare } = originOf(s.slice(at + RUNNING.length, end));
    if (bare === undefined) continue;
    for (let below = end + 1, n = 0; n < REACH && below < s.length; n++, below = lineEnd(s, below) + 1) {
      const line = s.slice(below, Math.min(lineEnd(s, below), below + LONGEST_LINE));
      if (line.includes(RUNNING)) break;
      const value = TOLD.exec(line)?.[1];
      if (value === undefined) continue;
      const start = below + line.lastIndexOf(value);
      report(plain(s, start, start + value.length), bare, false, true, found);
    }
  }
}
