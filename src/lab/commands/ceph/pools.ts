import type { Cluster, Pool } from '../../world/cluster.ts';
import { type Answer, type CephCommand, document, error, type Request } from './command.ts';
import { size } from './format.ts';
import { applicationsJson, poolJson, poolLine } from './pool-format.ts';

const unknown = (name: string | undefined): Answer => error(2, `unrecognized pool '${name ?? ''}'`);
const SURE = '--yes-i-really-mean-it';

/** Commands on one pool that exists. */
const onPool =
  (act: (request: Request, pool: Pool) => Answer) =>
  (request: Request): Answer => {
    const name = request.words[0];
    const pool = name === undefined ? undefined : request.cluster.pool(name);
    return pool ? act(request, pool) : unknown(name);
  };

const MAX_PER_OSD = 250;

function create({ cluster, words }: Request): Answer {
  const [name, pgs = '32', ...more] = words;
  const erasure = more.includes('erasure');
  const rest = more.filter((w) => w !== 'erasure');
  if (name === undefined || !/^\d+$/.test(pgs) || rest.some((r) => !/^(\d+|replicated|replicated_rule)$/.test(r)))
    return invalid('osd pool create');
  if (cluster.pool(name)) return { err: `pool '${name}' already exists\n` };
  const n = Number(pgs);
  const total = cluster.pools.reduce((sum, p) => sum + p.pgNum * p.size, 0) + n * 3;
  const max = MAX_PER_OSD * cluster.osds.filter((o) => cluster.isIn(o)).length;
  if (total > max) {
    return error(
      34,
      ` pg_num ${n} size 3 would mean ${total} total pgs, which exceeds max ${max} (mon_max_pg_per_osd ${MAX_PER_OSD} * num_in_osds ${max / MAX_PER_OSD})`,
    );
  }
  cluster.createPool(name, n, {}, erasure);
  return { err: `pool '${name}' created\n` };
}

function remove({ cluster, words, flags }: Request): Answer {
  const [name = '', again] = words;
  const pool = cluster.pool(name);
  if (!pool) return { err: `pool '${name}' does not exist\n` };
  const really = flags.has('--yes-i-really-really-mean-it') || flags.has('--yes-i-really-really-mean-it-not-faking');
  if (again !== name || !really) {
    return error(
      1,
      `WARNING: this will *PERMANENTLY DESTROY* all data stored in pool ${name}.  If you are *ABSOLUTELY CERTAIN* that is what you want, pass the pool name *twice*, followed by --yes-i-really-really-mean-it.`,
    );
  }
  if (pool.switches.get('nodelete'))
    return error(1, 'pool deletion is disabled; you must unset nodelete flag for the pool first');
  cluster.pools.splice(cluster.pools.indexOf(pool), 1);
  cluster.epoch++;
  return { err: `pool '${name}' removed\n` };
}

function rename({ cluster, words: [from = '', to = ''] }: Request): Answer {
  const pool = cluster.pool(from);
  if (!pool) return error(2, `unrecognized pool '${from}'`);
  if (cluster.pool(to)) return error(17, `pool '${to}' already exists`);
  pool.name = to;
  cluster.changed(pool);
  return { err: `pool '${from}' renamed to '${to}'\n` };
}

export const invalid = (what: string): Answer =>
  error(22, `invalid command\n${what}: not with these arguments in the practice cluster`);

const GETTABLE: Readonly<Record<string, (pool: Pool) => string | number | boolean>> = {
  size: (p) => p.size,
  min_size: (p) => p.minSize,
  pg_num: (p) => p.pgNum,
  pgp_num: (p) => p.pgNum,
  crush_rule: () => 'replicated_rule',
  hashpspool: () => true,
  nodelete: (p) => p.switches.get('nodelete') ?? false,
  nopgchange: (p) => p.switches.get('nopgchange') ?? false,
  nosizechange: (p) => p.switches.get('nosizechange') ?? false,
  write_fadvise_dontneed: () => false,
  noscrub: (p) => p.switches.get('noscrub') ?? false,
  'nodeep-scrub': (p) => p.switches.get('nodeep-scrub') ?? false,
  use_gmt_hitset: () => 1,
  fast_read: () => 0,
  pg_autoscale_mode: () => 'off',
  bulk: () => false,
};

const notAmong = (name: string): Answer => ({
  errno: 22,
  err: `Invalid command: ${name} not in ${Object.keys(GETTABLE).join('|')}|all\nosd pool get <pool> <var> :  get pool parameter <var>\nError EINVAL: invalid command\n`,
});

