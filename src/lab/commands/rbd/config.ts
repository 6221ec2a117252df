import { fail, ok, type Result } from '../../shell/program.ts';
import { isResult, type Job, openPool, reason } from './job.ts';

/** Some of what `rbd config pool ls` lists on the real software; what the pool sets is added. */
const DEFAULTS: Readonly<Record<string, string>> = {
  rbd_cache: 'true',
  rbd_cache_policy: 'writearound',
  rbd_concurrent_management_ops: '10',
  rbd_qos_bps_limit: '0',
  rbd_qos_iops_limit: '0',
};

/** Options that a pool sets for its clients. */
export async function poolConfig(job: Job, verb: 'ls' | 'set' | 'remove'): Promise<Result> {
  const [name, option, value] = job.words;
  const pool = await openPool(job, name, undefined, verb === 'ls' ? 'read' : 'write');
  if (isResult(pool)) return pool;
  if (verb === 'ls') {
    const all = { ...DEFAULTS, ...Object.fromEntries(pool.config) };
    const rows = Object.entries(all)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, set]) => ({ name: key, value: set, source: pool.config.has(key) ? 'pool' : 'config' }));
    return ok(job.json ? `${JSON.stringify(rows)}\n` : rows.map((r) => `${r.name} ${r.value} ${r.source}\n`).join(''));
  }
  if (option === undefined || !option.startsWith('rbd_')) return fail(22, `rbd: invalid config key: ${option ?? ''}\n`);
  if (verb === 'set') pool.config.set(option, value ?? '');
  else if (!pool.config.delete(option)) return fail(2, `rbd: config key not found: ${reason(2)}\n`);
  return ok();
}
