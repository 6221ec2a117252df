import type { EngineState, NodeRun } from '../../src/domain/engine.ts';
import type { Cause, CheckResult, Verdict } from '../../src/domain/judgement.ts';
import type { FixState, Plan, Step } from '../../src/domain/plan.ts';

const NODES = ['ceph-mon-1', 'controller', 'compute-1', 'compute-2'] as const;

const node = (name: string, more: Partial<NodeRun> = {}): NodeRun => ({
  name,
  roles: [],
  status: 'done',
  asked: 14,
  answered: 14,
  bytes: 2400,
  waiting: [],
  trips: 1,
  ms: 412,
  ...more,
});

export const check = (
  id: string,
  title: string,
  on: string,
  verdict: Verdict,
  says: string,
  more: Partial<CheckResult> = {},
): CheckResult => ({
  check: id,
  playbook: 'authentication',
  title,
  subject: `client.glance on ${on}`,
  scope: { node: on },
  node: on,
  verdict,
  says,
  from: [],
  ...more,
});

export const CAUSE_KEYRING: Cause = {
  id: 'keyring-unreadable',
  playbook: 'authentication',
  title: 'The service user cannot read its keyring',
  status: 'confirmed',
  subject: 'client.glance on controller',
  nodes: ['controller'],
  why: 'glance-api runs as the user glance, but /etc/ceph/ceph.client.glance.keyring belongs to root and is closed to others. librados then reports that no keyring was found, and every image upload ends with an error.',
  evidence: [
    {
      node: 'controller',
      says: 'The keyring is there, root:root 0600; glance may not read it.',
      command: 'stat -c "%U:%G %a" /etc/ceph/ceph.client.glance.keyring',
      output: 'root:root 600',
    },
    {
      node: 'controller',
      says: 'As the user glance the cluster cannot be reached.',
      command: 'sudo -u glance ceph --id glance --connect-timeout 5 -s',
      output:
        '2026-02-03T04:05:06.789+0000 7f2a auth: unable to find a keyring on /etc/ceph/ceph.client.glance.keyring: (13) Permission denied\n[errno 2] RADOS object not found (error connecting to the cluster)',
    },
  ],
  explains: ['client-connects', 'glance-store-works'],
  excludedRivals: [
    { id: 'keyring-missing', title: 'The keyring is missing', because: 'the file is there, 64 bytes long' },
    { id: 'key-stale', title: 'The key is an old one', because: 'its digest equals that of the key the cluster holds' },
    {
      id: 'user-unknown',
      title: 'The cluster does not know the user',
      because: 'client.glance is listed by ceph auth',
    },
  ],
  unseen: [],
  fixes: [
    { id: 'give-to-service', title: 'Give the keyring to the group glance, mode 0640', risk: 'reversible' },
    { id: 'new-file', title: 'Write the keyring again from the cluster', risk: 'disruptive' },
  ],
  references: ['https://docs.ceph.com/en/latest/rbd/rbd-openstack/'],
};

export const CAUSE_POOL: Cause = {
  ...CAUSE_KEYRING,
  id: 'pool-untagged',
  title: 'The pool vms has no application tag',
  status: 'likely',
  subject: 'pool vms',
  nodes: ['ceph-mon-1'],
  why: 'Clients with the profile rbd may use only pools that are tagged rbd.',
  evidence: [
    {
      node: 'ceph-mon-1',
      says: 'vms has no application.',
      command: 'ceph osd pool application get vms -f json',
      output: '{}',
    },
  ],
  explains: [],
  excludedRivals: [],
  unseen: ['Whether a disk can be made in vms: as nova on compute-2, rbd --id nova create vms/inkling-probe --size 1'],
  fixes: [{ id: 'tag', title: 'Tag the pool', risk: 'none', byHand: 'ceph osd pool application enable vms rbd' }],
  references: [],
};

const TITLES: readonly (readonly [string, string])[] = [
  ['keyring-present', 'The keyring is there'],
  ['keyring-readable', 'The service user can read the keyring'],
  ['key-current', 'The key is the one that the cluster holds'],
  ['mon-host', 'mon_host is the same as the cluster’s'],
  ['client-connects', 'The client can connect as the service user'],
  ['pool-exists', 'Every pool named in an option exists'],
  ['pool-tagged', 'Every pool used by RBD is tagged rbd'],
];

const CHECKS: readonly CheckResult[] = TITLES.flatMap(([id, title]) =>
  NODES.map((name): CheckResult => {
    if (name === 'controller' && (id === 'keyring-readable' || id === 'client-connects'))
      return check(
        id,
        title,
        name,
        'fail',
        'glance may not read /etc/ceph/ceph.client.glance.keyring (root:root 0600)',
      );
    if (name === 'compute-2' && id === 'key-current')
      return check(id, title, name, 'unknown', 'the answer did not come: run sha256sum on the keyring');
    if (name === 'ceph-mon-1' && id === 'pool-tagged') return check(id, title, name, 'warn', 'vms has no application');
    if (name === 'ceph-mon-1' && id.startsWith('keyring'))
      return check(id, title, name, 'skip', 'no OpenStack service here');
    return check(id, title, name, 'pass', `as it should be on ${name}`);
  }),
);

