import type { Identity } from './accounts.ts';

export type ErrorCode =
  | 'ENOENT'
  | 'EACCES'
  | 'EEXIST'
  | 'ENOTDIR'
  | 'EISDIR'
  | 'ENOTEMPTY'
  | 'EPERM'
  | 'ELOOP'
  | 'EINVAL';

const SAYS: Readonly<Record<ErrorCode, string>> = {
  ENOENT: 'no such file or directory',
  EACCES: 'permission denied',
  EEXIST: 'file already exists',
  ENOTDIR: 'not a directory',
  EISDIR: 'illegal operation on a directory',
  ENOTEMPTY: 'directory not empty',
  EPERM: 'operation not permitted',
  ELOOP: 'too many levels of symbolic links',
  EINVAL: 'invalid argument',
};

/** What coreutils print for it. */
export const STRERROR: Readonly<Record<ErrorCode, string>> = {
  ENOENT: 'No such file or directory',
  EACCES: 'Permission denied',
  EEXIST: 'File exists',
  ENOTDIR: 'Not a directory',
  EISDIR: 'Is a directory',
  ENOTEMPTY: 'Directory not empty',
  EPERM: 'Operation not permitted',
  ELOOP: 'Too many levels of symbolic links',
  EINVAL: 'Invalid argument',
};

export class FileError extends Error {
  constructor(
    readonly code: ErrorCode,
    readonly path: string,
  ) {
    super(`${code}: ${SAYS[code]}, open '${path}'`);
  }
}

interface Meta {
  uid: number;
  gid: number;
  /** Permission bits, with set-id and sticky. */
  mode: number;
  mtime: Date;
  readonly ino: number;
}
export interface FileNode extends Meta {
  readonly kind: 'file';
  content: Buffer;
  /** Bytes that it takes without content: what `fallocate` gave it. */
  reserved?: number;
  /** Content made when read (logs, /proc). */
  live?: () => string;
}
export interface FolderNode extends Meta {
  readonly kind: 'folder';
  readonly entries: Map<string, Node>;
}
export interface LinkNode extends Meta {
  readonly kind: 'link';
  readonly target: string;
}
export type Node = FileNode | FolderNode | LinkNode;

/** 4 read, 2 write, 1 search or execute. */
export type Access = 1 | 2 | 4;

export function may(who: Identity, node: Node, access: Access): boolean {
  if (who.uid === 0) return access !== 1 || node.kind === 'folder' || (node.mode & 0o111) !== 0;
  const shift = who.uid === node.uid ? 6 : who.groups.includes(node.gid) ? 3 : 0;
  return ((node.mode >> shift) & access) !== 0;
}

/** Bytes, as `ls` shows them. */
export const fileSize = (file: FileNode): number => Math.max(contentOf(file).length, file.reserved ?? 0);

export const contentOf = (file: FileNode): Buffer => (file.live ? Buffer.from(file.live()) : file.content);

export function normalize(path: string, base = '/'): string {
  const parts: string[] = [];
  for (const part of `${path.startsWith('/') ? '' : base}/${path}`.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..') parts.pop();
    else parts.push(part);
  }
  return `/${parts.join('/')}`;
}

export const parentOf = (path: string): string => normalize(`${path}/..`);
export const baseOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/** Files of one node, with owners and modes. Every method acts as somebody and fails as the kernel would. */
export class FileTree {
  private inodes = 1;
  readonly root: FolderNode;

  constructor(private readonly now: () => Date) {
    this.root = { kind: 'folder', uid: 0, gid: 0, mode: 0o755, mtime: now(), ino: this.inodes++, entries: new Map() };
  }

  private meta(who: Identity, mode: number): Meta {
    return { uid: who.uid, gid: who.gid, mode, mtime: this.now(), ino: this.inodes++ };
  }

  /** Walks to a node; needs search permission on every folder on the way. */
  find(who: Identity, path: string, follow = true, depth = 0): Node {
    if (depth > 20) throw new FileError('ELOOP', path);
    const parts = normalize(path).split('/').filter(Boolean);
    let node: Node = this.root;
    let at = '';
    for (const [i, part] of parts.entries()) {
      if (node.kind !== 'folder') throw new FileError('ENOTDIR', path);
      if (!may(who, node, 1)) throw new FileError('EACCES', path);
      const next = node.entries.get(part);
      if (!next) throw new FileError('ENOENT', path);
      if (next.kind === 'link' && (follow || i < parts.length - 1)) {
        node = this.find(who, normalize(next.target, at || '/'), true, depth + 1);
      } else node = next;
      at = `${at}/${part}`;
    }
    return node;
  }

  tryFind(who: Identity, path: string, follow = true): Node | undefined {
    try {
      return this.find(who, path, follow);
    } catch {
      return undefined;
    }
  }

  private folder(who: Identity, path: string): FolderNode {
    const node = this.find(who, path);
    if (node.kind !== 'folder') throw new FileError('ENOTDIR', path);
    return node;
  }

  /** The folder that holds `path`, when `who` may change its entries. */
  private changeable(who: Identity, path: string): FolderNode {
    const folder = this.folder(who, parentOf(path));
    if (!may(who, folder, 2) || !may(who, folder, 1)) throw new FileError('EACCES', path);
    return folder;
  }

  /** In a sticky folder only the owner may remove or rename. */
  private removable(who: Identity, path: string): FolderNode {
    const folder = this.changeable(who, path);
    const node = folder.entries.get(baseOf(normalize(path)));
    if (!node) throw new FileError('ENOENT', path);
    if (folder.mode & 0o1000 && who.uid !== 0 && who.uid !== node.uid && who.uid !== folder.uid)
      throw new FileError('EPERM', path);
    return folder;
  }

