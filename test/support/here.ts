import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { version } from '../../package.json';
import { createApp } from '../../src/app.ts';
import { runCli } from '../../src/cli/index.ts';
import { type TerminalHost, terminalIo } from '../../src/cli/terminal.ts';
import { type House, newHouse, type Ran } from './inkling.ts';

const root = pathToFileURL(`${join(import.meta.dirname, '..', '..')}/`);

export interface HouseHere extends House {
  run(args: readonly string[], env?: Readonly<Record<string, string>>): Promise<Ran>;
}

/**
 * As `newHouse`, but `run` runs a command in this process, which moves into the folder: for the many tests that are about what is said, of
 * which only one or two need to see the built program say it. What is read and compiled once serves them all.
 */
export function newHouseHere(): HouseHere {
  const house = newHouse();
  const before = { cwd: process.cwd(), HOME: process.env.HOME };
  process.chdir(house.folder);
  process.env.HOME = house.folder;
  const own = { HOME: house.folder, XDG_STATE_HOME: join(house.folder, 'state'), PATH: process.env.PATH };
  return {
    ...house,
    run: async (args, env = {}) => {
      const app = createApp({ root, version, env: { ...own, ...env } });
      const [stdout, stderr] = [new PassThrough(), new PassThrough()];
      const said = [text(stdout), text(stderr)] as const;
      const streams = { stdin: new PassThrough().end(), stdout, stderr } as unknown as TerminalHost;
      const code = await runCli(args, {
        io: terminalIo({ ...streams, term: undefined, plain: false, interrupt: () => {} }),
        port: async () => app.cli,
        version,
        signal: new AbortController().signal,
        clock: () => performance.now(),
      });
      stdout.end();
      stderr.end();
      return { code, stdout: await said[0], stderr: await said[1] };
    },
    remove: () => {
      process.chdir(before.cwd);
      if (before.HOME === undefined) delete process.env.HOME;
      else process.env.HOME = before.HOME;
      house.remove();
    },
  };
}

async function text(stream: PassThrough): Promise<string> {
  let all = '';
  for await (const piece of stream.setEncoding('utf8')) all += piece;
  return all;
}
