import { type Call, fail, ok, type Program, type Result, unsupported } from '../shell/program.ts';
import type { Identity } from '../world/accounts.ts';
import { hostEntry, isAddress } from '../world/network.ts';
import { notFound } from './shells.ts';

const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** Environment after sudo or su: the new user's own, with what sudo keeps. */
function environment(call: Call, who: Identity, more: Record<string, string> = {}): Record<string, string> {
  const kept = Object.entries(call.env).filter(([name]) => /^(LANG|LANGUAGE|LC_.*|TZ|TERM)$/.test(name));
  return { ...Object.fromEntries(kept), HOME: who.home, USER: who.name, LOGNAME: who.name, PATH, ...more };
}

async function runAs(call: Call, who: Identity, argv: readonly string[], env: Record<string, string>): Promise<Result> {
  return call.run(argv, { identity: who, env, stdin: call.stdin });
}

export const sudo: Program = async (call) => {
  const args = [...call.args];
  let user = 'root';
  let list = false;
  let login = false;
  let interactive = true;
  while (args[0]?.startsWith('-')) {
    const option = args.shift() as string;
    if (option === '--') break;
    if (option === '-u' || option === '--user') user = args.shift() ?? '';
    else if (option.startsWith('--user=')) user = option.slice(7);
    else if (option === '-g' || option === '-p' || option === '--prompt' || option === '-C') args.shift();
    else if (option === '-n' || option === '--non-interactive') interactive = false;
    else if (option === '-l' || option === '--list') list = true;
    else if (option === '-i' || option === '-s') login = true;
    else if (option === '-v' || option === '-k' || option === '-K') list = true;
    else if (!/^-[nHESAbPi]+$/.test(option)) return unsupported(call, `the option ${option}`);
    else if (option.includes('n')) interactive = false;
  }
  const who = call.node.accounts.identity(user.replace(/^#/, ''));
  if (call.identity.uid !== 0 && call.identity.name !== 'ops') {
    return interactive
      ? fail(
          1,
          'sudo: a terminal is required to read the password; either use the -S option to read from standard input or configure an askpass helper\nsudo: a password is required\n',
        )
      : fail(1, 'sudo: a password is required\n');
  }
  if (!who) return fail(1, `sudo: unknown user ${user}\nsudo: error initializing audit plugin sudoers_audit\n`);
  if (list && args.length === 0) return ok(call.args.includes('-l') ? rights(call) : '');
  // With a command it tells whether that is allowed, and does not run it.
  if (list && call.args.includes('-l')) return ok(`/usr/bin/${args.join(' ')}\n`);
  const more: Record<string, string> = { SUDO_USER: call.identity.name, SUDO_UID: String(call.identity.uid) };
  for (let word = args[0]; word !== undefined && /^[A-Za-z_]\w*=/.test(word); word = args[0]) {
    more[word.slice(0, word.indexOf('='))] = word.slice(word.indexOf('=') + 1);
    args.shift();
  }
  const program = args[0];
  const env = environment(call, who, more);
  if (program === undefined) {
    return login
      ? call.run(['bash', '-s'], { identity: who, env, cwd: who.home, stdin: call.stdin })
      : fail(1, 'usage: sudo -h | -K | -k | -V\n');
  }
  const result = await runAs(call, who, args, env);
  return notFound(result, program) ? fail(1, `sudo: ${program}: command not found\n`) : result;
};

const rights = (call: Call): string => `Matching Defaults entries for ${call.identity.name} on ${call.node.name}:
    env_reset, mail_badpass, secure_path=${PATH.replaceAll(':', '\\:')}, use_pty

User ${call.identity.name} may run the following commands on ${call.node.name}:
    (ALL) NOPASSWD: ALL
`;

export const runuser: Program = async (call) => {
  const args = [...call.args];
  let user: string | undefined;
  let command: string | undefined;
  while (args[0]?.startsWith('-')) {
    const option = args.shift() as string;
    if (option === '--') break;
    if (option === '-u') user = args.shift();
    else if (option === '-c') command = args.shift();
    else if (option === '-s') args.shift();
    else if (option !== '-' && option !== '-l') return unsupported(call, `the option ${option}`);
  }
  if (call.identity.uid !== 0) return fail(1, `${call.name}: may not be used by non-root users\n`);
  user ??= args.shift();
  if (args[0] === '-c') command = args[1];
  const who = call.node.accounts.identity(user ?? 'root');
  if (!who)
    return fail(
      1,
      `${call.name}: user ${user} does not exist or the user entry does not contain all the required fields\n`,
    );
  const env = environment(call, who);
  if (command !== undefined) return runAs(call, who, ['sh', '-c', command], env);
  const program = args[0];
  if (program === undefined) return runAs(call, who, ['sh', '-s'], env);
  const result = await runAs(call, who, args, env);
  return notFound(result, program)
    ? fail(1, `runuser: failed to execute ${program}: No such file or directory\n`)
    : result;
};

export const id: Program = (call) => {
  const word = call.args.find((a) => !a.startsWith('-'));
  const { accounts } = call.node;
  const who = word === undefined ? call.identity : accounts.identity(word);
  if (!who) return fail(1, `id: ‘${word}’: no such user\n`);
  const flags = call.args.filter((a) => a.startsWith('-')).join('');
  const names = flags.includes('n');
  if (flags.includes('u')) return ok(`${names ? who.name : who.uid}\n`);
  if (flags.includes('G')) return ok(`${who.groups.map((g) => (names ? accounts.groupName(g) : g)).join(' ')}\n`);
  if (flags.includes('g')) return ok(`${names ? accounts.groupName(who.gid) : who.gid}\n`);
  const groups = who.groups.map((g) => `${g}(${accounts.groupName(g)})`).join(',');
  return ok(`uid=${who.uid}(${who.name}) gid=${who.gid}(${accounts.groupName(who.gid)}) groups=${groups}\n`);
};

export const whoami: Program = (call) => ok(`${call.identity.name}\n`);

export const getent: Program = (call) => {
  const [database, ...keys] = call.args;
  const lines: string[] = [];
  let missing = false;
  const add = (line: string | undefined) => {
    if (line === undefined) missing = true;
    else lines.push(line);
  };
  const { users, groups } = call.node.accounts;
  for (const key of keys) {
    if (database === 'hosts' || database === 'ahosts' || database === 'ahostsv4') add(hostLine(call, key, database));
    else if (database === 'passwd') {
      const u = call.node.accounts.user(key);
      add(u && `${u.name}:x:${u.uid}:${u.gid}::${u.home}:${u.shell}`);
    } else if (database === 'group') {
      const g = call.node.accounts.group(key);
      add(g && `${g.name}:x:${g.gid}:${g.members.join(',')}`);
    } else
      return fail(
        1,
        `Unknown database: ${database}\nTry \`getent --help' or \`getent --usage' for more information.\n`,
      );
  }
  if (keys.length === 0) {
    if (database === 'passwd') lines.push(...users.map((u) => `${u.name}:x:${u.uid}:${u.gid}::${u.home}:${u.shell}`));
    else if (database === 'group') lines.push(...groups.map((g) => `${g.name}:x:${g.gid}:${g.members.join(',')}`));
    else return unsupported(call, 'listing this database');
  }
  return { code: missing ? 2 : 0, stdout: lines.map((l) => `${l}\n`).join(''), stderr: '' };
};

function hostLine(call: Call, name: string, database: string): string | undefined {
  const found = hostEntry(call.node, name);
  if (!found) return isAddress(name) && database !== 'hosts' ? `${name.padEnd(15)} STREAM ${name}` : undefined;
  if (database === 'hosts') return `${found.address.padEnd(15)} ${found.names.join(' ')}`;
  return ['STREAM', 'DGRAM ', 'RAW   ']
    .map((kind, i) => `${found.address.padEnd(15)} ${kind} ${i === 0 ? found.names[0] : ''}`.trimEnd())
    .join('\n');
}
