import { formatted, unescaped } from './print.ts';
import type { Shell } from './shell.ts';
import { type Bytes, Exit, Jump, Return, type Streams } from './state.ts';
import { evaluateTest } from './test.ts';

type Builtin = (args: readonly Bytes[], io: Streams, shell: Shell) => number | Promise<number>;

const code = (word: string | undefined, otherwise: number): number =>
  word === undefined ? otherwise : Number.parseInt(word, 10) & 0xff;

/** `read -r`: fields of one line into variables, the last takes the rest. */
const read: Builtin = (args, io, { state }) => {
  const names = args.filter((a) => a !== '-r');
  const line = io.in.line();
  const plain = state.vars.get('IFS') === '';
  let text = line?.text ?? '';
  if (!plain) text = text.replace(/^[ \t]+|[ \t]+$/g, '');
  for (const [i, name] of names.entries()) {
    if (i === names.length - 1 || plain) {
      state.vars.set(name, text);
      text = '';
      continue;
    }
    const gap = /[ \t]+/.exec(text);
    state.vars.set(name, gap ? text.slice(0, gap.index) : text);
    text = gap ? text.slice(gap.index + gap[0].length) : '';
  }
  return line?.ended ? 0 : 1;
};

const printf: Builtin = (args, io, shell) => {
  const [format, ...words] = args[0] === '--' ? args.slice(1) : args;
  const out = format === undefined ? undefined : formatted(format, words);
  if (out === undefined) {
    shell.complain(
      format === undefined
        ? 'printf: usage: printf format [arg ...]'
        : 'printf: the practice shell does not know this format',
    );
    return 2;
  }
  io.out(out);
  return 0;
};

const echo: Builtin = (args, io) => {
  const bare = args[0] === '-n';
  const text = (bare ? args.slice(1) : args).join(' ');
  const cut = text.indexOf('\\c');
  io.out(cut >= 0 ? unescaped(text.slice(0, cut)) : `${unescaped(text)}${bare ? '' : '\n'}`);
  return 0;
};

const test =
  (name: string): Builtin =>
  async (args, _io, shell) => {
    if (name === '[' && args.at(-1) !== ']') {
      shell.complain('[: missing ]');
      return 2;
    }
    const words = (name === '[' ? args.slice(0, -1) : args).map(utf8);
    const { code: status, says } = await evaluateTest(words, shell.host.view, shell.state.cwd);
    if (says !== undefined) shell.complain(`${name}: ${says}`);
    return status;
  };

/** `-P`: where it really is, behind all links. */
const cd: Builtin = async (args, _io, shell) => {
  const { view } = shell.host;
  const physical = args[0] === '-P';
  const [path = ''] = args.slice(physical ? 1 : 0).filter((a, n) => n > 0 || a !== '--');
  let to = view.resolvePath(shell.state.cwd, path === '' ? (shell.state.vars.get('HOME') ?? '/') : path);
  if (physical) to = await view.realpath(to).catch(() => to);
  const at = await view.stat(to).catch(() => undefined);
  if (!at?.isDirectory) {
    shell.complain(`cd: can't cd to ${path}`);
    return 2;
  }
  shell.state.cwd = to;
  shell.state.vars.set('PWD', to);
  return 0;
};

const pwd: Builtin = async ([option], io, { state, host }) => {
  io.out(`${option === '-P' ? await host.view.realpath(state.cwd).catch(() => state.cwd) : state.cwd}\n`);
  return 0;
};

const set: Builtin = (args, _io, { state }) => {
  if (args[0] === '--') state.parameters = args.slice(1);
  else state.nounset ||= args.includes('-u');
  return 0;
};

const command: Builtin = ([, name = ''], io, { state, host }) => {
  if (state.functions.has(name) || builtins.has(name)) io.out(`${name}\n`);
  else if (host.isProgram(name)) io.out(`${name.includes('/') ? name : `/usr/bin/${name}`}\n`);
  else return 127;
  return 0;
};

const utf8 = (bytes: Bytes): string => Buffer.from(bytes, 'latin1').toString();

export const builtins: ReadonlyMap<string, Builtin> = new Map<string, Builtin>([
  [':', () => 0],
  ['true', () => 0],
  ['false', () => 1],
  ['ulimit', () => 0],
  ['trap', () => 0],
  ['exec', () => 0],
  ['read', read],
  ['printf', printf],
  ['echo', echo],
  ['test', test('test')],
  ['[', test('[')],
  ['cd', cd],
  ['pwd', pwd],
  ['set', set],
  ['command', command],
  [
    'umask',
    ([mask], io, { host }) => {
      if (mask === undefined) io.out(`${host.view.umask.toString(8).padStart(4, '0')}\n`);
      else host.view.umask = Number.parseInt(mask, 8);
      return 0;
    },
  ],
  [
    'export',
    (args, _io, { state }) => {
      for (const word of args) {
        const [, name = '', value] = /^([^=]*)(?:=(.*))?$/s.exec(word) ?? [];
        state.exported.add(name);
        if (value !== undefined) state.vars.set(name, value);
      }
      return 0;
    },
  ],
  [
    'unset',
    (args, _io, { state }) => {
      for (const name of args) {
        state.vars.delete(name);
        state.exported.delete(name);
        if (args[0] === '-f') state.functions.delete(name);
      }
      return 0;
    },
  ],
  [
    'shift',
    ([n], _io, shell) => {
      const by = Number(n ?? '1');
      if (by > shell.state.parameters.length) {
        shell.complain("shift: can't shift that many");
        throw new Exit(2);
      }
      shell.state.parameters = shell.state.parameters.slice(by);
      return 0;
    },
  ],
  ['exit', ([n], _io, { state }) => { throw new Exit(code(n, state.status)); }], // biome-ignore format: a table
  ['return', ([n], _io, { state }) => { throw new Return(code(n, state.status)); }], // biome-ignore format: a table
  ['break', ([n]) => { throw new Jump('break', Number(n ?? '1')); }], // biome-ignore format: a table
  ['continue', ([n]) => { throw new Jump('continue', Number(n ?? '1')); }], // biome-ignore format: a table
]);
