import type { PipelineNode, ScriptNode, SimpleCommandNode, StatementNode } from 'just-bash';
import { STRERROR } from '../../world/file-tree.ts';
import { type FileView, WRITE_TO } from '../file-view.ts';
import { builtins } from './builtins.ts';
import { matcher } from './pattern.ts';
import { type Bytes, Exit, Input, Jump, Return, type Sink, type State, type Streams } from './state.ts';
import { type Expanding, fields, oneText, pattern } from './words.ts';

type CommandNode = PipelineNode['commands'][number];
type Redirections = SimpleCommandNode['redirections'];

export interface Ran {
  readonly code: number;
  readonly stdout: Bytes;
  readonly stderr: Bytes;
}

/** What the shell needs of its node. */
export interface Host {
  readonly view: FileView;
  /** The name before its own complaints: `sh`, `/bin/sh`. */
  readonly name: string;
  readonly signal?: AbortSignal;
  run(name: string, args: readonly Bytes[], env: ReadonlyMap<string, Bytes>, cwd: string, input: Input): Promise<Ran>;
  isProgram(name: string): boolean;
}

/** Ended from outside: nothing more is run or said. */
export class Killed extends Error {}

/** These end the shell when a redirection of theirs fails. */
const SPECIAL = new Set([':', 'export', 'set', 'shift', 'return', 'exit', 'unset', 'break', 'continue']);
const BREATHE_EVERY = 500;

/**
 * A small dash for what is `understood`: it reads the parsed script of the shell library. The library's own shell keeps a wall around each
 * program and each step, which costs most of the time of a look at a practice node.
 */
export class Shell implements Expanding {
  private steps = 0;

  constructor(
    readonly host: Host,
    public state: State,
    private io: Streams,
  ) {}

  /** Runs to the end and gives the exit code. `ended` is called after each statement of the script. */
  async script(statements: readonly StatementNode[], ended: () => void): Promise<number> {
    try {
      for (const statement of statements) {
        await this.statement(statement);
        ended();
      }
      return this.state.status;
    } catch (end) {
      if (end instanceof Exit || end instanceof Return) return end.code;
      if (end instanceof Jump) return 0;
      throw end;
    } finally {
      ended();
    }
  }

  complain(words: string): void {
    this.io.err(`${this.host.name}: 1: ${words}\n`);
  }

  async substitute(script: ScriptNode): Promise<Bytes> {
    let out = '';
    const collect = (bytes: Bytes): void => {
      out += bytes;
    };
    const code = await this.subshell(script.statements, { ...this.io, out: collect });
    this.state.substituted = code;
    return out;
  }

  private subshell(statements: readonly StatementNode[], io: Streams): Promise<number> {
    return new Shell(this.host, this.state.copy(), io).script(statements, () => {});
  }

  private async statements(all: readonly StatementNode[]): Promise<void> {
    for (const statement of all) await this.statement(statement);
  }

  private async statement({ pipelines, operators }: StatementNode): Promise<void> {
    for (const [i, pipeline] of pipelines.entries()) {
      const joined = i === 0 ? ';' : operators[i - 1];
      if (joined === '&&' && this.state.status !== 0) continue;
      if (joined === '||' && this.state.status === 0) continue;
      await this.pipeline(pipeline);
    }
  }

  private async pipeline({ commands, negated }: PipelineNode): Promise<void> {
    if (commands.length === 1) await this.command(commands[0] as CommandNode);
    else {
      let input = this.io.in;
      for (const [i, command] of commands.entries()) {
        let out = '';
        const collect = (bytes: Bytes): void => {
          out += bytes;
        };
        const io = { ...this.io, in: input, out: i === commands.length - 1 ? this.io.out : collect };
        const statement = { type: 'Statement', pipelines: [{ type: 'Pipeline', commands: [command], negated: false }], operators: [], background: false } as StatementNode; // biome-ignore format: one thing
        this.state.status = await this.subshell([statement], io);
        input = new Input(out);
      }
    }
    if (negated) this.state.status = this.state.status === 0 ? 1 : 0;
  }

