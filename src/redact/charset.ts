/** How a file writes its letters: bytes as they are (ASCII, UTF-8, Latin), or UTF-16 in either order. */
export type Charset = 'bytes' | 'utf-16le' | 'utf-16be';

/** What the first bytes of a text say of it. */
export function charsetOf(head: Uint8Array): Charset {
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le';
  if (head[0] === 0xfe && head[1] === 0xff) return 'utf-16be';
  const pairs = Math.min(head.length >> 1, 256);
  if (pairs < 4) return 'bytes';
  let [even, odd] = [0, 0];
  for (let i = 0; i < pairs; i++) {
    if (head[2 * i] === 0) even++;
    if (head[2 * i + 1] === 0) odd++;
  }
  // Without its mark only plain ASCII in UTF-16 is taken for it: a text may just quote some.
  if (odd === pairs && even === 0) return 'utf-16le';
  return even === pairs && odd === 0 ? 'utf-16be' : 'bytes';
}

const swapped = (bytes: Uint8Array): Buffer => Buffer.from(bytes).swap16();
/** Halves of a pair that stand alone have no UTF-8; three bytes outside of it stand for them. */
const isHigh = (code: number): boolean => code >= 0xd800 && code < 0xdc00;

/** So many bytes are looked at before the charset is taken for known. */
const HEAD = 512;

/** Turns pieces of a file into text of bytes, UTF-8 whatever the file's charset, and back. */
export class Letters {
  #charset: Charset | undefined;
  #odd: Buffer = Buffer.alloc(0);
  #head: Buffer = Buffer.alloc(0);

  read(piece: Uint8Array): string {
    if (this.#charset === undefined) {
      this.#head = Buffer.concat([this.#head, piece]);
      return this.#head.length < HEAD ? '' : this.flush();
    }
    return this.#decode(piece);
  }

  /** What was held back to learn the charset; to be called when there is no more to read. */
  flush(): string {
    const head = this.#head;
    this.#head = Buffer.alloc(0);
    this.#charset ??= charsetOf(head);
    return this.#decode(head);
  }

  #decode(piece: Uint8Array): string {
    if (this.#charset === 'bytes')
      return Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength).toString('latin1');
    const all = Buffer.concat([this.#odd, piece]);
    const even = all.subarray(0, all.length & ~1);
    const text = (this.#charset === 'utf-16be' ? swapped(even) : even).toString('utf16le');
    const whole = isHigh(text.charCodeAt(text.length - 1)) ? text.slice(0, -1) : text;
    this.#odd = all.subarray(whole.length * 2);
    return Buffer.from(whole, 'utf8').toString('latin1');
  }

  write(text: string): Buffer {
    const bytes = Buffer.from(text, 'latin1');
    if (this.#charset === undefined || this.#charset === 'bytes') return bytes;
    const wide = Buffer.from(bytes.toString('utf8'), 'utf16le');
    return this.#charset === 'utf-16be' ? wide.swap16() : wide;
  }

  /** A last byte that belongs to no letter. */
  end(): Buffer {
    return this.#charset === undefined || this.#charset === 'bytes' ? Buffer.alloc(0) : Buffer.from(this.#odd);
  }
}
