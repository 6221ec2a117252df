import { describe, expect, test } from 'vitest';
import {
  backupIdentities,
  cinderIdentities,
  glanceIdentities,
  IDENTITIES,
  type Identity,
  novaIdentities,
} from '../../src/openstack/identities.ts';
import { readOslo } from '../../src/openstack/oslo.ts';

const config = (text: string) =>
  readOslo(text.split('\n').map((line, at) => ({ file: '/etc/x.conf', line: at + 1, text: line })));
const gist = (identities: readonly Identity[]) =>
  identities.map((i) => [i.section, i.user, i.runsAs, i.cluster, i.confPath, i.pools.map((p) => p.pool).join()]);

describe('glance', () => {
  test('each enabled store of type rbd, with its own options', () => {
    const found = glanceIdentities(
      config(
        '[DEFAULT]\nenabled_backends = fast:rbd, web:http, slow : rbd\n[fast]\nrbd_store_user = glance\nrbd_store_pool = img\n[slow]\nrbd_store_ceph_conf = /etc/ceph/b.conf\n',
      ),
    );
    expect(gist(found)).toEqual([
      ['fast', 'glance', 'glance', 'ceph', '/etc/ceph/ceph.conf', 'img'],
      ['slow', 'admin', 'glance', 'ceph', '/etc/ceph/b.conf', 'images'],
    ]);
    expect(found[0]?.pools[0]).toMatchObject({ need: 'write', option: 'rbd_store_pool', section: 'fast' });
  });

  test('the single store of older releases', () => {
    expect(gist(glanceIdentities(config('[glance_store]\nstores = file,rbd\nrbd_store_user = glance\n')))).toEqual([
      ['glance_store', 'glance', 'glance', 'ceph', '/etc/ceph/ceph.conf', 'images'],
    ]);
  });

  test('none without rbd', () => {
    expect(glanceIdentities(config('[glance_store]\nstores = file\nrbd_store_user = glance\n'))).toEqual([]);
    expect(glanceIdentities(config('[DEFAULT]\nenabled_backends = a:file\n[a]\nrbd_store_pool = x\n'))).toEqual([]);
    expect(glanceIdentities(config(''))).toEqual([]);
  });
});

const RBD = 'volume_driver = cinder.volume.drivers.rbd.RBDDriver';

describe('cinder-volume', () => {
  test('each enabled backend with the RBD driver; defaults of the driver', () => {
    const found = cinderIdentities(
      config(
        `[DEFAULT]\nenabled_backends = a,b,lvm\n[a]\n${RBD}\nrbd_user = cinder\nrbd_pool = volumes\nrbd_secret_uuid = u-1\n[b]\n${RBD}\nrbd_cluster_name = prod\nrbd_ceph_conf = /etc/ceph/prod.conf\n[lvm]\nvolume_driver = cinder.volume.drivers.lvm.LVMVolumeDriver\n[unused]\n${RBD}\n`,
      ),
    );
    expect(gist(found)).toEqual([
      ['a', 'cinder', 'cinder', 'ceph', '/etc/ceph/ceph.conf', 'volumes'],
      ['b', 'admin', 'cinder', 'prod', '/etc/ceph/prod.conf', 'rbd'],
    ]);
    expect(found.map((i) => i.secretUuid)).toEqual(['u-1', undefined]);
  });

  test('[backend_defaults] gives what a backend does not', () => {
    const found = cinderIdentities(
      config(
        `[DEFAULT]\nenabled_backends = a,b\n[backend_defaults]\n${RBD}\nrbd_user = cinder\nrbd_pool = shared\n[a]\nrbd_pool = own\n[b]\n`,
      ),
    );
    expect(gist(found).map((g) => [g[0], g[1], g[5]])).toEqual([
      ['a', 'cinder', 'own'],
      ['b', 'cinder', 'shared'],
    ]);
    // Whoever edits the option must find it where it stands.
    expect(found.map((i) => i.pools[0]?.section)).toEqual(['a', 'backend_defaults']);
  });

  test('none when no backend is enabled', () => {
    expect(cinderIdentities(config(`[DEFAULT]\n[a]\n${RBD}\n`))).toEqual([]);
  });
});

describe('cinder-backup', () => {
  const BACKUP = 'backup_driver = cinder.backup.drivers.ceph.CephBackupDriver';

  test('the target with its defaults, and every RBD backend as a source', () => {
    const found = backupIdentities(
      config(
        `[DEFAULT]\nenabled_backends = a,b\n${BACKUP}\n[a]\n${RBD}\nrbd_user = cinder\nrbd_pool = volumes\nrbd_secret_uuid = u-1\n[b]\n${RBD}\nrbd_user = two\nrbd_cluster_name = prod\n`,
      ),
    );
    expect(gist(found).map((g) => [g[0], g[1], g[5]])).toEqual([
      ['DEFAULT', 'cinder', 'backups'],
      ['a', 'cinder', 'volumes'],
      ['b', 'two', 'rbd'],
    ]);
    expect(found.map((i) => i.service)).toEqual(['cinder-backup', 'cinder-backup', 'cinder-backup']);
    // os-brick opens the keyring by this path whatever ceph.conf says; libvirt has no part in it.
    expect(found.map((i) => i.fixedKeyring)).toEqual([
      undefined,
      '/etc/ceph/ceph.client.cinder.keyring',
      '/etc/ceph/prod.client.two.keyring',
    ]);
    expect(found.map((i) => i.secretUuid)).toEqual([undefined, undefined, undefined]);
  });

  test('its own options', () => {
    const text = `[DEFAULT]\n${BACKUP}\nbackup_ceph_user = cinder-backup\nbackup_ceph_pool = b\nbackup_ceph_conf = /etc/ceph/b.conf\n`;
    expect(gist(backupIdentities(config(text)))).toEqual([
      ['DEFAULT', 'cinder-backup', 'cinder', 'ceph', '/etc/ceph/b.conf', 'b'],
    ]);
  });

  test('none with another driver', () => {
    expect(
      backupIdentities(
        config(
          `[DEFAULT]\nenabled_backends = a\nbackup_driver = cinder.backup.drivers.nfs.NFSBackupDriver\n[a]\n${RBD}\n`,
        ),
      ),
    ).toEqual([]);
  });
});

describe('nova-compute', () => {
  test("Nova's own disks, and their defaults", () => {
    const found = novaIdentities(
      config(
        '[libvirt]\nimages_type = rbd\nimages_rbd_pool = vms\nrbd_user = nova\nrbd_secret_uuid = u-2\nimages_rbd_ceph_conf = /etc/ceph/n.conf\n',
      ),
    );
    expect(gist(found)).toEqual([['libvirt', 'nova', 'nova', 'ceph', '/etc/ceph/n.conf', 'vms']]);
    expect(found[0]?.secretUuid).toBe('u-2');
    expect(gist(novaIdentities(config('[libvirt]\nimages_type = rbd\n')))).toEqual([
      ['libvirt', 'admin', 'nova', 'ceph', '/etc/ceph/ceph.conf', 'rbd'],
    ]);
  });

  test('none when disks are files', () => {
    expect(novaIdentities(config('[libvirt]\nimages_type = qcow2\nrbd_user = nova\n'))).toEqual([]);
    expect(novaIdentities(config('[libvirt]\nrbd_user = nova\n'))).toEqual([]);
  });
});

test('every service with an identity can be asked for it', () => {
  expect(Object.keys(IDENTITIES)).toEqual(['glance-api', 'cinder-volume', 'cinder-backup', 'nova-compute']);
  for (const identities of Object.values(IDENTITIES)) expect(identities(config(''))).toEqual([]);
});
