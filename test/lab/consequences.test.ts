import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Fault, type PracticeLab, startLab } from '../../src/lab/index.ts';
import { FAULTS } from './faults.ts';

interface Workload {
  readonly operation: string;
  readonly works: boolean;
  readonly observed: string;
  readonly log: Readonly<Record<string, readonly string[]>>;
}
const WORKLOADS: Readonly<Record<string, Workload>> = JSON.parse(
  readFileSync(join(import.meta.dirname, '../goldens/workloads/zed-ceph-16.2.15.json'), 'utf8'),
);

async function within<T>(faults: readonly Fault[], act: (lab: PracticeLab) => Promise<T>): Promise<T> {
  const lab = await startLab({ faults, pace: 0.001 });
  try {
    return await act(lab);
  } finally {
    await lab.close();
  }
}

const cloud = async (lab: PracticeLab, text: string) => lab.run('controller', `. /root/admin-openrc\n${text}`);

const volume = (name: string) => `openstack volume show ${name} -f value -c status`;

/** Does what the recorder had the real cloud do, and says whether it worked. */
const OPERATIONS: Readonly<Record<string, (lab: PracticeLab, what?: string) => Promise<boolean>>> = {
  'image-upload': async (lab) => {
    const upload = 'openstack image create probe --file /root/probe --disk-format raw --container-format bare';
    return (await cloud(lab, `printf data > /root/probe; timeout 76 ${upload}`)).code === 0;
  },
  'volume-create': async (lab) => {
    await cloud(lab, 'openstack volume create --size 1 --type ceph probe; sleep 90');
    return (await cloud(lab, volume('probe'))).stdout === 'available\n';
  },
  /** Works when the volume is a clone. */
  'volume-from-image': async (lab, image = 'lab-raw') => {
    await cloud(lab, `openstack volume create --size 1 --type ceph --image ${image} probe; sleep 30`);
    const { stdout: id } = await cloud(lab, 'openstack volume show probe -f value -c id');
    const { stdout } = await lab.run('ceph-mon-1', `rbd info volumes/volume-${id.trim()}`);
    return stdout.includes('parent: images/');
  },
  boot: async (lab) => {
    const where = '--flavor test-flavor --image lab-raw --nic none --availability-zone nova:compute-2';
    await cloud(lab, `openstack server create ${where} probe; sleep 45`);
    return (await cloud(lab, 'openstack server show probe -f value -c status')).stdout === 'ACTIVE\n';
  },
  attach: async (lab) => {
    await cloud(lab, 'openstack server add volume lab-srv-2 lab-vol; sleep 10');
    return (await cloud(lab, volume('lab-vol'))).stdout === 'in-use\n';
  },
  migrate: async (lab) =>
    (await cloud(lab, 'openstack server migrate --live-migration --host compute-2 --wait lab-srv-1')).code === 0,
};

