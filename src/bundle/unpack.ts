import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { BundleError, LIMITS, type Limits, mebibytes } from './limits.ts';
import { BLOCK, badKind, badName, type Entry, type Member, padded, readHeader } from './tar.ts';

/**
 * The members of an archive, one after another, into memory only: nothing is written anywhere. Throws BundleError for whatever an honest
 * bundle does not have.
 */
export async function* membersOf(file: string, limits: Limits = LIMITS): AsyncGenerator<Member> {
  const source = unpacked(file, limits);
  const cursor = new Cursor(source);
  let count = 0;
  for (;;) {
    const header = await cursor.take(BLOCK);
    if (header === undefined) throw new BundleError('it is cut off: the end of the archive is missing');
    const entry = readHeader(header);
    if (entry === undefined) break;
    count += 1;
    if (count > limits.members) throw new BundleError(`it has more than ${limits.members} members`);
    refuse(entry, limits);
    const content = await cursor.take(padded(entry.size));
    if (content === undefined) throw new BundleError(`it is cut off in ${entry.name}`);
    yield { name: entry.name, bytes: content.subarray(0, entry.size) };
  }
  await cursor.onlyZeros();
}

function refuse(entry: Entry, limits: Limits): void {
  const shown = JSON.stringify(entry.name.slice(0, 120));
  const kind = badKind(entry);
  if (kind !== undefined) throw new BundleError(`${shown} in it is ${kind}; a bundle has files only`);
  const name = badName(entry.name);
  if (name !== undefined) throw new BundleError(`${shown} in it is ${name}`);
  if (entry.size > limits.memberBytes)
    throw new BundleError(`${shown} in it is larger than ${mebibytes(limits.memberBytes)}`);
}

async function* unpacked(file: string, limits: Limits): AsyncGenerator<Buffer> {
  let [read, out] = [0, 0];
  const counted = async function* (): AsyncGenerator<Buffer> {
    for await (const piece of createReadStream(file) as AsyncIterable<Buffer>) {
      read += piece.length;
      if (read > limits.packedBytes) throw new BundleError(`it is larger than ${mebibytes(limits.packedBytes)}`);
      yield piece;
    }
  };
  const input = Readable.from(counted(), { objectMode: false });
  const text = createGunzip();
  input.on('error', (error) => text.destroy(error));
  input.pipe(text);
  try {
    for await (const piece of text as AsyncIterable<Buffer>) {
      out += piece.length;
      if (out > limits.unpackedBytes)
        throw new BundleError(`it unpacks to more than ${mebibytes(limits.unpackedBytes)}`);
      if (out > limits.ratioFrom && out > read * limits.ratio)
        throw new BundleError(`it unpacks to more than ${limits.ratio} times its size`);
      yield piece;
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'Z_BUF_ERROR') throw new BundleError('it is cut off: its compressed text ends too early');
    if (code?.startsWith('Z_')) throw new BundleError('it is damaged, or not compressed with gzip');
    throw error;
  } finally {
    input.destroy();
    text.destroy();
  }
}

/** Takes so many bytes at a time of what comes in pieces. */
class Cursor {
  readonly #pieces: AsyncGenerator<Buffer>;
  #held: Buffer[] = [];
  #length = 0;

  constructor(pieces: AsyncGenerator<Buffer>) {
    this.#pieces = pieces;
  }

  /** Undefined: there are not so many any more. */
  async take(wanted: number): Promise<Buffer | undefined> {
    while (this.#length < wanted) {
      const next = await this.#pieces.next();
      if (next.done) return undefined;
      this.#held.push(next.value);
      this.#length += next.value.length;
    }
    const all = this.#held.length === 1 ? (this.#held[0] as Buffer) : Buffer.concat(this.#held);
    this.#held = all.length > wanted ? [all.subarray(wanted)] : [];
    this.#length = all.length - wanted;
    return all.subarray(0, wanted);
  }

  /** To the end; something hidden behind the end of the archive is no bundle. */
  async onlyZeros(): Promise<void> {
    for (;;) {
      for (const piece of this.#held)
        if (piece.some((byte) => byte !== 0)) throw new BundleError('there is something behind its end');
      const next = await this.#pieces.next();
      if (next.done) return;
      this.#held = [next.value];
    }
  }
}
