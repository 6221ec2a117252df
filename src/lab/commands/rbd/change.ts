import { cephLine } from '../../ceph-client.ts';
import { fail, has, last, ok, type Result } from '../../shell/program.ts';
import { imageId } from '../../world/cluster.ts';
import { isResult, type Job, openImage, openPool, reason, target } from './job.ts';

export async function init(job: Job): Promise<Result> {
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

const BYTES: Readonly<Record<string, number>> = {
  '': 1024 ** 2,
  B: 1,
  K: 1024,
  M: 1024 ** 2,
  G: 1024 ** 3,
  T: 1024 ** 4,
};

export async function create(job: Job): Promise<Result> {
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

export async function remove(job: Job): Promise<Result> {
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