export const judged: EngineState = {
  run: {
    id: '2026-02-03T040506Z-7f3a',
    site: 'lab',
    practice: 'glance-keyring-unreadable',
    playbooks: ['authentication', 'pools'],
    startedAt: '2026-02-03T04:05:06.000Z',
    phase: 'judged',
    nodes: NODES.map((name) => node(name)),
    facts: new Map(),
  },
  judgement: {
    outcome: 'causes',
    coverage: { nodes: 4, nodesReached: 4, asked: 56, answered: 55, unknown: 1 },
    causes: [CAUSE_KEYRING, CAUSE_POOL],
    checks: CHECKS,
    nodes: NODES.map((name) => ({ name, roles: [], reached: true })),
  },
};

export const looking: EngineState = {
  run: {
    ...judged.run,
    phase: 'looking',
    nodes: [
      node('ceph-mon-1', { answered: 14 }),
      node('controller', {
        status: 'asking',
        answered: 6,
        waiting: ['sudo -u glance ceph --id glance --connect-timeout 5 -s', 'rbd --id cinder --format json ls volumes'],
      }),
      node('compute-1', { status: 'connecting', answered: 0 }),
      node('compute-2', {
        status: 'lost',
        answered: 0,
        lost: {
          result: 'lost',
          why: 'refused',
          detail:
            'compute-2 refuses connections on port 22: is sshd running there? Look on its console with systemctl status ssh.',
        },
      }),
    ],
  },
  judgement: { ...judged.judgement, outcome: 'incomplete', causes: [], checks: CHECKS.slice(0, 9) },
};

export const STEPS: readonly Step[] = [
  {
    id: 'step-1',
    title: 'Give the keyring to the group glance',
    node: 'controller',
    action: { do: 'run', argv: ['chown', 'root:glance', '/etc/ceph/ceph.client.glance.keyring'], deadline: 10 },
    risk: 'reversible',
    shows: [
      '$ chown root:glance /etc/ceph/ceph.client.glance.keyring',
      '$ chmod 0640 /etc/ceph/ceph.client.glance.keyring',
    ],
    touches: 'One file; no service restarts.',
    undo: {
      how: 'run',
      actions: [{ do: 'run', argv: ['chown', 'root:root', '/etc/ceph/ceph.client.glance.keyring'], deadline: 10 }],
      says: 'Gives the file back to root:root, mode 0600.',
    },
    seconds: 2,
  },
  {
    id: 'step-2',
    title: 'Restart glance-api',
    node: 'controller',
    action: { do: 'run', argv: ['systemctl', 'restart', 'glance-api'], deadline: 60 },
    risk: 'disruptive',
    shows: [
      '$ systemctl restart glance-api',
      '--- /etc/glance/glance-api.conf',
      '+++ /etc/glance/glance-api.conf',
      '@@ -1,2 +1,2 @@',
      '-rbd_store_user = image',
      '+rbd_store_user = glance',
    ],
    touches: 'glance-api: uploads under way are cut off.',
    undo: { how: 'nothing', because: 'a restart leaves nothing behind' },
    seconds: 8,
  },
];

export const plan: Plan = {
  hash: '9f3a12c4d5e6',
  cause: CAUSE_KEYRING.id,
  subject: CAUSE_KEYRING.subject,
  fix: 'give-to-service',
  title: 'Give the keyring to the group glance, mode 0640',
  steps: STEPS,
  gate: ['keyring-readable'],
  verify: ['keyring-readable', 'client-connects'],
  at: '2026-02-03T04:06:00.000Z',
};

export const planned: FixState = {
  plan,
  phase: 'planned',
  steps: STEPS.map((step) => ({ step, status: 'waiting' })),
};

/** The run with a plan, the first step waiting for a yes. */
export const confirming: EngineState = {
  ...judged,
  run: { ...judged.run, phase: 'fixing' },
  fix: { ...planned, phase: 'applying' },
  prompt: { kind: 'confirm-step', id: 'prompt-1', stepId: 'step-1' },
};

export const repaired: EngineState = {
  ...judged,
  judgement: {
    ...judged.judgement,
    outcome: 'fixed',
    causes: [],
    checks: CHECKS.map((item) =>
      item.verdict === 'fail' ? { ...item, verdict: 'pass', says: 'glance can read its keyring' } : item,
    ),
  },
  fix: { plan, phase: 'done', outcome: 'fixed', steps: STEPS.map((step) => ({ step, status: 'done' })) },
};
