import { connect } from '../ceph-client.ts';
import { fail, hang, has, last, ok, type Program, parseArguments, type Result, unsupported } from '../shell/program.ts';
import type { Pool } from '../world/cluster.ts';
import { size, table } from './ceph/format.ts';

export const rados: Program = async (call) => {
  const options = parseArguments(call.args, {
    '--id': 'id=',
    '-n': 'name=',
    '--name': 'name=',
    '-c': 'conf=',
    '--conf': 'conf=',
    '-f': 'format=',
    '--format': 'format=',
    '-p': 'pool=',
    '-b': 'block=',
  });
  if (typeof options === 'string') return unsupported(call, `the option ${options}`);
  const id = last(options, 'id');
  const conf = last(options, 'conf');
  const session = connect({
    world: call.world,
    node: call.node,
    identity: call.identity,
    entity: id === undefined ? (last(options, 'name') ?? 'client.admin') : `client.${id}`,
    ...(conf !== undefined && { conf }),
  });
  if (session.how === 'hunting') return hang(call);
  if (session.how === 'refused')
    return fail(
      1,
      `${session.log.map((l) => `${l}\n`).join('')}couldn't connect to cluster: (${session.errno}) error\n`,
    );
  const { cluster } = call.world;
  if (options.rest[0] === 'lspools') return ok(cluster.pools.map((p) => `${p.name}\n`).join(''));
  const inPool = cluster.pool(last(options, 'pool') ?? '');
  if (last(options, 'pool') !== undefined && !inPool)
    return fail(1, `error opening pool ${last(options, 'pool')}: (2) No such file or directory\n`);
  if (inPool && (!cluster.isActive(inPool) || cluster.flags.has('pauserd'))) return hang(call);
  if (inPool && options.rest[0] === 'listomapkeys') return omapKeys(inPool, options.rest[1] ?? '');
  if (inPool && options.rest[0] === 'get') return firstBytes(inPool, options.rest[1] ?? '');
  if (options.rest[0] !== 'df' || has(options, 'pool'))
    return unsupported(call, `the command ${options.rest.join(' ')}`);
  const pools = [...cluster.pools]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map((pool) => ({ pool, ...cluster.usage(pool) }));
  const { total, used, avail, objects } = cluster.totals();
  if (last(options, 'format') === 'json') {
    const value = {
      pools: pools.map(({ pool, objects: n, used: u }) => ({
        name: pool.name,
        id: pool.id,
        size_bytes: u,
        size_kb: Math.ceil(u / 1024),
        num_objects: n,
        num_object_clones: 0,
        num_object_copies: n * pool.size,
        num_objects_missing_on_primary: 0,
        num_objects_unfound: 0,
        num_objects_degraded: 0,
        read_ops: 0,
        read_bytes: 0,
        write_ops: 0,
        write_bytes: 0,
        compress_bytes_used: 0,
        compress_under_bytes: 0,
      })),
      total_objects: objects,
      total_used: Math.ceil(used / 1024),
      total_avail: Math.floor(avail / 1024),
      total_space: Math.floor(total / 1024),
    };
    return ok(JSON.stringify(value));
  }
  const titles = [
    'POOL_NAME',
    'USED',
    'OBJECTS',
    'CLONES',
    'COPIES',
    'MISSING_ON_PRIMARY',
    'UNFOUND',
    'DEGRADED',
    'RD_OPS',
    'RD',
    'WR_OPS',
    'WR',
    'USED COMPR',
    'UNDER COMPR',
  ];
  const columns = titles.map((title, i) => ({ title, align: (i === 0 ? 'left' : 'right') as 'left' | 'right' }));
  const rows = pools.map(({ pool, objects: n, used: u }) => [
    pool.name,
    size(u),
    String(n),
    '0',
    String(n * pool.size),
    '0',
    '0',
    '0',
    '0',
    '0 B',
    '0',
    '0 B',
    '0 B',
    '0 B',
  ]);
  return ok(
    `${table(columns, rows)}\ntotal_objects    ${objects}\ntotal_used       ${size(used)}\ntotal_avail      ${size(avail)}\ntotal_space      ${size(total)}\n`,
  );
};

/** The directory of RBD: ids and names of the images. */
function omapKeys(pool: Pool, object: string): Result {
  const images = [...pool.images.values()];
  if (object !== 'rbd_directory' || images.length === 0)
    return fail(1, `error getting omap key set ${pool.name}/${object}: (2) No such file or directory\n`);
  return ok([...images.map((i) => `id_${i.id}\n`), ...images.map((i) => `name_${i.name}\n`)].sort().join(''));
}

/** Only the beginning of an image's content is kept. */
function firstBytes(pool: Pool, object: string): Result {
  const image = [...pool.images.values()].find((i) => object === `rbd_data.${i.id}.0000000000000000`);
  if (image?.head === undefined)
    return fail(1, `error getting ${pool.name}/${object}: (2) No such file or directory\n`);
  return ok(Buffer.from(image.head, 'hex').toString('latin1'));
}
