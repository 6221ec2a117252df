import { gunzipSync, inflateSync } from 'node:zlib';
import { isPrintable } from './credentials.ts';
import { isBase64, isHex, isLetter } from './values.ts';

const LEAST = 20;
const MOST_UNPACKED = 1024 * 1024;

export interface Run {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

const VALUE = new Int8Array(256).fill(-1);
for (const [i, letter] of [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'].entries())
  VALUE[letter.charCodeAt(0)] = i;
VALUE[45] = 62;
VALUE[95] = 63;
const isReadable = (c: number): boolean => (c >= 32 && c < 127) || c === 9 || c === 10 || c === 13;

/** Could this run be readable text, gzip, zlib or UTF-16? Looks at nine bytes only, so random letters are passed over at once. */
export function isPromising(s: string, at: number): boolean {
  let readable = true;
  let hex = true;
  for (let i = at; i < at + 12; i += 4) {
    const word =
      ((VALUE[s.charCodeAt(i)] ?? 0) << 18) |
      ((VALUE[s.charCodeAt(i + 1)] ?? 0) << 12) |
      ((VALUE[s.charCodeAt(i + 2)] ?? 0) << 6) |
      (VALUE[s.charCodeAt(i + 3)] ?? 0);
    const [one, two, three] = [(word >> 16) & 255, (word >> 8) & 255, word & 255];
    if (i === at && ((one === 0x1f && two === 0x8b) || (one === 0x78 && (two === 0x9c || two === 0xda)))) return true;
    if (i === at && (two === 0 || (one === 0xff && two === 0xfe))) return true;
    readable &&= isReadable(one) && isReadable(two) && isReadable(three);
    // In hexadecimal of text every other digit is 2 … 7, or 0 for the end of a line.
    for (let k = i; k < i + 4; k += 2) {
      const high = s.charCodeAt(k);
      hex &&= high >= 48 && high <= 55 && high !== 49 && isHex(s.charCodeAt(k + 1));
    }
  }
  return readable || hex;
}

/** What base64, hexadecimal or gzip in base64 hides, if it is readable text; undefined: nothing to read. */
export function decoded(run: string): string | undefined {
  if (!isPromising(run, 0)) return undefined;
  const head = Buffer.from(run.slice(0, 12), 'base64');
  if (head[0] === 0x1f && head[1] === 0x8b) return unpacked(Buffer.from(run, 'base64'));
  if (head[0] === 0x78 && (head[1] === 0x9c || head[1] === 0xda)) return unpacked(Buffer.from(run, 'base64'));
  if (head.every(isReadable)) {
    const text = Buffer.from(run, 'base64').toString('latin1');
    if (text.length >= 6 && isPrintable(text)) return text;
    const wide = utf16(text);
    if (wide !== undefined) return wide;
  } else if (head[1] === 0 || (head[0] === 0xff && head[1] === 0xfe)) {
    const wide = utf16(Buffer.from(run, 'base64').toString('latin1'));
    if (wide !== undefined) return wide;
  }
  for (let i = 0; i < run.length; i++) if (!isHex(run.charCodeAt(i))) return undefined;
  // Zeros divide the words of a command line.
  const text = Buffer.from(run, 'hex').toString('latin1').replaceAll('\0', ' ');
  return text.length >= 8 && isPrintable(text) ? text : undefined;
}

/** Every second byte is zero: UTF-16 of plain text, as PowerShell's encoded commands are. */
function utf16(text: string): string | undefined {
  const from = text.charCodeAt(0) === 0xff ? 2 : 0;
  for (let i = from; i + 1 < text.length; i += 2) if (text.charCodeAt(i + 1) !== 0) return undefined;
  let narrow = '';
  for (let i = from; i < text.length; i += 2) narrow += text.charAt(i);
  return narrow.length >= 6 && isPrintable(narrow) ? narrow : undefined;
}

/** Text of a compressed member; undefined when it is none, or larger than what is worth reading here. */
export function unpacked(bytes: Buffer): string | undefined {
  try {
    const options = { maxOutputLength: MOST_UNPACKED };
    return (bytes[0] === 0x1f ? gunzipSync(bytes, options) : inflateSync(bytes, options)).toString('latin1');
  } catch {
    return undefined;
  }
}

/** Runs of base64 letters that are long enough to hide something. */
export function runs(s: string, a: number, b: number, each: (run: Run) => void): void {
  let from = a;
  let letters = 0;
  for (let i = a; i <= b; i++) {
    const c = i < b ? s.charCodeAt(i) : 0;
    if (isBase64(c)) {
      if (isLetter(c)) letters++;
      continue;
    }
    let end = i;
    while (end < b && end < i + 2 && s.charCodeAt(end) === 61) end++;
    if (i - from >= LEAST && letters > 0 && isPromising(s, from)) each({ start: from, end, text: s.slice(from, end) });
    from = i + 1;
    letters = 0;
  }
}
