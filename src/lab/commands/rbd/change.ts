import { cephLine, readConf } from '../../ceph-client.ts';
import { fail, has, last, ok, type Result } from '../../shell/program.ts';
import { imageId } from '../../world/cluster.ts';
import { cephOption } from '../../world/ini.ts';
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

/** `4M`, `1GiB`; a bare number is MiB. */
export function bytesOf(word: string): number | undefined {
  const [, digits, unit = ''] = /^(\d+)([BKMGT])?(?:i?B)?$/.exec(word) ?? [];
  return digits === undefined ? undefined : Number(digits) * (BYTES[unit] ?? 1);
}

const ORDERS: Readonly<Record<string, number>> = { '64K': 16, '1M': 20, '4M': 22, '8M': 23 };
const BITS = ['layering', 'striping', 'exclusive-lock', 'object-map', 'fast-diff', 'deep-flatten'];

/** An option of ceph.conf as the client reads it. */
function inConf({ call, session }: Job, name: string): string | undefined {
  const entity = session.entity.entity;
  const conf = readConf({ world: call.world, node: call.node, identity: call.identity, entity });
  return typeof conf === 'string' ? undefined : cephOption(conf, entity, name);
}

/** Features by name or, as `rbd_default_features` has them, by bits; striping falls away with default striping. */
function features(job: Job): readonly string[] {
  const named = last(job.options, 'feature');
  if (named !== undefined) return named.split(',');
  const bits = Number(
    last(job.options, 'features') ??
      inConf(job, 'rbd_default_features') ??
      job.call.world.cluster.config.get('client rbd_default_features') ??
      61,
  );
  return BITS.filter((name, bit) => name !== 'striping' && bits & (1 << bit));
}

export async function create(job: Job): Promise<Result> {
  const at = target(job);
  const size = bytesOf(last(job.options, 'size') ?? '');
  if (size === undefined) return fail(22, 'rbd: must specify --size <M/G/T>\n');
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
  pool.initialised = true;
  pool.images.set(at.image, {
    name: at.image,
    id: imageId(),
    size,
    used: 0,
    order: ORDERS[last(job.options, 'object') ?? ''] ?? Number(last(job.options, 'order') ?? 22),
    features: features(job),
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

/** Snapshots of an image, as far as they concern clones. */
export async function snapChange(job: Job, verb: 'create' | 'rm' | 'purge' | 'protect' | 'unprotect'): Promise<Result> {
  const opened = await openImage(job, 'write');
  if ('code' in opened) return opened;
  const { pool, image } = opened;
  const { clock } = job.call.world;
  const name = target(job).snap;
  const snap = image.snapshots.find((s) => s.name === name);
  if (verb === 'create') {
    if (name === undefined) return fail(22, 'rbd: snap name was not specified\n');
    if (snap) return fail(17, `rbd: failed to create snapshot: ${reason(17)}\n`);
    const id = Math.max(0, ...image.snapshots.map((s) => s.id)) + 1;
    image.snapshots.push({ id, name, size: image.size, isProtected: false, at: clock.now() });
    return ok();
  }
  if (verb === 'purge') {
    if (image.snapshots.some((s) => s.isProtected)) return fail(16, `rbd: removing snaps failed: ${reason(16)}\n`);
    if (image.snapshots.length > 0) pool.trimsUntil = new Date(clock.now().getTime() + 3_600_000);
    image.snapshots.splice(0);
    return ok();
  }
  if (!snap) return fail(2, `rbd: snapshot ${name ?? ''} does not exist\n`);
  if (verb === 'rm') {
    if (snap.isProtected) return fail(16, `rbd: snapshot '${snap.name}' is protected from removal.\n`);
    image.snapshots.splice(image.snapshots.indexOf(snap), 1);
    pool.trimsUntil = new Date(clock.now().getTime() + 3_600_000);
  } else snap.isProtected = verb === 'protect';
  return ok();
}

/** Copies the parent's data and forgets the parent. */
export async function flatten(job: Job): Promise<Result> {
  const opened = await openImage(job, 'write');
  if ('code' in opened) return opened;
  const { image } = opened;
  if (!image.parent) return fail(22, `rbd: flatten error: ${reason(22)}\n`);
  image.used = Math.max(image.used, image.parent.overlap);
  image.parent = undefined;
  return ok('', '\rImage flatten: 100% complete...done.\n');
}
