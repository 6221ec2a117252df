import { render } from 'ink';
import type { PracticeChoice } from '../domain/practice.ts';
import { App } from './components/App.tsx';
import type { Size } from './model.ts';
import type { AppPort, Choice } from './port.ts';
import { type Clock, createRuntime } from './runtime.ts';

export type { AppPort, Choice } from './port.ts';

export type Start =
  | { readonly screen: 'home' }
  | { readonly screen: 'run'; readonly choice: Choice }
  | { readonly screen: 'journal' }
  | { readonly screen: 'practice'; readonly choice?: PracticeChoice };

export interface Terminal {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WritableStream;
  /** Without it the frame stays in the scroll-back. */
  readonly alternateScreen?: boolean;
  readonly clock?: Clock;
  /** Told when the operator leaves, with the exit code: the run is being closed from then on. */
  readonly leaving?: (code: number) => void;
}

const CLOCK: Clock = { now: () => performance.now(), wall: () => Date.now() };

/** How often what depends on the time is drawn again. Milliseconds. */
const TICK = 200;

const sizeOf = ({ columns, rows }: NodeJS.WriteStream): Size => ({ columns: columns || 80, rows: rows || 24 });

/**
 * Shows the screens until the operator leaves. Resolves with the exit code: that of the last run's outcome, or 130 after
 * Ctrl-C. Needs a terminal at both ends; the caller checks that, and calls `prepareColour` before importing this.
 */
export async function runTui(port: AppPort, start: Start, terminal: Terminal = process): Promise<number> {
  const { stdin, stdout, stderr, alternateScreen = true, clock = CLOCK } = terminal;
  const runtime = createRuntime(
    port,
    clock,
    sizeOf(stdout),
    start.screen === 'journal' || start.screen === 'practice' ? ['home', start.screen] : ['home'],
  );
  const onResize = () => runtime.resize(sizeOf(stdout));
  stdout.on('resize', onResize);
  const ink = render(<App runtime={runtime} />, {
    stdin,
    stdout,
    exitOnCtrlC: false,
    patchConsole: false,
    // CI=true in the environment would leave the screen blank.
    interactive: true,
    alternateScreen,
  });
  const ticker = setInterval(runtime.tick, TICK);
  try {
    runtime.dispatch({ type: 'load' });
    if (start.screen === 'practice') {
      runtime.dispatch({ type: 'load-practice' });
      if (start.choice) runtime.dispatch({ type: 'open-practice', choice: start.choice });
    }
    if (start.screen === 'run') runtime.dispatch({ type: 'start', choice: start.choice });
    const { code, says } = await Promise.race([
      runtime.left,
      ink.waitUntilExit().then(() => ({ code: 130, says: [] })),
    ]);
    terminal.leaving?.(code);
    ink.unmount();
    await ink.waitUntilExit();
    for (const line of says) stderr.write(`${line}\n`);
    return code;
  } finally {
    clearInterval(ticker);
    stdout.off('resize', onResize);
    ink.unmount();
    await runtime.close();
  }
}
