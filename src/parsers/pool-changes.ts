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
    const body = /^(\S+) .*entity='([^']+)' cmd='?\[(\{.*\})\]'?: finished/.exec(line);
    if (!body) return [];
    const kind = /"prefix":\s*"osd pool (rename|rm|delete|create)"/.exec(body[3] as string)?.[1];
    if (!kind) return [];
    const field = (name: string) => new RegExp(`"${name}":\\s*"([^"]*)"`).exec(body[3] as string)?.[1] ?? '';
    return [
      {
        at: body[1] as string,
        kind: kind === 'rm' ? 'delete' : kind,
        pool: kind === 'rename' ? field('srcpool') : field('pool'),
        to: field('destpool'),
        who: body[2] as string,
      },
    ];
  });
};
