import { EventEmitter } from 'node:events';
import { render } from 'ink';
import { App } from '../../src/tui/components/App.tsx';
import type { ScreenId, Size } from '../../src/tui/model.ts';
import { createRuntime, type Runtime } from '../../src/tui/runtime.ts';
import { createFakeEngine, type FakeEngine } from '../support/fake-engine.ts';
import { createFakePort, type FakePort } from '../support/fake-port.ts';
import { judged } from '../support/fake-run.ts';

export class FakeStdout extends EventEmitter {
  columns: number;
  rows: number;
  frame = '';
  readonly frames: string[] = [];
  constructor(size: Size) {
    super();
    this.columns = size.columns;
    this.rows = size.rows;
  }
  write = (text: string, written?: () => void): boolean => {
    this.frame = text;
    this.frames.push(text);
    written?.();
    return true;
  };
}

export class FakeStdin extends EventEmitter {
  isTTY = true;
  #waiting: string[] = [];
  send(text: string): void {
    this.#waiting.push(text);
    this.emit('readable');
  }
  read = (): string | null => this.#waiting.shift() ?? null;
  setEncoding(): void {}
  setRawMode(): void {}
  resume(): void {}
  pause(): void {}
  ref(): void {}
  unref(): void {}
}

const BYTES: Readonly<Record<string, string>> = {
  up: '\u001b[A',
  down: '\u001b[B',
  right: '\u001b[C',
  left: '\u001b[D',
  pageup: '\u001b[5~',
  pagedown: '\u001b[6~',
  end: '\u001b[F',
  enter: '\r',
  tab: '\t',
  'shift-tab': '\u001b[Z',
  backspace: '\u007f',
  'ctrl-c': '\u0003',
  'ctrl-d': '\u0004',
  'ctrl-u': '\u0015',
};

export interface FakeTerminal {
  readonly runtime: Runtime;
  readonly port: FakePort;
  readonly engine: FakeEngine;
  readonly frames: readonly string[];
  frame(): string;
  rows(): string[];
  /** Names of keys, or characters; each its own arrival, 200 ms of the fake clock after the one before. */
  press(...keys: string[]): Promise<void>;
  /** Bytes in one piece, without waiting. */
  send(bytes: string): Promise<void>;
  /** Keys so many milliseconds of the fake clock apart. */
  storm(keys: readonly string[], apart: number): Promise<void>;
  paste(text: string): Promise<void>;
  /** Moves the fake clock. Milliseconds. */
  pass(ms: number): Promise<void>;
  resize(columns: number, rows: number): Promise<void>;
  /** Resolves when the frame shows this; fails with the frame when it never does. */
  shows(text: string): Promise<void>;
  screen(): ScreenId;
  unmount(): void;
}

/** Lets everything that is due in this turn of the loop and the next few happen. */
export const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 4; turn += 1) await new Promise((resolve) => setImmediate(resolve));
};

interface Options {
  readonly size?: Size;
  readonly engine?: FakeEngine;
  readonly port?: FakePort;
  /** Starts a run at once and goes to this screen. */
  readonly at?: readonly ScreenId[];
}

const open = new Set<() => void>();
export const unmountAll = (): void => {
  for (const close of open) close();
};

/** The screens on a terminal that exists only in memory, with a clock that only the test moves. */
export async function openTerminal(options: Options = {}): Promise<FakeTerminal> {
  const size = options.size ?? { columns: 80, rows: 24 };
  const engine = options.engine ?? createFakeEngine(judged);
  const port = options.port ?? createFakePort(engine);
  let now = 1_000;
  const clock = { now: () => now, wall: () => Date.parse('2026-02-03T04:05:10Z') };
  const runtime = createRuntime(port, clock, size);
  const stdout = new FakeStdout(size);
  const stdin = new FakeStdin();
  const ink = render(<App runtime={runtime} />, {
    stdout: stdout as unknown as NodeJS.WriteStream,
    stdin: stdin as unknown as NodeJS.ReadStream,
    debug: true,
    interactive: true,
    exitOnCtrlC: false,
    patchConsole: false,
  });
  const unmount = () => {
    open.delete(unmount);
    ink.unmount();
  };
  open.add(unmount);
  runtime.dispatch({ type: 'load' });
  await settle();
  const terminal: FakeTerminal = {
    runtime,
    port,
    engine,
    frames: stdout.frames,
    frame: () => stdout.frame,
    rows: () => stdout.frame.split('\n'),
    press: async (...keys) => {
      for (const key of keys) {
        now += 200;
        stdin.send(key === 'escape' ? '\u001b' : (BYTES[key] ?? key));
        // Ink waits a moment for the rest of a sequence after a lone escape.
        if (key === 'escape') await new Promise((resolve) => setTimeout(resolve, 60));
        await settle();
      }
    },
    send: async (bytes) => {
      stdin.send(bytes);
      await settle();
    },
    storm: async (keys, apart) => {
      for (const key of keys) {
        now += apart;
        stdin.send(key);
      }
      await settle();
    },
    paste: async (text) => {
      stdin.send(`\u001b[200~${text}\u001b[201~`);
      await settle();
    },
    pass: async (ms) => {
      now += ms;
      runtime.tick();
      await settle();
    },
    resize: async (columns, rows) => {
      stdout.columns = columns;
      stdout.rows = rows;
      stdout.emit('resize');
      runtime.resize({ columns, rows });
      await settle();
    },
    shows: async (text) => {
      for (let turn = 0; turn < 50 && !stdout.frame.includes(text); turn += 1) await settle();
      if (!stdout.frame.includes(text)) throw new Error(`“${text}” is not on the screen:\n${stdout.frame}`);
    },
    screen: () => runtime.getScene().ui.stack.at(-1) ?? 'home',
    unmount,
  };
  if (options.at) {
    runtime.dispatch({ type: 'start', choice: { place: { kind: 'practice', id: 'healthy' }, playbooks: [] } });
    await settle();
    for (const screen of options.at) runtime.dispatch({ type: 'push', screen });
    await settle();
  }
  return terminal;
}