  read(who: Identity, path: string): Buffer {
    const node = this.find(who, path);
    if (node.kind === 'folder') throw new FileError('EISDIR', path);
    if (!may(who, node, 4)) throw new FileError('EACCES', path);
    return contentOf(node as FileNode);
  }

  list(who: Identity, path: string): string[] {
    const node = this.folder(who, path);
    if (!may(who, node, 4)) throw new FileError('EACCES', path);
    return [...node.entries.keys()].sort();
  }

  /** Writes in place, or creates with `mode`. Parents must exist. */
  write(who: Identity, path: string, content: Buffer | string, append = false, mode = 0o644): void {
    const bytes = typeof content === 'string' ? Buffer.from(content) : content;
    const real = this.realPath(who, path);
    const folder = this.folder(who, parentOf(real));
    if (!may(who, folder, 1)) throw new FileError('EACCES', path);
    const node = folder.entries.get(baseOf(real));
    if (node?.kind === 'folder') throw new FileError('EISDIR', path);
    if (node?.kind === 'file') {
      if (!may(who, node, 2)) throw new FileError('EACCES', path);
      node.content = append ? Buffer.concat([node.content, bytes]) : bytes;
      node.mtime = this.now();
      return;
    }
    if (!may(who, folder, 2)) throw new FileError('EACCES', path);
    folder.entries.set(baseOf(real), { kind: 'file', content: Buffer.from(bytes), ...this.meta(who, mode) });
    folder.mtime = this.now();
  }

  mkdir(who: Identity, path: string, parents = false, mode = 0o755): void {
    const target = normalize(path);
    if (target === '/') return;
    if (parents && !this.tryFind(who, parentOf(target))) this.mkdir(who, parentOf(target), true, mode);
    const folder = this.folder(who, parentOf(target));
    const there = folder.entries.get(baseOf(target));
    if (there) {
      if (parents && this.find(who, target).kind === 'folder') return;
      throw new FileError('EEXIST', path);
    }
    this.changeable(who, target);
    folder.entries.set(baseOf(target), { kind: 'folder', entries: new Map(), ...this.meta(who, mode) });
    folder.mtime = this.now();
  }

  symlink(who: Identity, target: string, path: string): void {
    const folder = this.changeable(who, path);
    const name = baseOf(normalize(path));
    if (folder.entries.has(name)) throw new FileError('EEXIST', path);
    folder.entries.set(name, { kind: 'link', target, ...this.meta(who, 0o777) });
  }

  link(who: Identity, from: string, to: string): void {
    const node = this.find(who, from);
    const folder = this.changeable(who, to);
    if (folder.entries.has(baseOf(normalize(to)))) throw new FileError('EEXIST', to);
    folder.entries.set(baseOf(normalize(to)), node);
  }

  remove(who: Identity, path: string, recursive = false): void {
    const folder = this.removable(who, path);
    const name = baseOf(normalize(path));
    const node = folder.entries.get(name) as Node;
    if (node.kind === 'folder' && node.entries.size > 0 && !recursive) throw new FileError('ENOTEMPTY', path);
    folder.entries.delete(name);
    folder.mtime = this.now();
  }

  rename(who: Identity, from: string, to: string): void {
    const source = this.removable(who, from);
    const folder = this.changeable(who, to);
    const name = baseOf(normalize(to));
    if (folder.entries.get(name)?.kind === 'folder') throw new FileError('EISDIR', to);
    if (folder.entries.has(name)) this.removable(who, to);
    const node = source.entries.get(baseOf(normalize(from))) as Node;
    source.entries.delete(baseOf(normalize(from)));
    folder.entries.set(name, node);
    source.mtime = this.now();
    folder.mtime = this.now();
  }

  chmod(who: Identity, path: string, mode: number): void {
    const node = this.find(who, path);
    if (who.uid !== 0 && who.uid !== node.uid) throw new FileError('EPERM', path);
    node.mode = mode & 0o7777;
  }

  /** Only root gives files away; owners may choose among their own groups. */
  chown(who: Identity, path: string, uid: number | undefined, gid: number | undefined, follow = true): void {
    const node = this.find(who, path, follow);
    const ownGroup = gid === undefined || (who.uid === node.uid && who.groups.includes(gid));
    if (who.uid !== 0 && ((uid !== undefined && uid !== node.uid) || !ownGroup)) throw new FileError('EPERM', path);
    if (uid !== undefined) node.uid = uid;
    if (gid !== undefined) node.gid = gid;
  }

  touch(who: Identity, path: string, mtime: Date): void {
    const node = this.find(who, path);
    if (who.uid !== 0 && who.uid !== node.uid && !may(who, node, 2)) throw new FileError('EACCES', path);
    node.mtime = mtime;
  }

  /** `path` with the links in it resolved; its last part need not exist. */
  realPath(who: Identity, path: string, depth = 0): string {
    if (depth > 20) throw new FileError('ELOOP', path);
    let at = '';
    const parts = normalize(path).split('/').filter(Boolean);
    for (const [i, part] of parts.entries()) {
      const node = this.tryFind(who, `${at}/${part}`, false);
      if (node?.kind === 'link') {
        const rest = parts.slice(i + 1).join('/');
        return this.realPath(who, normalize(`${normalize(node.target, at || '/')}/${rest}`), depth + 1);
      }
      at = `${at}/${part}`;
    }
    return at || '/';
  }

  /** All paths, for globs. */
  paths(node: Node = this.root, at = ''): string[] {
    if (node.kind !== 'folder') return [at];
    return [at || '/', ...[...node.entries].flatMap(([name, child]) => this.paths(child, `${at}/${name}`))];
  }
}
