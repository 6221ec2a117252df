import type { Command, CommandName, CustomCommand, ExecResult } from 'just-bash';
import { COMMANDS } from '../commands/index.ts';
import type { Identity } from '../world/accounts.ts';
import { settle } from '../world/events.ts';
import { PROGRAM_PACKAGE } from '../world/packages.ts';
import type { LabNode, World } from '../world/world.ts';
import { bytesOf, textOf } from './bytes.ts';
import { type Host, Killed, type Ran, Shell } from './dash/shell.ts';
import { Input, State } from './dash/state.ts';
import { understood } from './dash/understood.ts';
import { FileView, type Streams } from './file-view.ts';
import { isIncomplete } from './incomplete.ts';
import { checkingWrites, streaming } from './plugin.ts';
import type { Call, Program, Reader, Result, RunOptions } from './program.ts';
import { shellWords } from './shell-words.ts';

/** Programs of the shell library that a Debian node has too. Everything else is ours or is not there. */
const LIBRARY: readonly CommandName[] = [
  'awk', 'base64', 'basename', 'bash', 'cat', 'column', 'comm', 'cp', 'cut', 'date', 'diff', 'dirname', 'du', 'echo', 'egrep', 'env',
  'expand', 'expr', 'false', 'fgrep', 'find', 'fold', 'grep', 'gunzip', 'gzip', 'head', 'join', 'jq', 'ln', 'md5sum', 'mkdir', 'mv', 'nl',
  'od', 'paste', 'printenv', 'printf', 'pwd', 'readlink', 'rev', 'rm', 'rmdir', 'sed', 'seq', 'sh', 'sha1sum', 'sha256sum', 'sort',
  'split', 'strings', 'tac', 'tail', 'tar', 'tee', 'touch', 'tr', 'true', 'uniq', 'wc', 'which', 'whoami', 'xargs', 'zcat',
]; // biome-ignore format: a list

/** Those of them that leave standard input to whoever comes next. */
const READS_NOTHING: ReadonlySet<string> = new Set([
  'basename', 'cp', 'date', 'dirname', 'du', 'expr', 'false', 'find', 'ln', 'mkdir', 'mv', 'printenv', 'readlink', 'rm', 'rmdir', 'seq',
  'touch', 'true', 'which', 'whoami',
]); // biome-ignore format: a list

export interface ShellOptions extends RunOptions {
  /** Output as it is written; the result then holds only what the shell itself added. */
  readonly streams?: Streams;
  readonly parameters?: readonly string[];
}

/** How time passes: `pace` real seconds for each second a program waits; `skip` makes `sleep` move the world's clock only. */
export interface Patience {
  readonly pace: number;
  readonly skip: boolean;
}

type Library = typeof import('just-bash');

/** Shells of the practice nodes. Each run gets a fresh shell over the node's files, as the user it runs for. */
export class Shells {
  constructor(
    private readonly library: Library,
    private readonly world: World,
    private readonly patience: Patience,
  ) {}

  withPatience(patience: Patience): Shells {
    return new Shells(this.library, this.world, patience);
  }

  /** Would a shell wait for more lines before it runs this? */
  isIncomplete(text: string): boolean {
    return isIncomplete(this.library.parse, text);
  }

  /** Runs shell text on a node and gives what it wrote and its exit code. */
  async script(node: LabNode, text: string, options: ShellOptions = {}): Promise<Result> {
    settle(this.world);
    const small = await this.small(node, text, options);
    if (small) return small;
    const set = options.parameters?.length ? `set -- ${options.parameters.map(quote).join(' ')}\n` : '';
    const whole = `${set}${text}`;
    if (options.streams) return this.exec(node, whole, [], options);
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    const streams = {
      stdout: (bytes: Buffer) => void out.push(bytes),
      stderr: (bytes: Buffer) => void err.push(bytes),
    };
    const result = await this.exec(node, whole, [], { ...options, streams });
    const stdout =
      Buffer.concat(out).toString('latin1') +
      Buffer.from(result.stdout, result.bytes ? 'latin1' : 'utf8').toString('latin1');
    return { code: result.code, stdout, stderr: Buffer.concat(err).toString() + result.stderr, bytes: true };
  }

