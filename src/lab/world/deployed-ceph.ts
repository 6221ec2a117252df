import { randomBytes, randomUUID } from 'node:crypto';
import { newKey } from './cephx.ts';
import type { Cluster } from './cluster.ts';
import * as conf from './configuration.ts';

const BOOTSTRAP = ['mds', 'mgr', 'osd', 'rbd', 'rbd-mirror', 'rgw'];

export function deployCeph(cluster: Cluster): void {
  const add = (entity: string, caps: Record<string, string>) =>
    cluster.auth.set(entity, { entity, key: newKey(cluster.clock.now()), caps });
  for (let id = 0; id < 3; id++) {
    cluster.osds.push({
      id,
      uuid: randomUUID(),
      up: true,
      since: cluster.clock.now(),
      slowShare: 0,
      slowMs: 0,
      overrides: new Map(),
      primaryAffinity: 1,
      served: 0,
      servedSeconds: 0,
    });
    add(`osd.${id}`, { mgr: 'allow profile osd', mon: 'allow profile osd', osd: 'allow *' });
  }
  add('client.admin', { mds: 'allow *', mgr: 'allow *', mon: 'allow *', osd: 'allow *' });
  for (const name of BOOTSTRAP) add(`client.bootstrap-${name}`, { mon: `allow profile bootstrap-${name}` });
  add('mgr.ceph-mon-1', { mds: 'allow *', mon: 'allow profile mgr', osd: 'allow *' });
}

/** The clients and pools that the guide has one create. */
export function integrateCeph(cluster: Cluster): void {
  for (const [entity, caps] of Object.entries(conf.CLIENTS))
    cluster.auth.set(entity, { entity, key: newKey(cluster.clock.now()), caps: { ...caps } });
  const pool = (name: string): void => {
    const made = cluster.createPool(name, 16);
    made.applications.set('rbd', {});
    made.initialised = true;
    cluster.changed(made);
    auditPool(cluster, name, false);
  };
  pool('images');
  createHealthPool(cluster);
  for (const name of ['volumes', 'backups', 'vms']) pool(name);
}

/** The manager makes a pool of its own when it first finds the time for it. */
export function createHealthPool(cluster: Cluster): void {
  const pool = cluster.createPool('device_health_metrics', 1, { pg_num_max: 32, pg_num_min: 1 });
  pool.applications.set('mgr_devicehealth', {});
  cluster.changed(pool);
  auditPool(cluster, 'device_health_metrics', true);
}

function auditPool(cluster: Cluster, pool: string, health: boolean): void {
  const from = `from='client.? ${cluster.monAddress}:0/${randomBytes(4).readUInt32BE()}' entity='${health ? 'mgr.ceph-mon-1' : 'client.admin'}'`;
  const command = `[{"prefix": "osd pool create", "pool": "${pool}", "pg_num": ${health ? 1 : 16}}]`;
  cluster.write('audit', 'INF', `${from} cmd=${command}: dispatch`);
  cluster.write('audit', 'INF', `${from} cmd='${command}': finished`);
}