const get = onPool(({ words: [, name = ''], json }, pool) => {
  const names = name === 'all' ? Object.keys(GETTABLE) : [name];
  if (!names.every((n) => n in GETTABLE)) return notAmong(name);
  const values = names.map((n) => [n, GETTABLE[n]?.(pool)] as const);
  if (json) return document({ pool: pool.name, pool_id: pool.id, ...Object.fromEntries(values) });
  return { out: values.map(([n, v]) => `${n}: ${v}\n`).join('') };
});

/** What 16.2 lets one set. */
const SETTABLE = `
  size min_size pg_num pgp_num pgp_num_actual crush_rule hashpspool nodelete nopgchange nosizechange write_fadvise_dontneed
  noscrub nodeep-scrub hit_set_type hit_set_period hit_set_count hit_set_fpp use_gmt_hitset target_max_bytes
  target_max_objects cache_target_dirty_ratio cache_target_dirty_high_ratio cache_target_full_ratio cache_min_flush_age
  cache_min_evict_age min_read_recency_for_promote min_write_recency_for_promote fast_read hit_set_grade_decay_rate
  hit_set_search_last_n scrub_min_interval scrub_max_interval deep_scrub_interval recovery_priority recovery_op_priority
  scrub_priority compression_mode compression_algorithm compression_required_ratio compression_max_blob_size
  compression_min_blob_size csum_type csum_min_block csum_max_block allow_ec_overwrites fingerprint_algorithm
  pg_autoscale_mode pg_autoscale_bias pg_num_min pg_num_max target_size_bytes target_size_ratio dedup_tier
  dedup_chunk_algorithm dedup_cdc_chunk_size bulk
`
  .trim()
  .replace(/\s+/g, '|');

function set({ cluster, words: [pool = '', name = '', value = ''], flags }: Request): Answer {
  const found = cluster.pool(pool);
  if (!found) return unknown(pool);
  const number = Number(value);
  const isTrue = /^(1|true)$/.test(value);
  if (name === 'size' || name === 'min_size') {
    if (!Number.isInteger(number) || number < 1 || number > 10)
      return error(22, `pool ${name} must be between 1 and 10`);
    if (name === 'size' && number === 1 && !flags.has(SURE))
      return error(1, 'configuring pool size as 1 is disabled by default.');
    if (name === 'min_size' && number > found.size)
      return error(22, `pool min_size must be between 1 and ${found.size}, inclusive`);
    if (name === 'size') {
      found.size = number;
      found.minSize = Math.min(found.minSize, Math.max(1, number - 1));
    } else found.minSize = number;
  } else if (['nodelete', 'nopgchange', 'nosizechange', 'noscrub', 'nodeep-scrub'].includes(name))
    found.switches.set(name, isTrue);
  else if (name === 'pg_num' || name === 'pgp_num') {
    if (!Number.isInteger(number) || number < 1) return error(22, `invalid ${name}`);
    found.pgNum = number;
  } else if (SETTABLE.split('|').includes(name)) return invalid(`osd pool set ${name}`);
  else
    return {
      errno: 22,
      err: `Invalid command: ${name} not in ${SETTABLE}\nosd pool set <pool> ${SETTABLE} <val> [--yes-i-really-mean-it] :  set pool parameter <var> to <val>\nError EINVAL: invalid command\n`,
    };
  cluster.changed(found);
  return { err: `set pool ${found.id} ${name} to ${value}\n` };
}

const getQuota = onPool(({ cluster, json }, pool) => {
  const { objects, stored } = cluster.usage(pool);
  if (json) {
    return document(
      {
        pool_name: pool.name,
        pool_id: pool.id,
        quota_max_objects: pool.quotaObjects,
        current_num_objects: objects,
        quota_max_bytes: pool.quotaBytes,
        current_num_bytes: stored,
      },
      true,
    );
  }
  const maxObjects =
    pool.quotaObjects > 0 ? `${pool.quotaObjects} objects  (current num objects: ${objects} objects)` : 'N/A';
  const maxBytes = pool.quotaBytes > 0 ? `${size(pool.quotaBytes)}  (current num bytes: ${stored} bytes)` : 'N/A';
  return { out: `quotas for pool '${pool.name}':\n  max objects: ${maxObjects}\n  max bytes  : ${maxBytes}\n` };
});

const SUFFIX: Readonly<Record<string, number>> = {
  '': 1,
  B: 1,
  K: 1024,
  Ki: 1024,
  M: 1024 ** 2,
  Mi: 1024 ** 2,
  G: 1024 ** 3,
  Gi: 1024 ** 3,
  T: 1024 ** 4,
  Ti: 1024 ** 4,
};

