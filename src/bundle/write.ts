import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import type { Manifest } from './manifest.ts';
import { MEMBERS } from './manifest.ts';
import { TAR_END, tarMember } from './tar.ts';

export interface ArchiveOptions {
  readonly file: string;
  /** Folder that all members lie in. */
  readonly root: string;
  /** Unix time of all members, s. */
  readonly mtime: number;
}

/** Gets the uncompressed archive; throws when it must not be kept. */
export type LastLook = { write(piece: Uint8Array): void; end(): void };

/** Where the name of the machine's system would stand in a gzip header. */
const GZIP_SYSTEM = 9;
const UNKNOWN_SYSTEM = 255;

/**
 * Writes a bundle member by member beside its final name, for its owner only. It gets the name when it is whole and was looked through
 * once more; whatever goes wrong before, nothing is left.
 */
export class Archive {
  readonly #options: ArchiveOptions;
  readonly #part: string;
  readonly #gzip = createGzip({ level: 6 });
  readonly #done: Promise<void>;
  readonly #members: Manifest['members'] = [];
  #packed = 0;

  constructor(options: ArchiveOptions) {
    this.#options = options;
    this.#part = join(dirname(options.file), `.${basename(options.file)}.${randomBytes(4).toString('hex')}.part`);
    let first = true;
    const anonymous = new Transform({
      transform: (piece: Buffer, _encoding, done) => {
        if (first && piece.length > GZIP_SYSTEM) piece[GZIP_SYSTEM] = UNKNOWN_SYSTEM;
        first = false;
        this.#packed += piece.length;
        done(null, piece);
      },
    });
    this.#done = pipeline(this.#gzip, anonymous, createWriteStream(this.#part, { flags: 'wx', mode: 0o600 }));
    // Heard of when it is waited for.
    this.#done.catch(() => {});
  }

  /** Bytes on disk so far. */
  get packed(): number {
    return this.#packed;
  }

  get members(): Manifest['members'] {
    return this.#members;
  }

  async add(path: string, bytes: Buffer, origin?: string): Promise<void> {
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    this.#members.push({ path, bytes: bytes.length, sha256, ...(origin !== undefined && { origin }) });
    await this.#put(path, bytes);
  }

  /** The manifest comes last, so that what is cut off has none. Resolves with the size of the file in bytes. */
  async finish(manifest: Manifest, look: LastLook): Promise<number> {
    try {
      await this.#put(MEMBERS.manifest, Buffer.from(`${JSON.stringify(manifest, null, 1)}\n`));
      this.#gzip.end(TAR_END);
      await this.#done;
      const written = createReadStream(this.#part).pipe(createGunzip());
      for await (const piece of written as AsyncIterable<Buffer>) look.write(piece);
      look.end();
      await durable(this.#part);
      await rename(this.#part, this.#options.file);
      return this.#packed;
    } catch (error) {
      await this.discard();
      throw error;
    }
  }

  async discard(): Promise<void> {
    this.#gzip.destroy();
    await this.#done.catch(() => {});
    await rm(this.#part, { force: true });
  }

  async #put(path: string, bytes: Buffer): Promise<void> {
    for (const piece of tarMember({ name: `${this.#options.root}/${path}`, bytes }, this.#options.mtime))
      if (piece.length > 0 && !this.#gzip.write(piece)) await Promise.race([once(this.#gzip, 'drain'), this.#done]);
  }
}

async function durable(file: string): Promise<void> {
  const handle = await open(file, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
