import { isHex } from './values.ts';

/** Bytes of a character, as a string of codes 0 … 255. */
const utf8 = (code: number): string => Buffer.from(String.fromCodePoint(code), 'utf8').toString('latin1');
const LETTERS: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f', 0: '\0' };

/** One level of backslashes, as in JSON, Python and YAML's double quotes. */
export function unescapeBackslashes(text: string): string {
  if (!text.includes('\\')) return text;
  let out = '';
  for (let i = 0; i < text.length; i++) {
    const c = text.charAt(i);
    if (c !== '\\' || i + 1 === text.length) {
      out += c;
      continue;
    }
    const next = text.charAt(++i);
    const digits = next === 'u' ? 4 : next === 'x' ? 2 : 0;
    const code = digits > 0 ? Number.parseInt(text.slice(i + 1, i + 1 + digits), 16) : Number.NaN;
    if (digits > 0 && !Number.isNaN(code)) {
      i += digits;
      const low = text.startsWith('\\u', i + 1) ? Number.parseInt(text.slice(i + 3, i + 7), 16) : Number.NaN;
      if (code >= 0xd800 && code < 0xdc00 && low >= 0xdc00 && low < 0xe000) {
        out += utf8(0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00));
        i += 6;
      } else out += utf8(code >= 0xd800 && code < 0xe000 ? 0xfffd : code);
    } else out += LETTERS[next] ?? next;
  }
  return out;
}

/** A shell's backslash only takes the meaning from the next character. */
export function unescapeShell(text: string): string {
  if (!text.includes('\\')) return text;
  let out = '';
  for (let i = 0; i < text.length; i++) {
    if (text.charAt(i) === '\\' && i + 1 < text.length) i++;
    out += text.charAt(i);
  }
  return out;
}

export function unescapePercent(text: string): string {
  if (!text.includes('%')) return text;
  let out = '';
  for (let i = 0; i < text.length; i++) {
    if (text.charAt(i) === '%' && isHex(text.charCodeAt(i + 1)) && isHex(text.charCodeAt(i + 2))) {
      out += String.fromCharCode(Number.parseInt(text.slice(i + 1, i + 3), 16));
      i += 2;
    } else out += text.charAt(i);
  }
  return out;
}

/** `\\040`: a character by three octal digits. */
export const unescapeOctal = (text: string): string =>
  text.replace(/\\([0-3][0-7]{2})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

export function unescapeXml(text: string): string {
  if (!text.includes('&')) return text;
  let out = '';
  for (let i = 0; i < text.length; i++) {
    const end = text.charAt(i) === '&' ? text.slice(i, i + 10).indexOf(';') : -1;
    const name = end > 0 ? text.slice(i + 1, i + end) : '';
    const code = name.startsWith('#x')
      ? Number.parseInt(name.slice(2), 16)
      : name.startsWith('#')
        ? Number.parseInt(name.slice(1), 10)
        : Number.NaN;
    const said = code > 0 && code < 0x110000 ? utf8(code >= 0xd800 && code < 0xe000 ? 0xfffd : code) : ENTITIES[name];
    if (said === undefined) out += text.charAt(i);
    else {
      out += said;
      i += end;
    }
  }
  return out;
}
