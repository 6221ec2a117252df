import { type Connection, cephLine, connect, type Refusal } from '../../ceph-client.ts';
import {
  type Call,
  fail,
  hang,
  has,
  last,
  ok,
  type Program,
  parseArguments,
  type Result,
  unsupported,
} from '../../shell/program.ts';
import { may } from '../../world/file-tree.ts';
import { VERSION } from '../ceph/status-format.ts';
import { absolute } from '../input.ts';
import { bench } from './bench.ts';
import { create, flatten, init, remove, snapChange } from './change.ts';
import { poolConfig } from './config.ts';
import { type Job, reason } from './job.ts';
import { children, info, list, snapshots, stats, status } from './show.ts';
import { listTrash, purgeTrash, removeTrashed, restore, toTrash } from './trash.ts';

const SPEC: Readonly<Record<string, string>> = {
  '--id': 'id=', '--user': 'id=', '-n': 'name=', '--name': 'name=', '-c': 'conf=', '--conf': 'conf=', '-k': 'keyring=', '--keyring': 'keyring=',
  '-m': 'mon=', '--mon-host': 'mon=', '-p': 'pool=', '--pool': 'pool=', '--image': 'image=', '--format': 'format=', '--pretty-format': 'pretty',
  '-l': 'long', '--long': 'long', '-s': 'size=', '--size': 'size=', '--no-progress': 'quiet', '--version': 'version', '-v': 'version',
  '--connect-timeout': 'timeout=', '--snap': 'snap=', '--image-feature': 'feature=', '--rbd-default-features': 'features=', '--force': 'force',
  '--image-id': 'imageId=', '-a': 'all', '--all': 'all', '--order': 'order=', '--object-size': 'object=', '--cluster': 'cluster=', '-q': 'quiet',
  '--io-type': 'ioType=', '--io-size': 'ioSize=', '--io-total': 'ioTotal=', '--io-threads': 'ioThreads=', '--io-pattern': 'ioPattern=',
}; // biome-ignore format: a table

interface Verb {
  readonly words: string;
  /** What rbd says when it fails before it began: `listing images failed`. */
  readonly failing?: string;
  run(job: Job): Result | Promise<Result>;
}

export const rbd: Program = async (call) => {
  const options = parseArguments(call.args, SPEC);
  // `-f` is an option of all Ceph programs, without a value: the format is one word too many then.
  if (options === '-f') return fail(1, 'rbd: too many arguments\n');
  if (typeof options === 'string') return fail(1, `rbd: unrecognised option '${options}'\n`);
  if (has(options, 'version')) return ok(`${VERSION}\n`);
  const format = last(options, 'format') ?? 'plain';
  const text = `${options.rest.join(' ')} `;
  const verb = [...VERBS].sort((a, b) => b.words.length - a.words.length).find((v) => text.startsWith(`${v.words} `));
  if (!verb) return unsupported(call, `the command ${options.rest.join(' ') || '(none)'}`);
  if (!['plain', 'json', 'xml'].includes(format)) return fail(22, `rbd: invalid format: ${format}\n`);
  if (format === 'xml') return unsupported(call, '--format xml');
  const id = last(options, 'id');
  const conf = last(options, 'conf');
  const keyring = last(options, 'keyring');
  const mon = last(options, 'mon');
  const session: Connection = connect({
    world: call.world,
    node: call.node,
    identity: call.identity,
    entity: id === undefined ? (last(options, 'name') ?? 'client.admin') : `client.${id}`,
    ...(conf !== undefined && { conf: absolute(call, conf) }),
    ...(keyring !== undefined && { keyring }),
    ...(mon !== undefined && { monHost: mon }),
  });
  if (session.how === 'hunting') return hang(call);
  if (session.how === 'refused') return refusal(call, session, conf, verb.failing);
  const words = options.rest.slice(verb.words.split(' ').length);
  return verb.run({ call, options, session, words, json: format === 'json' });
};

function refusal(call: Call, why: Refusal, conf: string | undefined, failing?: string): Result {
  if (why.why === 'conf-missing' && conf !== undefined)
    return fail(1, `global_init: unable to open config file from search list ${conf}\n`);
  if (why.why === 'conf-broken') return fail(1, 'global_init: error reading config file. global_init: parse error\n');
  const end = `rbd: couldn't connect to the cluster!\n${failing ? `rbd: ${failing}: ${reason(why.errno)}\n` : ''}`;
  if (why.why === 'conf-missing') {
    // The last place it looks is the folder it runs in.
    const here = call.node.files.tryFind(call.node.root, call.cwd);
    const errno = here && !may(call.identity, here, 1) ? 13 : 2;
    const twice = ['Errors while parsing config file!', `can't open ceph.conf: ${reason(errno)}`]
      .map((l) => `${cephLine(call.world, l)}\n`)
      .join('');
    const last2 = [
      'failed for service _ceph-mon._tcp',
      'monclient: get_monmap_and_config cannot identify monitors to contact',
    ]
      .map((l) => `${cephLine(call.world, l)}\n`)
      .join('');
    return fail(
      2,
      `did not load config file, using default settings.\nunable to get monitor info from DNS SRV with service name: ceph-mon\n${end}${twice}${twice}${last2}`,
    );
  }
  return fail(why.errno, why.log.map((l) => `${l}\n`).join('') + end);
}

const VERBS: readonly Verb[] = [
  { words: 'ls', failing: 'listing images failed', run: list },
  { words: 'list', failing: 'listing images failed', run: list },
  { words: 'info', run: info },
  { words: 'pool stats', run: stats },
  { words: 'pool init', run: init },
  { words: 'status', run: status },
  { words: 'create', run: create },
  { words: 'rm', run: remove },
  { words: 'remove', run: remove },
  { words: 'bench', run: bench },
  { words: 'snap ls', run: snapshots },
  { words: 'children', run: children },
  ...(['create', 'rm', 'purge', 'protect', 'unprotect'] as const).map(
    (verb): Verb => ({ words: `snap ${verb}`, run: (job) => snapChange(job, verb) }),
  ),
  { words: 'flatten', run: flatten },
  { words: 'trash ls', run: listTrash },
  { words: 'trash list', run: listTrash },
  { words: 'trash mv', run: toTrash },
  { words: 'trash move', run: toTrash },
  { words: 'trash purge', run: purgeTrash },
  { words: 'trash restore', run: restore },
  { words: 'trash rm', run: removeTrashed },
  ...(['ls', 'set', 'remove'] as const).map(
    (verb): Verb => ({ words: `config pool ${verb}`, run: (job) => poolConfig(job, verb) }),
  ),
];
