import type { FsStat, IFileSystem } from 'just-bash';
import type { Identity } from '../world/accounts.ts';
import { FileError, type FileTree, fileSize, may, type Node, normalize, parentOf } from '../world/file-tree.ts';

type Write = Parameters<IFileSystem['writeFile']>[2];

const bytesOf = (content: string | Uint8Array, options?: Write): Buffer => {
  if (typeof content !== 'string') return Buffer.from(content);
  const encoding = typeof options === 'string' ? options : options?.encoding;
  return Buffer.from(content, encoding === 'binary' || encoding === 'latin1' ? 'latin1' : 'utf8');
};

const unmarked = (path: string): string => (path.startsWith(WRITE_TO) ? path.slice(WRITE_TO.length) : path);

/** Where a shell's own output goes as it is written. */
export interface Streams {
  stdout(bytes: Buffer): void;
  stderr(bytes: Buffer): void;
}

export const STDOUT = '/dev/practice/stdout';
export const STDERR = '/dev/practice/stderr';
/** Before a path that the shell opens for writing. */
export const WRITE_TO = '/dev/practice/write-to/';

/** The files of a node as one user sees them, in the shape the shell wants. Remembers what was denied, for error texts. */
export class FileView implements IFileSystem {
  umask = 0o022;
  readonly denied = new Set<string>();
  readonly refusedWrites = new Map<string, FileError>();

  constructor(
    private readonly tree: FileTree,
    readonly who: Identity,
    private readonly streams?: Streams,
  ) {}

  private attempt<T>(path: string, act: () => T): T {
    try {
      return act();
    } catch (error) {
      if (error instanceof FileError && error.code === 'EACCES') this.denied.add(normalize(path));
      throw error;
    }
  }

  /** Would opening `path` for writing fail? */
  private writeTrouble(path: string): FileError | undefined {
    if (this.sink(path)) return undefined;
    try {
      const node = this.tree.tryFind(this.who, path);
      if (node?.kind === 'folder') return new FileError('EISDIR', path);
      if (node) return may(this.who, node, 2) ? undefined : new FileError('EACCES', path);
      const folder = this.tree.find(this.who, parentOf(this.tree.realPath(this.who, path)));
      if (folder.kind !== 'folder') return new FileError('ENOTDIR', path);
      return may(this.who, folder, 2) && may(this.who, folder, 1) ? undefined : new FileError('EACCES', path);
    } catch (error) {
      if (error instanceof FileError) return new FileError(error.code, path);
      throw error;
    }
  }

  private sink(path: string): ((bytes: Buffer) => void) | undefined {
    if (path === STDOUT) return heard((bytes) => this.streams?.stdout(bytes));
    if (path === STDERR) return heard((bytes) => this.streams?.stderr(bytes));
    if (path === '/dev/null') return () => {};
    return undefined;
  }

  private find(path: string, follow = true): Node {
    return this.attempt(path, () => this.tree.find(this.who, path, follow));
  }

  async readFile(path: string, options?: Parameters<IFileSystem['readFile']>[1]): Promise<string> {
    const encoding = typeof options === 'string' ? options : options?.encoding;
    const bytes = await this.readFileBuffer(path);
    return Buffer.from(bytes).toString(encoding === 'binary' || encoding === 'latin1' ? 'latin1' : 'utf8');
  }

  async readFileBuffer(marked: string): Promise<Uint8Array> {
    const path = unmarked(marked);
    if (this.sink(path)) return Buffer.alloc(0);
    return this.attempt(path, () => this.tree.read(this.who, path));
  }

  async readFileBytes(path: string): Promise<never> {
    return Buffer.from(await this.readFileBuffer(path)).toString('latin1') as never;
  }

  async writeFile(marked: string, content: string | Uint8Array, options?: Write): Promise<void> {
    const path = unmarked(marked);
    const sink = this.sink(path);
    if (sink) return sink(bytesOf(content, options));
    this.attempt(path, () => this.tree.write(this.who, path, bytesOf(content, options), false, 0o666 & ~this.umask));
  }

  async appendFile(marked: string, content: string | Uint8Array, options?: Write): Promise<void> {
    const path = unmarked(marked);
    const sink = this.sink(path);
    if (sink) return sink(bytesOf(content, options));
    this.attempt(path, () => this.tree.write(this.who, path, bytesOf(content, options), true, 0o666 & ~this.umask));
  }

  /** The shell asks for a marked path before it writes there; one that cannot be written exists, and looking at it fails. */
  async exists(path: string): Promise<boolean> {
    if (path.startsWith(WRITE_TO)) {
      const trouble = this.writeTrouble(path.slice(WRITE_TO.length));
      if (trouble) this.refusedWrites.set(path, trouble);
      return trouble !== undefined;
    }
    if (this.sink(path)) return true;
    return this.tree.tryFind(this.who, path) !== undefined;
  }

