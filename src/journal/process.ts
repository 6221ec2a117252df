import { readFileSync } from 'node:fs';

/** A process of this machine, told apart from a later one with the same number by when it began. */
export interface ProcessMark {
  readonly pid: number;
  /** Clock ticks since boot (proc(5), field 22 of stat); empty where there is no /proc. */
  readonly began: string;
}

export const markOf = (pid: number): ProcessMark => ({ pid, began: beganAt(pid) });

/** Does exactly this process still run? */
export function lives({ pid, began }: ProcessMark): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  const now = beganAt(pid);
  return began === '' || now === '' || now === began;
}

function beganAt(pid: number): string {
  try {
    // The program's name stands in parentheses and may hold anything, so count from the last one.
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return '';
  }
}
