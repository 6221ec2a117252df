import type { Found } from './scan.ts';
import { isHex, isSpace } from './values.ts';

/** Bytes as `hexdump -C`, `xxd` and `rados listomapvals` show them: an offset, hexadecimal, and the letters beside. */
interface Line {
  readonly from: number;
  readonly to: number;
}

const OFFSET = 8;
const WIDTH = 16;
const MOST_LINES = 4_096;

/** The bytes of the dump whose first line is `i`, and the line behind it; undefined: no dump begins there. */
export function dumpAt(s: string, lines: readonly Line[], i: number): { text: string; end: number } | undefined {
  let text = '';
  let end = i;
  for (; end < lines.length && end - i < MOST_LINES; end++) {
    const bytes = bytesOf(s, lines[end] as Line);
    if (bytes === undefined) break;
    text += bytes;
  }
  return end > i && text.length >= WIDTH ? { text, end } : undefined;
}

export function hideDump(s: string, lines: readonly Line[], i: number, end: number, found: Found): void {
  for (const { from, to } of lines.slice(i, end))
    found(from + OFFSET + 1, to, 'secret', [s.slice(from + OFFSET + 1, to)]);
}

function bytesOf(s: string, { from, to }: Line): string | undefined {
  if (to - from < OFFSET + 4) return undefined;
  for (let i = from; i < from + OFFSET; i++) if (!isHex(s.charCodeAt(i))) return undefined;
  let at = from + OFFSET;
  if (s.charAt(at) === ':') at++;
  if (!isSpace(s.charCodeAt(at))) return undefined;
  let digits = '';
  for (; at < to && digits.length < 2 * WIDTH; at++) {
    const c = s.charCodeAt(at);
    if (isHex(c)) digits += s.charAt(at);
    // Two blanks end xxd's bytes; hexdump has them also in the middle.
    else if (!isSpace(c) || (s.startsWith('  ', at) && digits.length % 16 !== 0)) break;
    else if (s.startsWith('  ', at) && s.charAt(from + OFFSET) === ':') break;
  }
  return digits.length >= 2 && digits.length % 2 === 0 ? Buffer.from(digits, 'hex').toString('latin1') : undefined;
}
