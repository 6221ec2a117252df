import { isUnknown, known, type Maybe } from '../domain/fact.ts';
import type { Model } from '../domain/model.ts';

/** The facts of a site as single values, each under its kind and name, to be compared with those of another look. */
export interface Things {
  /** By `[kind, name, scope]` as JSON. */
  readonly values: ReadonlyMap<string, string>;
  /** Scopes that could not be seen, in words: nothing is said of things in them. */
  readonly unseen: ReadonlySet<string>;
}

const POOL_FIELDS = ['size', 'min_size', 'pg_num', 'quota_bytes', 'quota_objects', 'type'] as const;

/** `withDigests`: digests of the two looks can be compared. */
export function thingsOf(model: Model, withDigests: boolean): Things {
  const values = new Map<string, string>();
  const unseen = new Set<string>();
  const put = (kind: string, name: string, scope: string, value: string | number | boolean): void =>
    void values.set(JSON.stringify([kind, name, scope]), String(value));
  const seen = <T>(scope: string, maybe: Maybe<T>, each: (value: T) => void): void => {
    if (isUnknown(maybe)) unseen.add(scope);
    else each(maybe);
  };

  for (const node of model.nodes) {
    seen(`versions on ${node.name}`, node.packages, ({ versions }) => {
      for (const [name, version] of Object.entries(versions))
        put('version', `${name} on ${node.name}`, `versions on ${node.name}`, version);
    });
  }
  for (const service of model.services)
    seen(`unit of ${service.id}`, service.unit, (unit) => {
      put('unit', `${unit.name} on ${service.node}`, `unit of ${service.id}`, `${unit.active} (${unit.sub})`);
    });
  for (const daemon of model.daemons)
    put('unit', `${daemon.name} on ${daemon.node}`, 'units', `${daemon.active} (${daemon.sub})`);
  seen('pools', model.pools, (pools) => {
    for (const pool of pools) {
      for (const field of POOL_FIELDS) put('pool', `${pool.name} ${field}`, 'pools', pool[field]);
      put('pool', `${pool.name} applications`, 'pools', [...pool.applications].sort().join(', '));
      put('pool', `${pool.name} flags`, 'pools', [...pool.flags].sort().join(', '));
    }
  });
  seen('clients', model.clients, (clients) => {
    for (const { entity, caps, digest, kind } of clients) {
      for (const [service, cap] of Object.entries(caps)) put('client', `${entity} caps ${service}`, 'clients', cap);
      put('client', `${entity} key`, 'clients', withDigests ? `${kind} ${digest}` : kind);
    }
  });
  seen('cluster', model.cluster, (cluster) => {
    put('cluster', 'fsid', 'cluster', cluster.fsid);
    put('cluster', 'health', 'cluster', cluster.health);
    put('cluster', 'health codes', 'cluster', [...cluster.codes].sort().join(', '));
    put('cluster', 'flags', 'cluster', [...cluster.flags].sort().join(', '));
    put('cluster', 'OSDs up', 'cluster', `${cluster.osds_up} of ${cluster.osds}`);
    put('cluster', 'OSDs in', 'cluster', `${cluster.osds_in} of ${cluster.osds}`);
  });
  seen('monitors', model.monmap, ({ addresses }) =>
    put('cluster', 'monitors', 'monitors', [...addresses].sort().join(', ')),
  );
  seen('central configuration', model.central, (central) => {
    for (const { who, option, value } of central)
      put('central option', `${who} ${option}`, 'central configuration', value);
  });
  for (const { id, path, entity, digest, kind, mode, owner, group } of model.keyfiles) {
    put('file', `${path} of ${id}`, 'keyrings', `${owner}:${group} ${mode}`);
    put('file', `key of ${entity} in ${path} of ${id}`, 'keyrings', withDigests ? `${kind} ${digest}` : kind);
  }
  for (const { node, uuid, entity, defined, value } of model.secrets) {
    const scope = `secret ${uuid} on ${node}`;
    seen(scope, defined, ({ ok }) =>
      put('secret', `${uuid} for ${entity} on ${node}`, scope, ok ? 'defined' : 'not defined'),
    );
    const stored = known(value);
    if (stored)
      put('secret', `key in ${uuid} on ${node}`, scope, withDigests ? `${stored.kind} ${stored.digest}` : stored.kind);
  }
  return { values, unseen };
}
