import { describe, expect, test } from 'vitest';
import { isUnknown } from '../../src/domain/fact.ts';
import type { Answer } from '../../src/domain/question.ts';
import { type Changes, judged, modelled } from './recorded-look.ts';

const words = (change: (stdout: string) => string) => (was: Answer) =>
  was.result === 'exited' ? { ...was, stdout: change(was.stdout) } : was;

/** `systemctl show` where only the second of the names asked for is there, as it is on RDO. */
const unit = (service: string, user: string, command: string) =>
  words(() =>
    [
      `Id=${service}.service\nLoadState=not-found\nActiveState=inactive\nSubState=dead\nResult=success\nNRestarts=0`,
      `Id=openstack-${service}.service\nLoadState=loaded\nActiveState=active\nSubState=running\nResult=success\nNRestarts=0\nExecStart={ path=/usr/bin/${service} ; argv[]=/usr/bin/${service}${command} ; ignore_errors=no }`,
      `Id=devstack@${user}.service\nLoadState=not-found\nActiveState=inactive\nSubState=dead\nResult=success\nNRestarts=0`,
    ].join('\n\n'),
  );

/** Defaults of the distribution, read before the administrator's file. */
const dist = (path: string, lines: readonly string[]) =>
  words((own) => `${lines.map((line, at) => `${path}:${at + 1}:${line}`).join('\n')}\n${own}`);

const CINDER_DIST = [
  '[DEFAULT]',
  'log_dir = /var/log/cinder',
  'use_stderr = False',
  '[backend_defaults]',
  'target_helper = lioadm',
];
const CINDER = '/usr/share/cinder/cinder-dist.conf';
const NOVA_DIST = [
  '[DEFAULT]',
  'log_dir = /var/log/nova',
  'compute_driver = libvirt.LibvirtDriver',
  'rootwrap_config = /etc/nova/rootwrap.conf',
];
const GLANCE_DIST = ['[DEFAULT]', 'debug = False', 'log_file = /var/log/glance/api.log'];
const options = (part: string) =>
  ` --config-file ${CINDER} --config-file /etc/cinder/cinder.conf --logfile /var/log/cinder/${part}.log`;

// Units, files and packages: openstack-{glance,cinder,nova}.spec and the units beside them in rdo-packages, Antelope to Dalmatian.
const RDO: Changes = {
  'glance-api-unit@': unit('glance-api', 'g-api', ''),
  'cinder-volume-unit@': unit('cinder-volume', 'c-vol', options('volume')),
  'cinder-backup-unit@': unit('cinder-backup', 'c-bak', options('backup')),
  'nova-compute-unit@': unit('nova-compute', 'n-cpu', ''),
  'glance-api-config@': dist('/usr/share/glance/glance-api-dist.conf', GLANCE_DIST),
  'cinder-volume-config@': dist(CINDER, CINDER_DIST),
  'cinder-backup-config@': dist(CINDER, CINDER_DIST),
  'nova-compute-config@': dist('/usr/share/nova/nova-dist.conf', NOVA_DIST),
};

const CEPH = ['ceph-common', 'librbd1', 'python3-rbd', 'python3-rados']
  .map((n) => `${n} 2:16.2.15-1.el9s ii\n`)
  .join('');
const packages = (...own: string[]) =>
  words(() => `${CEPH}${own.map((p) => `${p} ii\n`).join('')}package qemu-block-rbd is not installed\n`);

/** Versions of Glance, Cinder and Nova by release of OpenStack (releases.openstack.org), packaged as RDO does. */
const RELEASES = [
  ['zed', '25.1.0', '21.3.2', '26.2.2'],
  ['antelope', '26.0.0', '22.1.2', '27.2.0'],
  ['bobcat', '27.0.0', '23.1.0', '28.1.0'],
  ['caracal', '28.0.1', '24.1.0', '29.0.1'],
  ['dalmatian', '29.0.0', '25.0.0', '30.0.0'],
  ['epoxy', '30.0.0', '26.0.0', '31.0.0'],
  ['flamingo', '31.0.0', '27.0.0', '32.0.0'],
  ['gazpacho', '32.0.0', '28.0.0', '33.0.0'],
] as const;

describe('RDO, of which only the sources of its packages are at hand', () => {
  test.each(RELEASES)('%s: the services are found and nobody is blamed', (_name, glance, cinder, nova) => {
    const site: Changes = {
      ...RDO,
      'packages@ceph': packages(),
      'packages@controller': packages(`openstack-glance 1:${glance}-1.el9s`, `openstack-cinder 1:${cinder}-1.el9s`),
      'packages@compute': packages(
        `openstack-nova-compute 1:${nova}-1.el9s`,
        'libvirt-daemon 10.0.0-6.el9',
        'qemu-kvm-core 17:8.2.0-11.el9',
        'qemu-kvm-block-rbd 17:8.2.0-11.el9',
      ),
    };
    const { causes, checks } = judged(site);
    expect({
      causes: causes.map((c) => c.id),
      bad: checks.filter((c) => c.verdict === 'fail' || c.verdict === 'warn').map((c) => `${c.check} ${c.subject}`),
    }).toEqual({ causes: [], bad: [] });
    // The packages' checks were judged, not left out for want of names.
    const judgedOn = (check: string) =>
      checks.filter((c) => c.check === check && c.verdict === 'pass').map((c) => c.node);
    expect(judgedOn('client-packages').toSorted()).toEqual(['compute-1', 'compute-2', 'controller']);
    expect(judgedOn('client-tools').toSorted()).toEqual(['compute-1', 'compute-2', 'controller']);
    expect(modelled(site).paths.map((p) => [p.glance_major, p.client_major])).toContainEqual([
      Number.parseInt(glance, 10),
      Number.parseInt(cinder, 10),
    ]);
  });

  test.each([
    [
      'glance-api@controller',
      'openstack-glance-api',
      '/var/log/glance/api.log',
      '/usr/share/glance/glance-api-dist.conf',
    ],
    ['cinder-volume@controller', 'openstack-cinder-volume', '/var/log/cinder/volume.log', CINDER],
    ['cinder-backup@controller', 'openstack-cinder-backup', '/var/log/cinder/backup.log', CINDER],
    [
      'nova-compute@compute-1',
      'openstack-nova-compute',
      '/var/log/nova/nova-compute.log',
      '/usr/share/nova/nova-dist.conf',
    ],
  ])('%s: its unit, where its log is, the defaults it reads first', (id, name, log, first) => {
    const service = modelled(RDO).services.find((s) => s.id === id);
    expect(service?.unit).toMatchObject({ name, active: 'active' });
    expect(service?.log).toMatchObject({ units: name });
    expect(service?.log.paths[0]).toBe(log);
    expect(service && !isUnknown(service.config) && service.config.files[0]).toBe(first);
  });

  test('bindings that are missing on an RPM node are found, by the names that both families have', () => {
    const without = words(
      () =>
        'openstack-nova-compute 1:29.0.1-1.el9s ii\nlibrbd1 2:16.2.15-1.el9s ii\npackage python3-rbd is not installed\n',
    );
    const failed = judged({ ...RDO, 'packages@compute-2': without }).checks.filter((c) => c.verdict === 'fail');
    expect(failed.map((c) => `${c.check} ${c.node}`)).toEqual(
      expect.arrayContaining(['client-packages compute-2', 'client-tools compute-2']),
    );
  });
});
