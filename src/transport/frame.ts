export interface FrameSink {
  /** Bytes of the frame that is open. */
  data(bytes: Buffer): void;
  /** The words of an end mark (`s` begin of all, `e INDEX …` end of one); closes the frame. */
  mark(words: readonly string[]): void;
}

const NEWLINE = 0x0a;
const LONGEST_MARK = 120;

/**
 * Cuts one stream at its marks: `\n<nonce> words\n`. What precedes the first mark (login scripts that print) is dropped.
 * Bytes may come in any pieces; only as many are held back as could still begin a mark.
 */
export class Demultiplexer {
  private readonly start: Buffer;
  private held: Buffer = Buffer.alloc(0);
  private open = false;

  constructor(
    nonce: string,
    private readonly sink: FrameSink,
  ) {
    this.start = Buffer.from(`\n${nonce} `);
  }

  push(chunk: Buffer): void {
    let rest = this.held.length > 0 ? Buffer.concat([this.held, chunk]) : chunk;
    for (;;) {
      const at = rest.indexOf(this.start);
      if (at < 0) break;
      const end = rest.indexOf(NEWLINE, at + this.start.length);
      if (end < 0 && rest.length - at < LONGEST_MARK) {
        this.emit(rest.subarray(0, at));
        this.held = Buffer.from(rest.subarray(at));
        return;
      }
      this.emit(rest.subarray(0, at));
      const words = rest.subarray(at + this.start.length, end < 0 ? at + LONGEST_MARK : end);
      this.sink.mark(words.toString('latin1').trim().split(/ +/));
      this.open = true;
      rest = rest.subarray(end < 0 ? at + LONGEST_MARK : end + 1);
    }
    const keep = this.heldLength(rest);
    this.emit(rest.subarray(0, rest.length - keep));
    this.held = Buffer.from(rest.subarray(rest.length - keep));
  }

  private emit(bytes: Buffer): void {
    if (this.open && bytes.length > 0) this.sink.data(bytes);
  }

  /** Length of the longest end of `bytes` that is a beginning of a mark. */
  private heldLength(bytes: Buffer): number {
    for (let n = Math.min(this.start.length - 1, bytes.length); n > 0; n--) {
      if (bytes.subarray(bytes.length - n).equals(this.start.subarray(0, n))) return n;
    }
    return 0;
  }
}
