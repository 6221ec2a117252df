import type { Session } from '../../ceph-client.ts';
import { type Call, fail, hang, last, type Options, type Result } from '../../shell/program.ts';
import { allowsPool, type PoolRight } from '../../world/cephx.ts';
import type { Image, Pool } from '../../world/cluster.ts';
import { reachesOsds } from '../../world/network.ts';

const ERRNO: Readonly<Record<number, string>> = {
  1: 'Operation not permitted',
  2: 'No such file or directory',
  5: 'Input/output error',
  13: 'Permission denied',
  16: 'Device or resource busy',
  17: 'File exists',
  22: 'Invalid argument',
  39: 'Directory not empty',
  95: 'Operation not supported',
  108: 'Cannot send after transport endpoint shutdown',
  110: 'Connection timed out',
};

export const reason = (errno: number): string => `(${errno}) ${ERRNO[errno] ?? 'Unknown error'}`;

/** Seconds until a client that asks a few small things of all OSDs has its answers while one holds back each request. */
const CRAWLS = 25;

export interface Job {
  readonly call: Call;
  readonly options: Options;
  readonly session: Session;
  readonly words: readonly string[];
  readonly json: boolean;
}

/** A pool to work in: opening asks the monitor, working asks the OSDs. Hangs while its PGs serve nobody. */
export async function openPool(
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
  if (!cluster.isActive(pool) || cluster.flags.has('pauserd') || !reachesOsds(call.world, call.node)) return hang(call);
  if (cluster.bars(call.node.address)) return fail(108, end ? `${end}${reason(108)}\n` : '');
  if (!allowsPool(session.entity.caps.osd ?? '', pool.name, right)) return fail(1, end ? `${end}${reason(1)}\n` : '');
  if (right === 'write' && cluster.writesBlock(pool)) return hang(call);
  if (cluster.crawls() && !(await call.wait(CRAWLS))) return fail(143, '');
  // Without omap there is no directory of images: listing finds none, creating is refused.
  if (right === 'write' && pool.erasure) return fail(95, `rbd: create error: ${reason(95)}\n`);
  return pool;
}

export const isResult = (value: Pool | Result): value is Result => 'code' in value;

/** `pool/image@snap`, or image with -p; the default pool is rbd. */
export function target(job: Job): { pool: string | undefined; image: string; snap?: string } {
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

export async function openImage(job: Job, right: PoolRight = 'read'): Promise<{ pool: Pool; image: Image } | Result> {
  const at = target(job);
  if (job.words[0] === undefined && at.image === '' && last(job.options, 'imageId') === undefined)
    return fail(22, 'rbd: image name was not specified\n');
  // `pool/` names no image, and then rbd forgets the pool too.
  const pool = await openPool(
    job,
    at.image === '' && last(job.options, 'imageId') === undefined ? undefined : at.pool,
    undefined,
  );
  if (isResult(pool)) {
    const denied = pool.code === 1 && pool.stderr === '';
    return denied ? fail(1, `rbd: error opening image ${at.image}: ${reason(1)}\n`) : pool;
  }
  const wanted = last(job.options, 'imageId');
  const image =
    wanted === undefined ? pool.images.get(at.image) : [...pool.images.values()].find((i) => i.id === wanted);
  if (!image) return fail(2, `rbd: error opening image ${at.image}: ${reason(2)}\n`);
  if (right === 'write') {
    const writable = await openPool(job, at.pool, undefined, 'write');
    if (isResult(writable))
      return writable.code === 1 ? fail(1, `rbd: error opening image ${at.image}: ${reason(1)}\n`) : writable;
  }
  return { pool, image };
}

export const parentJson = (call: Call, image: Image) => {
  const parent = image.parent;
  if (!parent) return undefined;
  const pool = call.world.cluster.pools.find((p) => p.id === parent.pool);
  return {
    pool: pool?.name ?? String(parent.pool),
    pool_namespace: '',
    image: parent.image,
    id: parent.id,
    snapshot: parent.snapshot,
    trash: pool?.trash.some((t) => t.id === parent.id) ?? false,
    overlap: parent.overlap,
  };
};
