import { unknown } from '../../src/domain/fact.ts';
import type { CheckResult, Verdict } from '../../src/domain/judgement.ts';
import type { Model } from '../../src/domain/model.ts';
import { type Playbook, playbookSchema } from '../../src/domain/playbook.ts';

/** A site of two nodes of which nothing else is known. */
export const model: Model = {
  nodes: ['a', 'b'].map((name) => ({
    name,
    roles: ['nova-compute'],
    reached: true,
    skew: { seconds: 0, from: [] },
    packages: unknown('nobody asked', 'unasked'),
    facts: {},
    apart: unknown('nobody asked', 'unasked'),
    storage: unknown('nobody asked', 'unasked'),
    ceph_packages: unknown('nobody asked', 'unasked'),
    addresses: unknown('nobody asked', 'unasked'),
    barred: unknown('nobody asked', 'unasked'),
    denials: unknown('nobody asked', 'unasked'),
    small_packet: unknown('nobody asked', 'unasked'),
    large_packet: unknown('nobody asked', 'unasked'),
  })),
  services: [],
  cluster: unknown('no answer', 'timeout'),
  cluster_answers: unknown('no answer', 'timeout'),
  monmap: unknown('no answer', 'timeout'),
  pools: unknown('no answer', 'timeout'),
  clients: unknown('no answer', 'timeout'),
  pool_changes: unknown('no answer', 'timeout'),
  consumers: [],
  uses: [],
  mons: [],
  computes: [],
  pairs: [],
  domains: [],
  secrets: [],
  logs: [],
  images: unknown('no answer', 'timeout'),
  creations: unknown('no answer', 'timeout'),
  paths: [],
  routes: [],
  osds: unknown('no answer', 'timeout'),
  settings: [],
  settings_seen: unknown('no answer', 'timeout'),
  activity: unknown('no answer', 'timeout'),
  min_compat_client: unknown('no answer', 'timeout'),
  osdmap: unknown('no answer', 'timeout'),
  quorum: unknown('no answer', 'timeout'),
  caps_changes: unknown('no answer', 'timeout'),
  central: unknown('no answer', 'timeout'),
  options: [],
  backends: [],
  daemons: [],
  keyfiles: [],
  osdports: [],
  endpoints: [],
  copies: [],
  records: { seen: false, workers: [], strays: [], instance_hosts: [], types: [], type_backends: [], from: [] },
};

export interface CauseSketch {
  readonly proof: readonly string[];
  readonly given?: readonly string[];
  readonly seen?: readonly string[];
  readonly explains?: readonly string[];
  readonly rivals?: readonly string[];
  readonly logs?: readonly string[];
  readonly group?: string;
  readonly when?: string;
}

/** A playbook whose causes are about nodes. */
export function playbook(causes: Readonly<Record<string, CauseSketch>>, checks: Playbook['checks'] = {}): Playbook {
  return playbookSchema.parse({
    id: 'sketch',
    title: 'Sketch',
    summary: 'A sketch.',
    symptoms: ['it does not work'],
    checks,
    causes: Object.fromEntries(
      Object.entries(causes).map(([id, c]) => [
        id,
        { title: `${id} on {node.name}`, each: 'node', group: '{node.name}', why: `because of ${id}`, fixes: {}, ...c },
      ]),
    ),
  });
}

/** What a check said about a node, or about the whole site. */
export const result = (check: string, verdict: Verdict, node = 'a', says = `${check} ${verdict}`): CheckResult => ({
  check,
  playbook: 'sketch',
  title: check,
  subject: node,
  scope: node === '' ? {} : { node },
  node,
  verdict,
  says,
  from: [],
});