const setQuota = onPool(({ cluster, words: [, field, value = ''] }, pool) => {
  const [, digits, suffix = ''] = /^(\d+)([KMGT]i?|B)?$/.exec(value) ?? [];
  if ((field !== 'max_bytes' && field !== 'max_objects') || digits === undefined) return error(22, 'invalid command');
  const number = Number(digits) * (SUFFIX[suffix] ?? 1);
  if (field === 'max_bytes') pool.quotaBytes = number;
  else pool.quotaObjects = number;
  cluster.changed(pool);
  const full = cluster.quotaReached(pool);
  if (full)
    cluster.write(
      'cluster',
      'WRN',
      `pool '${pool.name}' is full (reached quota's max_bytes: ${size(pool.quotaBytes)})`,
    );
  return { err: `set-quota ${field} = ${number} for pool ${pool.name}\n` };
});

function application({ cluster, words, json, flags }: Request): Answer {
  const [verb, name, app] = words;
  if (verb === 'get') {
    if (name === undefined) {
      const all = Object.fromEntries(cluster.pools.map((p) => [p.name, applicationsJson(p)]));
      return json ? document(all) : { out: `${JSON.stringify(all, null, 4)}\n` };
    }
    const pool = cluster.pool(name);
    if (!pool) return unknown(name);
    return json ? document(applicationsJson(pool)) : { out: `${JSON.stringify(applicationsJson(pool), null, 4)}\n` };
  }
  const pool = cluster.pool(name ?? '');
  if (!pool) return unknown(name);
  if (app === undefined) return error(22, 'invalid command');
  if (verb === 'enable') {
    if (pool.applications.size > 0 && !pool.applications.has(app) && !flags.has(SURE)) {
      return error(
        1,
        `Are you SURE? Pool '${pool.name}' already has an enabled application; pass --yes-i-really-mean-it to proceed anyway`,
      );
    }
    pool.applications.set(app, pool.applications.get(app) ?? {});
    cluster.changed(pool);
    return { err: `enabled application '${app}' on pool '${pool.name}'\n` };
  }
  if (verb !== 'disable') return invalid(`osd pool application ${verb}`);
  if (!flags.has(SURE)) {
    return error(
      1,
      `Are you SURE? Disabling an application within a pool might result in loss of application functionality; pass --yes-i-really-mean-it to proceed anyway`,
    );
  }
  pool.applications.delete(app);
  cluster.changed(pool);
  return { err: `disable application '${app}' on pool '${pool.name}'\n` };
}

const listJson = (cluster: Cluster) => cluster.pools.map((p) => ({ poolnum: p.id, poolname: p.name }));

export const poolCommands: readonly CephCommand[] = [
  {
    words: 'osd lspools',
    right: 'read',
    answer: ({ cluster, json }) =>
      json ? document(listJson(cluster), true) : { out: cluster.pools.map((p) => `${p.id} ${p.name}\n`).join('') },
  },
  {
    words: 'osd pool ls',
    right: 'read',
    answer: ({ cluster, words, json }) => {
      if (words[0] === 'detail') {
        return json
          ? document(
              cluster.pools.map((p) => poolJson(cluster, p)),
              true,
            )
          : { out: `${cluster.pools.map((p) => poolLine(cluster, p)).join('')}\n` };
      }
      const names = cluster.pools.map((p) => p.name);
      return json ? document(names) : { out: names.map((n) => `${n}\n`).join('') };
    },
  },
  {
    words: 'osd pool create',
    right: 'write',
    audit: ([pool, pgs]) => ({ pool, ...(pgs && { pg_num: Number(pgs) }) }),
    answer: create,
  },
  {
    words: 'osd pool delete',
    right: 'write',
    audit: ([pool, pool2]) => ({ pool, pool2, yes_i_really_really_mean_it: true }),
    answer: remove,
  },
  {
    words: 'osd pool rm',
    right: 'write',
    audit: ([pool, pool2]) => ({ pool, pool2, yes_i_really_really_mean_it: true }),
    answer: remove,
  },
  { words: 'osd pool rename', right: 'write', audit: ([srcpool, destpool]) => ({ srcpool, destpool }), answer: rename },
  { words: 'osd pool get', right: 'read', answer: get },
  { words: 'osd pool set', right: 'write', audit: ([pool, name, val]) => ({ pool, var: name, val }), answer: set },
  { words: 'osd pool get-quota', right: 'read', answer: getQuota },
  {
    words: 'osd pool set-quota',
    right: 'write',
    audit: ([pool, field, val]) => ({ pool, field, val }),
    answer: setQuota,
  },
  {
    words: 'osd pool application get',
    right: 'read',
    answer: (r) => application({ ...r, words: ['get', ...r.words] }),
  },
  ...(['enable', 'disable'] as const).map(
    (verb): CephCommand => ({
      words: `osd pool application ${verb}`,
      right: 'write',
      audit: ([pool, app]) => ({ pool, app }),
      answer: (r) => application({ ...r, words: [verb, ...r.words] }),
    }),
  ),
];
