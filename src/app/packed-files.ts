import { Readable } from 'node:stream';
import { createGunzip, createGzip } from 'node:zlib';
import { InputError } from '../domain/input-error.ts';

/** Something that can be read again and again, and how it begins. */
export interface Source {
  readonly open: () => AsyncIterable<Uint8Array>;
  readonly head: Buffer;
  readonly gzip: boolean;
}

const HEAD = 4096;
/** More text than this out of one compressed file is a bomb. */
const MOST_UNPACKED = 4 * 1024 ** 3;
const MOST_RATIO = 1100;
const UNKNOWN: readonly (readonly [string, string])[] = [
  ['fd377a585a00', 'compressed with xz'],
  ['425a68', 'compressed with bzip2'],
  ['28b52ffd', 'compressed with zstd'],
  ['04224d18', 'compressed with lz4'],
  ['504b0304', 'a zip archive'],
  ['7f454c46', 'a program'],
];

export async function sourceOf(open: () => AsyncIterable<Uint8Array>): Promise<Source> {
  const packedHead = await headOf(open());
  const gzip = packedHead[0] === 0x1f && packedHead[1] === 0x8b;
  const source = { open, head: packedHead, gzip };
  return gzip ? { ...source, head: await headOf(readable(source)).catch(() => Buffer.from([0])) } : source;
}

async function headOf(pieces: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const head: Uint8Array[] = [];
  let length = 0;
  for await (const piece of pieces) {
    head.push(piece);
    length += piece.length;
    if (length >= HEAD) break;
  }
  return Buffer.concat(head).subarray(0, HEAD);
}

/** The text of a source, unpacked. */
export async function* readable({ open, gzip }: Source): AsyncGenerator<Uint8Array> {
  if (!gzip) {
    yield* open();
    return;
  }
  let [read, length] = [0, 0];
  const counted = async function* (): AsyncGenerator<Uint8Array> {
    for await (const piece of open()) {
      read += piece.length;
      yield piece;
    }
  };
  const input = Readable.from(counted(), { objectMode: false });
  const text = createGunzip();
  input.on('error', (error) => text.destroy(error));
  input.pipe(text);
  try {
    for await (const piece of text) {
      length += (piece as Buffer).length;
      if (length > MOST_UNPACKED || length > (read + HEAD) * MOST_RATIO)
        throw new InputError('it unpacks to far too much');
      yield piece as Buffer;
    }
  } finally {
    input.destroy();
    text.destroy();
  }
}

/** The text packed as the source was. */
export async function* packed({ gzip }: Source, text: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  if (!gzip) {
    yield* text;
    return;
  }
  const input = Readable.from(text, { objectMode: false });
  const out = createGzip();
  input.on('error', (error) => out.destroy(error));
  for await (const piece of input.pipe(out)) yield piece as Buffer;
}

/** Why nothing can be said of a file's content; undefined: it is text. */
export function unreadable({ head }: Source): string | undefined {
  const hex = head.subarray(0, 8).toString('hex');
  const known = UNKNOWN.find(([begin]) => hex.startsWith(begin));
  if (known) return `${known[1]}; unpack it first`;
  if (head.subarray(257, 262).toString('latin1') === 'ustar') return 'a tar archive; unpack it first';
  if (!head.includes(0)) return undefined;
  return isWide(head) || isZeroed(head) ? undefined : 'neither text nor gzip of text';
}

/** UTF-16 has a zero in every second place. */
function isWide(head: Buffer): boolean {
  if ((head[0] === 0xff && head[1] === 0xfe) || (head[0] === 0xfe && head[1] === 0xff)) return true;
  const zeros = [0, 0];
  for (const [i, byte] of head.entries()) if (byte === 0) zeros[i % 2] = (zeros[i % 2] as number) + 1;
  const [even = 0, odd = 0] = zeros;
  return Math.max(even, odd) > head.length * 0.35 && Math.min(even, odd) < head.length * 0.05;
}

/** Words that zeros divide, as the kernel shows environments and command lines. */
const isZeroed = (head: Buffer): boolean =>
  head.every((byte) => byte === 0 || byte >= 32 || byte === 9 || byte === 10 || byte === 13 || byte === 27);
