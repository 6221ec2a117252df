import { spawn } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { lstat, open, readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { BundleError, mebibytes } from '../limits.ts';
import { BLOCK, padded, readHeader } from '../tar.ts';

/** What a sosreport holds of this field: content by path on the node, or below `sos_commands`. */
export interface SosTree {
  /** File or folder, for the operator. */
  readonly name: string;
  readonly files: ReadonlyMap<string, string>;
}

/** Nothing else of a sosreport is looked at. */
const WANTED =
  /^(?:etc\/(?:ceph|glance|cinder|nova|libvirt)\/|etc\/hosts$|var\/log\/(?:ceph|glance|cinder|nova|libvirt)\/|sos_commands\/(?:ceph|ceph_mon|ceph_common|ceph_osd|ceph_mgr|virsh|libvirt|systemd|host|kernel|date|dpkg|rpm|process|general|startup)\/|installed-rpms$|hostname$|date$)/;
const MOST = {
  file: 32 * 1024 ** 2,
  total: 384 * 1024 ** 2,
  unpacked: 16 * 1024 ** 3,
  files: 200_000,
  depth: 12,
} as const;

/** A folder or an archive (`.tar`, `.tar.gz`, `.tar.xz`). Throws BundleError. */
export async function readSosTree(path: string): Promise<SosTree> {
  const there = await lstat(path);
  const keep = new Keeper();
  if (there.isDirectory()) await walk(path, '', 0, keep);
  else for await (const { name, bytes } of archived(path)) keep.add(name.split('/').slice(1).join('/'), bytes);
  if (![...keep.files.keys()].some((name) => name.startsWith('sos_commands/')))
    throw new BundleError('it has no sos_commands: this is neither a bundle of Inkling nor a sosreport');
  return { name: basename(path), files: keep.files };
}

class Keeper {
  readonly files = new Map<string, string>();
  #total = 0;

  wants(path: string, size: number): boolean {
    return WANTED.test(path) && size <= MOST.file;
  }

  add(path: string, bytes: Buffer): void {
    if (!this.wants(path, bytes.length)) return;
    this.#total += bytes.length;
    if (this.#total > MOST.total) throw new BundleError(`it holds more than ${mebibytes(MOST.total)} of text`);
    this.files.set(path, bytes.toString());
  }
}

/** Links are never followed: a report from elsewhere must not name files of this machine. */
async function walk(root: string, below: string, depth: number, keep: Keeper): Promise<void> {
  if (depth > MOST.depth) return;
  for (const entry of await readdir(join(root, below), { withFileTypes: true })) {
    const path = below === '' ? entry.name : `${below}/${entry.name}`;
    if (entry.isDirectory()) await walk(root, path, depth + 1, keep);
    if (!entry.isFile()) continue;
    const { size } = await lstat(join(root, path));
    if (keep.wants(path, size)) keep.add(path, await readFile(join(root, path)));
  }
}

async function* archived(path: string): AsyncGenerator<{ name: string; bytes: Buffer }> {
  const pieces = (await unpacked(path))[Symbol.asyncIterator]();
  let held: Buffer = Buffer.alloc(0);
  let read = 0;
  const take = async (wanted: number, keep: boolean): Promise<Buffer | undefined> => {
    const parts: Buffer[] = [];
    let missing = wanted;
    while (missing > 0) {
      if (held.length === 0) {
        const next = await pieces.next();
        if (next.done) return undefined;
        held = next.value;
        read += held.length;
        if (read > MOST.unpacked) throw new BundleError(`it unpacks to more than ${mebibytes(MOST.unpacked)}`);
      }
      const part = held.subarray(0, missing);
      if (keep) parts.push(part);
      missing -= part.length;
      held = held.subarray(part.length);
    }
    return Buffer.concat(parts);
  };
  let longName: string | undefined;
  for (let count = 0; ; count += 1) {
    if (count > MOST.files) throw new BundleError(`it has more than ${MOST.files} members`);
    const header = await take(BLOCK, true);
    if (header === undefined) throw new BundleError('it is cut off: the end of the archive is missing');
    const entry = readHeader(header);
    if (entry === undefined) return;
    const name = longName ?? entry.name;
    longName = undefined;
    const special = entry.type === 'L' || entry.type === 'x';
    const wanted = special
      ? entry.size <= 65_536
      : WANTED.test(name.split('/').slice(1).join('/')) && entry.size <= MOST.file;
    const content = await take(padded(entry.size), wanted);
    if (content === undefined) throw new BundleError('it is cut off in the middle of a file');
    const bytes = content.subarray(0, entry.size);
    if (special && wanted)
      longName = entry.type === 'L' ? bytes.toString().replace(/\0.*$/s, '') : paxPath(bytes.toString());
    else if (wanted && (entry.type === '0' || entry.type === '\0') && !name.split('/').includes('..'))
      yield { name, bytes };
  }
}

/** `27 path=…` among the records of an extended header. */
const paxPath = (records: string): string | undefined => /^\d+ path=(.*)$/m.exec(records)?.[1];

const XZ = 'fd377a585a00';

async function unpacked(path: string): Promise<AsyncIterable<Buffer>> {
  const handle = await open(path, 'r');
  const { buffer } = await handle.read(Buffer.alloc(6), 0, 6, 0).finally(() => handle.close());
  const head = buffer.toString('hex');
  if (head === XZ) return unxz(path);
  const input = createReadStream(path);
  if (!head.startsWith('1f8b')) return input as AsyncIterable<Buffer>;
  const text = createGunzip();
  input.on('error', (error) => text.destroy(error));
  return translated(input.pipe(text) as AsyncIterable<Buffer>, 'gzip');
}

/** Node has no xz of its own: the machine's unpacks into a pipe, and nothing but text comes of it. */
function unxz(path: string): AsyncIterable<Buffer> {
  const child = spawn('xz', ['-dc', '--memlimit-decompress=512MiB'], { stdio: ['pipe', 'pipe', 'ignore'] });
  const failed = new Promise<Error | undefined>((resolve) => {
    child.on('error', () =>
      resolve(new BundleError('xz is not installed, and it is compressed with it; unpack it and name the folder')),
    );
    child.on('close', (code) =>
      resolve(code === 0 || code === null ? undefined : new BundleError('it is damaged: xz cannot unpack it')),
    );
  });
  const input = createReadStream(path);
  input.on('error', () => child.stdin.destroy());
  child.stdin.on('error', () => {});
  input.pipe(child.stdin);
  return Readable.from(
    (async function* () {
      try {
        for await (const piece of child.stdout as AsyncIterable<Buffer>) yield piece;
        const error = await failed;
        if (error) throw error;
      } finally {
        child.kill();
        input.destroy();
      }
    })(),
    { objectMode: false },
  ) as AsyncIterable<Buffer>;
}

async function* translated(pieces: AsyncIterable<Buffer>, by: string): AsyncGenerator<Buffer> {
  try {
    yield* pieces;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code?.startsWith('Z_'))
      throw new BundleError(`it is damaged: ${by} cannot unpack it`);
    throw error;
  }
}
