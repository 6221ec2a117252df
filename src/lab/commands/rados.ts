import { connect } from '../ceph-client.ts';
import { fail, hang, has, last, ok, type Program, parseArguments, unsupported } from '../shell/program.ts';
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
