import { type Connection, cephLine, connect, type Refusal, type Session } from '../ceph-client.ts';
import {
  type Call,
  fail,
  hang,
  has,
  last,
  type Options,
  ok,
  type Program,
  parseArguments,
  type Result,
  unsupported,
} from '../shell/program.ts';
import { allowsPool, type PoolRight } from '../world/cephx.ts';
import { ctime } from '../world/clock.ts';
import { type Image, imageId, type Pool } from '../world/cluster.ts';
import { size, table } from './ceph/format.ts';
import { VERSION } from './ceph/status.ts';
import { absolute } from './input.ts';

const SPEC: Readonly<Record<string, string>> = {
  '--id': 'id=', '--user': 'id=', '-n': 'name=', '--name': 'name=', '-c': 'conf=', '--conf': 'conf=', '-k': 'keyring=', '--keyring': 'keyring=',
  '-m': 'mon=', '--mon-host': 'mon=', '-p': 'pool=', '--pool': 'pool=', '--image': 'image=', '--format': 'format=', '--pretty-format': 'pretty',
  '-l': 'long', '--long': 'long', '-s': 'size=', '--size': 'size=', '--no-progress': 'quiet', '--version': 'version', '-v': 'version',
  '--connect-timeout': 'timeout=', '--snap': 'snap=', '--image-feature': 'feature=', '--rbd-default-features': 'features=', '--force': 'force',
  '--order': 'order=', '--object-size': 'object=', '--cluster': 'cluster=', '-q': 'quiet',
}; // biome-ignore format: a table

const ERRNO: Readonly<Record<number, string>> = {
  1: 'Operation not permitted',
  2: 'No such file or directory',
  5: 'Input/output error',
  13: 'Permission denied',
  16: 'Device or resource busy',
  17: 'File exists',
  22: 'Invalid argument',
  39: 'Directory not empty',
  110: 'Connection timed out',
};

const reason = (errno: number): string => `(${errno}) ${ERRNO[errno] ?? 'Unknown error'}`;

interface Job {
  readonly call: Call;
  readonly options: Options;
  readonly session: Session;
  readonly words: readonly string[];
  readonly json: boolean;
}

interface Verb {
  readonly words: string;
  /** What rbd says when it fails before it began: `listing images failed`. */
  readonly failing?: string;
  run(job: Job): Result | Promise<Result>;
}