  /** Runs a program with its arguments. What is wholly ours needs no shell to run it. */
  async run(node: LabNode, argv: readonly string[], options: RunOptions = {}): Promise<Result> {
    const [name = 'true', ...args] = argv;
    const own = programOf(node, name);
    if (own) return this.direct(node, name, own, args, options);
    return this.exec(node, /^[\w./+-]+$/.test(name) ? name : quote(name), args, options);
  }

  /** A script for `sh` that the small shell understands; nothing when it is another's. */
  private async small(node: LabNode, text: string, options: ShellOptions): Promise<Result | undefined> {
    const { reads = 'bash', signal } = options;
    if (reads === 'bash') return undefined;
    const statements = understood(this.library.parse, text);
    if (!statements) return undefined;
    this.installPrograms(node);
    const identity = options.identity ?? node.root;
    const view = new FileView(node.files, identity);
    const cwd = options.cwd ?? identity.home;
    const state = new State(options.env?.['0'] ?? reads, cwd);
    for (const [key, value] of Object.entries({ ...environment(identity), ...options.env, PWD: cwd })) {
      state.vars.set(key, bytesOf(value));
      state.exported.add(key);
    }
    state.parameters = (options.parameters ?? []).map(bytesOf);
    const host: Host = {
      view,
      name: reads,
      ...(signal && { signal }),
      isProgram: (name) => node.files.tryFind(identity, name.includes('/') ? name : `/usr/bin/${name}`) !== undefined,
      run: (name, args, env, at, input) =>
        this.inside(node, view, name, args, reads, input, {
          env: Object.fromEntries([...env].map(([key, value]) => [key, textOf(value)])),
          cwd: at,
          ...(signal && { signal }),
        }),
    };
    const held = { stdout: '', stderr: '' };
    let stdout = '';
    let stderr = '';
    const flush = (): void => {
      if (!options.streams) return;
      if (held.stderr !== '') options.streams.stderr(Buffer.from(held.stderr, 'latin1'));
      if (held.stdout !== '') options.streams.stdout(Buffer.from(held.stdout, 'latin1'));
      held.stdout = '';
      held.stderr = '';
    };
    const io = {
      in: new Input(options.stdin ?? ''),
      out: (bytes: string) => {
        held.stdout += bytes;
      },
      err: (bytes: string) => {
        held.stderr += bytes;
      },
    };
    try {
      const code = await new Shell(host, state, io).script(statements, flush);
      ({ stdout, stderr } = held);
      return { code, stdout, stderr: Buffer.from(stderr, 'latin1').toString(), bytes: true };
    } catch (error) {
      if (error instanceof Killed) return { code: 143, stdout: held.stdout, stderr: '', bytes: true };
      throw error;
    }
  }

  /** A program that a script of the small shell runs: as `run`, but with the script's view of the files and in its shell's words. */
  private async inside(
    node: LabNode,
    view: FileView,
    name: string,
    args: readonly string[],
    reads: Reader,
    input: Input,
    around: RunOptions,
  ): Promise<Ran> {
    const own = programOf(node, name);
    const words = args.map(textOf);
    const result = own
      ? await this.direct(node, name, own, words, around, view, () => input.rest())
      : await this.exec(node, /^[\w./+-]+$/.test(name) ? name : quote(name), words, {
          ...around,
          identity: view.who,
          reads,
          stdin: READS_NOTHING.has(name) ? '' : input.rest(),
        });
    return {
      code: result.code,
      stdout: result.bytes ? result.stdout : bytesOf(result.stdout),
      stderr: bytesOf(result.stderr),
    };
  }

