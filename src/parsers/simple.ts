import { type Maybe, unknown } from '../domain/fact.ts';
import type { Exited } from '../domain/question.ts';
import { complaint, type Parser, unparsed } from './parser.ts';

export const text: Parser<string> = (answer) =>
  answer.code === 0 ? answer.stdout.trim() : unparsed(complaint(answer));

export const lines: Parser<readonly string[]> = (answer) =>
  answer.code === 0 ? answer.stdout.split('\n').filter((l) => l !== '') : unparsed(complaint(answer));

// /usr/bin/python3 /usr/bin/glance-api --config-file=/etc/glance/glance-api.conf          (ps -ww -C NAME,NAME -o args=)
export const commandLines: Parser<readonly string[]> = (answer) =>
  answer.code === 0 || (answer.code === 1 && answer.stderr === '')
    ? answer.stdout.split('\n').filter((l) => l.trim() !== '')
    : unparsed(complaint(answer));

/** The exit code is the answer: 0 yes, 1 no, anything else is not an answer. */
export const yesOrNo: Parser<boolean> = (answer) =>
  answer.code === 0 ? true : answer.code === 1 ? false : unparsed(complaint(answer));

/** The whole answer, for checks that look at code and text themselves. */
export const exit: Parser<{ code: number; stdout: string; stderr: string }> = ({ code, stdout, stderr }) => ({
  code,
  stdout,
  stderr,
});

// 1795372345.123456789          (date +%s.%N)
export const clock: Parser<number> = (answer) => {
  const seconds = Number(/^\s*(\d{10}(?:\.\d+)?)\s*$/.exec(answer.stdout)?.[1]);
  return answer.code === 0 && !Number.isNaN(seconds) ? seconds : unparsed(complaint(answer));
};

// 10.77.0.11: connect: Connection refused          (bash -c 'exec 3<>"/dev/tcp/$0/$1"' HOST PORT)
export const tcp: Parser<{ open: boolean; says: string }> = (
  answer: Exited,
): Maybe<{ open: boolean; says: string }> => {
  if (answer.code === 0) return { open: true, says: 'open' };
  if (/refused/i.test(answer.stderr)) return { open: false, says: 'connection refused' };
  if (/timed out/i.test(answer.stderr)) return { open: false, says: 'connection timed out' };
  if (/No route|unreachable/i.test(answer.stderr)) return { open: false, says: 'no route to host' };
  if (/resolve|not known|Name or service|Temporary failure/i.test(answer.stderr))
    return { open: false, says: 'name not resolved' };
  return unknown(complaint(answer), 'unparsed');
};
