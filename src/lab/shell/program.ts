import type { Identity } from '../world/accounts.ts';
import { type ErrorCode, FileError, STRERROR } from '../world/file-tree.ts';
import type { LabNode, World } from '../world/world.ts';
import type { FileView } from './file-view.ts';

export interface Result {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** stdout is bytes, one character each, not text. */
  readonly bytes?: boolean;
  /** The variables when a shell script ended, for those who go on with them. */
  readonly env?: Readonly<Record<string, string>>;
}

/** The shell that reads a text, by the name it was called: it decides the words of its errors. All but bash speak as dash. */
export type Reader = 'bash' | 'sh' | '/bin/sh' | 'dash';

export interface RunOptions {
  readonly identity?: Identity;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Bytes, one character each. */
  readonly stdin?: string;
  readonly signal?: AbortSignal;
  /** Which shell reads the text, for `script`. */
  readonly reads?: Reader;
}

/** One invocation of a program on a node. */
export interface Call {
  readonly world: World;
  readonly node: LabNode;
  readonly identity: Identity;
  readonly name: string;
  readonly args: readonly string[];
  /** Bytes, one character each. */
  readonly stdin: string;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  /** The files as this user sees them, and this shell's umask. */
  readonly view: FileView;
  /** The shell library's program of the same name, when there is one. */
  readonly original?: ((args: readonly string[]) => Promise<Result>) | undefined;
  /** Runs a program with its arguments; no shell reads them. */
  run(argv: readonly string[], options?: RunOptions): Promise<Result>;
  /** Runs shell text with positional parameters. */
  script(text: string, parameters: readonly string[], options?: RunOptions): Promise<Result>;
  /** Runs shell text on another node, whatever lies between: who calls has looked at that. */
  on(node: LabNode, text: string, options?: RunOptions): Promise<Result>;
  /** Waits so many seconds, or until ended. False when ended. */
  wait(seconds: number, signal?: AbortSignal): Promise<boolean>;
}

export type Program = (call: Call) => Result | Promise<Result>;

export const ok = (stdout = '', stderr = ''): Result => ({ code: 0, stdout, stderr });
export const fail = (code: number, stderr: string, stdout = ''): Result => ({ code, stdout, stderr });

/** Says so instead of guessing: the practice cluster knows the command but not this use of it. */
export const unsupported = (call: Call, what: string): Result =>
  fail(2, `${call.name}: the practice cluster does not support ${what}\n`);

/** Waits for ever: until `timeout`, a signal or the end of the channel ends it. */
export async function hang(call: Call): Promise<Result> {
  await call.wait(Number.POSITIVE_INFINITY);
  return fail(143, '');
}

/** `chmod: cannot access 'x': No such file or directory`: words before, path, reason. */
export function fileTrouble(error: unknown, says: (path: string) => string): string {
  if (!(error instanceof FileError)) throw error;
  return `${says(error.path)}: ${STRERROR[error.code as ErrorCode]}\n`;
}

export const text = (bytes: string): string => Buffer.from(bytes, 'latin1').toString('utf8');

export interface Options {
  /** Flags and values by the names given; `true` for flags. Repeated values are kept in order. */
  readonly values: ReadonlyMap<string, readonly string[]>;
  readonly rest: readonly string[];
}

/** Splits arguments into options and operands. `spec` maps each accepted spelling to its name, with `=` when it takes a value. */
export function parseArguments(
  args: readonly string[],
  spec: Readonly<Record<string, string>>,
  strict = true,
): Options | string {
  const values = new Map<string, string[]>();
  const rest: string[] = [];
  const add = (name: string, value: string) => values.set(name, [...(values.get(name) ?? []), value]);
  const queue = [...args];
  for (let arg = queue.shift(); arg !== undefined; arg = queue.shift()) {
    if (arg === '--') {
      rest.push(...queue);
      break;
    }
    if (!arg.startsWith('-') || arg === '-') {
      rest.push(arg);
      continue;
    }
    const [head, inline] = arg.startsWith('--') && arg.includes('=') ? splitOnce(arg) : [arg, undefined];
    const name = spec[head];
    if (name === undefined) {
      const cluster = strict && /^-[A-Za-z]{2,}$/.test(arg) ? expandCluster(arg, spec) : undefined;
      if (!cluster) return arg;
      queue.unshift(...cluster);
    } else if (name.endsWith('=')) {
      const value = inline ?? queue.shift();
      if (value === undefined) return arg;
      add(name.slice(0, -1), value);
    } else add(name, 'true');
  }
  return { values, rest };
}

const splitOnce = (arg: string): [string, string] => [arg.slice(0, arg.indexOf('=')), arg.slice(arg.indexOf('=') + 1)];

/** `-la` to `-l -a`, `-k2` to `-k 2`. */
function expandCluster(arg: string, spec: Readonly<Record<string, string>>): string[] | undefined {
  const out: string[] = [];
  for (let i = 1; i < arg.length; i++) {
    const name = spec[`-${arg[i]}`];
    if (name === undefined) return undefined;
    out.push(`-${arg[i]}`);
    if (name.endsWith('=')) {
      if (i + 1 < arg.length) out.push(arg.slice(i + 1));
      break;
    }
  }
  return out;
}

export const last = (options: Options, name: string): string | undefined => options.values.get(name)?.at(-1);
export const has = (options: Options, name: string): boolean => options.values.has(name);
