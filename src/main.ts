import { version } from '../package.json';
import type { App } from './app.ts';
import { runCli } from './cli/index.ts';
import { reportOf } from './cli/report-of.ts';
import { terminalIo } from './cli/terminal.ts';
import { toPrintable } from './domain/printable.ts';
import type { Place } from './tui/port.ts';

const argv = process.argv.slice(2);
const plain = argv.includes('--no-color') || (process.env.NO_COLOR ?? '') !== '';
// Ink's colour library reads this once, when it is loaded, and knows nothing of NO_COLOR.
if (plain) process.env.FORCE_COLOR = '0';

/** Two signals closer together than this are one key press that reached us twice. */
const SAME_KEY_MS = 100;
/** After that, what still has not ended (a node, a program that hangs) keeps nobody here. */
const GONE_AFTER_MS = 1500;
/** What was printed last may take this much longer to be read. */
const READ_AFTER_MS = 350;
const LOOK_AGAIN_MS = 50;
const EXIT_OF = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

const stop = new AbortController();
let stopped = Number.NEGATIVE_INFINITY;
let stoppedBy: keyof typeof EXIT_OF = 'SIGINT';

/** The first signal asks the run to stop in good order, the second leaves at once. */
function interrupt(name: keyof typeof EXIT_OF): void {
  const now = performance.now();
  if (now - stopped < SAME_KEY_MS) return;
  if (stop.signal.aborted) leave(name);
  stopped = now;
  stoppedBy = name;
  stop.abort();
  insist(EXIT_OF[name]);
}

/** Leaves although something hangs. Only a change that is under way on a node comes to its safe point first. */
function insist(code: number): void {
  let until = performance.now() + GONE_AFTER_MS;
  setInterval(() => {
    if (loaded?.changing()) until = performance.now() + GONE_AFTER_MS;
    else {
      const over = performance.now() - until;
      if (over > READ_AFTER_MS || (over > 0 && process.stdout.writableLength === 0)) process.exit(code);
    }
  }, LOOK_AGAIN_MS).unref();
}

/** At once: whatever is under way on the nodes is left as it is, and the journal knows of it. */
function leave(name: keyof typeof EXIT_OF): never {
  if (argv.includes('fix') || argv.includes('journal'))
    process.stderr.write('inkling: left at once; `inkling journal list` says whether a change was left open.\n');
  process.exit(EXIT_OF[name]);
}

/** What a crash says may hold what a node said. Before the program was loaded nothing was asked of any. */
const safe = (text: string): string => loaded?.hide(text) ?? text;

/** One line without secrets, control codes or a stack. */
function fail(error: unknown): never {
  const message = safe(error instanceof Error ? error.message : String(error));
  process.stderr.write(`inkling: ${toPrintable(message, { limit: 500 })}\n`);
  if (process.env.INKLING_DEBUG && error instanceof Error)
    for (const line of safe(error.stack ?? '').split('\n')) process.stderr.write(`${toPrintable(line)}\n`);
  else process.stderr.write('  This is a fault of Inkling itself; INKLING_DEBUG=1 shows where.\n');
  process.exit(1);
}

/** A reader may be slower than we are: what it has not taken yet would be lost with the process. That a write failed comes a tick later. */
async function written(stream: NodeJS.WriteStream): Promise<void> {
  if (stream.writableLength > 0 && !stream.destroyed)
    await new Promise<void>((resolve) => stream.write('', () => resolve()));
  await new Promise((resolve) => setImmediate(resolve));
}

/** Whoever read our output is gone: that ends a look, and a change goes on to a safe point. */
function readerLeft(error: NodeJS.ErrnoException): void {
  if (error.code === 'ENOSPC' || error.code === 'EDQUOT') noRoom ??= 1;
  else if (error.code !== 'EPIPE' && error.code !== 'EIO') fail(error);
  stop.abort();
}

/** The exit code once what was printed could not be kept. */
let noRoom: 1 | undefined;

for (const name of Object.keys(EXIT_OF) as (keyof typeof EXIT_OF)[]) process.on(name, () => interrupt(name));
process.on('uncaughtException', fail);
process.on('unhandledRejection', fail);
process.stdout.on('error', readerLeft);
process.stderr.on('error', readerLeft);

const root = new URL('..', import.meta.url);
let app: Promise<App> | undefined;
let loaded: App | undefined;
const loadApp = (): Promise<App> => {
  app ??= import('./app.ts').then(({ createApp }) => {
    loaded = createApp({
      root,
      shipped: new URL('shipped.json', import.meta.url),
      version,
      env: process.env,
      report: (state) => reportOf(state, { version }),
    });
    return loaded;
  });
  return app;
};

const placeOf = (site?: string, practice?: string): Pick<Place, 'kind' | 'id'> | undefined => {
  if (site !== undefined) return { kind: 'site', id: site };
  return practice === undefined ? undefined : { kind: 'practice', id: practice };
};

runCli(argv, {
  io: terminalIo({
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    term: process.env.TERM,
    plain,
    interrupt: () => interrupt('SIGINT'),
    sweep: (text) => loaded?.sweep(text) ?? text,
  }),
  port: async () => (await loadApp()).cli,
  version,
  signal: stop.signal,
  clock: () => performance.now(),
  screen: async ({ site, practice, playbooks }, begin) => {
    const [{ runTui }, app] = await Promise.all([import('./tui/index.tsx'), loadApp()]);
    // The screens read Ctrl-C as a key; any other signal means that nobody looks at them any more.
    stop.signal.addEventListener('abort', () => process.exit(EXIT_OF[stoppedBy]), { once: true });
    const place = begin?.at === 'recorded' ? ({ kind: 'recorded', id: begin.file } as const) : placeOf(site, practice);
    const screens = app.screens({ playbooks, ...(site !== undefined && { site }) });
    const start =
      begin?.at === 'practice'
        ? ({ screen: 'practice', ...(begin.choice && { choice: begin.choice }) } as const)
        : place
          ? ({ screen: 'run', choice: { place, playbooks: [] } } as const)
          : ({ screen: 'home' } as const);
    const { stdin, stdout, stderr } = process;
    return runTui(screens, start, { stdin, stdout, stderr, leaving: (code) => insist(code) });
  },
})
  .then(async (code) => {
    await written(process.stdout);
    if (noRoom) process.stderr.write('inkling: the output could not be written: no space is left where it goes.\n');
    process.exit(noRoom ?? code);
  })
  .catch(fail);
