import { fail, ok, type Program, type Reader, type Result, text, unsupported } from '../shell/program.ts';
import { FileError, STRERROR } from '../world/file-tree.ts';
import { reach } from '../world/network.ts';
import type { LabNode, World } from '../world/world.ts';
import { readInput } from './input.ts';

const DURATION = /^(\d+(?:\.\d+)?)([smhd]?)$/;
const UNIT: Readonly<Record<string, number>> = { '': 1, s: 1, m: 60, h: 3600, d: 86_400 };

/** `10`, `0.5`, `2m` to seconds. */
export function duration(word: string | undefined): number | undefined {
  const [, number, unit] = DURATION.exec(word ?? '') ?? [];
  return number === undefined ? undefined : Number(number) * (UNIT[unit ?? ''] ?? 1);
}

export const timeout: Program = async (call) => {
  const args = [...call.args];
  let preserve = false;
  let killed = false;
  while (args[0]?.startsWith('-')) {
    const option = args.shift();
    if (option === '--') break;
    if (option === '-k' || option === '--kill-after') args.shift();
    else if (option === '-s' || option === '--signal') killed = /^(KILL|SIGKILL|9)$/.test(args.shift() ?? '');
    else if (option === '--preserve-status') preserve = true;
    else if (!/^(-k.+|--kill-after=.+|--foreground|-v|--verbose|--signal=.+|-s.+)$/.test(option ?? '')) {
      return fail(125, `timeout: unrecognized option '${option}'\nTry 'timeout --help' for more information.\n`);
    }
  }
  const seconds = duration(args.shift());
  const program = args[0];
  if (seconds === undefined || program === undefined) return fail(125, "Try 'timeout --help' for more information.\n");
  const ended = new AbortController();
  const signal = call.signal ? AbortSignal.any([call.signal, ended.signal]) : ended.signal;
  const running = call.run(args, { stdin: call.stdin, signal });
  const timer = new AbortController();
  const late = waitFor(call, seconds, timer.signal);
  const first = await Promise.race([running, late.then(() => undefined)]);
  if (first) {
    timer.abort();
    return notFound(first, program)
      ? { ...fail(127, `timeout: failed to run command ‘${program}’: No such file or directory\n`) }
      : first;
  }
  ended.abort();
  const partial = await Promise.race([running, new Promise<undefined>((r) => setTimeout(() => r(undefined), 50))]);
  return { code: preserve ? 143 : killed ? 137 : 124, stdout: partial?.stdout ?? '', stderr: partial?.stderr ?? '' };
};

/** `call.wait`, but ended by its own signal as well. Resolves only when the time is over. */
async function waitFor(call: Parameters<Program>[0], seconds: number, signal: AbortSignal): Promise<void> {
  if (seconds === 0) return new Promise(() => {});
  if (await call.wait(seconds, signal)) return;
  return new Promise(() => {});
}

export const notFound = (result: Result, program: string): boolean =>
  result.code === 127 && result.stderr.trimEnd().endsWith(`${program}: command not found`);

/** `sh` and `bash`: -c text, -s, a file; shell options are accepted and mean nothing here. */
export const shell: Program = async (call) => {
  const args = [...call.args];
  let command: string | undefined;
  let stdin = false;
  while (args[0] !== undefined && /^[-+]/.test(args[0])) {
    const option = args.shift() as string;
    if (option === '--') break;
    if (option === '--login' || option === '--norc' || option === '--noprofile') continue;
    if (option === '-o' || option === '+o') args.shift();
    else if (/^-[a-zA-Z]*c$/.test(option)) command = args.shift();
    else if (/^-[a-zA-Z]*s[a-zA-Z]*$/.test(option)) stdin = true;
    else if (!/^[-+][lieuxfv]+$/.test(option)) return unsupported(call, `the option ${option}`);
  }
  const reads: Reader = call.name === 'sh' || call.name === 'dash' ? call.name : 'bash';
  if (command !== undefined) {
    const probe = await connection(call.world, call.node, call, command, args);
    if (probe) return probe;
    return call.script(command, args.slice(1), {
      stdin: call.stdin,
      reads,
      ...(args[0] !== undefined && { env: { ...call.env, 0: args[0] } }),
    });
  }
  if (stdin || args.length === 0) return call.script(text(call.stdin), args, { reads });
  try {
    return await call.script((await readInput(call, args[0] as string)).toString(), args.slice(1), {
      stdin: call.stdin,
      reads,
    });
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    return fail(127, `${call.name}: ${args[0]}: ${STRERROR[error.code]}\n`);
  }
};

