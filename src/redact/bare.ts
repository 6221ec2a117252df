import { type Origin, originOf } from './origin.ts';
import { type Found, report } from './scan.ts';
import { plain, quoteAt, quoted, skipBlanks, toEnd } from './value.ts';
import { isWord, OPEN } from './values.ts';

/** `rc=0`: a name with its value. What ends in `=` is base64. */
export const NAMED = /^[A-Za-z_][\w.-]*=(?!=*$)/;

/** A `#` alone may begin a comment: what follows it must be a command that shows things. */
const PROMPT =
  /^(?:[\w.@:~/ [\]()-]{0,60}?\$ +|[\w.@:~/ [\]()-]{2,60}?# *|# +(?=(?:sudo|cat|head|tail|ceph|virsh|vault|crudini|echo) ))(\S+ .*)$/;
const LONGEST_COMMAND = 300;

/** `root@mon1:~# cat /etc/x.secret`: a transcript says itself where the next line comes from. */
export function typedIn(s: string, from: number, to: number): Origin | undefined {
  const command = to - from > LONGEST_COMMAND ? undefined : PROMPT.exec(s.slice(from, to))?.[1];
  const origin = command === undefined ? undefined : originOf(command);
  return origin?.bare ? { ...origin, guessed: true } : undefined;
}

/** A value that stands alone, when the origin says what it is. A line with blanks in it is a message. `open`: inside what is public. */
export function bareValue(s: string, from: number, to: number, origin: Origin, open: boolean, found: Found): void {
  const { bare, guessed, last, lastWord } = origin;
  if (bare === undefined || open) return;
  if (s.charCodeAt(from) === 123) {
    // `{"realm": "…"}`: one for each name.
    for (const { index, 0: all, 1: text = '' } of s.slice(from, to).matchAll(/:\s?"([^"\\]{4,200})"/g)) {
      const end = from + index + all.length - 1;
      report(plain(s, end - text.length, end), bare, false, true, found);
    }
    return;
  }
  if (lastWord) {
    const word = /^\d+\s+\w+\s+(\S+)\s*$/.exec(s.slice(from, to))?.[1];
    if (word !== undefined) {
      const start = s.lastIndexOf(word, to);
      report(plain(s, start, start + word.length), bare, false, true, found);
    }
    return;
  }
  const quote = quoteAt(s, skipBlanks(s, from, to), to);
  const value =
    quote >= 0 && !isWord(s.charCodeAt(from)) ? quoted(s, quote, to) : toEnd(s, skipBlanks(s, from, to), to);
  const text = s.slice(value.start, value.end);
  const colon = last ? text.lastIndexOf(':') : -1;
  if (colon > 0 && !text.startsWith('#')) {
    if (text.includes(OPEN)) return;
    report(plain(s, value.start + colon + 1, value.end), bare, false, true, found);
    return;
  }
  if (text.length < 4 || text.includes(' ') || text.includes('\t') || text.startsWith('#') || text.endsWith(':'))
    return;
  if (guessed && NAMED.test(text)) return;
  report(value, bare, false, true, found);
}
