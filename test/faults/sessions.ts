import { readdirSync, readFileSync } from 'node:fs';
import { WRITE_FILE } from '../../src/engine/fix/file-script.ts';
import { me } from '../engine/local-node.ts';
import type { Sshd } from '../support/sshd.ts';
import { NEW, OLD, sha, type Target } from './target.ts';

/** The command that replaces the file of a target, as a fix sends it. */
export const writing = (of: Target) => ({
  argv: ['/bin/sh', '-c', WRITE_FILE, 'inkling', of.path, me.owner, me.group, '0640', sha(OLD), of.keep, sha(NEW)] as [
    string,
    ...string[],
  ],
  deadline: 30,
  stdin: Buffer.from(NEW),
});

/** Programs that logins at this sshd have started and that still run. */
export const programsOf = ({ directory }: Sshd): readonly string[] =>
  readdirSync('/proc').filter(
    (pid) => /^\d+$/.test(pid) && ofProcess(pid, 'environ').includes(`HOME=${directory}/home`),
  );

/** A file of /proc; nothing of a process that has ended meanwhile. */
function ofProcess(pid: string | number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'latin1');
  } catch {
    return '';
  }
}
const childrenOf = (pid: string | number): string[] =>
  ofProcess(pid, `task/${pid}/children`).trim().split(' ').filter(Boolean);

/** The sshd processes of the open sessions. */
export const sessions = (of: Sshd): number[] =>
  childrenOf(of.pid())
    .flatMap((pid) => [pid, ...childrenOf(pid)])
    .filter((pid) => ofProcess(pid, 'cmdline').startsWith('sshd'))
    .map(Number);
