import { skipBlanks } from './value.ts';
import { isBase64, isHex, isSpace } from './values.ts';

/** Where a line of a block is, without its end, and what a quick look saw of it. */
export interface Line {
  readonly from: number;
  readonly to: number;
  readonly flags: number;
}

export const isEmpty = (s: string, { from, to }: Line): boolean => skipBlanks(s, from, to) === to;

export const lineLength = ({ from, to }: Line): number => to - from;

/** Nothing but base64. */
export function isSolid(s: string, { from, to }: Line): boolean {
  let i = skipBlanks(s, from, to);
  while (i < to && (isBase64(s.charCodeAt(i)) || s.charCodeAt(i) === 61)) i++;
  return i === to;
}

/** One word. */
export function isAlone(s: string, from: number, to: number): boolean {
  for (let i = from; i < to; i++) if (isSpace(s.charCodeAt(i))) return false;
  return true;
}

export function isHexLine(s: string, from: number, to: number): boolean {
  const start = skipBlanks(s, from, to);
  let i = start;
  while (i < to && isHex(s.charCodeAt(i))) i++;
  return i - start >= 2 && i === to;
}

/** Where the line that holds this place ends. */
export const lineEnd = (s: string, from: number): number => {
  const at = s.indexOf('\n', from);
  return at < 0 ? s.length : at;
};