/** bash's way to try a port: `exec 3<>/dev/tcp/HOST/PORT`, host and port literal or from the parameters. */
async function connection(
  world: World,
  node: LabNode,
  call: Parameters<Program>[0],
  command: string,
  parameters: readonly string[],
): Promise<Result | undefined> {
  const fill = (word: string): string => word.replace(/\$\{?(\d)\}?/g, (_, n) => parameters[Number(n)] ?? '');
  const [, host, port, rest] =
    /^\s*(?:exec\s+\d*<>|:\s*[<>]+|exec\s+\d+<\s*|echo\s*>\s*|<\s*)"?\/dev\/tcp\/([^/"]+)\/([^"\s;]+)"?\s*;?\s*(.*)$/s.exec(
      command,
    ) ?? [];
  if (host === undefined || port === undefined || call.name !== 'bash') return undefined;
  if (rest) return unsupported(call, 'commands after a connection to /dev/tcp');
  const name = fill(host);
  const number = Number(fill(port));
  const self = parameters[0] ?? 'bash';
  const at = `/dev/tcp/${name}/${fill(port)}`;
  const met = reach(world, node, name, number);
  if (met === 'open') return ok();
  const line = (reason: string) => `${self}: line 1: ${at}: ${reason}\n`;
  if (met === 'unknown-name')
    return fail(1, `${self}: line 1: ${name}: Temporary failure in name resolution\n${line('Invalid argument')}`);
  if (met === 'refused') return fail(1, `${self}: connect: Connection refused\n${line('Connection refused')}`);
  if (met === 'dropped') {
    if (!(await call.wait(134))) return fail(143, '');
    return fail(1, `${self}: connect: Connection timed out\n${line('Connection timed out')}`);
  }
  // Nobody has the address: the kernel asks for it three times, then gives up.
  if (!(await call.wait(3.07))) return fail(143, '');
  return fail(1, `${self}: connect: No route to host\n${line('No route to host')}`);
}

export const umask: Program = (call) => {
  const word = call.args.find((a) => !a.startsWith('-'));
  if (word === undefined) return ok(`${call.view.umask.toString(8).padStart(4, '0')}\n`);
  if (!/^[0-7]{1,4}$/.test(word)) return unsupported(call, `umask ${word}`);
  call.view.umask = Number.parseInt(word, 8);
  return ok();
};

/** Shell builtins that have no effect here: there are no other processes to signal, no limits to reach. */
export const nothing: Program = () => ok();

export const locale: Program = (call) => {
  if (call.args[0] === 'charmap')
    return ok(/UTF-?8/i.test(call.env.LC_ALL ?? call.env.LANG ?? '') ? 'UTF-8\n' : 'ANSI_X3.4-1968\n');
  if (call.args[0] === '-a') return ok('C\nC.utf8\nPOSIX\n');
  return unsupported(call, 'this use');
};

export const sleep: Program = async (call) => {
  const seconds = call.args.map(duration);
  if (seconds.length === 0 || seconds.includes(undefined))
    return fail(
      1,
      call.args.length === 0
        ? "sleep: missing operand\nTry 'sleep --help' for more information.\n"
        : `sleep: invalid time interval ‘${call.args[0] ?? ''}’\nTry 'sleep --help' for more information.\n`,
    );
  const all = seconds.reduce<number>((sum, s) => sum + (s ?? 0), 0);
  return (await call.wait(all)) ? ok() : fail(143, '');
};
