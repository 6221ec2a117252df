// 2026-11-22T18:40:01.1+0000 mon.a (mon.0) 12 : audit [INF] from='…' entity='client.admin' cmd='[{"prefix":"auth caps","entity":"client.cinder",…}]': finished
import { complaint, type Parser, unparsed } from './parser.ts';

export interface CapsChangeLine {
  readonly at: string;
  readonly entity: string;
  readonly who: string;
}

const LINE = /^(\S+) [^']*from='[^']*' entity='([^']+)' cmd='?\[\{.*"prefix": ?"auth caps".*\}\]'?: finished/;
const LONGEST = 4096;

/** Clients whose caps were replaced, as far back as the cluster's audit log goes (`ceph log last N info audit`). */
export const capsChanges: Parser<readonly CapsChangeLine[]> = (answer) => {
  if (answer.code !== 0) return unparsed(complaint(answer));
  return answer.stdout.split('\n').flatMap((raw) => {
    const line = raw.slice(0, LONGEST);
    const [, at, who] = LINE.exec(line) ?? [];
    const entity = /"entity": ?"([^"]+)"/.exec(line)?.[1];
    return at === undefined || who === undefined || entity === undefined ? [] : [{ at, entity, who }];
  });
};
