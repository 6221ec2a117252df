import type { Line } from './lines.ts';

/** Where the command line reads and writes. Nothing under `cli` touches `process`. */
export interface Io {
  /** Text for people on stdout. */
  print(...lines: readonly Line[]): void;
  /** Text for people on stderr: progress, prompts, errors. */
  tell(...lines: readonly Line[]): void;
  /** One document or one record for programs on stdout; already safe and ends with a newline. */
  emit(text: string): void;
  /** Bytes on stdout as they are, for a filter's output; a terminal gets them made safe. */
  pass(piece: Uint8Array): void;
  /** Rewrites one line at the bottom of stderr; empty text removes it. Does nothing when stderr is no terminal. */
  progress(text: string): void;
  /** Reads one answer. Undefined: the operator gave none (Ctrl-D, Ctrl-C, or a paste, which never counts). */
  ask(question: string, signal?: AbortSignal): Promise<string | undefined>;
  /** Everything on standard input, to its end. */
  input(): Promise<string>;
  /** A person is there: stdin and stderr are terminals. */
  readonly interactive: boolean;
  /** A full screen can be drawn: stdin and stdout are terminals and TERM is not `dumb`. */
  readonly screen: boolean;
  /** Columns for text. */
  readonly columns: number;
}