export const rbd: Program = async (call) => {
  const options = parseArguments(call.args, SPEC);
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
    const twice = ['Errors while parsing config file!', "can't open ceph.conf: (2) No such file or directory"]
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

/** A pool to work in: opening asks the monitor, working asks the OSDs. Hangs while its PGs serve nobody. */
async function openPool(
  job: Job,
  name: string | undefined,
  failing: string | undefined,
  right: PoolRight = 'read',
): Promise<Pool | Result> {
  const { call, session } = job;
  const end = failing ? `rbd: ${failing}: ` : undefined;
  const pool = call.world.cluster.pool(name ?? 'rbd');
  if (!pool) {
    const says =
      name === undefined
        ? `rbd: error opening default pool 'rbd'\nEnsure that the default pool has been created or specify an alternate pool name.\n`
        : `rbd: error opening pool '${name}': ${reason(2)}\n`;
    return fail(2, says + (end ? `${end}${reason(2)}\n` : ''));
  }
  const { cluster } = call.world;
  if (!cluster.isActive(pool) || cluster.flags.has('pauserd')) return hang(call);
  if (!allowsPool(session.entity.caps.osd ?? '', pool.name, right)) return fail(1, end ? `${end}${reason(1)}\n` : '');
  if (right === 'write' && cluster.writesBlock(pool)) return hang(call);
  return pool;
}

const isResult = (value: Pool | Result): value is Result => 'code' in value;

/** `pool/image@snap`, or image with -p; the default pool is rbd. */
function target(job: Job): { pool: string | undefined; image: string; snap?: string } {
  const spec = job.words[0] ?? last(job.options, 'image') ?? '';
  const [path = '', snap] = spec.split('@');
  const slash = path.indexOf('/');
  const snapshot = snap ?? last(job.options, 'snap');
  return {
    pool: slash >= 0 ? path.slice(0, slash) : last(job.options, 'pool'),
    image: slash >= 0 ? path.slice(slash + 1) : path,
    ...(snapshot !== undefined && { snap: snapshot }),
  };
}

async function openImage(job: Job, right: PoolRight = 'read'): Promise<{ pool: Pool; image: Image } | Result> {
  const at = target(job);
  if (job.words[0] === undefined && at.image === '') return fail(22, 'rbd: image name was not specified\n');
  // `pool/` names no image, and then rbd forgets the pool too.
  const pool = await openPool(job, at.image === '' ? undefined : at.pool, undefined);
  if (isResult(pool)) {
    const denied = pool.code === 1 && pool.stderr === '';
    return denied ? fail(1, `rbd: error opening image ${at.image}: ${reason(1)}\n`) : pool;
  }
  const image = pool.images.get(at.image);
  if (!image) return fail(2, `rbd: error opening image ${at.image}: ${reason(2)}\n`);
  if (right === 'write') {
    const writable = await openPool(job, at.pool, undefined, 'write');
    if (isResult(writable))
      return writable.code === 1 ? fail(1, `rbd: error opening image ${at.image}: ${reason(1)}\n`) : writable;
  }
  return { pool, image };
}

const count = (image: Image): number => Math.ceil(image.size / 2 ** image.order);

const parentJson = (call: Call, image: Image) => {
  const parent = image.parent;
  if (!parent) return undefined;
  const pool = call.world.cluster.pools.find((p) => p.id === parent.pool);
  return {
    pool: pool?.name ?? String(parent.pool),
    pool_namespace: '',
    image: parent.image,
    id: parent.id,
    snapshot: parent.snapshot,
    trash: false,
    overlap: parent.overlap,
  };
};

async function list(job: Job): Promise<Result> {
  const failing = 'listing images failed';
  const pool = await openPool(job, job.words[0] ?? last(job.options, 'pool'), failing);
  if (isResult(pool)) {
    if (pool.code !== 1) return pool;
    const log = cephLine(job.call.world, `librbd::api::Image: list_images: error listing v1 images: ${reason(1)}`);
    return fail(1, `${log}\n${pool.stderr}`);
  }
  const names = [...pool.images.keys()].sort();
  if (!has(job.options, 'long'))
    return ok(job.json ? `${JSON.stringify(names)}\n` : names.map((n) => `${n}\n`).join(''));
  const images = names.flatMap((n) => pool.images.get(n) ?? []);
  if (job.json) {
    const rows = images.flatMap((i) => [
      { image: i.name, id: i.id, size: i.size, ...(i.parent && { parent: parentJson(job.call, i) }), format: 2 },
      ...i.snapshots.map((s) => ({
        image: i.name,
        id: i.id,
        snapshot: s.name,
        snapshot_id: s.id,
        size: s.size,
        format: 2,
        protected: String(s.isProtected),
      })),
    ]);
    return ok(`${JSON.stringify(rows)}\n`);
  }
  const columns = ['NAME', 'SIZE', 'PARENT', 'FMT', 'PROT', 'LOCK'].map((title) => ({
    title,
    align: (['NAME', 'PARENT', 'PROT', 'LOCK'].includes(title) ? 'left' : 'right') as 'left' | 'right',
  }));
  const parent = (i: Image): string => {
    const p = parentJson(job.call, i);
    return p ? `${p.pool}/${p.image}@${p.snapshot}` : '';
  };
  const rows = images.flatMap((i) => [
    [i.name, size(i.size), parent(i), '2', '', i.watchers.length > 0 ? 'excl' : ''],
    ...i.snapshots.map((s) => [`${i.name}@${s.name}`, size(s.size), parent(i), '2', s.isProtected ? 'yes' : '', '']),
  ]);
  return ok(table(columns, rows, true));
}

async function info(job: Job): Promise<Result> {
  const opened = await openImage(job);
  if ('code' in opened) return opened;
  const { image } = opened;
  const parent = parentJson(job.call, image);
  const made = ctime(image.created);
  if (job.json) {
    const value = {
      name: image.name,
      id: image.id,
      size: image.size,
      objects: count(image),
      order: image.order,
      object_size: 2 ** image.order,
      snapshot_count: image.snapshots.length,
      block_name_prefix: `rbd_data.${image.id}`,
      format: 2,
      features: image.features,
      op_features: [],
      flags: [],
      create_timestamp: made,
      access_timestamp: made,
      modify_timestamp: made,
      ...(parent && { parent }),
    };
    return ok(`${JSON.stringify(value)}\n`);
  }
  const lines = [
    `size ${size(image.size)} in ${count(image)} objects`,
    `order ${image.order} (${size(2 ** image.order)} objects)`,
    `snapshot_count: ${image.snapshots.length}`,
    `id: ${image.id}`,
    `block_name_prefix: rbd_data.${image.id}`,
    'format: 2',
    `features: ${image.features.join(', ')}`,
    'op_features: ',
    'flags: ',
    `create_timestamp: ${made}`,
    `access_timestamp: ${made}`,
    `modify_timestamp: ${made}`,
    ...(parent
      ? [`parent: ${parent.pool}/${parent.image}@${parent.snapshot}`, `overlap: ${size(parent.overlap)}`]
      : []),
  ];
  return ok(`rbd image '${image.name}':\n${lines.map((l) => `\t${l}\n`).join('')}`);
}

async function stats(job: Job): Promise<Result> {
  const name = job.words[0] ?? last(job.options, 'pool');
  const pool = await openPool(job, name, undefined);
  if (isResult(pool)) {
    if (pool.code !== 1) return pool;
    const log = [
      `librbd::image::GetMetadataRequest: 0x55f51a179a10 handle_metadata_list: failed to retrieve image metadata: ${reason(1)}`,
      `librbd::PoolMetadata: list: failed listing metadata: ${reason(1)}`,
      `librbd::Config: apply_pool_overrides: failed to read pool config overrides: ${reason(1)}`,
      `librbd::api::Trash: list_trash_image_specs: error listing rbd trash entries: ${reason(1)}`,
    ].map((l) => `${cephLine(job.call.world, l)}\n`);
    return fail(1, `${log.join('')}rbd: failed to query pool stats: ${reason(1)}\n`);
  }
  const images = [...pool.images.values()];
  const bytes = images.reduce((sum, i) => sum + i.size, 0);
  const snaps = images.reduce((sum, i) => sum + i.snapshots.length, 0);
  if (job.json) {
    const value = {
      images: { count: images.length, provisioned_bytes: bytes, snap_count: snaps },
      trash: { count: 0, provisioned_bytes: 0, snap_count: 0 },
    };
    return ok(`${JSON.stringify(value)}\n`);
  }
  return ok(`Total Images: ${images.length}\nTotal Snapshots: ${snaps}\nProvisioned Size: ${size(bytes)}\n`);
}

async function init(job: Job): Promise<Result> {
  const name = job.words[0] ?? last(job.options, 'pool');
  const pool = job.call.world.cluster.pool(name ?? '');
  if (!pool) return fail(2, `rbd: error opening pool '${name ?? 'rbd'}': ${reason(2)}\n`);
  const other = [...pool.applications.keys()].find((a) => a !== 'rbd');
  if (other !== undefined && !has(job.options, 'force')) {
    return fail(1, `${cephLine(job.call.world, `librbd::api::Pool: init: pool not tagged for RBD: ${reason(1)}`)}\n`);
  }
  const writable = await openPool(job, name, undefined, 'write');
  if (isResult(writable)) return writable;
  pool.applications.set('rbd', pool.applications.get('rbd') ?? {});
  pool.initialised = true;
  job.call.world.cluster.changed(pool);
  return ok();
}

async function status(job: Job): Promise<Result> {
  const opened = await openImage(job);
  if ('code' in opened) return opened;
  const { watchers } = opened.image;
  if (job.json) {
    const rows = watchers.map((w) => ({ address: w.address, client: w.client, cookie: Number(w.cookie) }));
    return ok(`${JSON.stringify({ watchers: rows })}\n`);
  }
  if (watchers.length === 0) return ok('Watchers: none\n');
  return ok(
    `Watchers:\n${watchers.map((w) => `\twatcher=${w.address} client.${w.client} cookie=${w.cookie}\n`).join('')}`,
  );
}

const BYTES: Readonly<Record<string, number>> = {
  '': 1024 ** 2,
  B: 1,
  K: 1024,
  M: 1024 ** 2,
  G: 1024 ** 3,
  T: 1024 ** 4,
};

async function create(job: Job): Promise<Result> {
  const at = target(job);
  const [, digits, unit = ''] = /^(\d+)([BKMGT])?(?:i?B)?$/.exec(last(job.options, 'size') ?? '') ?? [];
  if (digits === undefined) return fail(22, 'rbd: must specify --size <M/G/T>\n');
  const pool = await openPool(job, at.pool, undefined, 'write');
  if (isResult(pool)) {
    if (pool.code !== 1 || pool.stderr !== '') return pool;
    return fail(
      1,
      `rbd: create error: ${reason(1)}\n${cephLine(job.call.world, `librbd: rbd image ${at.image} validation failed: ${reason(1)}`)}\n`,
    );
  }
  if (pool.images.has(at.image)) {
    const log = cephLine(job.call.world, `librbd: rbd image ${at.image} already exists`);
    return fail(17, `rbd: create error: ${reason(17)}\n${log}\n`);
  }
  const layeringOnly = last(job.options, 'features') === '1' || last(job.options, 'feature') === 'layering';
  pool.initialised = true;
  pool.images.set(at.image, {
    name: at.image,
    id: imageId(),
    size: Number(digits) * (BYTES[unit] ?? 1),
    used: 0,
    order: 22,
    features: layeringOnly ? ['layering'] : ['layering', 'exclusive-lock', 'object-map', 'fast-diff', 'deep-flatten'],
    created: job.call.world.clock.now(),
    snapshots: [],
    watchers: [],
  });
  return ok();
}

async function remove(job: Job): Promise<Result> {
  const opened = await openImage(job, 'write');
  if ('code' in opened)
    return opened.code === 2 ? fail(2, `${opened.stderr}rbd: delete error: ${reason(2)}\n`) : opened;
  const { pool, image } = opened;
  if (image.snapshots.length > 0) {
    return fail(
      39,
      `rbd: image has snapshots - these must be deleted with 'rbd snap purge' before the image can be removed.\n`,
    );
  }
  if (image.watchers.length > 0) {
    return fail(
      16,
      `rbd: error: image still has watchers\nThis means the image is still open or the client using it crashed. Try again after closing/unmapping it or waiting 30s for the crashed client to timeout.\n`,
    );
  }
  pool.images.delete(image.name);
  return ok('', has(job.options, 'quiet') ? '' : '\rRemoving image: 100% complete...done.\n');
}

async function snapshots(job: Job): Promise<Result> {
  const opened = await openImage(job);
  if ('code' in opened) return opened;
  const { snapshots: snaps } = opened.image;
  if (job.json) {
    return ok(
      `${JSON.stringify(snaps.map((s) => ({ id: s.id, name: s.name, size: s.size, protected: String(s.isProtected), timestamp: ctime(s.at) })))}\n`,
    );
  }
  if (snaps.length === 0) return ok();
  const columns = ['SNAPID', 'NAME', 'SIZE', 'PROTECTED', 'TIMESTAMP'].map((title) => ({
    title,
    align: (title === 'SNAPID' ? 'right' : 'left') as 'left' | 'right',
  }));
  return ok(
    table(
      columns,
      snaps.map((s) => [String(s.id), s.name, size(s.size), s.isProtected ? 'yes' : '', ctime(s.at)]),
      true,
    ),
  );
}

async function children(job: Job): Promise<Result> {
  const opened = await openImage(job);
  if ('code' in opened) return opened;
  const { pools } = job.call.world.cluster;
  const found = pools.flatMap((pool) =>
    [...pool.images.values()]
      .filter((i) => i.parent?.pool === opened.pool.id && i.parent.image === opened.image.name)
      .map((i) => ({ pool, i })),
  );
  if (job.json)
    return ok(
      `${JSON.stringify(found.map(({ pool, i }) => ({ pool: pool.name, pool_namespace: '', image: i.name })))}\n`,
    );
  return ok(found.map(({ pool, i }) => `${pool.name}/${i.name}\n`).join(''));
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
  { words: 'snap ls', run: snapshots },
  { words: 'children', run: children },
  { words: 'trash ls', run: (job) => ok(job.json ? '[]\n' : '') },
];
