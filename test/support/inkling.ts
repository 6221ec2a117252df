import { type ChildProcess, type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';

export const launcher = join(import.meta.dirname, '..', '..', 'bin', 'inkling.cjs');

export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly child: ChildProcessByStdio<null, Readable, Readable>;
  readonly ended: Promise<Ran>;
  /** Resolves when stdout holds the text; rejects when the program ends without it. */
  printed(text: string): Promise<void>;
}

/** A folder that is home, state and working folder of the program; nothing of whoever runs the tests gets in. */
export interface House {
  readonly folder: string;
  /** Starts the built program without a terminal. Build first: `npm test` does. */
  start(args: readonly string[], env?: Readonly<Record<string, string>>, cwd?: string): Running;
  run(args: readonly string[], env?: Readonly<Record<string, string>>, cwd?: string): Promise<Ran>;
  remove(): void;
}

export function newHouse(): House {
  const folder = mkdtempSync(join(tmpdir(), 'inkling-house-'));
  const start: House['start'] = (args, env = {}, cwd = folder) => {
    const child = spawn(process.execPath, [launcher, ...args], {
      cwd,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: process.env.PATH, HOME: folder, XDG_STATE_HOME: join(folder, 'state'), LANG: 'C.UTF-8', ...env },
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    const ended = new Promise<Ran>((resolve) => child.on('close', (code) => resolve({ code, stdout, stderr })));
    const printed = (text: string): Promise<void> =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (stdout.includes(text)) resolve();
        };
        child.stdout.on('data', look);
        ended.then(({ code }) =>
          reject(new Error(`ended with ${code} before it printed ${text}:\n${stdout}${stderr}`)),
        );
        look();
      });
    return { child, ended, printed };
  };
  return {
    folder,
    start,
    run: (args, env, cwd) => start(args, env, cwd).ended,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** A repair on the practice cluster that is allowed beforehand. */
export const repair = (format: string): readonly string[] => [
  ...['fix', 'auth-keyring-unreadable', '--practice', 'glance-keyring-unreadable'],
  ...['--yes-up-to', 'reversible', '--format', format],
];

/** Each line of its output, for `--format ndjson`. */
export const records = (stdout: string): Record<string, unknown>[] =>
  stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));

/**
 * Environment in which the program is sent SIGINT the moment it has written `text` to stdout, and again 150 ms later where it is pressed
 * twice: two signals much closer together are one key press. From without, a busy machine could let it go on for as long as it likes before.
 */
export function ctrlCAt(text: string, times: 1 | 2 = 1): Readonly<Record<string, string>> {
  const preload = `
    const write = process.stdout.write.bind(process.stdout);
    let written = '';
    const press = () => process.kill(process.pid, 'SIGINT');
    process.stdout.write = (chunk, ...rest) => {
      const before = written.includes(${JSON.stringify(text)});
      written += chunk;
      const room = write(chunk, ...rest);
      if (!before && written.includes(${JSON.stringify(text)})) {
        press();
        if (${times} === 2) setTimeout(press, 150);
      }
      return room;
    };`;
  return { NODE_OPTIONS: `--import data:text/javascript,${encodeURIComponent(preload)}` };
}

const CLOCK =
  'process.once("SIGINT", () => setTimeout(() => process.exit(), 2000)); process.stdin.resume(); console.log()';

/**
 * A clock to stop a program by: what it gives sends SIGINT and resolves when the program has gone. It must have gone before another Node
 * that got the same signal at the same moment and leaves 2 s later: on a machine that is busy both come late.
 */
export async function twoSecondClock(): Promise<(child: ChildProcess) => Promise<void>> {
  const clock = spawn(process.execPath, ['-e', CLOCK], { stdio: ['pipe', 'pipe', 'inherit'] });
  await once(clock.stdout, 'data');
  return async (child) => {
    const gone = (one: ChildProcess, name: string) => once(one, 'exit').then(() => name);
    const first = Promise.race([gone(child, 'inkling'), gone(clock, 'the clock')]);
    child.kill('SIGINT');
    clock.kill('SIGINT');
    const name = await first;
    clock.kill('SIGKILL');
    if (name !== 'inkling') throw new Error('2 s after SIGINT the program was still there');
  };
}
