import type { SubjectKind } from './model.ts';
import type { Check } from './playbook.ts';

/** Where the things that an expression names come from. `any`: joined from several nodes by themselves. */
type Origin = 'node' | 'cluster' | 'compute' | 'any';

const ORIGIN: Readonly<Record<string, Origin>> = {
  node: 'node', facts: 'node', service: 'node', consumer: 'node', domain: 'node', compute: 'node', mon: 'node',
  use: 'node', secret: 'compute',
  client: 'cluster', pool: 'cluster', cluster: 'cluster', clients: 'cluster', pools: 'cluster',
  nodes: 'any', services: 'any', consumers: 'any', uses: 'any', mons: 'any', secrets: 'any', computes: 'any', pairs: 'any',
  domains: 'any', pair: 'any', source: 'any', target: 'any', site: 'any', path: 'any', setting: 'any', route: 'any',
  creation: 'node', image: 'cluster', osd: 'cluster', images: 'cluster', osds: 'cluster', activity: 'cluster',
  option: 'node', backend: 'node', daemon: 'node', keyfile: 'node', endpoint: 'any', osdport: 'any', copy: 'any', osdmap: 'cluster',
  quorum: 'cluster', monmap: 'cluster', caps_changes: 'cluster', central: 'cluster', daemons: 'any', osdports: 'any', backends: 'any',
}; // biome-ignore format: a table

/** Subjects that are one thing of one origin. */
const OWN: Readonly<Record<SubjectKind, Origin>> = {
  site: 'any', node: 'node', service: 'node', consumer: 'node', use: 'node', mon: 'node', pool: 'cluster', client: 'cluster',
  secret: 'compute', compute: 'node', pair: 'any', domain: 'node', creation: 'node', image: 'cluster', osd: 'cluster', path: 'any',
  setting: 'any', route: 'any', option: 'node', backend: 'node', daemon: 'node', keyfile: 'node', endpoint: 'any', osdport: 'any',
  copy: 'any',
}; // biome-ignore format: a table

/**
 * Is the check a relation across nodes? It is when what it judges (`expect` and `when`) comes from two places at least: a node's files
 * and the cluster, a compute's secrets and another node, or a collection over all nodes. What one node answers by itself is local.
 */
export function isRelation(check: Pick<Check, 'each' | 'expect' | 'when'>): boolean {
  const text = `${check.expect} ${check.when ?? ''}`.replace(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/g, '""');
  const named = [...text.matchAll(/(?<![\w.])([a-z_]+)\b(?!\s*\()/g)].map((m) => ORIGIN[m[1] ?? '']);
  const origins = new Set([...named.filter((o) => o !== undefined), OWN[check.each]]);
  return origins.has('any') || origins.size > 1;
}
