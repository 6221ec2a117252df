import type { ReadStream, WriteStream } from 'node:tty';
import { toPrintable } from '../domain/printable.ts';
import { askLine } from './ask.ts';
import type { Io } from './io.ts';
import { type Line, paint } from './lines.ts';
import { pad } from './wrap.ts';

export interface TerminalHost {
  readonly stdin: ReadStream;
  readonly stdout: WriteStream;
  readonly stderr: WriteStream;
  readonly term: string | undefined;
  /** The operator wants no colour. */
  readonly plain: boolean;
  /** What Ctrl-C does while a question is open. */
  readonly interrupt: () => void;
  /** Everything that is printed goes through it: no secret that is known by then leaves. Absent: none is known. */
  readonly sweep?: (text: string) => string;
}

const CLEAR = '\r\u001b[K';
const PROGRESS_EVERY_MS = 100;
/** Characters of standard input that are kept: of a whole log the end. */
const MOST_INPUT = 4 * 1024 * 1024;

/** The command line on real streams. */
export function terminalIo(host: TerminalHost): Io {
  const { stdin, stdout, stderr, term, plain, interrupt, sweep = (text) => text } = host;
  const smart = term !== 'dumb';
  const colour = (stream: WriteStream): boolean => stream.isTTY === true && smart && !plain;
  const moving = stderr.isTTY === true && smart;
  let shown = '';
  let shownAt = Number.NEGATIVE_INFINITY;

  const clear = (): void => {
    if (shown !== '') stderr.write(CLEAR);
    shown = '';
  };
  const write = (stream: WriteStream, lines: readonly Line[]): void => {
    if (lines.length === 0) return;
    clear();
    stream.write(sweep(lines.map((line) => `${paint(line, colour(stream))}\n`).join('')));
  };

  return {
    print: (...lines) => write(stdout, lines),
    tell: (...lines) => write(stderr, lines),
    emit: (text) => {
      clear();
      stdout.write(sweep(text));
    },
    pass: (piece) => {
      clear();
      stdout.write(stdout.isTTY === true ? printableLines(piece) : piece);
    },
    progress: (text) => {
      if (!moving || text === shown) return;
      if (text === '') return clear();
      if (performance.now() - shownAt < PROGRESS_EVERY_MS) return;
      shownAt = performance.now();
      shown = text;
      stderr.write(`${CLEAR}${pad(toPrintable(sweep(text)), (stderr.columns || 80) - 1).trimEnd()}`);
    },
    ask: (question, signal) => {
      clear();
      return askLine(toPrintable(sweep(question)), {
        input: stdin,
        write: (text) => stderr.write(text),
        interrupt,
        ...(signal && { signal }),
      });
    },
    input: async () => {
      clear();
      stdin.setEncoding('utf8');
      let text = '';
      for await (const chunk of stdin) text = `${text}${chunk}`.slice(-MOST_INPUT);
      return text;
    },
    interactive: stdin.isTTY === true && stderr.isTTY === true,
    screen: stdin.isTTY === true && stdout.isTTY === true && smart,
    columns: stdout.isTTY === true && stdout.columns > 0 ? stdout.columns : 80,
  };
}

const printableLines = (piece: Uint8Array): string =>
  Buffer.from(piece)
    .toString('utf8')
    .split('\n')
    .map((line) => toPrintable(line))
    .join('\n');
