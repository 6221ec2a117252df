import { BundleError } from './limits.ts';

/**
 * ustar as this program writes and reads it: regular files under relative names, nothing else. No links, devices, folders or extensions:
 * whoever cannot say such a thing cannot be made to do it.
 */
const BLOCK = 512;
const NAME = 100;
const PREFIX = 155;
const REGULAR = new Set(['0', '\0']);
const KINDS: Readonly<Record<string, string>> = {
  '1': 'a hard link',
  '2': 'a link',
  '3': 'a device',
  '4': 'a device',
  '5': 'a folder',
  '6': 'a pipe',
};
/** What a name may be made of; nothing of it means anything to a shell, a terminal or a file system. */
const SAFE_NAME = /^[A-Za-z0-9_@+=,-][A-Za-z0-9._@+=,-]*(\/[A-Za-z0-9_@+=,-][A-Za-z0-9._@+=,-]*)*$/;

export interface Member {
  readonly name: string;
  readonly bytes: Buffer;
}

/** Why a name cannot be one of an archive; undefined: it can. */
export function badName(name: string): string | undefined {
  if (name.startsWith('/')) return 'an absolute path';
  if (name.split('/').includes('..')) return 'a path that leaves the archive';
  if (name.length > NAME + PREFIX || !SAFE_NAME.test(name)) return 'no name that Inkling writes';
  return undefined;
}

/** One member: header, content, padding. Owner, group and times say nothing of where it was made. `mtime`: Unix time, s. */
export function tarMember({ name, bytes }: Member, mtime: number): readonly Buffer[] {
  const wrong = badName(name);
  if (wrong !== undefined) throw new RangeError(`${name} is ${wrong}`);
  const header = Buffer.alloc(BLOCK);
  const cut = name.length <= NAME ? -1 : name.lastIndexOf('/', PREFIX);
  if (name.length > NAME && (cut < 0 || name.length - cut - 1 > NAME)) throw new RangeError(`${name} is too long`);
  header.write(name.slice(cut + 1), 0, 'latin1');
  header.write('0000600\0', 100, 'latin1');
  header.write('0000000\0', 108, 'latin1');
  header.write('0000000\0', 116, 'latin1');
  header.write(`${bytes.length.toString(8).padStart(11, '0')}\0`, 124, 'latin1');
  header.write(`${Math.max(0, Math.floor(mtime)).toString(8).padStart(11, '0')}\0`, 136, 'latin1');
  header.write('        0', 148, 'latin1');
  header.write('ustar\x0000', 257, 'latin1');
  if (cut > 0) header.write(name.slice(0, cut), 345, 'latin1');
  header.write(`${sumOf(header).toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return [header, bytes, Buffer.alloc((BLOCK - (bytes.length % BLOCK)) % BLOCK)];
}

/** Two empty blocks end an archive. */
export const TAR_END = Buffer.alloc(2 * BLOCK);

const sumOf = (header: Buffer): number =>
  header.reduce((sum, byte, at) => sum + (at >= 148 && at < 156 ? 0x20 : byte), 0);

const text = (header: Buffer, from: number, length: number): string => {
  const field = header.subarray(from, from + length);
  const end = field.indexOf(0);
  return field.subarray(0, end < 0 ? length : end).toString('latin1');
};

function octal(header: Buffer, from: number, length: number): number {
  const digits = text(header, from, length).trim();
  if (!/^[0-7]+$/.test(digits)) throw new BundleError('it is no archive of this kind: a size is not a number');
  return Number.parseInt(digits, 8);
}

export interface Entry {
  readonly name: string;
  readonly size: number;
  /** `0` or NUL: a file. */
  readonly type: string;
  readonly linkTo: string;
}

/** Undefined: an empty block, which ends the archive. Throws BundleError for what is no header. */
export function readHeader(header: Buffer): Entry | undefined {
  if (header.every((byte) => byte === 0)) return undefined;
  if (sumOf(header) !== octal(header, 148, 8))
    throw new BundleError('it is damaged: the checksum of a header is wrong');
  const [name, prefix] = [text(header, 0, NAME), text(header, 345, PREFIX)];
  const ustar = header.toString('latin1', 257, 262) === 'ustar';
  return {
    name: ustar && prefix !== '' ? `${prefix}/${name}` : name,
    size: octal(header, 124, 12),
    type: header.toString('latin1', 156, 157),
    linkTo: text(header, 157, 100),
  };
}

/** What a member is that is no file; undefined: a file. */
export const badKind = ({ type }: Entry): string | undefined =>
  REGULAR.has(type) ? undefined : (KINDS[type] ?? `of the unknown type ${JSON.stringify(type)}`);

/** Blocks of content, padding included. */
export const padded = (size: number): number => Math.ceil(size / BLOCK) * BLOCK;
export { BLOCK };
