import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readsAes256k, reclaimsSecurely, upstreamVersion } from '../../src/ceph/releases.ts';
import { isUnknown } from '../../src/domain/fact.ts';
import { parse } from '../../src/parsers/index.ts';
import { shippedLibrary } from '../support/practice-run.ts';
import { exited } from './recorded.ts';

const DEBIAN_SAYS_NONE = 'dpkg-query: no packages found matching cinder-backup\n';
const ABSENT = ['qemu-kvm-core', 'qemu-system-x86-core', 'qemu-x86', 'qemu-block-rbd']
  .map((n) => `package ${n} is not installed\n`)
  .join('');

describe('RPM: only documentation of rpm and the specs of RDO and CentOS are at hand', () => {
  test('a controller of RDO: names as Debian has them, versions with epoch', () => {
    const says = [
      'ceph-common 2:18.2.4-1.el9s ii',
      'librbd1 2:18.2.4-1.el9s ii',
      'python3-rbd 2:18.2.4-1.el9s ii',
      'python3-rados 2:18.2.4-1.el9s ii',
      'openstack-glance 1:28.0.1-1.el9s ii',
      'openstack-cinder 1:24.1.0-1.el9s ii',
      'package openstack-nova-compute is not installed',
    ];
    expect(parse('packages', exited(`${says.join('\n')}\n${ABSENT}`, '', 5))).toEqual({
      'ceph-common': '2:18.2.4-1.el9s',
      librbd1: '2:18.2.4-1.el9s',
      'python3-rbd': '2:18.2.4-1.el9s',
      'python3-rados': '2:18.2.4-1.el9s',
      'glance-api': '1:28.0.1-1.el9s',
      'cinder-volume': '1:24.1.0-1.el9s',
      'cinder-backup': '1:24.1.0-1.el9s',
    });
  });

  test.each([
    ['RHEL and CentOS', 'qemu-kvm-core 17:8.2.0-11.el9 ii\nqemu-kvm-block-rbd 17:8.2.0-11.el9 ii\n'],
    ['Fedora', 'qemu-system-x86-core 2:8.2.0-11.fc40 ii\nqemu-block-rbd 2:8.2.0-11.fc40 ii\n'],
    ['SUSE, which has no epochs', 'qemu-x86 8.2.0-11.1 ii\nqemu-block-rbd 8.2.0-11.1 ii\n'],
  ])('a compute of %s: QEMU and its RBD driver', (_whose, says) => {
    const found = parse(
      'packages',
      exited(`${says}openstack-nova-compute 1:29.0.1-1.el9s ii\nlibvirt-daemon 10.0.0-6.el9 ii\n`),
    );
    expect(Object.keys(found as object).toSorted()).toEqual([
      'libvirt-daemon-system',
      'nova-compute',
      'qemu-block-extra',
      'qemu-system-x86',
    ]);
  });

  test('nothing installed is an answer; a database that cannot be opened is none', () => {
    expect(parse('packages', exited('package ceph-common is not installed\n', '', 1))).toEqual({});
    const broken = 'error: cannot open Packages database in /var/lib/rpm\n';
    const found = parse('packages', exited('package ceph-common is not installed\n', broken, 1));
    expect(isUnknown(found) ? found.unknown : 'known').toContain('cannot open Packages database');
  });

  test('a node with neither package manager is unknown, not empty', () => {
    expect(isUnknown(parse('packages', exited('', 'sh: 1: rpm: not found\n', 127)))).toBe(true);
  });
});

test('dpkg: what is removed with its configuration left behind is not installed', () => {
  const says =
    'ceph-common 16.2.15+ds-0+deb12u2 ii \nlibrbd1 16.2.15+ds-0+deb12u2 rc \ncinder-volume 2:21.3.1-1~deb12u1 hi \n';
  expect(parse('packages', exited(says, DEBIAN_SAYS_NONE, 1))).toEqual({
    'ceph-common': '16.2.15+ds-0+deb12u2',
    'cinder-volume': '2:21.3.1-1~deb12u1',
  });
});

describe('what a packaged version of Ceph can do: only documentation is at hand for all but 16.2.15', () => {
  test.each([
    ['16.2.15+ds-0+deb12u2', '16.2.15', true, false],
    ['2:16.2.0-117.el8cp', '16.2.0', false, false],
    ['17.2.9-0ubuntu0.22.04.2', '17.2.9', true, false],
    ['2:18.2.4-1.el9s', '18.2.4', true, false],
    ['19.2.6-1jammy', '19.2.6', true, true],
    ['2:19.2.5-0.el9', '19.2.5', true, false],
    ['20.2.0-1noble', '20.2.0', true, false],
    ['2:20.2.10-0.el9', '20.2.10', true, true],
  ])('%s is %s', (packaged, upstream, reclaims, aes256k) => {
    const version = upstreamVersion(packaged);
    expect({ version, reclaims: reclaimsSecurely(version), aes256k: readsAes256k(version) }).toEqual({
      version: upstream,
      reclaims,
      aes256k,
    });
  });
});

test('the probe asks rpm where dpkg has installed nothing: a dpkg-query that is merely there is not believed', async () => {
  const library = await shippedLibrary();
  const run = library.probes.packages?.run ?? [];
  const folder = mkdtempSync(join(tmpdir(), 'inkling-rpm-'));
  try {
    const program = (name: string, text: string) => {
      writeFileSync(join(folder, name), `#!/bin/sh\n${text}\n`);
      chmodSync(join(folder, name), 0o755);
    };
    program('dpkg-query', 'echo "dpkg-query: no packages found matching dpkg" >&2; exit 1');
    program('rpm', 'printf "%s\\n" "$@"');
    const says = execFileSync('/bin/sh', run.slice(1), { env: { PATH: folder }, encoding: 'utf8' }).split('\n');
    expect(says.slice(0, 3)).toEqual(['-q', '--qf', '%{NAME} %|EPOCH?{%{EPOCH}:}|%{VERSION}-%{RELEASE} ii\\n']);
    expect(says).toContain('librbd1');
  } finally {
    rmSync(folder, { recursive: true });
  }
});
