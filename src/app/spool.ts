import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { type FileHandle, mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** More than this is not kept in memory. */
const MOST_IN_MEMORY = 16 * 1024 * 1024;
const PIECE = 256 * 1024;
const CIPHER = 'aes-256-ctr';

/**
 * What a pipe gives, to be read any number of times. What is too long for memory goes to a file without a name, encrypted with a key that
 * only this process has: no text with secrets in it ever lies on a disk.
 */
export async function spooled(pipe: AsyncIterable<Uint8Array>): Promise<() => AsyncIterable<Uint8Array>> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  let spill: Spill | undefined;
  for await (const piece of pipe) {
    length += piece.length;
    if (spill === undefined && length <= MOST_IN_MEMORY) {
      pieces.push(piece);
      continue;
    }
    if (spill === undefined) {
      spill = await openSpill();
      for (const earlier of pieces.splice(0)) await spill.write(earlier);
    }
    await spill.write(piece);
  }
  if (spill) return () => (spill as Spill).read();
  return async function* () {
    yield* pieces;
  };
}

interface Spill {
  write(piece: Uint8Array): Promise<void>;
  read(): AsyncIterable<Uint8Array>;
}

async function openSpill(): Promise<Spill> {
  const folder = await mkdtemp(join(tmpdir(), 'inkling-redact-'));
  let file: FileHandle;
  try {
    file = await open(join(folder, 'spool'), 'wx+', 0o600);
  } finally {
    // The open file lives on without its name, and goes with the process.
    await rm(folder, { recursive: true, force: true });
  }
  const [key, start] = [randomBytes(32), randomBytes(16)];
  const cipher = createCipheriv(CIPHER, key, start);
  return {
    write: async (piece) => {
      const bytes = cipher.update(piece);
      for (let at = 0; at < bytes.length; ) at += (await file.write(bytes, at)).bytesWritten;
    },
    read: async function* () {
      const decipher = createDecipheriv(CIPHER, key, start);
      for (let at = 0; ; ) {
        const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(PIECE), 0, PIECE, at);
        if (bytesRead === 0) return;
        at += bytesRead;
        yield decipher.update(buffer.subarray(0, bytesRead));
      }
    },
  };
}
