import { describe, expect, test } from 'vitest';
import { isUnknown } from '../../src/domain/fact.ts';
import { isParser, parse } from '../../src/parsers/index.ts';
import type { RbdListing } from '../../src/parsers/rbd-listing.ts';
import { exited, healthy, healthyFacts, rbdLs } from './recorded.ts';

describe('a known-good cluster', () => {
  test('clock', () => {
    expect(parse('clock', healthy('clock@compute-1'))).toBeGreaterThan(1_795_000_000);
  });

  test('packages: those that are not installed are simply absent', () => {
    expect(parse('packages', healthy('packages@controller'))).toEqual({
      'ceph-common': '16.2.15+ds-0+deb12u2',
      'cinder-backup': '2:21.3.1-1~deb12u1',
      'cinder-volume': '2:21.3.1-1~deb12u1',
      'glance-api': '2:25.1.0-2+deb12u5',
      librbd1: '16.2.15+ds-0+deb12u2',
      'python3-rados': '16.2.15+ds-0+deb12u2',
      'python3-rbd': '16.2.15+ds-0+deb12u2',
      'qemu-block-extra': '1:7.2+dfsg-7+deb12u18+b3',
    });
    expect(parse('packages', exited('ceph-common 16.2.15 hi \nlibrbd1 16.2.15 rc \n'))).toEqual({
      'ceph-common': '16.2.15',
    });
  });

  test('files with owner and mode', () => {
    expect(parse('file-states', healthy('etc-ceph@controller'))).toContainEqual({
      path: '/etc/ceph/ceph.client.glance.keyring',
      owner: 'glance',
      group: 'glance',
      mode: '0640',
      size: 64,
      type: 'regular file',
    });
    // Three of the five do not exist.
    expect(parse('file-states', healthy('consumer-files@controller{glance-api/rbd@controller}'))).toHaveLength(2);
  });

  test('keyrings, sealed: the same client has the same digest wherever it is', () => {
    const own = parse('keyring-files', healthy('etc-ceph-keyrings@controller'));
    expect(own).toContainEqual({
      path: '/etc/ceph/ceph.client.cinder.keyring',
      entity: 'client.cinder',
      digest: expect.stringMatching(/^[0-9a-f]{16}$/),
      kind: 'aes',
      caps: {},
    });
    const digestOf = (value: unknown, entity: string) =>
      (value as { entity: string; digest: string }[]).find((s) => s.entity === entity)?.digest;
    const cluster = parse('auth-export', healthy('ceph-auth@ceph-mon-1'));
    expect(digestOf(cluster, 'client.cinder')).toBe(digestOf(own, 'client.cinder'));
    expect(digestOf(cluster, 'client.cinder')).not.toBe(digestOf(cluster, 'client.glance'));
    const secret = healthy('secret-value@compute-1{457eb676-33da-42ec-9a8c-9293d545c337@compute-1}');
    expect(parse('sealed-value', secret)).toEqual({
      digest: digestOf(own, 'client.cinder'),
      kind: 'aes',
      says: '',
    });
  });

  test('clients of the cluster with their caps', () => {
    const clients = parse('auth-export', healthy('ceph-auth@ceph-mon-1')) as { entity: string; caps: object }[];
    expect(clients.find((c) => c.entity === 'client.glance')?.caps).toEqual({
      mon: 'profile rbd',
      osd: 'profile rbd pool=images',
      mgr: 'profile rbd pool=images',
    });
    expect(clients.every((c) => c.entity.startsWith('client.'))).toBe(true);
  });

  test('configuration, line by line, credentials sealed', () => {
    const lines = parse('config-files', healthy('cinder-volume-config@controller')) as {
      file: string;
      line: number;
      text: string;
    }[];
    expect(lines[0]).toEqual({ file: '/etc/cinder/cinder.conf', line: 1, text: '[DEFAULT]' });
    expect(lines.find((l) => l.text.startsWith('transport_url'))?.text).toBe('transport_url = sealed');
  });

  test('units, also those that do not exist', () => {
    const units = parse('systemd-units', healthy('glance-api-unit@controller')) as { name: string }[];
    expect(units.map((u) => u.name)).toEqual(['glance-api', 'openstack-glance-api', 'devstack@g-api']);
    expect(units[0]).toMatchObject({ load: 'loaded', active: 'active', sub: 'running', restarts: 0 });
    expect(units[1]).toMatchObject({ load: 'not-found', active: 'inactive', since: 0 });
  });

  test('every answer of the look is understood', () => {
    const PARSERS_OF: Record<string, string> = {
      'ceph-status': 'json',
      'ceph-health': 'json',
      'ceph-mon-dump': 'json',
      'ceph-osd-dump': 'json',
      'ceph-df': 'json',
      'ceph-audit': 'pool-changes',
      'consumer-reads-conf': 'yes-or-no',
      'consumer-reads-keyring': 'yes-or-no',
      'consumer-lists-pool': 'rbd-listing',
      'consumer-conf': 'config-files',
      'consumer-keyring': 'keyring-files',
      'mon-port': 'tcp',
    };
    const judged = healthyFacts.filter((f) => f.probe in PARSERS_OF);
    expect(judged.length).toBeGreaterThan(30);
    for (const fact of judged) {
      const name = PARSERS_OF[fact.probe] as string;
      const value = isParser(name) && fact.answer.result === 'exited' ? parse(name, fact.answer) : undefined;
      expect([fact.id, value === undefined || isUnknown(value)]).toEqual([fact.id, false]);
    }
  });
});

