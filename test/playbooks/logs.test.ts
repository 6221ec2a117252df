import { describe, expect, test } from 'vitest';
import type { Cause } from '../../src/domain/judgement.ts';
import type { Library } from '../../src/domain/playbook.ts';
import { practiceRun, shippedLibrary } from '../support/practice-run.ts';

const library: Library = await shippedLibrary();

/** Looks at practice nodes with these faults, in order; gives the causes and the outcome. */
async function look(...faults: readonly [on: string, run: string][]) {
  const practice = await practiceRun(library, { faults: faults.map(([on, run]) => ({ on, run })) });
  try {
    const { judgement, run } = await practice.run.settled();
    return { ...judgement, facts: run.facts };
  } finally {
    await practice.close();
  }
}
const logsOf = (cause: Cause | undefined) =>
  cause?.evidence.flatMap((e) => (e.log ? [{ ...e.log, node: e.node, output: e.output }] : []));

describe('what services logged', () => {
  test('stands under the cause it is about: newest line, how many, since when, and what to type', async () => {
    const { causes } = await look([
      'controller',
      'rm /etc/ceph/ceph.client.cinder.keyring; systemctl restart cinder-volume',
    ]);
    const cause = causes.find((c) => c.id === 'auth-keyring-missing');
    const evidence = cause?.evidence.find((e) => e.log?.service === 'cinder-volume');
    expect(evidence?.log).toMatchObject({ signature: 'connect-enoent', count: expect.any(Number) });
    expect(evidence?.output).toContain('RADOS object not found (error connecting to the cluster)');
    expect(evidence?.says).toMatch(/^cinder-volume logged it .*(at|from) \d\d:\d\d:\d\d/);
    expect(evidence?.command).toBe('sudo tail -n 200 /var/log/cinder/cinder-volume.log');
  });

  test('the monitor says which refusal it was, for the client it names and no other', async () => {
    const { causes } = await look(
      ['ceph-mon-1', 'ceph auth del client.cinder'],
      ['controller', 'sudo -u cinder rbd --id cinder -p volumes ls || true'],
    );
    const absent = causes.find((c) => c.id === 'auth-entity-absent');
    expect(absent?.subject).toContain('client.cinder');
    expect(logsOf(absent)?.[0]).toMatchObject({
      service: 'ceph-mon',
      signature: 'cephx-no-entity',
      node: 'ceph-mon-1',
    });
    const others = causes.filter((c) => !c.subject.includes('client.cinder'));
    expect(others.flatMap((c) => logsOf(c))).toEqual([]);
  });

  test('nova-compute that cannot take stock says so, and it stands under the cause on its node alone', async () => {
    const { causes } = await look(['compute-2', 'rm /etc/ceph/ceph.client.nova.keyring']);
    const cause = causes.find((c) => c.id === 'auth-keyring-missing');
    expect(logsOf(cause)).toEqual([
      expect.objectContaining({ service: 'nova-compute', node: 'compute-2', signature: 'keyring-not-found' }),
    ]);
    expect(cause?.evidence.find((e) => e.log)?.output).toContain(
      'unable to find a keyring on /etc/ceph/ceph.client.nova.keyring',
    );
  });

  test('from before the last start is history', async () => {
    const { causes, outcome } = await look([
      'controller',
      'mv /etc/ceph/ceph.client.cinder.keyring /root/k; systemctl restart cinder-volume; mv /root/k /etc/ceph/ceph.client.cinder.keyring; sleep 5; systemctl restart cinder-volume; rm /etc/ceph/ceph.client.cinder.keyring',
    ]);
    expect(outcome).toBe('causes');
    const cause = causes.find((c) => c.id === 'auth-keyring-missing');
    // The start that failed was five seconds earlier: only what was written since the one that went well counts.
    const own = logsOf(cause)?.find((l) => l.service === 'cinder-volume');
    expect(Date.parse(own?.last ?? '') - Date.parse(own?.first ?? '')).toBeLessThan(4000);
    expect(JSON.stringify(cause?.evidence)).not.toContain('Failed to initialize driver');
  });

  test('older than an hour counts for nothing', async () => {
    const { causes } = await look([
      'controller',
      'rm /etc/ceph/ceph.client.cinder.keyring; systemctl restart cinder-volume; sleep 3700',
    ]);
    const cause = causes.find((c) => c.id === 'auth-keyring-missing');
    expect(logsOf(cause)?.filter((l) => l.service === 'cinder-volume')).toEqual([]);
  });

  test('errors of services and monitors by themselves give no cause and no warning', async () => {
    const lines = [
      'ERROR cinder.volume.drivers.rbd [None req-x] Error connecting to ceph cluster.: rados.ObjectNotFound: [errno 2] RADOS object not found (error connecting to the cluster)',
      "ERROR cinder.volume.manager [None req-x] rados.ObjectNotFound: [errno 2] RADOS object not found (error opening pool 'volumes')",
    ];
    const write = lines
      .map((l) => `echo "$(date '+%Y-%m-%d %H:%M:%S').100 99 ${l}" >> /var/log/cinder/cinder-volume.log`)
      .join('; ');
    const { outcome, causes, checks, facts } = await look(
      ['controller', write],
      [
        'ceph-mon-1',
        `echo "$(date '+%Y-%m-%dT%H:%M:%S').000+0000 7f2b6c3d46c0  0 cephx server client.cinder: couldn't find entity name: client.cinder" >> /var/log/ceph/ceph-mon.ceph-mon-1.log`,
      ],
    );
    expect(
      [...facts.values()].some((f) => f.answer.result === 'exited' && f.answer.stdout.includes('error opening pool')),
    ).toBe(true);
    expect([outcome, causes, checks.filter((c) => c.verdict === 'warn' || c.verdict === 'fail')]).toEqual([
      'healthy',
      [],
      [],
    ]);
  });

  test('a log that cannot be read leaves everything else judged', async () => {
    const { outcome, checks } = await look(['controller', 'rm -r /var/log/cinder /var/log/glance']);
    expect([outcome, checks.filter((c) => c.verdict === 'unknown')]).toEqual(['healthy', []]);
  });
});
