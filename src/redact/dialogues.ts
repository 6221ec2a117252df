import { lineEnd } from './lines.ts';
import type { Meaning } from './names.ts';
import { type Found, report } from './scan.ts';
import { plain } from './value.ts';

const TYPED: Meaning = { kind: 'password', rule: 'any', word: 'dialogue' };
/** What a script waits for before it types a password. */
const ASKED = /expect|waitfor|-re\b|^\s*["']/i;
const SENT = /\bsend(?:line)?\b(?:\s+-{1,2}\S*)*\s*\(?\s*(["'])/;
const REACH = 3;
const LONGEST_LINE = 1000;

/** `expect "assword:"`, then `send "x1\r"`, on that line or soon below it; Python's `sendline('x1')` too. */
export function dialogues(s: string, found: Found): void {
  if (!s.includes('send')) return;
  for (const prompt of ['assword', 'assphrase', 'asscode']) {
    for (let at = s.indexOf(prompt); at >= 0; at = s.indexOf(prompt, at + prompt.length)) {
      const from = s.lastIndexOf('\n', at) + 1;
      const end = lineEnd(s, at);
      if (end - from > LONGEST_LINE || !ASKED.test(s.slice(from, at))) continue;
      if (typed(s, at, end, found)) continue;
      for (let below = end + 1, n = 0; n < REACH && below < s.length; n++, below = lineEnd(s, below) + 1)
        if (typed(s, below, Math.min(lineEnd(s, below), below + LONGEST_LINE), found)) break;
    }
  }
}

/** Is something typed between these places? */
function typed(s: string, from: number, end: number, found: Found): boolean {
  const text = s.slice(from, end);
  const sent = SENT.exec(text);
  if (sent === null) return false;
  const start = sent.index + sent[0].length;
  const close = text.indexOf(sent[1] as string, start);
  const last = close < 0 ? text.length : close;
  // The key that ends the line is none of it.
  const value = text.slice(start, last).replace(/(?:\\[rn])+$/, '');
  if (value !== '') report(plain(s, from + start, from + start + value.length), TYPED, false, false, found);
  return true;
}
