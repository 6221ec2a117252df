import { describe, expect, test } from 'vitest';
import { type Fault, type PracticeLab, startLab } from '../../src/lab/index.ts';
import { FAULTS } from './faults.ts';

/** Does something with a lab of one's own. A wait of a second lasts 10 ms. */
async function within<T>(faults: readonly Fault[], act: (lab: PracticeLab) => Promise<T>): Promise<T> {
  const lab = await startLab({ faults, pace: 0.01 });
  try {
    return await act(lab);
  } finally {
    await lab.close();
  }
}

const faults = (name: string): readonly Fault[] => FAULTS[name] ?? [];
const GLANCE = 'timeout 10 rbd --id glance -p images ls';
const CINDER = 'timeout 10 rbd --id cinder -p volumes ls';

describe('what is broken can be repaired', () => {
  test.each([
    [
      'glance-keyring-unreadable',
      'controller',
      'glance',
      GLANCE,
      'controller',
      'chgrp glance /etc/ceph/ceph.client.glance.keyring; chmod 640 /etc/ceph/ceph.client.glance.keyring',
    ],
    [
      'cinder-caps-no-volumes',
      'controller',
      'cinder',
      CINDER,
      'ceph-mon-1',
      "ceph auth caps client.cinder mon 'profile rbd' osd 'profile rbd pool=volumes'",
    ],
    ['volumes-pool-missing', 'controller', 'cinder', CINDER, 'ceph-mon-1', 'ceph osd pool rename volumes.away volumes'],
    [
      'mon-wrong-address',
      'controller',
      'glance',
      GLANCE,
      'controller',
      "sed -i 's/^mon_host = .*/mon_host = 10.77.0.11/' /etc/ceph/ceph.conf",
    ],
    ['osds-two-down', 'controller', 'cinder', CINDER, 'ceph-mon-1', 'systemctl start ceph-osd@1'],
  ])('%s', async (name, node, user, command, where, repair) => {
    await within(faults(name), async (lab) => {
      expect((await lab.run(node, command, user)).code).not.toBe(0);
      expect((await lab.run(where, repair)).code).toBe(0);
      expect(await lab.run(node, command, user)).toMatchObject({ code: 0, stderr: '' });
    });
  });

  test('a stale keyring, by the key that the cluster has now', async () => {
    await within(faults('cinder-stale-key'), async (lab) => {
      expect((await lab.run('controller', CINDER, 'cinder')).code).toBe(13);
      const { stdout: keyring } = await lab.run('ceph-mon-1', 'ceph auth get-or-create client.cinder');
      await lab.run(
        'controller',
        `install -o cinder -g cinder -m 640 /dev/stdin /etc/ceph/ceph.client.cinder.keyring <<'E'\n${keyring}E\n`,
      );
      expect((await lab.run('controller', CINDER, 'cinder')).code).toBe(0);
    });
  });
});

describe('a full pool', () => {
  test('still lists, but writing to it waits', async () => {
    await within(faults('images-quota-full'), async (lab) => {
      expect((await lab.run('controller', GLANCE, 'glance')).code).toBe(0);
      const create = 'timeout 10 rbd --id glance create --size 8M images/probe';
      expect((await lab.run('controller', create, 'glance')).code).toBe(124);
      await lab.run('ceph-mon-1', 'ceph osd pool set-quota images max_bytes 0');
      expect(
        (await lab.run('controller', `${create} && rbd --id glance rm --no-progress images/probe`, 'glance')).code,
      ).toBe(0);
    });
  });
});

