import { join } from 'node:path';
import { spawn } from '@lydell/node-pty';
import { Terminal } from '@xterm/headless';

const root = join(import.meta.dirname, '..', '..');

/** A wait ends with what it saw after so many seconds; far more than a busy machine takes. */
const PATIENCE = 120;

export interface PtyOptions {
  readonly columns?: number;
  readonly rows?: number;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Program and its arguments; the built Inkling by default. */
  readonly command?: readonly [string, ...string[]];
}

export interface Cell {
  readonly text: string;
  readonly bold: boolean;
  readonly inverse: boolean;
  /** Colours as the terminal stores them; -1 is the default. */
  readonly foreground: number;
  readonly background: number;
}

export interface Pty {
  /** What a person sees now: one string a row, trailing spaces cut. */
  screen(): string[];
  cell(row: number, column: number): Cell | undefined;
  /** `alternate` while a full-screen program runs. */
  buffer(): 'normal' | 'alternate';
  /** Waits until the screen holds the text. Throws with the screen as it was when it never does. */
  waitFor(text: string | RegExp, seconds?: number): Promise<void>;
  /** Types text; use `KEYS` for keys that are no characters. */
  type(text: string): void;
  resize(columns: number, rows: number): void;
  /** Exit code, once the program has ended and its output was drawn. */
  ended(seconds?: number): Promise<number>;
  /** Everything written so far, as raw text. */
  raw(): string;
  kill(signal?: string): void;
}

export const KEYS = {
  enter: '\r',
  escape: '\u001b',
  tab: '\t',
  up: '\u001b[A',
  down: '\u001b[B',
  right: '\u001b[C',
  left: '\u001b[D',
  backspace: '\u007f',
  ctrlC: '\u0003',
  ctrlD: '\u0004',
} as const;

/** A paste as a terminal delivers it to a program that asked for bracketed paste. */
export const pasted = (text: string): string => `\u001b[200~${text}\u001b[201~`;

/** Starts the built program in a real terminal. Build first: `npm test` does. */
export function startPty(args: readonly string[], options: PtyOptions = {}): Pty {
  const { columns = 80, rows = 24, env = {}, cwd = root } = options;
  const [program, ...before] = options.command ?? [process.execPath, join(root, 'bin', 'inkling.cjs')];
  const terminal = new Terminal({ cols: columns, rows, allowProposedApi: true });
  // CI, NO_COLOR and the like of whoever runs the tests must not reach what is tested.
  const { HOME = '/root', PATH = '', LANG = 'C.UTF-8' } = process.env;
  const child = spawn(program, [...before, ...args], {
    cols: columns,
    rows,
    cwd,
    env: { HOME, PATH, LANG, TERM: 'xterm-256color', ...env },
  });

  let raw = '';
  let drawn = 0;
  let written = 0;
  let code: number | undefined;
  const listeners = new Set<() => void>();
  const changed = (): void => {
    for (const listener of listeners) listener();
  };
  child.onData((data) => {
    raw += data;
    written += 1;
    terminal.write(data, () => {
      drawn += 1;
      changed();
    });
  });
  child.onExit(({ exitCode, signal }) => {
    code = signal ? 128 + signal : exitCode;
    changed();
  });

  const screen = (): string[] =>
    Array.from({ length: terminal.rows }, (_, row) => {
      const buffer = terminal.buffer.active;
      return buffer.getLine(buffer.viewportY + row)?.translateToString(true) ?? '';
    });
  const show = (): string =>
    screen()
      .map((line) => `| ${line}`)
      .join('\n');

  const until = (holds: () => boolean, what: string, seconds: number): Promise<void> =>
    new Promise((resolve, reject) => {
      const end = (): void => {
        clearTimeout(timer);
        listeners.delete(look);
      };
      const look = (): void => {
        if (!holds()) return;
        end();
        resolve();
      };
      const timer = setTimeout(() => {
        end();
        const state = code === undefined ? 'still running' : `ended with ${code}`;
        reject(new Error(`${what} did not come within ${seconds} s; the program has ${state}, its screen:\n${show()}`));
      }, seconds * 1000);
      listeners.add(look);
      look();
    });

  return {
    screen,
    raw: () => raw,
    buffer: () => terminal.buffer.active.type,
    cell: (row, column) => {
      const buffer = terminal.buffer.active;
      const cell = buffer.getLine(buffer.viewportY + row)?.getCell(column);
      if (!cell) return undefined;
      return {
        text: cell.getChars(),
        bold: cell.isBold() !== 0,
        inverse: cell.isInverse() !== 0,
        foreground: cell.isFgDefault() ? -1 : cell.getFgColor(),
        background: cell.isBgDefault() ? -1 : cell.getBgColor(),
      };
    },
    waitFor: (text, seconds = PATIENCE) =>
      until(
        () => (typeof text === 'string' ? screen().join('\n').includes(text) : text.test(screen().join('\n'))),
        String(text),
        seconds,
      ),
    type: (text) => child.write(text),
    resize: (cols, newRows) => {
      terminal.resize(cols, newRows);
      child.resize(cols, newRows);
    },
    ended: async (seconds = PATIENCE) => {
      await until(() => code !== undefined && drawn === written, 'the end of the program', seconds);
      return code as number;
    },
    kill: (signal) => child.kill(signal),
  };
}

/**
 * Answers a question that ends with `question` on the screen, and presses Enter. A question is deaf at first, so the
 * letter is typed until it is echoed; the backspace takes back an earlier one whose echo was only late.
 */
export async function answer(pty: Pty, question: RegExp, letter: string): Promise<void> {
  await pty.waitFor(new RegExp(`${question.source}$`, 'm'));
  const echoed = new RegExp(`${question.source}${letter}$`, 'm');
  const heard = (): Promise<boolean> =>
    pty.waitFor(echoed, 1).then(
      () => true,
      () => false,
    );
  for (let seconds = 0; seconds < PATIENCE; seconds += 1) {
    pty.type(`${KEYS.backspace}${letter}`);
    if (await heard()) break;
  }
  pty.type(KEYS.enter);
}
