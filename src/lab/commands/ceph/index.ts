import { connect, mayMon, type Refusal, type Session } from '../../ceph-client.ts';
import { type Call, fail, hang, ok, type Program, type Result } from '../../shell/program.ts';
import { allowsMgr } from '../../world/cephx.ts';
import { FileError, STRERROR } from '../../world/file-tree.ts';
import { absolute, readInput } from '../input.ts';
import { authCommands } from './auth.ts';
import { blocklistCommands } from './blocklist.ts';
import { type CephCommand, error, managerUp, type Request, toResult } from './command.ts';
import { moduleCommands } from './modules.ts';
import { monitorCommands } from './monitors.ts';
import { osdCommands } from './osds.ts';
import { poolCommands } from './pools.ts';
import { statusCommands } from './status.ts';
import { VERSION } from './status-format.ts';

const COMMANDS: readonly CephCommand[] = [
  ...statusCommands,
  ...poolCommands,
  ...osdCommands,
  ...blocklistCommands,
  ...authCommands,
  ...monitorCommands,
  ...moduleCommands,
];

interface Arguments {
  entity: string;
  conf?: string;
  keyring?: string;
  monHost?: string;
  format?: string;
  output?: string;
  input?: string;
  timeout?: number;
  words: string[];
  readonly flags: Set<string>;
}

const VALUED: Readonly<Record<string, 'entity' | 'conf' | 'keyring' | 'monHost' | 'format' | 'output' | 'input' | 'timeout' | 'ignored'>> = {
  '--id': 'entity', '--user': 'entity', '-n': 'entity', '--name': 'entity', '-c': 'conf', '--conf': 'conf', '-k': 'keyring', '--keyring': 'keyring',
  '-m': 'monHost', '--mon-host': 'monHost', '-f': 'format', '--format': 'format', '-o': 'output', '--out-file': 'output', '-i': 'input',
  '--in-file': 'input', '--connect-timeout': 'timeout', '--cluster': 'ignored',
}; // biome-ignore format: a table

/** ceph takes its options anywhere; what is left are the words of the command. */
function parse(args: readonly string[]): Arguments {
  const parsed: Arguments = { entity: 'client.admin', words: [], flags: new Set() };
  const queue = [...args];
  for (let arg = queue.shift(); arg !== undefined; arg = queue.shift()) {
    const cut = arg.startsWith('--') ? arg.indexOf('=') : -1;
    const name = cut > 0 ? arg.slice(0, cut) : arg;
    const field = VALUED[name];
    if (field !== undefined) {
      const value = cut > 0 ? arg.slice(cut + 1) : (queue.shift() ?? '');
      if (field === 'timeout') parsed.timeout = Number(value);
      else if (field === 'entity') parsed.entity = name === '--id' || name === '--user' ? `client.${value}` : value;
      else if (field !== 'ignored') parsed[field] = value;
    } else if (arg === '-s' || arg === '--status') parsed.words.push('status');
    else if (arg === '-w' || arg === '--watch') {
      parsed.words.push('status');
      parsed.flags.add('--watch');
    } else if (arg === '-v' || arg === '--version') parsed.flags.add('--version');
    else if (arg.startsWith('-') && parsed.words[0] !== 'tell') parsed.flags.add(arg);
    else parsed.words.push(arg);
  }
  return parsed;
}

/** What the ceph command says about a connection that failed. */
function refusal(why: Refusal): Result {
  if (why.why === 'conf-missing')
    return fail(
      1,
      "Error initializing cluster client: ObjectNotFound('RADOS object not found (error calling conf_read_file)')\n",
    );
  if (why.why === 'conf-broken')
    return fail(
      1,
      "Error initializing cluster client: InvalidArgumentError('RADOS invalid argument (error calling conf_read_file)')\n",
    );
  const log = why.log.map((l) => `${l}\n`).join('');
  const says =
    { 1: 'RADOS permission error', 2: 'RADOS object not found', 5: 'RADOS I/O error', 13: 'RADOS permission denied' }[
      why.errno
    ] ?? 'RADOS error';
  return fail(why.errno === 13 ? 13 : 1, `${log}[errno ${why.errno}] ${says} (error connecting to the cluster)\n`);
}

export const ceph: Program = async (call) => {
  const args = parse(call.args);
  if (args.flags.has('--version')) return ok(`${VERSION}\n`);
  const client = {
    world: call.world,
    node: call.node,
    identity: call.identity,
    entity: args.entity,
    ...(args.conf !== undefined && { conf: absolute(call, args.conf) }),
    ...(args.keyring !== undefined && { keyring: args.keyring }),
    ...(args.monHost !== undefined && { monHost: args.monHost }),
  };
  const session = connect(client, 3);
  if (session.how === 'refused') return refusal(session);
  if (session.how === 'hunting') {
    const seconds = args.timeout !== undefined && args.timeout > 0 ? args.timeout : 300;
    if (!(await call.wait(seconds))) return fail(143, '');
    return fail(1, '[errno 110] RADOS timed out (error connecting to the cluster)\n');
  }
  return answer(call, args, session);
};

