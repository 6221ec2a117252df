// 2026-11-22T18:40:01.1+0000 mon.a (mon.0) 12 : audit [INF] from='…' entity='client.admin' cmd='[{"prefix": "osd pool rename", …}]': finished
import type { Parser } from './parser.ts';
import { complaint, unparsed } from './parser.ts';

export interface PoolChangeLine {
  readonly at: string;
  readonly kind: string;
  readonly pool: string;
  readonly to: string;
  readonly who: string;
}

/** Pools created, renamed and deleted, as far back as the cluster's audit log goes (`ceph log last N info audit`). */
export const poolChanges: Parser<readonly PoolChangeLine[]> = (answer) => {
  if (answer.code !== 0) return unparsed(complaint(answer));
  return answer.stdout.split('\n').flatMap((line) => {
    const [, at, who, command] = LINE.exec(line.slice(0, LONGEST)) ?? [];
    if (at === undefined || who === undefined || command === undefined) return [];
    const { prefix, pool, srcpool, destpool } = fields(command);
    const kind = /^osd pool (rename|rm|delete|create)$/.exec(prefix ?? '')?.[1];
    if (kind === undefined) return [];
    return [{ at, kind: kind === 'rm' ? 'delete' : kind, pool: srcpool ?? pool ?? '', to: destpool ?? '', who }];
  });
};

const LINE = /^(\S+) [^']*from='[^']*' entity='([^']+)' cmd='?\[(\{.*\})\]'?: finished/;
const LONGEST = 4096;

/** Text members of the command; ceph logs it as JSON. */
function fields(command: string): Readonly<Record<string, string | undefined>> {
  try {
    const members = Object.entries(JSON.parse(command) as object);
    return Object.fromEntries(members.filter(([, value]) => typeof value === 'string'));
  } catch {
    return {};
  }
}
