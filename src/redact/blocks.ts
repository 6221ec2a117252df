import { isBase64, isSpace } from './values.ts';

/** Largest block that is looked at as one. */
export const BLOCK = 65_536;
/** A line longer than a block is cut where a value is unlikely to stand. */
const SEARCH = 8_192;
const ARMOUR_LINE = 40;
const MOST_ARMOUR = 32_768;

/** Cuts a stream of text into blocks of whole lines that can be read one by one. Holds at most one block and what was just given. */
export class Blocks {
  #rest = '';

  /** The blocks that are complete with this piece. */
  push(piece: string): string[] {
    const blocks: string[] = [];
    let text = this.#rest === '' ? piece : this.#rest + piece;
    let from = 0;
    while (text.length - from >= BLOCK) {
      const cut = cutOf(text, from);
      blocks.push(text.slice(from, cut));
      from = cut;
    }
    if (from > 0) text = text.slice(from);
    this.#rest = text;
    return blocks;
  }

  /** What is left. */
  end(): string[] {
    const rest = this.#rest;
    this.#rest = '';
    return rest === '' ? [] : [rest];
  }
}

/** Where the block that begins at `from` ends. */
function cutOf(text: string, from: number): number {
  const line = text.lastIndexOf('\n', from + BLOCK - 1) + 1;
  if (line <= from) return cutLine(text, from);
  let cut = line;
  while (cut > from && line - cut < MOST_ARMOUR) {
    const start = text.lastIndexOf('\n', cut - 2) + 1;
    if (start < from || !(isArmour(text, start, cut - 1) || endsInKey(text, start, cut - 1))) break;
    cut = start;
  }
  return cut > from ? cut : line;
}

/** Armour and long base64 are read as one, so they are not cut. */
function isArmour(text: string, from: number, to: number): boolean {
  let end = to;
  while (end > from && isSpace(text.charCodeAt(end - 1))) end--;
  let start = end;
  while (start > from && (isBase64(text.charCodeAt(start - 1)) || text.charCodeAt(start - 1) === 61)) start--;
  return end - start >= ARMOUR_LINE;
}

/** The line may end in the middle of a cephx key. */
function endsInKey(text: string, from: number, to: number): boolean {
  let start = to;
  while (start > from && to - start < 60 && isBase64(text.charCodeAt(start - 1))) start--;
  return text.slice(start, to).includes('A');
}

function cutLine(text: string, from: number): number {
  const last = from + BLOCK;
  let blank = -1;
  for (let i = last - 1; i > last - SEARCH; i--) {
    const c = text.charCodeAt(i);
    if (c === 44 || c === 59 || c === 38 || c === 125 || c === 62) return i + 1;
    if (blank < 0 && c === 32 && !':=-'.includes(text.charAt(i - 1))) blank = i + 1;
  }
  return blank > 0 ? blank : last;
}