describe('services', () => {
  test('cinder-volume that cannot reach its pool at start counts as down and says why', async () => {
    const broken = {
      on: 'controller',
      run: 'mv /etc/ceph/ceph.client.cinder.keyring /root/k; systemctl restart cinder-volume; sleep 70',
    };
    await within([broken], async (lab) => {
      const state = '. /root/admin-openrc; openstack volume service list -f value -c Binary -c State';
      expect((await lab.run('controller', state)).stdout).toContain('cinder-volume down\n');
      expect((await lab.run('controller', 'systemctl is-active cinder-volume')).stdout).toBe('active\n');
      const { stdout: log } = await lab.run('controller', 'grep ERROR /var/log/cinder/cinder-volume.log');
      expect(log).toContain('rados.ObjectNotFound: [errno 2] RADOS object not found (error connecting to the cluster)');
      expect(log).toContain('Failed to initialize driver.');
      await lab.run('controller', 'cp -a /root/k /etc/ceph/ceph.client.cinder.keyring');
      expect((await lab.run('controller', state)).stdout).toContain('cinder-volume down\n');
      await lab.run('controller', 'systemctl restart cinder-volume');
      expect((await lab.run('controller', state)).stdout).toContain('cinder-volume up\n');
    });
  });

  test('read their options when they start, not before', async () => {
    await within([], async (lab) => {
      const show = '. /root/admin-openrc; openstack image show lab-raw -f json';
      await lab.run(
        'controller',
        "sed -i 's/^show_image_direct_url = .*/show_image_direct_url = False/' /etc/glance/glance-api.conf",
      );
      expect((await lab.run('controller', show)).stdout).toContain('direct_url');
      await lab.run('controller', 'systemctl restart glance-api');
      expect((await lab.run('controller', show)).stdout).not.toContain('direct_url');
    });
  });
});

describe('the cluster', () => {
  test('tells in its audit log who changed what', async () => {
    await within(faults('volumes-pool-missing'), async (lab) => {
      const { stdout } = await lab.run('ceph-mon-1', 'ceph log last 20 info audit');
      expect(stdout).toMatch(
        /entity='client\.admin' cmd='\[\{"prefix": "osd pool rename", "srcpool": "volumes", "destpool": "volumes\.away"\}\]': finished/,
      );
    });
  });

  test('keeps keys from clients that may not see them', async () => {
    await within([], async (lab) => {
      const answer = await lab.run('controller', 'ceph --id cinder auth get client.glance', 'cinder');
      expect(answer).toEqual({ code: 13, stdout: '', stderr: 'Error EACCES: access denied\n' });
    });
  });

  test('gives up where the caller said how long to try', async () => {
    await within(faults('mon-wrong-address'), async (lab) => {
      const answer = await lab.run('controller', 'ceph --connect-timeout 10 --id glance -s', 'glance');
      expect(answer).toEqual({
        code: 1,
        stdout: '',
        stderr: '[errno 110] RADOS timed out (error connecting to the cluster)\n',
      });
    });
  });
});

describe('a libvirt secret', () => {
  test('takes its value from standard input and is the key again', async () => {
    await within([], async (lab) => {
      const { stdout: key } = await lab.run('ceph-mon-1', 'ceph auth get-key client.cinder');
      const uuid = '457eb676-33da-42ec-9a8c-9293d545c337';
      const set = `printf %s '${key}' | virsh secret-set-value --secret ${uuid} --file /dev/stdin`;
      await lab.run('compute-2', `virsh secret-set-value --secret ${uuid} --base64 AAAA`);
      expect((await lab.run('compute-2', `virsh secret-get-value ${uuid}`)).stdout).toBe('AAAA\n');
      expect((await lab.run('compute-2', set)).code).toBe(0);
      expect((await lab.run('compute-2', `virsh secret-get-value ${uuid}`)).stdout).toBe(`${key}\n`);
    });
  });
});

describe('what it does not know', () => {
  test.each([
    ['ceph-mon-1', 'ceph osd crush tree', /not? valid command found in the practice cluster: osd crush tree/],
    ['ceph-mon-1', 'rbd export volumes/x -', /the practice cluster does not support the command export/],
    ['controller', '. /root/admin-openrc; openstack keypair list', /does not support the command keypair list/],
    ['controller', 'systemctl cat glance-api', /does not support cat/],
    ['controller', 'ls --hyperlink /', /does not support the option --hyperlink/],
  ])('%s: %s says so', async (node, command, words) => {
    await within([], async (lab) => {
      const answer = await lab.run(node, command);
      expect(answer.code).not.toBe(0);
      expect(answer.stdout).toBe('');
      expect(answer.stderr).toMatch(words);
    });
  });
});
