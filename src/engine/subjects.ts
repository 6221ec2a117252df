import type { Client, Pool } from '../domain/cluster.ts';
import type { MigrationPair } from '../domain/computes.ts';
import type { Consumer } from '../domain/consumers.ts';
import { isUnknown, type Maybe } from '../domain/fact.ts';
import type { Model, Subject, SubjectKind } from '../domain/model.ts';

/** A subject with everything an expression about it can name. */
export interface Bound extends Subject {
  readonly context: Record<string, unknown>;
}

type Scope = Record<string, string>;

type Kinds = Map<SubjectKind, Maybe<readonly Bound[]>>;

const known = new WeakMap<Model, Kinds>();

/** All subjects of a kind; unknown when the collection itself could not be learned. A model never changes, so they are made once. */
export function subjects(model: Model, kind: SubjectKind): Maybe<readonly Bound[]> {
  const kinds: Kinds = known.get(model) ?? new Map();
  known.set(model, kinds);
  const all = kinds.get(kind) ?? bound(model, kind);
  kinds.set(kind, all);
  return all;
}

function bound(model: Model, kind: SubjectKind): Maybe<readonly Bound[]> {
  const bind = (
    id: string,
    node: string,
    scope: Scope,
    value: unknown,
    joined: Record<string, unknown> = {},
  ): Bound => ({
    kind,
    id,
    node,
    scope,
    value,
    context: { ...model, [kind]: value, ...joined },
  });
  switch (kind) {
    case 'site':
      return [bind('site', '', {}, { nodes: model.nodes })];
    case 'node':
      return model.nodes.map((n) => bind(n.name, n.name, { node: n.name }, n, { facts: n.facts }));
    case 'service':
      return model.services.map((s) => bind(s.id, s.node, { node: s.node, service: s.id }, s));
    case 'consumer':
      return model.consumers.map((c) => bind(c.id, c.node, consumerScope(c), c, { client: clientOf(model, c.entity) }));
    case 'use':
      return model.uses.map((u) => {
        const consumer = model.consumers.find((c) => c.id === u.consumer) as Consumer;
        const scope = { ...consumerScope(consumer), use: u.id, pool: u.pool };
        return bind(u.id, u.node, scope, u, {
          consumer,
          client: clientOf(model, u.entity),
          pool: poolOf(model, u.pool),
        });
      });
    case 'mon':
      return model.mons.map((m) => bind(m.id, m.node, { node: m.node, conf: m.conf, mon: m.id }, m));
    case 'secret':
      return model.secrets.map((s) =>
        bind(s.id, s.node, { secret: s.id, client: s.entity }, s, { client: clientOf(model, s.entity) }),
      );
    case 'compute':
      return model.computes.map((c) =>
        bind(c.id, c.node, { node: c.node, destination: c.node }, c, factsOf(model, c.node)),
      );
    case 'pair':
      return model.pairs.map((p) =>
        bind(p.id, p.source, { pair: p.id, destination: p.destination }, p, sides(model, p)),
      );
    case 'domain':
      return model.domains.map((d) => bind(d.id, d.node, { domain: d.id }, d));
    case 'pool':
      return collection(model.pools, (p) => bind(p.name, '', { pool: p.name }, p));
    case 'image':
      return collection(model.images, (i) => bind(i.id, '', { image: i.id, target: i.pool }, i));
    case 'creation':
      return collection(model.creations, (c) => {
        const made = isUnknown(model.images) ? undefined : model.images.find((i) => i.owner === c.volume);
        return bind(c.id, c.node, { creation: c.id, ...(made && { image: made.id }) }, c);
      });
    case 'path':
      return model.paths.map((p) => {
        const consumer = model.consumers.find((c) => c.id === p.consumer) as Consumer;
        const scope = { ...consumerScope(consumer), path: p.id, use: p.use, target: p.target, pool: p.store_pool };
        return bind(p.id, p.node, scope, p, {
          consumer,
          client: clientOf(model, p.entity),
          glance: clientOf(model, p.store_entity),
        });
      });
    case 'osd':
      return collection(model.osds, (o) => bind(o.name, '', { osd: o.name }, o));
    case 'route':
      return model.routes.map((r) => bind(r.id, r.node, { node: r.node, route: r.id }, r));
    case 'setting':
      return model.settings.map((s) =>
        bind(s.id, s.node, { setting: s.id, ...(/^osd\.\d+$/.test(s.reaches) && { osd: s.reaches }) }, s),
      );
    case 'option':
      return model.options.map((o) => bind(o.id, o.node, { node: o.node, option: o.id }, o));
    case 'backend':
      return model.backends.map((b) =>
        bind(b.id, b.node, { node: b.node, service: `${b.service}@${b.node}`, backend: b.id }, b),
      );
    case 'daemon':
      return model.daemons.map((d) => bind(d.id, d.node, { node: d.node, destination: d.node, daemon: d.id }, d));
    case 'keyfile':
      return model.keyfiles.map((k) =>
        bind(k.id, k.node, { node: k.node, keyfile: k.id, client: k.entity }, k, { client: clientOf(model, k.entity) }),
      );
    case 'osdport':
      return model.osdports.map((p) => bind(p.id, p.node, { node: p.node, osdport: p.id }, p));
    case 'endpoint':
      return model.endpoints.map((e) => bind(e.id, e.node, { node: e.node, endpoint: e.id }, e));
    case 'copy':
      return model.copies.map((c) => bind(c.id, c.node, { node: c.node, copy: c.id }, c));
    case 'client':
      return collection(model.clients, (c) => bind(c.entity, '', { client: c.entity }, c));
  }
}

function collection<T>(items: Maybe<readonly T[]>, make: (item: T) => Bound): Maybe<readonly Bound[]> {
  return isUnknown(items) ? items : items.map(make);
}

const factsOf = (model: Model, node: string): Record<string, unknown> => ({
  facts: model.nodes.find((n) => n.name === node)?.facts ?? {},
});

/** The computes at both ends of a migration. */
const sides = (model: Model, pair: MigrationPair): Record<string, unknown> => ({
  source: model.computes.find((c) => c.node === pair.source),
  destination: model.computes.find((c) => c.node === pair.destination),
});

const consumerScope = (c: Consumer): Scope => ({
  node: c.node,
  service: `${c.service}@${c.node}`,
  consumer: c.id,
  client: c.entity,
  conf: c.conf_id,
});

/** `null` when the cluster has no such client: that is knowledge, unlike unknown. */
function clientOf(model: Model, entity: string): Maybe<Client | null> {
  return isUnknown(model.clients) ? model.clients : (model.clients.find((c) => c.entity === entity) ?? null);
}

function poolOf(model: Model, name: string): Maybe<Pool | null> {
  return isUnknown(model.pools) ? model.pools : (model.pools.find((p) => p.name === name) ?? null);
}

/** Two subjects are related when every id that both have is the same, and they share one (or one is the whole site). */
export function related(a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean {
  const shared = Object.keys(a).filter((key) => key in b);
  if (shared.length === 0) return Object.keys(a).length === 0 || Object.keys(b).length === 0;
  return shared.every((key) => a[key] === b[key]);
}