  /** The shell looks for programs on PATH: each has a file there, as on any node. */
  private installPrograms(node: LabNode): void {
    if (node.files.tryFind(node.root, '/usr/bin/true')) return;
    node.files.mkdir(node.root, '/usr/bin', true);
    for (const name of [...LIBRARY, ...programsOf(node).keys()]) {
      node.files.write(node.root, `/usr/bin/${name}`, '', false, 0o755);
    }
    node.files.symlink(node.root, '/usr/bin', '/bin');
  }

  private async direct(
    node: LabNode,
    name: string,
    program: Program,
    args: string[],
    options: RunOptions,
    view = new FileView(node.files, options.identity ?? node.root),
    // A program that does not read its input leaves it to the next.
    input = (): string => options.stdin ?? '',
  ): Promise<Result> {
    const env = { ...environment(view.who), ...options.env };
    let got: string | undefined;
    const call = this.call(node, view, name, args, {
      cwd: options.cwd ?? view.who.home,
      env,
      get stdin() {
        got ??= input();
        return got;
      },
      ...(options.signal && { signal: options.signal }),
    });
    const original = (argv: readonly string[]) =>
      this.exec(
        node,
        name,
        [...argv],
        { ...options, identity: view.who, stdin: READS_NOTHING.has(name) ? '' : call.stdin, without: name },
        view,
      );
    const isOfLibrary = LIBRARY.includes(name as CommandName);
    const result = await program(isOfLibrary ? Object.assign(call, { original }) : call);
    return { ...result, stderr: inWordsOf(env, result.stderr) };
  }

  private async exec(
    node: LabNode,
    text: string,
    args: string[],
    options: ShellOptions & { readonly without?: string },
    given?: FileView,
  ): Promise<Result> {
    this.installPrograms(node);
    const identity = options.identity ?? node.root;
    const words = (bytes: Buffer): Buffer => shellWords(bytes, view, options.reads);
    const streams = options.streams;
    const view: FileView =
      given ??
      new FileView(
        node.files,
        identity,
        streams && { stdout: streams.stdout.bind(streams), stderr: (bytes) => streams.stderr(words(bytes)) },
      );
    const shell = new this.library.Bash({
      fs: view,
      cwd: options.cwd ?? identity.home,
      env: environment(identity),
      commands: [...LIBRARY],
      customCommands: this.commands(node, view, options.without),
      defenseInDepth: false,
      processInfo: { pid: node.nextPid++, ppid: 1, uid: identity.uid, gid: identity.gid },
      sleep: (ms) => this.wait(ms / 1000, options.signal).then(() => undefined),
    });
    shell.registerTransformPlugin(
      streams
        ? streaming(this.library.parse, this.library.serialize)
        : checkingWrites(this.library.parse, this.library.serialize),
    );
    try {
      const result = await shell.exec(text, {
        rawScript: true,
        ...(args.length > 0 && { args }),
        ...(options.env && { env: { ...options.env } }),
        ...(options.signal && { signal: options.signal }),
        stdin: options.stdin ?? '',
        stdinKind: 'bytes',
      });
      const stderr = options.signal?.aborted ? result.stderr.replace(/^bash: execution aborted\n/m, '') : result.stderr;
      const said = fromLibrary({ ...result, stderr }, (text) => words(Buffer.from(text)).toString());
      return { ...said, env: result.env };
    } catch (error) {
      if (options.signal?.aborted) return { code: 143, stdout: '', stderr: '' };
      throw error;
    }
  }

  private async wait(seconds: number, signal?: AbortSignal): Promise<boolean> {
    if (this.patience.skip && Number.isFinite(seconds)) {
      this.world.clock.skip(seconds);
      settle(this.world);
      return true;
    }
    const real = seconds * this.patience.pace;
    const ended = await pause(real, signal);
    if (!ended && Number.isFinite(seconds)) this.world.clock.skip(seconds - real);
    settle(this.world);
    return !ended;
  }

  private commands(node: LabNode, view: FileView, without?: string): CustomCommand[] {
    const programs = [...programsOf(node)].filter(([name]) => name !== without);
    return programs.map(([name, program]) => this.command(name, program, node, view));
  }

