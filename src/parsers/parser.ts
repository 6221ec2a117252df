import { type Maybe, unknown } from '../domain/fact.ts';
import type { Exited } from '../domain/question.ts';

/** Text of one command → typed value. Says unknown, with the reason, when the text is not what it should be. */
export type Parser<T> = (answer: Exited) => Maybe<T>;

/** First line of an error that says something, for "could not be read, because …". */
export function complaint(answer: Exited): string {
  const lines = `${ends(answer.stderr)}\n${ends(answer.stdout)}`
    .split('\n')
    .map((l) => l.trim())
    .filter((l) => l !== '');
  const telling = lines.findLast((l) => /error|fail|denied|not |no such|unable/i.test(l)) ?? lines.at(-1);
  return telling ? `exit ${answer.code}: ${telling.slice(0, 200)}` : `exit ${answer.code} without a word`;
}

const END = 64 * 1024;

/** Beginning and end of a text: what programs say about themselves stands there, however much they say. */
export const ends = (text: string): string =>
  text.length <= 2 * END ? text : `${text.slice(0, END)}\n${text.slice(-END)}`;

/** What stat, find and grep could not do; that a file does not exist is an answer, and what sudo says is not about files. */
export function failures(answer: Exited): readonly string[] {
  return answer.stderr.split('\n').filter((l) => /^(stat|find|grep): /.test(l) && !/No such file or directory/.test(l));
}

/** Nothing was found, and no program said that there is nothing. */
export const saysNothing = (answer: Exited): boolean =>
  answer.code !== 0 && !/No such file or directory/.test(answer.stderr);

export const unparsed = (what: string): ReturnType<typeof unknown> => unknown(what, 'unparsed');

/** Output that was cut to its budget must not be read as if it were whole. */
export function whole<T>(parser: Parser<T>): Parser<T> {
  return (answer) =>
    answer.dropped > 0
      ? unparsed(`the output was cut: ${answer.dropped} bytes beyond the budget were not kept`)
      : parser(answer);
}
