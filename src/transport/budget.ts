/** Keeps at most `limit` bytes: the first half and the last half. What fell between is counted. */
export class HeadAndTail {
  private readonly head: Buffer[] = [];
  private headBytes = 0;
  private tail: Buffer[] = [];
  private tailBytes = 0;
  total = 0;

  constructor(private readonly limit: number) {}

  push(bytes: Buffer): void {
    this.total += bytes.length;
    const room = Math.ceil(this.limit / 2) - this.headBytes;
    if (room > 0) {
      const part = bytes.subarray(0, room);
      // A copy: a slice would keep the whole packet alive.
      this.head.push(Buffer.from(part));
      this.headBytes += part.length;
    }
    if (bytes.length > room) this.pushTail(bytes.subarray(Math.max(0, room)));
  }

  private pushTail(bytes: Buffer): void {
    const room = Math.floor(this.limit / 2);
    this.tail.push(Buffer.from(bytes.subarray(Math.max(0, bytes.length - room))));
    this.tailBytes += Math.min(bytes.length, room);
    if (this.tailBytes > 2 * room + 65_536) this.trimTail(room);
  }

  private trimTail(room: number): void {
    const whole = Buffer.concat(this.tail);
    this.tail = [Buffer.from(whole.subarray(Math.max(0, whole.length - room)))];
    this.tailBytes = this.tail[0]?.length ?? 0;
  }

  /** Text of what is kept. A character cut at the seam is left out, not turned into another. */
  text(): { text: string; dropped: number } {
    this.trimTail(Math.floor(this.limit / 2));
    const cut = this.total > this.headBytes + this.tailBytes;
    const head = Buffer.concat(this.head);
    const tail = Buffer.concat(this.tail);
    if (!cut) return { text: Buffer.concat([head, tail]).toString('utf8'), dropped: 0 };
    const headEnd = wholeCharacters(head);
    const tailStart = firstCharacter(tail);
    return {
      text: head.toString('utf8', 0, headEnd) + tail.toString('utf8', tailStart),
      dropped: this.total - headEnd - (tail.length - tailStart),
    };
  }
}

const isContinuation = (byte: number | undefined): boolean => byte !== undefined && (byte & 0xc0) === 0x80;

/** Where the last whole UTF-8 character of `bytes` ends. */
function wholeCharacters(bytes: Buffer): number {
  let at = bytes.length - 1;
  for (let back = 0; back < 3 && isContinuation(bytes[at]); back++) at--;
  const lead = bytes[at] ?? 0;
  const length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 1;
  return at + length > bytes.length && lead >= 0xc0 ? Math.max(0, at) : bytes.length;
}

function firstCharacter(bytes: Buffer): number {
  let at = 0;
  while (at < 3 && isContinuation(bytes[at])) at++;
  return at;
}
