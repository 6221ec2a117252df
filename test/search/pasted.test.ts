import { describe, expect, test } from 'vitest';
import { findEntities } from '../../src/search/index.ts';
import { shippedSearch } from './shipped.ts';

const search = shippedSearch();
const first = (text: string) => search(text)[0];
const named = (text: string) => findEntities(text).map(({ kind, name }) => `${kind} ${name}`);

const REQUEST = '2b982028-aeb1-45b4-8897-38e1450ec2ba';
const SAID =
  'Error connecting to ceph cluster.: rados.PermissionDeniedError: [errno 13] RADOS permission denied (error connecting to the cluster)';

describe('a log line in any of its dresses leads to the same playbook, and says where and for whom', () => {
  test.each([
    [
      'oslo.log',
      `2026-11-22 16:52:52.974 5986 ERROR x [None req-${REQUEST} 8811d9710c094e49aba24af5992234fa - - -] ${SAID}`,
      [],
    ],
    [
      'syslog',
      `Nov 22 16:52:52 ctl-7 cinder-volume[5986]: 2026-11-22 16:52:52.974 5986 ERROR x [None req-${REQUEST} a - - -] ${SAID}`,
      ['host ctl-7'],
    ],
    [
      'the journal in ISO',
      `2026-11-22T16:52:52+0000 ctl-7 cinder-volume[5986]: ERROR x [None req-${REQUEST} a - -] ${SAID}`,
      ['host ctl-7'],
    ],
    [
      'the journal by the second',
      `1795384172.123456 ctl-7 cinder-volume[5986]: ERROR x [None req-${REQUEST} a - -] ${SAID}`,
      ['host ctl-7'],
    ],
    [
      'JSON of oslo.log',
      JSON.stringify({
        message: SAID,
        asctime: '2026-11-22 16:52:52',
        name: 'cinder.volume.drivers.rbd',
        levelname: 'ERROR',
        hostname: 'ctl-7',
        traceback: ['Traceback (most recent call last):', '  File "rados.pyx", line 689, in rados.Rados.connect'],
        context: { request_id: `req-${REQUEST}` },
      }),
      ['host ctl-7'],
    ],
    [
      'JSON of a container engine',
      JSON.stringify({
        log: `2026-11-22 16:52:52.974 7 ERROR x [None req-${REQUEST} a - -] ${SAID}\n`,
        stream: 'stderr',
        time: '2026-11-22T16:52:52Z',
      }),
      [],
    ],
    [
      'JSON of journalctl',
      JSON.stringify({
        _HOSTNAME: 'ctl-7',
        _SYSTEMD_UNIT: 'cinder-volume.service',
        MESSAGE: `ERROR x [None req-${REQUEST} a - -] ${SAID}`,
      }),
      ['host ctl-7'],
    ],
  ])('%s', (_how, text, places) => {
    expect(first(text)).toMatchObject({
      playbook: 'authentication',
      causes: expect.arrayContaining(['auth-key-mismatch']),
    });
    expect(named(text)).toEqual([`request ${REQUEST}`, ...places, 'errno 13']);
  });

  test.each([
    ['ERROR cinder.volume.manager [req-1] x', ['service cinder-volume']],
    ['WARNING cinder.backup.drivers.ceph [req-1] x', ['service cinder-backup']],
    ['ERROR glance_store._drivers.rbd [None] x', ['service glance-api']],
    ['ERROR nova.storage.rbd_utils [None] x', ['service nova-compute']],
    ['ERROR nova.scheduler.client.report x', []],
    ['ERROR oslo_messaging.rpc.server x', []],
  ])('%s is of %j', (text, expected) => {
    expect(named(text)).toEqual(expected);
  });

  test('arguments of QEMU are JSON too, and no log line', () => {
    const text = '{"driver":"rbd","pool":"vms","server":[{"host":"10.77.0.11","port":"6789"}],"user":"nova"}';
    expect(named(text)).toEqual(['pool vms', 'client client.nova', 'host 10.77.0.11']);
  });

  test('a traceback of many lines names its volume, server, pool and secret', () => {
    const text = [
      "2026-11-22 16:57:11.469 285 ERROR nova.virt.libvirt.driver [None req-caada0b4-cfe4-4be5-b9ea-deb9133e1861 a b - - default default] [instance: cf7acdef-805b-4ad0-831a-c75bc10b35f3] Failed to attach volume at mountpoint: /dev/vdb: libvirt.libvirtError: Secret not found: no secret with matching uuid '457eb676-33da-42ec-9a8c-9293d545c337'",
      '2026-11-22 16:57:11.469 285 ERROR nova.virt.libvirt.driver [instance: cf7acdef-805b-4ad0-831a-c75bc10b35f3] Traceback (most recent call last):',
      '2026-11-22 16:57:11.469 285 ERROR nova.virt.libvirt.driver [instance: cf7acdef-805b-4ad0-831a-c75bc10b35f3]   File "/usr/lib/python3/dist-packages/nova/virt/libvirt/driver.py", line 2167, in attach_volume',
      '2026-11-22 16:57:11.469 285 ERROR nova.virt.libvirt.driver [instance: cf7acdef-805b-4ad0-831a-c75bc10b35f3]     guest.attach_device(conf, persistent=True, live=live)',
      '2026-11-22 16:57:11.470 285 ERROR nova.virt.block_device Driver failed to attach volume b4632114-a987-43f4-a6e3-3b7a89d5d750 at /dev/vdb',
    ].join('\n');
    expect(first(text)).toMatchObject({
      playbook: 'attachment',
      causes: expect.arrayContaining(['attach-secret-missing']),
    });
    expect(named(text)).toEqual([
      'volume b4632114-a987-43f4-a6e3-3b7a89d5d750',
      'server cf7acdef-805b-4ad0-831a-c75bc10b35f3',
      'request caada0b4-cfe4-4be5-b9ea-deb9133e1861',
      'secret 457eb676-33da-42ec-9a8c-9293d545c337',
      'service nova-compute',
    ]);
  });
});

describe('loose words', () => {
  test.each([
    ['cant attach volume', 'attachment'],
    ['volume wont attach to instance', 'attachment'],
    ['keyring permission denied', 'authentication'],
    ['vm wont migrate', 'live-migration'],
    ['live migration fails', 'live-migration'],
    ['image upload slow', 'slow-images'],
    ['volume from image is a full copy', 'cow-clones'],
  ])('%s → %s', (text, playbook) => {
    if (!search.knows(playbook)) return;
    expect(first(text)?.playbook).toBe(playbook);
  });

  test('an upload that Glance answers with 500 may be keys or pools', () => {
    expect(search('glance upload 500').map((hit) => hit.playbook)).toEqual(expect.arrayContaining(['authentication']));
  });
});
