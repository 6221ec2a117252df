import { isEmpty, type Line } from './lines.ts';
import type { Found } from './scan.ts';
import { skipBlanks, within } from './value.ts';
import { isBase64, isSpace, OPEN } from './values.ts';

const LONGEST = 400;

/** Private keys in their armour, in one line or over many, behind whatever a log, a diff or a frame puts before them. */
export class Armour {
  /** A private key began and has not ended: lines still to come that may belong to it. */
  #left = 0;

  get isOpen(): boolean {
    return this.#left > 0;
  }

  /** A private key in one line, or the first line of one. */
  opens(s: string, from: number, to: number, found: Found): boolean {
    const begin = within(s, '-----BEGIN', from, to);
    if (begin < 0) return false;
    const after = within(s, '-----', begin + 10, to);
    if (after < 0) return false;
    const body = after + 5;
    // A certificate may stand before its key.
    if (!s.slice(begin, after).includes('PRIVATE KEY')) return this.opens(s, body, to, found);
    const end = within(s, '-----END', body, to);
    if (end >= 0) {
      if (within(s, OPEN, body, end) < 0) found(body, end, 'private-key', [lettersOf(s.slice(body, end))]);
      return this.opens(s, end + 8, to, found);
    }
    let last = body;
    while (last < to && s.charCodeAt(last) !== 34 && s.charCodeAt(last) !== 39) last++;
    if (last - body > 40) found(body, last, 'private-key', [lettersOf(s.slice(body, last))]);
    else this.#left = LONGEST;
    return last - body <= 40;
  }

  /** Reads the lines from `i` to the end of the key, as one secret; returns the next to read. */
  read(s: string, lines: readonly Line[], i: number, found: Found): number {
    let at = i;
    let letters = '';
    let last = i;
    for (; at < lines.length && this.#left > 0; at++, this.#left--) {
      const { from, to } = lines[at] as Line;
      if (within(s, '-----END', from, to) >= 0) {
        this.#left = 0;
        break;
      }
      const text = s.slice(from, to);
      const tail = tailOf(text, endsArmour(s, lines[at + 1]));
      if (tail === '' && !isArmourHeader(text)) {
        // A header, an empty line or a stranger's behind a log's prefix: the armour goes on when its like follows.
        if (goesOn(s, lines, at + 1)) continue;
        this.#left = 0;
        break;
      }
      letters += tail;
      last = at;
    }
    if (letters !== '') {
      // What stands before its first line stays: blanks that YAML needs, the prefix of a log.
      let start = i;
      while (isEmpty(s, lines[start] as Line)) start++;
      const first = lines[start] as Line;
      const text = s.slice(first.from, first.to);
      const lead = isArmourHeader(text) ? 0 : text.length - tailOf(text).length;
      const { from, to } = lines[last] as Line;
      const tail = tailOf(s.slice(from, to), endsArmour(s, lines[last + 1]));
      const end = from + s.slice(from, to).lastIndexOf(tail) + tail.length;
      found(skipBlanks(s, first.from + lead, first.to), end, 'private-key', [letters]);
    }
    return at;
  }
}
const endsArmour = (s: string, line: Line | undefined): boolean =>
  line !== undefined && within(s, '-----END', line.from, line.to) >= 0;

const FRAME = '|"\',;\\';

/** The base64 at the end of a line of armour, behind whatever a log or a diff puts before it. */
function tailOf(text: string, last = false): string {
  let end = text.length;
  // What a frame, a quote or an escaped end of a line puts behind it.
  while (end > 0 && (isSpace(text.charCodeAt(end - 1)) || FRAME.includes(text.charAt(end - 1)))) end--;
  if (text.charAt(end) === '\\' || text.startsWith('\\n', end - 2))
    end = text.startsWith('\\n', end - 2) ? end - 2 : end;
  let from = end;
  while (from > 0 && (isBase64(text.charCodeAt(from - 1)) || text.charCodeAt(from - 1) === 61)) from--;
  const lead = text.slice(0, from).trim();
  return lead.length <= 2 || end - from >= 24 || (last && end - from >= 2) || (lead.endsWith(':') && end - from >= 2)
    ? text.slice(from, end)
    : '';
}

/** Does one of the next lines hold a whole line of armour? */
function goesOn(s: string, lines: readonly Line[], at: number): boolean {
  return lines.slice(at, at + 3).some(({ from, to }) => tailOf(s.slice(from, to)).length >= 40);
}

const isArmourHeader = (text: string): boolean =>
  text.trim() === '' ||
  text.includes('Proc-Type:') ||
  text.includes('DEK-Info:') ||
  text.includes('Comment:') ||
  text.includes('Version:');

/** The letters of a private key without the ends of its lines, however those are written. */
function lettersOf(text: string): string {
  let out = '';
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === 92 && (text.charAt(i + 1) === 'n' || text.charAt(i + 1) === 'r')) i++;
    else if (isBase64(c) || c === 61) out += text.charAt(i);
  }
  return out;
}
