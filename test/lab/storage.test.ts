import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type PracticeLab, startLab } from '../../src/lab/index.ts';

let lab: PracticeLab;
beforeAll(async () => {
  lab = await startLab({ pace: 0.01 });
});
afterAll(() => lab.close());

const on = (node: string, run: string) => lab.run(node, run);

describe('monitors as a client is told of them', () => {
  test.each([
    ['10.77.0.11', 0],
    ['10.77.0.11:6789', 0],
    ['10.77.0.11:3300', 0],
    ['[v2:10.77.0.11:3300/0,v1:10.77.0.11:6789/0]', 0],
    ['[v2:10.77.0.11:3301/0,v1:10.77.0.11:6789/0]', 0],
    ['10.77.0.9, 10.77.0.11', 0],
    ['10.77.0.11:6790', 124],
    ['v2:10.77.0.11:3301', 124],
    ['10.77.0.11:22', 124],
  ])('mon_host %s', async (monHost, code) => {
    await on('controller', `sed -i 's|^mon_host = .*|mon_host = ${monHost}|' /etc/ceph/ceph.conf`);
    expect(await on('controller', 'sudo -u cinder timeout 5 rbd --id cinder -p volumes ls')).toMatchObject({ code });
  });
});

describe('what capabilities reach', () => {
  test.each([
    ['profile rbd pool=volumes', 0],
    ['profile rbd pool=volumes namespace=tenant', 1],
    ['profile rbd pool=volumes namespace=', 0],
    ['profile rbd pool=volumes namespace=*', 0],
    ['allow rwx pool=volumes object_prefix rbd_data.1', 1],
    ['allow rwx tag cephfs data=*', 1],
    ['allow class-read object_prefix rbd_children, allow rwx pool=volumes', 0],
  ])('osd %s', async (caps, code) => {
    await on('ceph-mon-1', `ceph auth caps client.cinder mon 'profile rbd' osd '${caps}'`);
    await on('controller', "sed -i 's|^mon_host = .*|mon_host = 10.77.0.11|' /etc/ceph/ceph.conf");
    expect(await on('controller', 'sudo -u cinder timeout 5 rbd --id cinder -p volumes ls')).toMatchObject({ code });
  });
});

test('with an OSD that holds back every request, rbd comes to nothing in any usual time', async () => {
  const delay = (share: number): string =>
    `ceph tell osd.1 injectargs '--osd_debug_inject_dispatch_delay_probability=${share} --osd_debug_inject_dispatch_delay_duration=0.06'`;
  await on('ceph-mon-1', delay(1));
  expect(await on('ceph-mon-1', 'timeout 20 rbd -p images ls')).toMatchObject({ code: 124, stdout: '' });
  expect(await on('ceph-mon-1', 'timeout 20 ceph -s')).toMatchObject({ code: 0 });
  await on('ceph-mon-1', delay(0.2));
  expect(await on('ceph-mon-1', 'timeout 20 rbd -p images ls')).toMatchObject({ code: 0 });
});

test('the trash gives back what is wanted, and is emptied of the rest', async () => {
  const run = await on(
    'ceph-mon-1',
    `rbd create volumes/a --size 1M; rbd create volumes/b --size 2M; rbd trash mv volumes/a; rbd trash mv volumes/b
    rbd trash restore volumes/$(rbd trash ls volumes | grep ' a$' | cut -d' ' -f1); rbd info volumes/a | head -2
    rbd trash purge volumes --no-progress; rbd trash ls volumes | wc -l; rbd -p volumes ls | grep -c '^[ab]$'
    rbd trash restore volumes/0123`,
  );
  expect(run.stdout).toBe("rbd image 'a':\n\tsize 1 MiB in 1 objects\n0\n1\n");
  expect(run.stderr).toBe('rbd: restore error: (2) No such file or directory\n');
});

test('room that a file was given is free again when it is removed', async () => {
  const used = async (): Promise<number> =>
    Number((await on('controller', "df -P -k / | awk 'NR == 2 { print $3 }'")).stdout);
  const before = await used();
  await on('controller', 'fallocate -l 10G /tmp/big');
  expect((await used()) - before).toBe(10 * 1024 ** 2);
  expect((await on('controller', "ls -l /tmp/big | awk '{ print $5 }'")).stdout).toBe(`${10 * 1024 ** 3}\n`);
  await on('controller', 'rm /tmp/big');
  expect(await used()).toBe(before);
  expect(await on('controller', 'fallocate -l 900G /tmp/big')).toMatchObject({ code: 1 });
});

test('a disk that was attached is taken off again', async () => {
  await on('compute-1', 'virsh attach-disk instance-00000001 /var/lib/nova/instances/swap vdb');
  expect(await on('compute-1', 'virsh detach-disk instance-00000001 vdb')).toMatchObject({ code: 0 });
  expect((await on('compute-1', 'virsh dumpxml instance-00000001')).stdout).not.toContain('vdb');
  expect(await on('compute-1', 'virsh detach-disk instance-00000001 vdb')).toMatchObject({ code: 1 });
});