  private command(name: string, program: Program, node: LabNode, view: FileView): Command {
    return {
      name,
      execute: async (args, ctx) => {
        const env = Object.fromEntries(Object.entries(ctx.exportedEnv ?? {}));
        const { origCommand } = ctx;
        const call = this.call(node, view, name, args, {
          cwd: ctx.cwd,
          env,
          stdin: this.library.latin1FromBytes(ctx.stdin),
          ...(ctx.signal && { signal: ctx.signal }),
        });
        const original = origCommand && (async (argv: readonly string[]) => fromLibrary(await origCommand([...argv])));
        const result = await program(Object.assign(call, { original }));
        return {
          stdout: result.stdout,
          stderr: inWordsOf(env, result.stderr),
          exitCode: result.code,
          stdoutKind: result.bytes ? 'bytes' : 'text',
        };
      },
    };
  }

  private call(
    node: LabNode,
    view: FileView,
    name: string,
    args: readonly string[],
    around: Pick<Call, 'cwd' | 'env' | 'stdin' | 'signal'>,
  ): Call {
    settle(this.world);
    const { signal } = around;
    const inherit = (options: RunOptions = {}): RunOptions => ({
      identity: view.who,
      cwd: around.cwd,
      env: around.env,
      ...(signal && { signal }),
      ...options,
    });
    return {
      world: this.world,
      node,
      identity: view.who,
      name,
      args,
      view,
      cwd: around.cwd,
      env: around.env,
      get stdin() {
        return around.stdin;
      },
      ...(signal && { signal }),
      run: (argv, options) => this.run(node, argv, inherit(options)),
      script: (text, parameters, options) => this.script(node, text, { ...inherit(options), parameters }),
      on: (other, text, options) => this.script(other, text, { ...(signal && { signal }), reads: 'bash', ...options }),
      wait: (seconds, own) => this.wait(seconds, own && signal ? AbortSignal.any([own, signal]) : (own ?? signal)),
    };
  }
}

/** The node's own programs: those whose package it has. */
const programsOf = (node: LabNode): ReadonlyMap<string, Program> =>
  new Map(
    Object.keys(COMMANDS).flatMap((name) => {
      const program = programOf(node, name);
      return program ? [[name, program] as const] : [];
    }),
  );

function programOf(node: LabNode, name: string): Program | undefined {
  if (!Object.hasOwn(COMMANDS, name)) return undefined;
  const needs = PROGRAM_PACKAGE[name];
  return needs === undefined || node.packages.has(needs) ? COMMANDS[name] : undefined;
}

/** Quotation marks as the locale has them. */
const inWordsOf = (env: Readonly<Record<string, string>>, stderr: string): string =>
  /utf-?8/i.test(env.LC_ALL ?? env.LC_CTYPE ?? env.LANG ?? '') ? stderr : stderr.replace(/[‘’]/g, "'");

function fromLibrary(result: ExecResult, words: (stderr: string) => string = (s) => s): Result {
  const bytes = result.stdoutKind === 'bytes' || result.stdoutEncoding === 'binary';
  return { code: result.exitCode, stdout: result.stdout, stderr: words(result.stderr), ...(bytes && { bytes }) };
}

const quote = (word: string): string => `'${word.replaceAll("'", `'\\''`)}'`;

const environment = (who: Identity): Record<string, string> => ({
  HOME: who.home,
  USER: who.name,
  LOGNAME: who.name,
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  SHELL: '/bin/bash',
});

/** True when the signal came first. */
function pause(seconds: number, signal?: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve(true);
    const timer = Number.isFinite(seconds) ? setTimeout(() => done(false), seconds * 1000) : undefined;
    const aborted = () => done(true);
    const done = (ended: boolean) => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', aborted);
      resolve(ended);
    };
    signal?.addEventListener('abort', aborted, { once: true });
  });
}
