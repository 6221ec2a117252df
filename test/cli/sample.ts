import type { EngineState, NodeRun } from '../../src/domain/engine.ts';
import type { Cause, CheckResult, Judgement } from '../../src/domain/judgement.ts';
import type { FixState, Plan, Step } from '../../src/domain/plan.ts';

/** A stale key of Glance on one of two nodes; the other node did not answer. */
export const staleKey: Cause = {
  id: 'stale-key',
  playbook: 'auth-failures',
  title: 'The keyring holds a key that the cluster no longer knows',
  status: 'confirmed',
  subject: 'client.glance on controller',
  nodes: ['controller'],
  why: 'Glance presents this key when it connects. The cluster refuses it, so every upload fails.',
  evidence: [
    {
      node: 'controller',
      says: 'the key in the keyring differs from the key of the cluster',
      command: 'cat /etc/ceph/ceph.client.glance.keyring',
      output: '[client.glance]\n\tkey = ‹cephx:9f3a›',
    },
  ],
  explains: ['glance-can-write'],
  excludedRivals: [{ id: 'keyring-missing', title: 'The keyring is missing', because: 'the file is there' }],
  unseen: [],
  fixes: [{ id: 'write-key', title: 'Write the present key into the keyring', risk: 'reversible' }],
  references: [],
};

export const check = (over: Partial<CheckResult> = {}): CheckResult => ({
  check: 'keyring-matches',
  playbook: 'auth-failures',
  title: 'The keyring holds the key of the cluster',
  subject: 'client.glance on controller',
  scope: {},
  node: 'controller',
  verdict: 'fail',
  says: 'the keys differ',
  from: [],
  ...over,
});

export const judgement = (over: Partial<Judgement> = {}): Judgement => ({
  outcome: 'causes',
  coverage: { nodes: 2, nodesReached: 1, asked: 20, answered: 12, unknown: 1 },
  causes: [staleKey],
  checks: [
    check(),
    check({ check: 'secret-defined', node: 'compute-1', verdict: 'unknown', says: 'compute-1 could not be reached' }),
  ],
  nodes: [
    { name: 'controller', roles: ['ceph-admin', 'glance-api'], reached: true },
    { name: 'compute-1', roles: ['nova-compute'], reached: false, why: 'refused: nothing listens on port 22' },
  ],
  ...over,
});

export const healthy: Judgement = judgement({
  outcome: 'healthy',
  coverage: { nodes: 1, nodesReached: 1, asked: 8, answered: 8, unknown: 0 },
  causes: [],
  checks: [check({ verdict: 'pass', says: 'the keys are equal' })],
  nodes: [{ name: 'controller', roles: ['glance-api'], reached: true }],
});

export const nodeRun = (over: Partial<NodeRun> = {}): NodeRun => ({
  name: 'controller',
  roles: ['glance-api'],
  status: 'done',
  asked: 12,
  answered: 12,
  bytes: 2400,
  waiting: [],
  trips: 1,
  ms: 420,
  ...over,
});

export const step: Step = {
  id: 's1',
  title: 'Write the keyring',
  node: 'controller',
  action: { do: 'run', argv: ['true'], deadline: 5 },
  risk: 'reversible',
  shows: ['- key = ‹cephx:9f3a›\n+ key = ‹cephx:77b0›'],
  touches: 'Glance reads it at its next restart',
  undo: { how: 'restore', path: '/etc/ceph/ceph.client.glance.keyring', says: 'put the old file back' },
  seconds: 2,
};

export const plan = (over: Partial<Plan> = {}): Plan => ({
  hash: 'c0ffee'.repeat(10).slice(0, 64),
  cause: 'stale-key',
  subject: staleKey.subject,
  fix: 'write-key',
  title: 'Write the present key into the keyring',
  steps: [step],
  gate: ['keyring-matches'],
  verify: ['keyring-matches', 'glance-can-write'],
  at: '2026-01-02T03:04:05Z',
  ...over,
});

export const planned = (over: Partial<Plan> = {}): FixState => {
  const made = plan(over);
  return { plan: made, phase: 'planned', steps: made.steps.map((one) => ({ step: one, status: 'waiting' })) };
};

export const state = (over: Partial<EngineState> = {}): EngineState => ({
  run: {
    id: 'r1',
    site: 'lab',
    playbooks: ['auth-failures'],
    startedAt: '2026-01-02T03:04:05Z',
    phase: 'judged',
    nodes: [nodeRun()],
    facts: new Map(),
  },
  judgement: judgement(),
  ...over,
});
