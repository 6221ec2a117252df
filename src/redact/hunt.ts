import type { Pattern } from './encodings.ts';
import { CLOSE, isBase64, isWord, OPEN } from './values.ts';
import type { Secret } from './vault.ts';

/** A known secret in some encoding, at `text[start, end)`. */
export interface Hit {
  readonly start: number;
  readonly end: number;
  readonly secret: Secret;
}

interface Sought {
  readonly pattern: Pattern;
  readonly secret: Secret;
}

const WIDE = 8;
const NARROW = 6;
const BASE = 0x01000193;
const SLOTS = 1 << 17;
const LONGEST_TOKEN = 40;

const BLOCK = 3;

/**
 * Many patterns at once, after Wu and Manber: three letters say how far the nearest end of a pattern can be, so that most letters are
 * never looked at. Only the last letters of a pattern count (the first ones of keys are often alike).
 */
class Window {
  readonly #width: number;
  #steps = new Uint8Array(0);
  readonly #patterns = new Map<number, Sought[]>();

  constructor(width: number) {
    this.#width = width;
  }

  get used(): boolean {
    return this.#steps.length > 0;
  }

  add(sought: Sought): void {
    const { text } = sought.pattern;
    if (!this.used) this.#steps = new Uint8Array(SLOTS).fill(this.#width - BLOCK + 1);
    for (let step = 0; step <= this.#width - BLOCK; step++) {
      const end = text.length - step;
      const slot = slotOf(text.charCodeAt(end - 3), text.charCodeAt(end - 2), text.charCodeAt(end - 1));
      if (step < (this.#steps[slot] as number)) this.#steps[slot] = step;
    }
    const hash = this.#hashOf((i) => text.charCodeAt(i), text.length);
    const there = this.#patterns.get(hash);
    if (there) there.push(sought);
    else this.#patterns.set(hash, [sought]);
  }

  /** Calls `found` with every pattern that is there. */
  each(bytes: Uint8Array, length: number, found: (start: number, end: number, sought: Sought) => void): void {
    const steps = this.#steps;
    for (let i = this.#width - 1; i < length; ) {
      const step = steps[slotOf(bytes[i - 2] as number, bytes[i - 1] as number, bytes[i] as number)] as number;
      if (step > 0) {
        i += step;
        continue;
      }
      const hash = this.#hashOf((at) => bytes[at] as number, i + 1);
      for (const sought of this.#patterns.get(hash) ?? []) {
        const { text } = sought.pattern;
        const start = i + 1 - text.length;
        if (start >= 0 && isThere(bytes, start, text)) found(start, i + 1, sought);
      }
      i++;
    }
  }

  #hashOf(at: (i: number) => number, end: number): number {
    let hash = 0;
    for (let i = end - this.#width; i < end; i++) hash = (Math.imul(hash, BASE) + at(i)) | 0;
    return hash;
  }
}

const slotOf = (a: number, b: number, c: number): number => (a * 0x8d1 + (b << 6) + c * 0x1003) & (SLOTS - 1);

function isThere(bytes: Uint8Array, start: number, text: string): boolean {
  for (let i = 0; i < text.length; i++) if (bytes[start + i] !== text.charCodeAt(i)) return false;
  return true;
}

/** Seeks known secrets in all their encodings, also where lines were broken in the middle of one. */
export class Hunter {
  readonly #windows = [new Window(WIDE), new Window(NARROW)] as const;
  #raw = Buffer.alloc(0);
  #bytes = Buffer.alloc(0);
  /** Where each piece of a line begins, in the squeezed text and in the text itself. */
  #starts: number[] = [];
  #places: number[] = [];

  add(secret: Secret, patterns: readonly Pattern[]): void {
    for (const pattern of patterns) this.#windows[pattern.text.length >= WIDE ? 0 : 1].add({ pattern, secret });
  }

  /** All hits in a text, in order and without overlaps. */
  hunt(text: string): Hit[] {
    if (!this.#windows.some(({ used }) => used)) return [];
    const length = this.#squeeze(text);
    const hits: Hit[] = [];
    for (const window of this.#windows) {
      if (window.used)
        window.each(this.#bytes, length, (start, end, { pattern, secret }) => {
          const hit = this.#placed(text, length, start, end, pattern);
          if (hit) hits.push({ ...hit, secret });
        });
    }
    return merged(hits);
  }

  /** The text without the ends of its lines, the blanks that begin the next and the backslash before. Returns its length. */
  #squeeze(text: string): number {
    if (this.#raw.length < text.length) {
      this.#raw = Buffer.allocUnsafe(text.length * 2);
      this.#bytes = Buffer.allocUnsafe(text.length * 2);
    }
    const raw = this.#raw.subarray(0, text.length);
    raw.write(text, 'latin1');
    this.#starts = [];
    this.#places = [];
    let length = 0;
    for (let from = 0; from < raw.length; ) {
      const line = raw.indexOf(10, from);
      let to = line < 0 ? raw.length : line;
      if (line >= 0) while (to > from && (raw[to - 1] === 13 || raw[to - 1] === 92)) to--;
      this.#starts.push(length);
      this.#places.push(from);
      length += raw.copy(this.#bytes, length, from, to);
      if (line < 0) break;
      from = line + 1;
      while (raw[from] === 32 || raw[from] === 9) from++;
    }
    return length;
  }

  /** Where a letter of the squeezed text stands in the text. */
  #place(at: number): number {
    let [low, high] = [0, this.#starts.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#starts[middle] as number) <= at) low = middle;
      else high = middle - 1;
    }
    return (this.#places[low] as number) + at - (this.#starts[low] as number);
  }

  #placed(
    text: string,
    length: number,
    from: number,
    to: number,
    { left, right, alone }: Pattern,
  ): { start: number; end: number } | undefined {
    const bytes = this.#bytes;
    let [first, last] = [from, to - 1];
    if (left > 0 && first > 0 && isBase64(bytes[first - 1] as number)) first--;
    if (right > 0 && last + 1 < length && isBase64(bytes[last + 1] as number)) last++;
    const start = this.#place(first);
    const end = this.#place(last) + 1;
    if (alone && (isWord(text.charCodeAt(start - 1)) || isWord(text.charCodeAt(end)))) return undefined;
    const lead = text.slice(Math.max(0, start - LONGEST_TOKEN), start + OPEN.length);
    const open = lead.lastIndexOf(OPEN);
    if (open >= 0 && lead.indexOf(CLOSE, open) < 0) return undefined;
    return { start, end };
  }
}

function merged(hits: Hit[]): Hit[] {
  hits.sort((a, b) => a.start - b.start || b.end - a.end);
  const out: Hit[] = [];
  for (const hit of hits) {
    const last = out.at(-1);
    if (last === undefined || hit.start > last.end || (hit.start === last.end && hit.secret !== last.secret))
      out.push(hit);
    else if (hit.end > last.end) out[out.length - 1] = { ...last, end: hit.end };
  }
  return out;
}
