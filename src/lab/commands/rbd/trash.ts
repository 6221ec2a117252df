import { fail, has, last, ok, type Result } from '../../shell/program.ts';
import { ctime } from '../../world/clock.ts';
import type { Pool } from '../../world/cluster.ts';
import { isResult, type Job, openImage, openPool, reason } from './job.ts';

export async function listTrash(job: Job): Promise<Result> {
  const pool = await openPool(job, job.words[0] ?? last(job.options, 'pool'), undefined);
  if (isResult(pool)) return pool;
  const now = job.call.world.clock.now();
  if (!job.json) return ok(pool.trash.map((t) => `${t.id} ${t.name}\n`).join(''));
  const rows = pool.trash.map(({ id, name, until }) => ({
    id,
    name,
    ...(has(job.options, 'long') && {
      source: 'USER',
      deleted_at: ctime(until),
      status: `${until > now ? 'protected until' : 'expired at'} ${ctime(until)}`,
    }),
  }));
  return ok(`${JSON.stringify(rows)}\n`);
}

export async function toTrash(job: Job): Promise<Result> {
  const opened = await openImage(job, 'write');
  if ('code' in opened) return opened;
  const { pool, image } = opened;
  pool.images.delete(image.name);
  pool.trash.push({ id: image.id, name: image.name, until: job.call.world.clock.now(), image });
  return ok();
}

/** Removes for good whatever has had its time there. */
export async function purgeTrash(job: Job): Promise<Result> {
  const pool = await openPool(job, job.words[0] ?? last(job.options, 'pool'), undefined, 'write');
  if (isResult(pool)) return pool;
  const now = job.call.world.clock.now();
  const kept = pool.trash.filter((t) => t.until > now);
  pool.trash.splice(0, Infinity, ...kept);
  return ok('', has(job.options, 'quiet') ? '' : '\rRemoving images: 100% complete...done.\n');
}

/** `POOL/ID`, or ID with -p. */
async function found(job: Job): Promise<{ pool: Pool; at: number } | Result> {
  const [pool, id] = (job.words[0] ?? '').includes('/')
    ? (job.words[0] ?? '').split('/')
    : [last(job.options, 'pool'), job.words[0] ?? last(job.options, 'imageId')];
  if (!id) return fail(22, 'rbd: image id was not specified\n');
  const opened = await openPool(job, pool, undefined, 'write');
  if (isResult(opened)) return opened;
  return { pool: opened, at: opened.trash.findIndex((t) => t.id === id) };
}

export async function restore(job: Job): Promise<Result> {
  const it = await found(job);
  if ('code' in it) return it;
  const [trashed] = it.at < 0 ? [] : it.pool.trash.splice(it.at, 1);
  if (!trashed) return fail(2, `rbd: restore error: ${reason(2)}\n`);
  it.pool.images.set(trashed.name, trashed.image);
  return ok();
}

export async function removeTrashed(job: Job): Promise<Result> {
  const it = await found(job);
  if ('code' in it) return it;
  const [trashed] = it.at < 0 ? [] : it.pool.trash.splice(it.at, 1);
  if (!trashed) return fail(2, `rbd: remove error: ${reason(2)}\n`);
  return ok('', has(job.options, 'quiet') ? '' : '\rRemoving image: 100% complete...done.\n');
}