  private async command(node: CommandNode): Promise<void> {
    if (this.host.signal?.aborted) throw new Killed();
    // Loops of builtins alone must let timers and signals through.
    if (++this.steps % BREATHE_EVERY === 0) await new Promise((resolve) => setImmediate(resolve));
    if (node.type === 'SimpleCommand') return this.simple(node);
    if (node.type === 'FunctionDef') {
      this.state.functions.set(node.name, node);
      this.state.status = 0;
      return;
    }
    if (!('redirections' in node) || node.redirections.length === 0) return this.compound(node);
    await this.redirected(node.redirections, () => this.compound(node));
  }

  private async compound(node: CommandNode): Promise<void> {
    switch (node.type) {
      case 'Group':
        return this.statements(node.body);
      case 'Subshell':
        this.state.status = await this.subshell(node.body, this.io);
        return;
      case 'If': {
        for (const clause of node.clauses) {
          await this.statements(clause.condition);
          if (this.state.status === 0) return this.statements(clause.body);
        }
        this.state.status = 0;
        return node.elseBody ? this.statements(node.elseBody) : undefined;
      }
      case 'While':
      case 'Until':
        return this.loop(node.type === 'While', node.condition, node.body);
      case 'For': {
        const values = node.words ? await fields(node.words, this) : [...this.state.parameters];
        this.state.status = 0;
        for (const value of values) {
          this.state.vars.set(node.variable, value);
          if (!(await this.turn(node.body))) break;
        }
        return;
      }
      case 'Case': {
        const word = await oneText(node.word, this);
        for (const item of node.items)
          for (const one of item.patterns)
            if (matcher(await pattern(one, this)).test(word)) {
              this.state.status = 0;
              return this.statements(item.body);
            }
        this.state.status = 0;
        return;
      }
      default:
        throw new RangeError(`the practice shell does not know ${node.type}`);
    }
  }

  private async loop(
    until: boolean,
    condition: readonly StatementNode[],
    body: readonly StatementNode[],
  ): Promise<void> {
    let last = 0;
    for (;;) {
      await this.statements(condition);
      if ((this.state.status === 0) !== until) break;
      if (!(await this.turn(body))) {
        last = 0;
        break;
      }
      last = this.state.status;
    }
    this.state.status = last;
  }

  /** One turn of a loop's body; false when the loop is left. */
  private async turn(body: readonly StatementNode[]): Promise<boolean> {
    try {
      await this.statements(body);
      return true;
    } catch (jump) {
      if (!(jump instanceof Jump)) throw jump;
      this.state.status = 0;
      if (--jump.levels > 0) throw jump;
      return jump.how === 'continue';
    }
  }

  private async simple(node: SimpleCommandNode): Promise<void> {
    this.state.substituted = undefined;
    const words = node.name ? await fields([node.name, ...node.args], this) : [];
    const [name, ...args] = words;
    if (name === undefined) {
      for (const { name: variable, value } of node.assignments)
        this.state.vars.set(variable, await oneText(value, this));
      this.state.status = this.state.substituted ?? 0;
      if (node.redirections.length > 0) await this.redirected(node.redirections, async () => {});
      return;
    }
    const given = new Map<string, Bytes>();
    for (const { name: variable, value } of node.assignments) given.set(variable, await oneText(value, this));
    const act = (): Promise<void> => this.invoke(name, args, given);
    if (node.redirections.length === 0) return act();
    const opened = await this.redirected(node.redirections, act);
    if (!opened && SPECIAL.has(name)) throw new Exit(2);
  }

  private async invoke(name: string, args: Bytes[], given: ReadonlyMap<string, Bytes>): Promise<void> {
    const { state } = this;
    const known = state.functions.get(name);
    const builtin = builtins.get(name);
    if (!known && !builtin) return this.program(name, args, given);
    const before = new Map([...given.keys()].map((k) => [k, state.vars.get(k)] as const));
    for (const [k, v] of given) state.vars.set(k, v);
    try {
      if (known) await this.call(known, args);
      else if (builtin) state.status = await builtin(args, this.io, this);
    } finally {
      for (const [k, v] of before) {
        if (v === undefined) state.vars.delete(k);
        else state.vars.set(k, v);
      }
    }
  }