async function answer(call: Call, args: Arguments, session: Session): Promise<Result> {
  const { words } = args;
  if (words.length === 0) return fail(22, 'ceph: the practice cluster has no interactive mode; give a command\n');
  const command = find(words);
  if (!command)
    return fail(
      22,
      `no valid command found in the practice cluster: ${words.join(' ')}\nError EINVAL: invalid command\n`,
    );
  const own = words.slice(command.words.split(' ').length);
  const denied = refuse(call, command, session);
  if (denied) return denied;
  if (command.right === 'mgr' && !managerUp(call)) return hang(call);
  const { cluster } = call.world;
  const format = args.format ?? 'plain';
  let input: string | undefined;
  if (args.input !== undefined) {
    try {
      input = readInput(call, args.input).toString();
    } catch (problem) {
      if (!(problem instanceof FileError)) throw problem;
      return fail(
        1,
        `Can't open input file ${args.input}: [Errno ${problem.code === 'EACCES' ? 13 : 2}] ${STRERROR[problem.code]}: '${args.input}'\n`,
      );
    }
  }
  const request: Request = {
    call,
    cluster,
    session,
    words: own,
    json: format.startsWith('json'),
    pretty: format === 'json-pretty',
    input,
    flags: args.flags,
  };
  if (args.output !== undefined) {
    // Opened before the command runs: what fails leaves an empty file.
    const closed = writeOut(call, args.output, { code: 0, stdout: '', stderr: '' });
    if (closed.code !== 0) return closed;
  }
  const audit = auditor(call, command, session, own, request.json);
  audit.dispatch();
  const result = toResult(await command.answer(request));
  if (result.code === 0) audit.finished();
  const shaped = request.pretty ? { ...result, stdout: pretty(result.stdout) } : result;
  // It shows the log as it grows, until ended.
  if (args.flags.has('--watch')) return { ...(await hang(call)), stdout: shaped.stdout };
  return args.output === undefined ? shaped : writeOut(call, args.output, shaped);
}

/** The longest command whose words begin these. */
function find(words: readonly string[]): CephCommand | undefined {
  const text = `${words.join(' ')} `;
  const found = COMMANDS.filter((c) => text.startsWith(`${c.words} `));
  return found.sort((a, b) => b.words.length - a.words.length)[0];
}

function refuse(call: Call, command: CephCommand, session: Session): Result | undefined {
  if (command.right === 'mgr') {
    if (allowsMgr(session.entity.caps.mgr ?? '')) return undefined;
    return toResult(
      error(
        13,
        'access denied: does your client key have mgr caps? See http://docs.ceph.com/en/latest/mgr/administrator/#client-authentication',
      ),
    );
  }
  if (mayMon(session, command.right)) return undefined;
  call.world.cluster.write(
    'audit',
    'INF',
    `${from(call, session)} cmd=[{"prefix": "${command.words}"}]:  access denied`,
  );
  return toResult(error(13, 'access denied'));
}

const from = (call: Call, session: Session): string =>
  `from='client.? ${call.node.address}:0/${Math.floor(Math.random() * 2 ** 32)}' entity='${session.entity.entity}'`;

/** Changes and looks at keys are told in the audit log when they come and when they are done; other reads at debug level. */
function auditor(
  call: Call,
  command: CephCommand,
  session: Session,
  words: readonly string[],
  json: boolean,
): { dispatch(): void; finished(): void } {
  const source = from(call, session);
  const fields = Object.entries({
    prefix: command.words,
    ...command.audit?.(words),
    ...(json && { format: 'json' }),
  }).filter(([, v]) => v !== undefined);
  const text = `{${fields.map(([k, v]) => `"${k}": ${JSON.stringify(v)}`).join(', ')}}`;
  const { cluster } = call.world;
  const level = command.audit ? 'INF' : 'DBG';
  return {
    dispatch: () => cluster.write('audit', level, `${source} cmd=[${text}]: dispatch`),
    finished: () => {
      if (command.audit && (command.right === 'write' || /import|caps|add|rm|del|create/.test(command.words)))
        cluster.write('audit', 'INF', `${source} cmd='[${text}]': finished`);
    },
  };
}

const pretty = (text: string): string => {
  try {
    return `\n${JSON.stringify(JSON.parse(text), null, 4)}\n`;
  } catch {
    return text;
  }
};

function writeOut(call: Call, path: string, result: Result): Result {
  if (result.code !== 0) return result;
  if (path === '-') return result;
  try {
    call.node.files.write(call.identity, absolute(call, path), result.stdout, false, 0o666 & ~call.view.umask);
    return { ...result, stdout: '' };
  } catch (problem) {
    if (!(problem instanceof FileError)) throw problem;
    return fail(1, `Can't open output file ${path}: ${STRERROR[problem.code]}\n`);
  }
}