describe('where rbd stopped', () => {
  test.each([
    ['ok', 'ok', 0, /^2 images listed$/],
    ['keyring-missing', 'keyring', 2, /unable to find a keyring on \/nonexistent\/k/],
    ['keyring-gone', 'keyring', 2, /unable to find a keyring on \/etc\/ceph\/ceph.client.glance.keyring/],
    ['keyring-unreadable', 'keyring', 2, /unable to find a keyring/],
    ['section-wrong', 'section', 1, /handle_auth_bad_method/],
    ['keyring-empty', 'section', 1, /handle_auth_bad_method/],
    ['key-damaged', 'key', 5, /error setting modifier for \[client.glance\]/],
    ['key-garbage', 'key', 5, /error setting modifier for \[client.glance\]/],
    ['key-empty', 'key', 5, /error setting modifier for \[client.glance\]/],
    ['keyring-not-ini', 'key', 5, /cannot parse buffer/],
    ['refused', 'refused', 13, /handle_auth_bad_method/],
    ['key-stale', 'refused', 13, /handle_auth_bad_method/],
    ['user-unknown', 'refused', 13, /handle_auth_bad_method/],
    ['conf-missing', 'conf', 1, /unable to open config file from search list \/nonexistent\/ceph.conf/],
    ['conf-gone', 'conf', 2, /./],
    ['conf-damaged', 'conf', 1, /parse error: expected '"\]"' in line 1/],
    ['conf-line-damaged', 'conf', 1, /parse error: expected '<eoi>' in line 3/],
    ['conf-empty', 'conf', 2, /./],
    ['conf-no-mon-host', 'conf', 2, /./],
    ['conf-mon-host-nonsense', 'conf', 22, /./],
    ['conf-mon-host-unresolvable', 'conf', 22, /./],
    ['conf-bom', 'other', -6, /./],
    ['pool-missing', 'pool', 2, /error opening pool 'nonesuch'/],
    ['pool-deleted', 'pool', 2, /error opening pool 'volumes'/],
    ['caps-none-on-pool', 'list', 1, /error listing v1 images: \(1\) Operation not permitted/],
    ['caps-lost', 'list', 1, /error listing v1 images: \(1\) Operation not permitted/],
  ])('%s: %s', (name, phase, errno, says) => {
    const listing = parse('rbd-listing', rbdLs(name)) as RbdListing;
    expect(listing).toMatchObject({ ok: phase === 'ok', phase, errno, says: expect.stringMatching(says) });
    expect(listing.images).toHaveLength(phase === 'ok' ? 2 : 0);
  });

  test('images in long form', () => {
    expect(parse('rbd-listing', exited('[{"image":"a","id":"1"},{"image":"b","id":"2"}]'))).toMatchObject({
      ok: true,
      images: ['a', 'b'],
    });
  });

  test('what rbd did not say is not an answer of rbd', () => {
    for (const stderr of ['sudo: unknown user glance', 'timeout: failed to run command', ''])
      expect(parse('rbd-listing', exited('', stderr, 1))).toMatchObject({ why: 'unparsed' });
    for (const stdout of ['', 'nonsense', '{"a":1}', '[1,2]', '[null]', '"x"'])
      expect(parse('rbd-listing', exited(stdout))).toMatchObject({ why: 'unparsed' });
  });
});

describe('what a port said', () => {
  test.each([
    ['', 0, true, 'open'],
    [
      '10.77.0.11: connect: Connection refused\n10.77.0.11: line 1: /dev/tcp/10.77.0.11/6788: Connection refused\n',
      1,
      false,
      'connection refused',
    ],
    ['10.77.0.250: connect: No route to host\n', 1, false, 'no route to host'],
    ['10.77.0.250: connect: Connection timed out\n', 1, false, 'connection timed out'],
    ['nosuch: line 1: nosuch: Temporary failure in name resolution\n', 1, false, 'name not resolved'],
  ])('%s', (stderr, code, open, says) => {
    expect(parse('tcp', exited('', stderr, code))).toEqual({ open, says });
  });

  test('anything else is not known', () => {
    expect(parse('tcp', exited('', 'bash: /dev/tcp: No such file or directory\n', 1))).toMatchObject({
      why: 'unparsed',
    });
  });
});

