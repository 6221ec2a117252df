// /etc/ceph/ceph.conf|root|root|644|758|regular file          (stat -c '%n|%U|%G|%a|%s|%F' …)
import type { Parser } from './parser.ts';
import { complaint, failures, saysNothing, unparsed } from './parser.ts';

export interface StatLine {
  readonly path: string;
  readonly owner: string;
  readonly group: string;
  readonly mode: string;
  readonly size: number;
  readonly type: string;
}

export const fileStates: Parser<readonly StatLine[]> = (answer) => {
  const found = answer.stdout
    .split('\n')
    .map((l) => /^(.+)\|([^|]+)\|([^|]+)\|([0-7]+)\|(\d+)\|([^|]+)$/.exec(l))
    .filter((m): m is RegExpExecArray => m !== null)
    .map(([, path, owner, group, mode, size, type]) => ({
      path: path as string,
      owner: owner as string,
      group: group as string,
      mode: (mode as string).padStart(4, '0'),
      size: Number(size),
      type: type as string,
    }));
  // stat reports absent files on stderr with exit 1; anything else that failed is not known to be absent.
  const [failure] = failures(answer);
  if (failure !== undefined) return unparsed(failure);
  return found.length === 0 && saysNothing(answer) ? unparsed(complaint(answer)) : found;
};