  private async call(known: NonNullable<ReturnType<State['functions']['get']>>, args: Bytes[]): Promise<void> {
    const outer = this.state.parameters;
    this.state.parameters = args;
    try {
      await this.command(known.body);
    } catch (end) {
      if (!(end instanceof Return)) throw end;
      this.state.status = end.code;
    } finally {
      this.state.parameters = outer;
    }
  }

  private async program(name: string, args: Bytes[], given: ReadonlyMap<string, Bytes>): Promise<void> {
    const { state, host, io } = this;
    const env = new Map(given);
    for (const k of state.exported) {
      const v = state.vars.get(k);
      if (v !== undefined && !env.has(k)) env.set(k, v);
    }
    const ran = await host.run(name, args, env, state.cwd, io.in);
    if (host.signal?.aborted) throw new Killed();
    if (ran.stdout !== '') io.out(ran.stdout);
    if (ran.stderr !== '') io.err(ran.stderr);
    state.status = ran.code;
  }

  /** Runs with the streams that redirections give. False, with the reason said, when one cannot be opened. */
  private async redirected(redirections: Redirections, act: () => Promise<void>): Promise<boolean> {
    const outer = this.io;
    const files: { readonly path: string; bytes: Bytes }[] = [];
    let io = outer;
    for (const { operator, fd, target } of redirections) {
      const to = target.type === 'Word' ? await oneText(target, this) : '';
      const opened = await this.open(operator, fd, to, io, files);
      if (opened === undefined) {
        this.state.status = 2;
        return false;
      }
      io = opened;
    }
    this.io = io;
    try {
      await act();
    } finally {
      this.io = outer;
      for (const { path, bytes } of files)
        if (bytes !== '') await this.host.view.appendFile(path, Buffer.from(bytes, 'latin1'));
    }
    return true;
  }

  private async open(
    operator: string,
    fd: number | null,
    to: string,
    io: Streams,
    files: { readonly path: string; bytes: Bytes }[],
  ): Promise<Streams | undefined> {
    const { view } = this.host;
    const path = view.resolvePath(this.state.cwd, Buffer.from(to, 'latin1').toString());
    if (operator === '>&') return duplicate(fd ?? 1, to, io);
    if (operator === '<') {
      if (path === '/dev/null') return { ...io, in: new Input('') };
      try {
        return { ...io, in: new Input(Buffer.from(await view.readFileBuffer(path)).toString('latin1')) };
      } catch {
        this.complain(`cannot open ${to}: ${view.denied.has(path) ? 'Permission denied' : 'No such file'}`);
        return undefined;
      }
    }
    if (path === '/dev/null') return withSink(fd ?? 1, () => {}, io);
    const marked = `${WRITE_TO}${path}`;
    if (await view.exists(marked)) {
      const code = view.refusedWrites.get(marked)?.code ?? 'ENOENT';
      this.complain(`cannot create ${to}: ${code === 'ENOENT' ? 'Directory nonexistent' : STRERROR[code]}`);
      return undefined;
    }
    if (operator !== '>>') await view.writeFile(path, '');
    else await view.appendFile(path, '');
    const file = { path, bytes: '' };
    files.push(file);
    return withSink(
      fd ?? 1,
      (bytes) => {
        file.bytes += bytes;
      },
      io,
    );
  }
}

const withSink = (fd: number, sink: Sink, io: Streams): Streams =>
  fd === 1 ? { ...io, out: sink } : fd === 2 ? { ...io, err: sink } : io;

function duplicate(fd: number, to: string, io: Streams): Streams {
  if (to === '-') return withSink(fd, () => {}, io);
  return withSink(fd, to === '2' ? io.err : io.out, io);
}
