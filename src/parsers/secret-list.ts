//  457eb676-33da-42ec-9a8c-9293d545c337   ceph client.cinder secret          (virsh secret-list)
import { complaint, type Parser, unparsed } from './parser.ts';

export interface ListedSecret {
  readonly uuid: string;
  readonly usage: string;
}

export const secretList: Parser<readonly ListedSecret[]> = (answer) => {
  if (answer.code !== 0) return unparsed(complaint(answer));
  return answer.stdout
    .split('\n')
    .map((line) => /^\s*([0-9a-f]{8}-[0-9a-f-]{27})\s+(.*\S)\s*$/i.exec(line))
    .filter((m): m is RegExpExecArray => m !== null)
    .map((m) => ({ uuid: m[1] as string, usage: m[2] as string }));
};
