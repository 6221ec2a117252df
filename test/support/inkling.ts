import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';

const launcher = join(import.meta.dirname, '..', '..', 'bin', 'inkling.cjs');

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
  start(args: readonly string[], env?: Readonly<Record<string, string>>): Running;
  run(args: readonly string[], env?: Readonly<Record<string, string>>): Promise<Ran>;
  remove(): void;
}

export function newHouse(): House {
  const folder = mkdtempSync(join(tmpdir(), 'inkling-house-'));
  const start: House['start'] = (args, env = {}) => {
    const child = spawn(process.execPath, [launcher, ...args], {
      cwd: folder,
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
    run: (args, env) => start(args, env).ended,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
