// /etc/cinder/cinder.conf:9:enabled_backends = ceph          (find … -exec grep -aHn '' {} +)
import type { Exited } from '../domain/question.ts';
import { complaint, failures, type Parser, saysNothing, unparsed } from './parser.ts';

export interface NumberedLine {
  readonly file: string;
  readonly line: number;
  readonly text: string;
}

/** `path:line:text` of grep -aHn. The path may hold colons only if no number follows them. */
export function numberedLines(stdout: string): readonly NumberedLine[] {
  return stdout
    .split('\n')
    .map((l) => /^(.+?):(\d+):(.*)$/s.exec(l))
    .filter((m): m is RegExpExecArray => m !== null)
    .map((m) => ({ file: m[1] as string, line: Number(m[2]), text: m[3] as string }));
}

/** Lines of the files that exist; `find` names the absent ones on stderr, which is no error here. */
export const configFiles: Parser<readonly NumberedLine[]> = (answer: Exited) => {
  const lines = numberedLines(answer.stdout);
  // grep leaves out what is not UTF-8 ("binary file matches"): options could be missing, so none is believed.
  const [failure] = failures(answer);
  if (failure !== undefined) return unparsed(failure);
  return lines.length === 0 && saysNothing(answer) ? unparsed(complaint(answer)) : lines;
};