describe('changes of pools', () => {
  const line = (command: string, end = "': finished") =>
    `2026-11-22T19:18:03.542278+0000 mon.ceph-mon-1 (mon.0) 655 : audit [INF] from='client.? 10.77.0.11:0/1503801847' entity='client.admin' cmd='[${command}]${end}`;

  test('renamed, deleted, created; nothing else, and nothing that was only begun', () => {
    const log = [
      line('{"prefix": "osd pool rename", "srcpool": "volumes", "destpool": "volumes.away"}'),
      line('{"prefix": "osd pool delete", "pool": "vms", "pool2": "vms", "yes_i_really_really_mean_it": true}'),
      line('{"prefix": "osd pool rm", "pool": "odd \\"name\\"", "pool2": "x"}'),
      line('{"prefix": "osd pool create", "pool": "vms", "pg_num": 32}'),
      line('{"prefix": "osd pool application disable", "pool": "vms", "app": "rbd", "yes_i_really_mean_it": true}'),
      line('{"prefix": "osd pool delete", "pool": "images"}', ': dispatch'),
      line('{"prefix": "osd pool delete", "pool": '),
      'something else entirely',
    ].join('\n');
    expect(parse('pool-changes', exited(log))).toEqual([
      { at: expect.any(String), kind: 'rename', pool: 'volumes', to: 'volumes.away', who: 'client.admin' },
      { at: expect.any(String), kind: 'delete', pool: 'vms', to: '', who: 'client.admin' },
      { at: expect.any(String), kind: 'delete', pool: 'odd "name"', to: '', who: 'client.admin' },
      { at: expect.any(String), kind: 'create', pool: 'vms', to: '', who: 'client.admin' },
    ]);
  });
});

describe('files', () => {
  const lines = (text: string) => exited(`/etc/ceph/ceph.conf:1:${text}\n`);

  test('line ends of other systems and odd characters do not lose a line', () => {
    for (const text of ['[global]\r', 'fsid = a\u2028b', '\uFEFF[global]', ''])
      expect(parse('config-files', lines(text))).toEqual([{ file: '/etc/ceph/ceph.conf', line: 1, text }]);
  });

  test('lines that grep left out make the whole unknown', () => {
    const left = exited('/etc/x:1:[DEFAULT]\n', 'grep: /etc/x: binary file matches');
    expect(parse('config-files', left)).toMatchObject({ unknown: 'grep: /etc/x: binary file matches' });
    expect(parse('keyring-files', left)).toMatchObject({ unknown: 'grep: /etc/x: binary file matches' });
  });

  test('what sudo says about itself changes nothing', () => {
    const sudo = 'sudo: unable to resolve host controller: Name or service not known\n';
    expect(parse('config-files', exited('/etc/x:1:a = b', sudo))).toHaveLength(1);
    expect(parse('file-states', exited('/etc/x|root|root|644|3|regular file', sudo))).toHaveLength(1);
    expect(parse('keyring-files', exited('/etc/k:1:[client.a]', sudo))).toHaveLength(1);
  });

  test('absent files are an answer, files that may not be seen are not', () => {
    const absent = exited('', "stat: cannot statx '/etc/ceph/a': No such file or directory", 1);
    const hidden = exited('', "stat: cannot statx '/etc/ceph/a': Permission denied", 1);
    expect(parse('file-states', absent)).toEqual([]);
    expect(parse('file-states', hidden)).toMatchObject({ why: 'unparsed' });
    expect(parse('file-states', exited('', 'sudo: a password is required', 1))).toMatchObject({ why: 'unparsed' });
    expect(parse('keyring-files', exited('', 'grep: /etc/ceph/k: No such file or directory', 2))).toEqual([]);
    expect(parse('keyring-files', exited('', 'grep: /etc/ceph/k: Permission denied', 2))).toMatchObject({
      why: 'unparsed',
    });
  });

  test('keyrings that are damaged, empty, or hold another client', () => {
    const file = (...text: string[]) => exited(text.map((t, at) => `/etc/ceph/k:${at + 1}:${t}`).join('\n'));
    expect(parse('keyring-files', file('[client.a]', '\tkey = sealed:0011223344556677:malformed'))).toEqual([
      { path: '/etc/ceph/k', entity: 'client.a', digest: '0011223344556677', kind: 'malformed', caps: {} },
    ]);
    expect(parse('keyring-files', file('[client.a]'))).toMatchObject([{ kind: 'empty', digest: '' }]);
    expect(parse('keyring-files', file('nonsense'))).toEqual([]);
    expect(parse('keyring-files', file(''))).toEqual([]);
  });
});