/** Times, ids and the ends of long lines differ from one cluster to the next. */
const normal = (line: string): string =>
  line
    .replace(/^\S+ \S+ \d+ (?=ERROR)/, '')
    .replace(/\[None req-[^\]]*\]/, '[req]')
    .replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, '<uuid>')
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '<time>')
    .replace(/\['Traceback.*/, '');

describe('operations end as on the real cloud, and services log what real ones do', () => {
  test.each(Object.entries(WORKLOADS))('%s', async (fault, { operation, works, log }) => {
    await within(FAULTS[fault] ?? [], async (lab) => {
      const ends: boolean[] = [];
      for (const one of operation.split(' ')) {
        const [name = '', what] = one.split('=');
        ends.push((await OPERATIONS[name]?.(lab, what)) ?? false);
      }
      expect(ends.every(Boolean)).toBe(works);
      for (const [where, lines] of Object.entries(log)) {
        const [node = '', path = ''] = where.split(':');
        const { stdout } = await lab.run(node, `cat ${path}`);
        expect(stdout.split('\n').map(normal)).toEqual(expect.arrayContaining([...lines]));
      }
    });
  });

  test.each(['image-upload', 'volume-create', 'volume-from-image', 'boot', 'attach', 'migrate'])(
    'healthy: %s works',
    async (operation) => {
      await within([], async (lab) => {
        expect(await OPERATIONS[operation]?.(lab)).toBe(true);
        expect((await lab.run('ceph-mon-1', 'ceph health')).stdout).toBe('HEALTH_OK\n');
      });
    },
  );
});

describe('consequences', () => {
  test('a capability taken away: Cinder fails, Ceph is green', async () => {
    await within(FAULTS['cinder-caps-no-volumes'] ?? [], async (lab) => {
      expect(await OPERATIONS['volume-create']?.(lab)).toBe(false);
      expect((await cloud(lab, volume('probe'))).stdout).toBe('error\n');
      expect((await lab.run('ceph-mon-1', 'ceph -s')).stdout).toContain('health: HEALTH_OK');
    });
  });

  test('a pool at its quota: a volume stays in creating, and comes when the quota goes', async () => {
    await within([{ on: 'ceph-mon-1', run: 'ceph osd pool set-quota volumes max_objects 1' }], async (lab) => {
      expect(await OPERATIONS['volume-create']?.(lab)).toBe(false);
      expect((await cloud(lab, volume('probe'))).stdout).toBe('creating\n');
      expect((await lab.run('ceph-mon-1', 'timeout 10 rbd create --size 8M volumes/x')).code).toBe(124);
      await lab.run('ceph-mon-1', 'ceph osd pool set-quota volumes max_objects 0');
      expect((await cloud(lab, `sleep 10; ${volume('probe')}`)).stdout).toBe('available\n');
    });
  });

  test("the key of client.nova's secret: booting fails, attaching works", async () => {
    const wrong =
      '. /root/keys.env; virsh secret-set-value --secret c7c3d5a0-6f2e-4a64-9d53-0b7d4e6a1f02 --base64 $CINDER_KEY';
    await within([{ on: 'compute-2', run: wrong }], async (lab) => {
      expect(await OPERATIONS.boot?.(lab)).toBe(false);
      expect(await OPERATIONS.attach?.(lab)).toBe(true);
    });
  });

  test("the key of client.cinder's secret: attaching fails, booting works", async () => {
    await within(FAULTS['secret-wrong-key'] ?? [], async (lab) => {
      expect(await OPERATIONS.attach?.(lab)).toBe(false);
      expect(await OPERATIONS.boot?.(lab)).toBe(true);
    });
  });

  test('an option counts from the restart on', async () => {
    await within([], async (lab) => {
      await lab.run('controller', "sed -i 's/^rbd_pool = .*/rbd_pool = gone/' /etc/cinder/cinder.conf");
      expect(await OPERATIONS['volume-create']?.(lab)).toBe(true);
      await lab.run('controller', 'systemctl restart cinder-volume; sleep 70');
      await cloud(lab, 'openstack volume create --size 1 second; sleep 5');
      expect((await cloud(lab, volume('second'))).stdout).toBe('error\n');
    });
  });

  test('backups need two keyrings, of client.cinder too', async () => {
    const backup =
      'openstack volume backup create --name b lab-vol; sleep 10; openstack volume backup show b -f value -c status -c fail_reason';
    await within([], async (lab) => expect((await cloud(lab, backup)).stdout).toContain('available'));
    const hide = 'chmod 600 /etc/ceph/ceph.client.cinder.keyring; chown root /etc/ceph/ceph.client.cinder.keyring';
    await within([{ on: 'controller', run: hide }], async (lab) => {
      expect((await cloud(lab, backup)).stdout).toContain(
        'Keyring path /etc/ceph/ceph.client.cinder.keyring is not readable.',
      );
    });
  });

  test('an image with clones is not deleted', async () => {
    await within([], async (lab) => {
      const { code, stderr } = await cloud(lab, 'openstack image delete lab-raw');
      expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining('HttpException: 500') });
      const { stdout } = await lab.run(
        'controller',
        'grep -c "RBD permission error (error listing children.)" /var/log/glance/glance-api.log',
      );
      expect(Number(stdout)).toBeGreaterThan(0);
    });
  });
});