  async stat(path: string): Promise<FsStat> {
    if (path.startsWith(WRITE_TO)) throw this.refusedWrites.get(path) ?? new FileError('ENOENT', path);
    if (this.sink(path)) return this.describe(undefined);
    return this.describe(this.find(path));
  }

  async lstat(path: string): Promise<FsStat> {
    if (this.sink(path)) return this.describe(undefined);
    return this.describe(this.find(path, false));
  }

  /** The owner bits say what *this* user may do: the shell's `test -r` looks at them and at nothing else. */
  private describe(node: Node | undefined): FsStat {
    if (!node)
      return { isFile: true, isDirectory: false, isSymbolicLink: false, mode: 0o666, size: 0, mtime: new Date() };
    const own =
      (may(this.who, node, 4) ? 0o400 : 0) |
      (may(this.who, node, 2) ? 0o200 : 0) |
      (may(this.who, node, 1) ? 0o100 : 0);
    return {
      isFile: node.kind === 'file',
      isDirectory: node.kind === 'folder',
      isSymbolicLink: node.kind === 'link',
      mode: (node.mode & ~0o700) | own,
      size: node.kind === 'file' ? fileSize(node) : 4096,
      mtime: node.mtime,
    };
  }

  async mkdir(path: string, options?: { recursive?: boolean }): Promise<void> {
    this.attempt(path, () => this.tree.mkdir(this.who, path, options?.recursive ?? false, 0o777 & ~this.umask));
  }

  async readdir(path: string): Promise<string[]> {
    return this.attempt(path, () => this.tree.list(this.who, path));
  }

  async readdirWithFileTypes(path: string) {
    const names = await this.readdir(path);
    return names.flatMap((name) => {
      const node = this.tree.tryFind(this.who, `${path}/${name}`, false);
      if (!node) return [];
      return [
        {
          name,
          isFile: node.kind === 'file',
          isDirectory: node.kind === 'folder',
          isSymbolicLink: node.kind === 'link',
        },
      ];
    });
  }

  async rm(path: string, options?: { recursive?: boolean; force?: boolean }): Promise<void> {
    try {
      this.attempt(path, () => this.tree.remove(this.who, path, options?.recursive ?? false));
    } catch (error) {
      if (!(options?.force && error instanceof FileError && error.code === 'ENOENT')) throw error;
    }
  }

  async cp(from: string, to: string, options?: { recursive?: boolean }): Promise<void> {
    const node = this.find(from);
    if (node.kind === 'folder') {
      if (!options?.recursive) throw new FileError('EISDIR', from);
      await this.mkdir(to, { recursive: true });
      for (const name of await this.readdir(from)) await this.cp(`${from}/${name}`, `${to}/${name}`, options);
      return;
    }
    const bytes = await this.readFileBuffer(from);
    this.attempt(to, () => this.tree.write(this.who, to, Buffer.from(bytes), false, node.mode & ~this.umask));
  }

  async mv(from: string, to: string): Promise<void> {
    this.attempt(from, () => this.tree.rename(this.who, from, to));
  }

  resolvePath(base: string, path: string): string {
    if (path.startsWith(WRITE_TO)) return WRITE_TO + normalize(path.slice(WRITE_TO.length), base);
    return normalize(path, base);
  }

  getAllPaths(): string[] {
    return this.tree.paths();
  }

  async chmod(path: string, mode: number): Promise<void> {
    this.attempt(path, () => this.tree.chmod(this.who, path, mode));
  }

  async symlink(target: string, path: string): Promise<void> {
    this.attempt(path, () => this.tree.symlink(this.who, target, path));
  }

  async link(from: string, to: string): Promise<void> {
    this.attempt(to, () => this.tree.link(this.who, from, to));
  }

  async readlink(path: string): Promise<string> {
    const node = this.find(path, false);
    if (node.kind !== 'link') throw new FileError('EINVAL', path);
    return node.target;
  }

  async realpath(path: string): Promise<string> {
    const real = this.tree.realPath(this.who, path);
    this.find(real);
    return real;
  }

  async utimes(path: string, _atime: Date, mtime: Date): Promise<void> {
    this.attempt(path, () => this.tree.touch(this.who, path, mtime));
  }
}

/** A shell that opens a file writes nothing to it: that is no output. */
const heard =
  (hear: (bytes: Buffer) => void) =>
  (bytes: Buffer): void => {
    if (bytes.length > 0) hear(bytes);
  };
