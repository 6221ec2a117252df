import { cephxAt } from './cephx.ts';
import type { Found } from './scan.ts';
import { isBase64, isSpace } from './values.ts';

/** A cephx key that the end of the line cuts in two. */
export function brokenKey(s: string, from: number, to: number, end: number, found: Found): void {
  let start = to;
  while (start > from && to - start < 60 && isBase64(s.charCodeAt(start - 1))) start--;
  for (let at = start; at < to; at++) {
    if (s.charCodeAt(at) !== 65 || cephxAt(s, at, to) > 0) continue;
    const c = s.charCodeAt(at + 1);
    if (at + 1 < to && c !== 81 && c !== 103) continue;
    let rest = to;
    while (rest < end && (isSpace(s.charCodeAt(rest)) || s.charCodeAt(rest) === 10)) rest++;
    const joined = s.slice(at, to) + s.slice(rest, Math.min(end, rest + 60));
    const length = cephxAt(joined, 0);
    if (length === 0) continue;
    found(at, rest + length - (to - at), 'cephx', [joined.slice(0, length)]);
    return;
  }
}
