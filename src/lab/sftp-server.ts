import ssh2, { type Attributes, type SFTPWrapper } from 'ssh2';
import type { Identity } from './world/accounts.ts';
import { lsTime } from './world/clock.ts';
import { baseOf, type ErrorCode, FileError, fileSize, type Node, normalize } from './world/file-tree.ts';
import type { LabNode, World } from './world/world.ts';

const { STATUS_CODE, OPEN_MODE } = ssh2.utils.sftp;

const STATUS: Readonly<Partial<Record<ErrorCode, number>>> = {
  ENOENT: STATUS_CODE.NO_SUCH_FILE,
  EACCES: STATUS_CODE.PERMISSION_DENIED,
  EPERM: STATUS_CODE.PERMISSION_DENIED,
};

const KIND = { file: 0o100000, folder: 0o040000, link: 0o120000 } as const;
const sizeOf = (node: Node): number => (node.kind === 'file' ? fileSize(node) : 4096);
const attributes = (node: Node): Attributes => {
  const seconds = Math.floor(node.mtime.getTime() / 1000);
  return {
    mode: KIND[node.kind] | node.mode,
    uid: node.uid,
    gid: node.gid,
    size: sizeOf(node),
    atime: seconds,
    mtime: seconds,
  };
};

/** What the library's SFTP channel has and does not show: without an exit status scp takes its work for failed. */
interface Channel {
  readonly _protocol: { exitStatus(channel: number, code: number): void };
  readonly outgoing: { readonly id: number };
}

type Handle = { readonly path: string } & (
  | { readonly kind: 'file'; readonly writes: boolean }
  | { readonly kind: 'folder'; names: readonly string[] }
);

/** Files of a practice node by SFTP, which scp uses too; as one user, with that user's rights. */
export function serveFiles(sftp: SFTPWrapper, world: World, node: LabNode, who: Identity): void {
  const handles = new Map<number, Handle>();
  let next = 0;
  const { files, accounts } = node;
  const full = (path: string): string => normalize(path, who.home);

  /** Answers with a status when the files refuse. */
  const attempt = (id: number, act: () => void): void => {
    try {
      act();
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      sftp.status(id, STATUS[error.code] ?? STATUS_CODE.FAILURE);
    }
  };
  const done = (id: number, act: () => void): void =>
    attempt(id, () => {
      act();
      sftp.status(id, STATUS_CODE.OK);
    });
  const opened = (id: number, handle: Handle): void => {
    const name = Buffer.alloc(4);
    name.writeUInt32BE(next, 0);
    handles.set(next++, handle);
    sftp.handle(id, name);
  };
  const of = (name: Buffer): Handle | undefined => (name.length === 4 ? handles.get(name.readUInt32BE(0)) : undefined);
  const row = (name: string, entry: Node) => {
    const owner = `${accounts.userName(entry.uid)} ${accounts.groupName(entry.gid)}`;
    const letter = { file: '-', folder: 'd', link: 'l' }[entry.kind];
    const longname = `${letter}${entry.mode.toString(8).padStart(4, '0')} 1 ${owner} ${sizeOf(entry)} ${lsTime(entry.mtime, world.clock.now())} ${name}`;
    return { filename: name, longname, attrs: attributes(entry) };
  };
  const set = (path: string, attrs: Attributes): void => {
    if (attrs.mode !== undefined) files.chmod(who, path, attrs.mode & 0o7777);
  };

  sftp.on('end', () => {
    const channel = sftp as unknown as Channel;
    channel._protocol.exitStatus(channel.outgoing.id, 0);
    sftp.end();
  });
  sftp.on('OPEN', (id, name, flags, attrs) =>
    attempt(id, () => {
      const path = full(name);
      const writes = (flags & OPEN_MODE.WRITE) !== 0;
      if (!writes) files.read(who, path);
      else if (flags & OPEN_MODE.TRUNC || !files.tryFind(who, path))
        files.write(who, path, '', false, (attrs.mode ?? 0o666) & 0o7777 & ~0o022);
      else files.write(who, path, '', true);
      opened(id, { kind: 'file', path, writes });
    }),
  );
  sftp.on('READ', (id, name, offset, length) =>
    attempt(id, () => {
      const handle = of(name);
      const bytes =
        handle?.kind === 'file' ? files.read(who, handle.path).subarray(offset, offset + length) : undefined;
      if (bytes === undefined) sftp.status(id, STATUS_CODE.FAILURE);
      else if (bytes.length === 0) sftp.status(id, STATUS_CODE.EOF);
      else sftp.data(id, bytes);
    }),
  );
  sftp.on('WRITE', (id, name, offset, data) => {
    const handle = of(name);
    if (handle?.kind !== 'file' || !handle.writes) sftp.status(id, STATUS_CODE.FAILURE);
    else
      done(id, () => {
        const node = files.find(who, handle.path);
        const before = node.kind === 'file' ? node.content : Buffer.alloc(0);
        const after = Buffer.alloc(Math.max(before.length, offset + data.length));
        before.copy(after);
        data.copy(after, offset);
        files.write(who, handle.path, after);
      });
  });
  sftp.on('CLOSE', (id, name) => {
    handles.delete(name.length === 4 ? name.readUInt32BE(0) : -1);
    sftp.status(id, STATUS_CODE.OK);
  });
  sftp.on('OPENDIR', (id, name) =>
    attempt(id, () => opened(id, { kind: 'folder', path: full(name), names: files.list(who, full(name)) })),
  );
  sftp.on('READDIR', (id, name) => {
    const handle = of(name);
    if (handle?.kind !== 'folder') sftp.status(id, STATUS_CODE.FAILURE);
    else if (handle.names.length === 0) sftp.status(id, STATUS_CODE.EOF);
    else {
      const names = handle.names;
      handle.names = [];
      const entries = names.map((n) => [n, files.tryFind(who, `${handle.path}/${n}`, false)] as const);
      sftp.name(
        id,
        entries.flatMap(([n, entry]) => (entry ? [row(n, entry)] : [])),
      );
    }
  });
  sftp.on('STAT', (id, name) => attempt(id, () => sftp.attrs(id, attributes(files.find(who, full(name))))));
  sftp.on('LSTAT', (id, name) => attempt(id, () => sftp.attrs(id, attributes(files.find(who, full(name), false)))));
  sftp.on('FSTAT', (id, name) => {
    const handle = of(name);
    if (handle) attempt(id, () => sftp.attrs(id, attributes(files.find(who, handle.path))));
    else sftp.status(id, STATUS_CODE.FAILURE);
  });
  sftp.on('SETSTAT', (id, name, attrs) => done(id, () => set(full(name), attrs)));
  sftp.on('FSETSTAT', (id, name, attrs) => done(id, () => set(of(name)?.path ?? '', attrs)));
  sftp.on('REALPATH', (id, name) => {
    const path = full(name);
    const nothing = { mode: 0, uid: 0, gid: 0, size: 0, atime: 0, mtime: 0 };
    sftp.name(id, [{ filename: path, longname: baseOf(path), attrs: nothing }]);
  });
  sftp.on('REMOVE', (id, name) => done(id, () => files.remove(who, full(name))));
  sftp.on('RMDIR', (id, name) => done(id, () => files.remove(who, full(name))));
  sftp.on('MKDIR', (id, name) => done(id, () => files.mkdir(who, full(name))));
  sftp.on('RENAME', (id, from, to) => done(id, () => files.rename(who, full(from), full(to))));
}
