import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  inject,
  type Operator,
  onNode,
  operator,
  type Ran,
  realSecrets,
  reset,
  smoke,
  startRealLab,
  textOf,
  work,
} from './real-lab.ts';

/** The lab's faults: the operation that then fails, the true cause, and whether Inkling repairs it. */
interface Expected {
  readonly fault: string;
  readonly work: readonly string[];
  readonly cause: string;
  readonly fix: boolean;
}

const EXPECTED: readonly Expected[] = [
  { fault: 'glance-keyring-unreadable', work: ['image-upload'], cause: 'auth-keyring-unreadable', fix: true },
  { fault: 'glance-keyring-missing', work: ['image-upload'], cause: 'auth-keyring-missing', fix: true },
  { fault: 'cinder-caps-no-volumes', work: ['volume-create'], cause: 'auth-osd-caps-missing-pool', fix: true },
  { fault: 'cinder-stale-key', work: ['volume-create'], cause: 'auth-key-mismatch', fix: true },
  { fault: 'volumes-pool-missing', work: ['volume-create'], cause: 'pool-renamed', fix: true },
  { fault: 'vms-pool-no-application', work: ['boot'], cause: 'pool-app-tag-missing', fix: true },
  { fault: 'images-pool-missing', work: ['image-upload'], cause: 'pool-renamed', fix: true },
  { fault: 'secret-undefined', work: ['attach'], cause: 'attach-secret-missing', fix: true },
  { fault: 'secret-wrong-key', work: ['attach'], cause: 'attach-secret-stale-key', fix: true },
  { fault: 'secret-uuid-mismatch', work: ['attach'], cause: 'attach-secret-uuid-mismatch', fix: true },
  { fault: 'nova-guide-secret', work: ['boot'], cause: 'attach-secret-user-mismatch', fix: true },
  { fault: 'compute2-secret-undefined', work: ['migrate'], cause: 'attach-secret-missing', fix: true },
  { fault: 'mon-wrong-address', work: ['image-upload'], cause: 'net-mon-address-wrong', fix: true },
  { fault: 'images-quota-full', work: ['image-upload'], cause: 'pool-quota-reached', fix: true },
  { fault: 'compute2-keyring-missing', work: ['boot'], cause: 'auth-keyring-missing', fix: true },
  { fault: 'compute2-conf-missing', work: ['boot'], cause: 'auth-cephconf-missing', fix: true },
  { fault: 'libvirt-tcp-closed', work: ['migrate'], cause: 'lm-socket-closed', fix: true },
  { fault: 'compute2-unresolvable', work: ['migrate'], cause: 'lm-name-unresolvable', fix: true },
  { fault: 'nova-guide-force-raw', work: ['boot'], cause: 'attach-force-raw-refused', fix: true },
  { fault: 'cinder-caps-no-images', work: ['volume-from-image'], cause: 'auth-osd-caps-missing-pool', fix: true },
  { fault: 'cluster-full', work: [], cause: 'cluster-full', fix: false },
  { fault: 'osds-two-down', work: [], cause: 'pool-pgs-inactive', fix: false },
];

let me: Operator & { readonly made: Ran };
let secrets: readonly string[];
const table: string[] = [];

beforeAll(async () => {
  await startRealLab();
  const back = await reset();
  expect(back.code, back.stdout + back.stderr).toBe(0);
  me = await operator();
  secrets = await realSecrets();
});

afterAll(async () => {
  console.log(
    [
      `${'fault'.padEnd(28)}${'first cause'.padEnd(30)}${'status'.padEnd(11)}found in  repaired in  then`,
      ...table,
    ].join('\n'),
  );
  await reset();
  await me?.close();
});

test('init finds the four machines and what each does', async () => {
  expect(me.made.code, me.made.stderr).toBe(0);
  const yaml = await textOf(me.site);
  for (const name of ['ceph-mon-1', 'controller', 'compute-1', 'compute-2'])
    expect(yaml).toMatch(new RegExp(`name: ${name}\n`));
  expect(yaml.match(/- name:/g)).toHaveLength(4);
});

test('a healthy site is healthy, three times over', async () => {
  for (let round = 0; round < 3; round += 1) {
    const { code, report } = await me.check();
    expect({ code, outcome: report.outcome, causes: report.causes }).toEqual({
      code: 0,
      outcome: 'healthy',
      causes: [],
    });
  }
});

describe.each(EXPECTED)('$fault', ({ fault, work: operation, cause, fix }) => {
  test('gives its true cause first, confirmed, and is repaired', async () => {
    expect((await inject(fault)).code).toBe(0);
    try {
      const found = await me.check();
      const first = found.report.causes[0];
      const row = `${fault.padEnd(28)}${(first?.id ?? 'none').padEnd(30)}${(first?.status ?? '').padEnd(11)}${found.seconds.toFixed(1).padStart(6)} s`;
      expect([found.code, first?.id, first?.status], JSON.stringify(found.report.causes, null, 1)).toEqual([
        3,
        cause,
        'confirmed',
      ]);
      if (!fix) {
        table.push(`${row}      by hand`);
        return;
      }
      const fixed = await me.inkling('fix', cause, '--site', me.site, '--yes-up-to', 'disruptive');
      expect(fixed.code, fixed.stdout + fixed.stderr).toBe(0);
      const worked = await work(...operation);
      expect(worked.code, worked.stdout).toBe(0);
      const after = await me.check();
      expect([after.code, after.report.outcome], JSON.stringify(after.report.causes)).toEqual([0, 'healthy']);
      table.push(`${row}${fixed.seconds.toFixed(1).padStart(11)} s  ${operation.join(' ')} works`);
    } finally {
      if (!fix) await reset();
    }
  });
});

test('the whole workload passes after all these repairs', async () => {
  const { code, stdout } = await smoke();
  expect(code, stdout).toBe(0);
});

test('a node taken away gives incomplete, never healthy', async () => {
  // The node starts its sshd again by itself: nobody can log in to do it.
  await onNode(
    'compute-2',
    'systemd-run -q --on-active=25s --timer-property=AccuracySec=1s systemctl start ssh.service && systemctl stop ssh.socket ssh.service',
  );
  const { code, report } = await me.check();
  expect([code, report.outcome, report.causes]).toEqual([5, 'incomplete', []]);
  const away = report.nodes.find((n) => n.name === 'compute-2');
  expect([away?.reached, away?.why]).toEqual([false, expect.stringMatching(/refuse/)]);
  expect(report.nodes.filter((n) => n.reached)).toHaveLength(3);
  await expect.poll(async () => (await onNode('compute-2', 'true')).code, { timeout: 120_000, interval: 1000 }).toBe(0);
});

test('no real key is in any journal', async () => {
  expect(secrets.length).toBeGreaterThan(4);
  for (const file of await readdir(me.journal)) {
    const text = await textOf(join(me.journal, file));
    for (const secret of secrets) expect(text.includes(secret), file).toBe(false);
  }
});
