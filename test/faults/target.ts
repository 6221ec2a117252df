import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { RESTORE_FILE, WRITE_FILE } from '../../src/engine/fix/file-script.ts';
import { me } from '../engine/local-node.ts';

export const OLD = '[x]\r\n# \u00e9\na = old\n';
export const NEW = '[x]\r\n# \u00e9\na = new\n';
export const sha = (text: string | Buffer): string => createHash('sha256').update(text).digest('hex');

export const has = (program: string): boolean => spawnSync('/bin/sh', ['-c', `command -v ${program}`]).status === 0;
const acl = has('setfacl');

export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** It was still running after its time and was ended. */
  readonly hung: boolean;
}

/** A file that is to be replaced, alone in its folder, with a mode and an access list of its own. */
export interface Target {
  readonly folder: string;
  readonly path: string;
  readonly keep: string;
  readonly kept: string;
  /** Runs the writer of the fix path, below `wrap`. */
  write(more?: {
    wrap?: readonly string[];
    want?: string;
    content?: string;
    env?: Record<string, string>;
    /** Folder of a lease and who must hold it. */
    lease?: readonly [string, string];
  }): Promise<Ran>;
  restore(): Promise<Ran>;
  /** Throws unless the file is byte for byte old or new, with its owner, mode and access list; when it is new, the copy must be the old one. */
  state(): 'old' | 'new';
  /** Exit code 0 and the digest read back: only that may be called done. */
  saysDone(ran: Ran): boolean;
  /** Private folders that the writer left in the file's folder. */
  left(): readonly string[];
  reset(): void;
  remove(): void;
}

/** `where`: folder to use instead of a new one. No reader knows files of this name, so that none is run. */
export function target(where?: string): Target {
  const folder = where ?? mkdtempSync(join(tmpdir(), 'fault-'));
  const base = mkdtempSync(join(tmpdir(), 'fault-kept-'));
  const path = join(folder, 'service.options');
  const keep = join(base, 'run');
  const kept = join(keep, basename(path));
  const access = (of: string): string => {
    const { mode, uid, gid } = statSync(of);
    return `${mode.toString(8)} ${uid} ${gid} ${acl ? spawnSync('getfacl', ['-pcn', of], { encoding: 'utf8' }).stdout : ''}`;
  };
  const reset = (): void => {
    rmSync(path, { force: true, recursive: true });
    writeFileSync(path, OLD);
    chmodSync(path, 0o640);
    if (acl) spawnSync('setfacl', ['-m', 'u:65534:r', path]);
    for (const name of left()) rmSync(join(folder, name), { recursive: true });
  };
  const left = (): readonly string[] => readdirSync(folder).filter((name) => name.startsWith('.inkling-'));
  reset();
  const before = access(path);
  return {
    folder,
    path,
    keep,
    kept,
    left,
    reset,
    saysDone: ({ code, stdout }) => code === 0 && stdout.includes(`now ${sha(NEW)}\n`),
    write: ({ wrap = [], want = sha(OLD), content = NEW, env, lease = [] } = {}) =>
      run(
        [
          ...wrap,
          '/bin/sh',
          '-c',
          WRITE_FILE,
          'inkling',
          path,
          me.owner,
          me.group,
          '0640',
          want,
          keep,
          sha(content),
          ...lease,
        ],
        content,
        env,
      ),
    restore: () => run(['/bin/sh', '-c', RESTORE_FILE, 'inkling', path, sha(NEW), 'unknown', kept], ''),
    state: () => {
      const text = readFileSync(path, 'utf8');
      if (text !== OLD && text !== NEW) throw new Error(`the file is torn: ${JSON.stringify(text)}`);
      if (access(path) !== before) throw new Error(`the access is ${access(path)}, not ${before}`);
      if (text === NEW && (!existsSync(kept) || readFileSync(kept, 'utf8') !== OLD || access(kept) !== before))
        throw new Error('replaced without a copy of the old file');
      return text === OLD ? 'old' : 'new';
    },
    remove: () => {
      rmSync(base, { recursive: true, force: true });
      if (where === undefined) rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Makes what a crash left behind old enough to be swept. */
export function age(of: Target): void {
  const long = Date.now() / 1000 - 11 * 60;
  for (const name of of.left()) utimesSync(join(of.folder, name), long, long);
}

export function run(argv: readonly string[], input: string, env?: Record<string, string>, seconds = 60): Promise<Ran> {
  const [program, ...args] = argv as [string, ...string[]];
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      stdio: 'pipe',
      detached: true,
      ...(env && { env: { ...process.env, ...env } }),
    });
    let [stdout, stderr, hung] = ['', '', false];
    const timer = setTimeout(() => {
      hung = true;
      process.kill(-(child.pid as number), 'SIGKILL');
    }, seconds * 1000);
    child.stdout.on('data', (text) => {
      stdout += text;
    });
    child.stderr.on('data', (text) => {
      stderr += text;
    });
    child.stdin.on('error', () => {});
    child.stdin.end(input);
    child.on('error', reject);
    child.on('close', (code) => {
      clearTimeout(timer);
      resolve({ code, stdout, stderr, hung });
    });
  });
}

/** Works through `items`, two at a time: as many as this machine has processors. */
export async function twoAtATime<T>(items: Iterable<T>, work: (item: T, lane: number) => Promise<void>): Promise<void> {
  const iterator = items[Symbol.iterator]();
  const lane = async (number: number): Promise<void> => {
    for (let next = iterator.next(); !next.done; next = iterator.next()) await work(next.value, number);
  };
  await Promise.all([lane(0), lane(1)]);
}
