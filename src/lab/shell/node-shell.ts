import type { Command, CommandName, CustomCommand, ExecResult } from 'just-bash';
import { COMMANDS } from '../commands/index.ts';
import type { Identity } from '../world/accounts.ts';
import { normalize, STRERROR } from '../world/file-tree.ts';
import { PROGRAM_PACKAGE } from '../world/packages.ts';
import type { LabNode, World } from '../world/world.ts';
import { FileView, type Streams, WRITE_TO } from './file-view.ts';
import { checkingWrites, streaming } from './plugin.ts';
import type { Call, Program, Reader, Result, RunOptions } from './program.ts';

/** Programs of the shell library that a Debian node has too. Everything else is ours or is not there. */
const LIBRARY: readonly CommandName[] = [
  'awk', 'base64', 'basename', 'bash', 'cat', 'column', 'comm', 'cp', 'cut', 'date', 'diff', 'dirname', 'du', 'echo', 'egrep', 'env',
  'expand', 'expr', 'false', 'fgrep', 'find', 'fold', 'grep', 'gunzip', 'gzip', 'head', 'join', 'jq', 'ln', 'md5sum', 'mkdir', 'mv', 'nl',
  'od', 'paste', 'printenv', 'printf', 'pwd', 'readlink', 'rev', 'rm', 'rmdir', 'sed', 'seq', 'sh', 'sha1sum', 'sha256sum', 'sort',
  'split', 'strings', 'tac', 'tail', 'tar', 'tee', 'touch', 'tr', 'true', 'uniq', 'wc', 'which', 'whoami', 'xargs', 'zcat',
]; // biome-ignore format: a list

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

  /** Runs shell text on a node and gives what it wrote and its exit code. */
  async script(node: LabNode, text: string, options: ShellOptions = {}): Promise<Result> {
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
    const own = LIBRARY.includes(name as CommandName) ? undefined : this.programs(node).get(name);
    if (own) return this.direct(node, name, own, args, options);
    return this.exec(node, /^[\w./+-]+$/.test(name) ? name : quote(name), args, options);
  }

  /** The shell looks for programs on PATH: each has a file there, as on any node. */
  private installPrograms(node: LabNode): void {
    if (node.files.tryFind(node.root, '/usr/bin/true')) return;
    node.files.mkdir(node.root, '/usr/bin', true);
    for (const name of [...LIBRARY, ...this.programs(node).keys()]) {
      node.files.write(node.root, `/usr/bin/${name}`, '', false, 0o755);
    }
    node.files.symlink(node.root, '/usr/bin', '/bin');
  }

  private programs(node: LabNode): ReadonlyMap<string, Program> {
    return new Map(
      Object.entries(COMMANDS).filter(([name]) => {
        const needs = PROGRAM_PACKAGE[name];
        return needs === undefined || node.packages.has(needs);
      }),
    );
  }

  private async direct(
    node: LabNode,
    name: string,
    program: Program,
    args: string[],
    options: RunOptions,
  ): Promise<Result> {
    const identity = options.identity ?? node.root;
    const view = new FileView(node.files, identity);
    const env = { ...environment(identity), ...options.env };
    const call = this.call(node, view, name, args, {
      cwd: options.cwd ?? identity.home,
      env,
      stdin: options.stdin ?? '',
      ...(options.signal && { signal: options.signal }),
    });
    const result = await program(call);
    return { ...result, stderr: inWordsOf(env, result.stderr) };
  }

  private async exec(node: LabNode, text: string, args: string[], options: ShellOptions): Promise<Result> {
    this.installPrograms(node);
    const identity = options.identity ?? node.root;
    const words = (bytes: Buffer): Buffer => this.errorWords(bytes, view, options.reads);
    const streams = options.streams;
    const view: FileView = new FileView(
      node.files,
      identity,
      streams && { stdout: streams.stdout.bind(streams), stderr: (bytes) => streams.stderr(words(bytes)) },
    );
    const shell = new this.library.Bash({
      fs: view,
      cwd: options.cwd ?? identity.home,
      env: environment(identity),
      commands: [...LIBRARY],
      customCommands: this.commands(node, view),
      defenseInDepth: false,
      processInfo: { pid: node.nextPid++, ppid: 1, uid: identity.uid, gid: identity.gid },
      sleep: (ms) => this.wait(ms / 1000, options.signal).then(() => undefined),
    });
    shell.registerTransformPlugin(streams ? streaming(this.library.parse) : checkingWrites);
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
      return fromLibrary({ ...result, stderr }, (said) => words(Buffer.from(said)).toString());
    } catch (error) {
      if (options.signal?.aborted) return { code: 143, stdout: '', stderr: '' };
      throw error;
    }
  }

  /** The library's shell knows no owners and always speaks as bash. */
  private errorWords(bytes: Buffer, view: FileView, reads: Reader = 'bash'): Buffer {
    const said = bytes.toString();
    const bash = reads === 'bash';
    const prefix = bash ? 'bash: line 1:' : `${reads}: 1:`;
    const fixed = said
      .replace(/^bash: (\S+): cannot open redirect target$/gm, (_, at: string) =>
        writeWords(at.slice(WRITE_TO.length), view, prefix, bash),
      )
      .replace(
        /^bash: (\S+): command not found$/gm,
        bash ? `${prefix} $1: command not found` : `${prefix} $1: not found`,
      )
      .replace(/^bash: (\S*\/\S*|\S+): No such file or directory$/gm, (_, path: string) => {
        const denied = [...view.denied].some((d) => d === normalize(path) || d.endsWith(`/${path}`));
        if (bash) return `${prefix} ${path}: ${denied ? 'Permission denied' : 'No such file or directory'}`;
        return `${prefix} cannot open ${path}: ${denied ? 'Permission denied' : 'No such file'}`;
      });
    return fixed === said ? bytes : Buffer.from(fixed);
  }

  private async wait(seconds: number, signal?: AbortSignal): Promise<boolean> {
    if (this.patience.skip && Number.isFinite(seconds)) {
      this.world.clock.skip(seconds);
      return true;
    }
    const real = seconds * this.patience.pace;
    const ended = await pause(real, signal);
    if (!ended && Number.isFinite(seconds)) this.world.clock.skip(seconds - real);
    return !ended;
  }

  private commands(node: LabNode, view: FileView): CustomCommand[] {
    return [...this.programs(node)].map(([name, program]) => this.command(name, program, node, view));
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
        const result = await program({
          ...call,
          original: origCommand && (async (argv) => fromLibrary(await origCommand([...argv]))),
        });
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
      ...around,
      run: (argv, options) => this.run(node, argv, inherit(options)),
      script: (text, parameters, options) => this.script(node, text, { ...inherit(options), parameters }),
      wait: (seconds, own) => this.wait(seconds, own && signal ? AbortSignal.any([own, signal]) : (own ?? signal)),
    };
  }
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

/** A write that the view refused, in the words of the shell that tried. */
function writeWords(path: string, view: FileView, prefix: string, bash: boolean): string {
  const trouble = [...view.refusedWrites.values()].find((e) => e.path.endsWith(path));
  const reason = STRERROR[trouble?.code ?? 'ENOENT'];
  if (bash) return `${prefix} ${path}: ${reason}`;
  return `${prefix} cannot create ${path}: ${trouble?.code === 'ENOENT' ? 'Directory nonexistent' : reason}`;
}
