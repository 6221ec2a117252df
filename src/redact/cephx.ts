/**
 * A cephx key as Ceph encodes it: type (2 bytes, little endian: 1 aes, 2 aes256k), creation time (4 + 4), length (2: 16 or 32), the bytes;
 * all in base64. So 40 or 60 characters of which seven are fixed: nothing else looks like that.
 */
const isCode = (c: number): boolean =>
  (c >= 97 && c <= 122) || (c >= 65 && c <= 90) || (c >= 48 && c <= 57) || c === 43 || c === 47 || c === 45 || c === 95;

const [A, D, EQUALS] = [65, 68, 61];
/** Character 13 holds the low bits of the last byte of the time and the high ones of the length. */
const AES = new Set([...'BRhx'].map((c) => c.charCodeAt(0)));
const AES256K = new Set([...'CSiy'].map((c) => c.charCodeAt(0)));

/** Length of the key that begins at `at`, with its padding if it has any; 0: none does. */
export function cephxAt(text: string, at: number, to = text.length): number {
  if (text.charCodeAt(at) !== A) return 0;
  const type = text.charCodeAt(at + 1);
  const long = type === 103;
  if (type !== 81 && !long) return 0;
  const third = text.charCodeAt(at + 2);
  if (third < A || third > D) return 0;
  if (text.charCodeAt(at + 14) !== A || text.charCodeAt(at + 15) !== A) return 0;
  if (!(long ? AES256K : AES).has(text.charCodeAt(at + 13))) return 0;
  const body = long ? 59 : 38;
  if (at + body > to) return 0;
  for (let i = at + 3; i < at + body; i++) if (!isCode(text.charCodeAt(i))) return 0;
  let end = at + body;
  for (let padding = long ? 1 : 2; padding > 0 && end < to && text.charCodeAt(end) === EQUALS; padding--) end++;
  return end - at;
}
