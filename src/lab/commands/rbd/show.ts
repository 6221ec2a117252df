import { cephLine } from '../../ceph-client.ts';
import { fail, has, last, ok, type Result } from '../../shell/program.ts';
import { ctime } from '../../world/clock.ts';
import type { Image } from '../../world/cluster.ts';
import { size, table } from '../ceph/format.ts';
import { isResult, type Job, openImage, openPool, parentJson, reason } from './job.ts';

const count = (image: Image): number => Math.ceil(image.size / 2 ** image.order);

export async function list(job: Job): Promise<Result> {
  const failing = 'listing images failed';
  const pool = await openPool(job, job.words[0] ?? last(job.options, 'pool'), failing);
  if (isResult(pool)) {
    if (pool.code !== 1 && pool.code !== 108) return pool;
    const log = cephLine(
      job.call.world,
      `librbd::api::Image: list_images: error listing v1 images: ${reason(pool.code)}`,
    );
    return fail(pool.code, `${log}\n${pool.stderr}`);
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

export async function info(job: Job): Promise<Result> {
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

export async function stats(job: Job): Promise<Result> {
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

export async function status(job: Job): Promise<Result> {
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

export async function snapshots(job: Job): Promise<Result> {
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

export async function children(job: Job): Promise<Result> {
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
