import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { formatProblem } from '../../src/domain/positioned.ts';
import { createSearch, findEntities, type PlaybookCard, parseSignatures, searchText } from '../../src/search/index.ts';

const root = new URL('../../playbooks/', import.meta.url);
const text = (path: string): string => readFileSync(new URL(path, root), 'utf8');
const read = parseSignatures(text('signatures.yaml'), 'signatures.yaml');
const signatures = read.ok ? read.signatures : [];
const shipped = ['authentication', 'pools'].map(
  (id) => parse(text(`${id}/playbook.yaml`)) as PlaybookCard & { causes: Record<string, unknown> },
);
const attach: PlaybookCard = {
  id: 'attach',
  title: 'Volume attachment failures',
  symptoms: ['attach goes back to available', 'Secret not found'],
  tags: ['attach', 'detach', 'secret', 'libvirt', 'instance'],
};
const search = createSearch({ playbooks: [...shipped, attach], signatures });
const first = (pasted: string) => search(pasted)[0];

describe('the signatures that are shipped', () => {
  test.each([
    [
      'glance, keyring missing',
      '2026-11-22 16:51:31.938 5367 ERROR glance_store._drivers.rbd [None req-7adf2bf0-417a-48ab-b10c-e348126ebf68 8811d9710c094e49aba24af5992234fa 938cedd57d3f46d08cd73c9332db4331 - - default default] Error connecting to ceph cluster.: rados.ObjectNotFound: [errno 2] RADOS object not found (error connecting to the cluster)',
      'authentication',
      'auth-keyring-missing',
    ],
    [
      'the command line, keyring missing',
      '2026-11-22T17:35:43.752+0000 7f934aaf66c0 -1 auth: unable to find a keyring on /etc/ceph/ceph.client.nova.keyring,/etc/ceph/ceph.keyring: (2) No such file or directory',
      'authentication',
      'auth-keyring-missing',
    ],
    [
      'cinder, old key',
      'rados.PermissionDeniedError: [errno 13] RADOS permission denied (error connecting to the cluster)',
      'authentication',
      'auth-key-mismatch',
    ],
    [
      'monitor log, user unknown',
      "2026-11-22T16:53:00.104+0000 7f1b0a7fc640  0 cephx server client.cinder: couldn't find entity name: client.cinder",
      'authentication',
      'auth-entity-absent',
    ],
    [
      'monitor log, no mon caps',
      'cephx server client.cinder: mon caps null for client.cinder',
      'authentication',
      'auth-mon-caps-missing',
    ],
    [
      'cinder, caps do not cover the pool',
      'rbd.PermissionError: [errno 1] RBD permission error (error creating image)',
      'authentication',
      'auth-osd-caps-missing-pool',
    ],
    [
      'the command line, caps do not cover the pool',
      'librbd::api::Image: list_images: error listing v1 images: (1) Operation not permitted',
      'authentication',
      'auth-osd-caps-missing-pool',
    ],
    [
      'nova, ceph.conf missing',
      'Stderr: "Error initializing cluster client: ObjectNotFound(\'RADOS object not found (error calling conf_read_file)\')\\n"',
      'authentication',
      'auth-cephconf-missing',
    ],
    [
      'cinder, monitors away',
      'rados.TimedOut: [errno 110] RADOS timed out (error connecting to the cluster)',
      'authentication',
      'net-mon-unreachable',
    ],
    [
      'damaged key',
      'auth: error parsing file /etc/ceph/ceph.client.glance.keyring: error setting modifier for [client.glance] type=key val=XXX: Malformed input',
      'authentication',
      'auth-key-malformed',
    ],
    [
      'cinder, pool missing, under a general complaint',
      "Error connecting to ceph cluster.: rados.ObjectNotFound: [errno 2] RADOS object not found (error opening pool 'volumes')",
      'pools',
      'pool-deleted',
    ],
    [
      'health, no application',
      '2026-11-22T16:55:34.571310+0000 mon.ceph-mon-1 (mon.0) 614 : cluster [WRN] Health check failed: 1 pool(s) do not have an application enabled (POOL_APP_NOT_ENABLED)',
      'pools',
      'pool-app-tag-missing',
    ],
    [
      'cluster log, quota',
      "cluster [WRN] pool 'images' is full (reached quota's max_bytes: 1 MiB)",
      'pools',
      'pool-quota-reached',
    ],
    ['cluster log, full', 'cluster [ERR] Health check failed: 1 full osd(s) (OSD_FULL)', 'pools', 'cluster-full'],
    ['health, inactive', 'Reduced data availability: 22 pgs inactive (PG_AVAILABILITY)', 'pools', 'pool-pgs-inactive'],
  ])('%s', (_what, pasted, playbook, cause) => {
    const hit = first(pasted);
    expect([hit?.playbook, hit?.causes[0]]).toEqual([playbook, cause]);
    expect(hit?.score).toBeGreaterThan(0.8);
    expect(hit?.because).toMatch(/“.+”/);
  });

  test.each([
    ['health', 'HEALTH_OK'],
    ['nearfull', 'Health check failed: 2 nearfull osd(s) (OSD_NEARFULL)'],
    ['a migration that failed', 'Live Migration failure: Unable to resolve address compute-2 service 16509'],
    ['nothing', ''],
    ['greetings', 'hello world'],
    ['weather', 'the weather is nice today'],
    ['despair', 'it does not work'],
  ])('%s calls for none of them', (_what, pasted) => {
    expect(search(pasted).filter((hit) => hit.score > 0.3)).toEqual([]);
  });
});

describe('how text is pasted', () => {
  const plain = 'rados.PermissionDeniedError: [errno 13] RADOS permission denied (error connecting to the cluster)';

  test.each([
    [
      'colours',
      '\u001b[1;31mrados.PermissionDeniedError\u001b[0m: [errno 13] RADOS permission \u001b[4mdenied\u001b[0m (error connecting to the cluster)',
    ],
    ['rsyslog escapes', `#033[31m${plain}#033[00m`],
    ['a terminal title', `\u001b]0;ops@ctl\u0007${plain}`],
    ['an unfinished escape', `\u001b]0;never closed\n${plain}`],
    ['Windows line ends', `x\r\n${plain}\r\n`],
    ['a quoted mail', `> > ${plain.slice(0, 60)}\n> > ${plain.slice(60)}`],
    ['a terminal of 40 columns', (plain.match(/.{1,40}/g) ?? []).join('\n')],
    ['a mail wrapped between words', plain.replace('permission denied', 'permission\n    denied')],
    ['invisible characters', plain.replace('permission', 'per\u200bmis\u202esion')],
    ['upper case', plain.toUpperCase()],
  ])('%s', (_how, pasted) => {
    expect(first(pasted)).toMatchObject({ playbook: 'authentication', causes: ['auth-key-mismatch'] });
  });

  test('lines with their own time stamps are not joined into something nobody wrote', () => {
    const stamp = '2026-11-22 16:51:31.938 5367 ERROR x ';
    expect(
      search(`${stamp}RADOS permission\n${stamp}denied (error connecting to the cluster)`)[0]?.score ?? 0,
    ).toBeLessThan(0.5);
  });

  test.each([
    'a',
    'client.',
    '0-',
    '12345678-',
    'secret ',
    'rbd -',
    "pool '",
    '"pool": "',
    '> ',
    '[ ',
    '/a/',
    'x.',
    'instance ',
    '\u001b[',
    '\u001b]',
    'apparmor="DENIED"',
    'no such file or directory ',
    '\n',
    'File "',
  ])('a megabyte of %j is read to its end', (piece) => {
    const long = piece.repeat(Math.ceil((1024 * 1024) / piece.length));
    const lines = Array.from({ length: 2000 }, (_, i) => `${i}${piece.repeat(Math.ceil(250 / piece.length))}`).join(
      '\n',
    );
    // Were time to grow with the square, this would take longer than any test may.
    for (const text of [long, lines]) expect(search(text).every(({ score }) => score >= 0)).toBe(true);
  });

  test('the end of a very long log still counts', () => {
    expect(first(`${'noise of no meaning\n'.repeat(200_000)}${plain}`)?.causes).toEqual(['auth-key-mismatch']);
  });
});

describe('loose words', () => {
  test.each([
    ['keyring denied', 'authentication'],
    ['permision denied', 'authentication'],
    ['pool missing', 'pools'],
    ['missing pool', 'pools'],
    ['upload hangs', 'pools'],
    ['cant attach volume', 'attach'],
    ['atach volume', 'attach'],
  ])('%s → %s', (words, playbook) => {
    const hit = first(words);
    expect(hit?.playbook).toBe(playbook);
    expect(hit?.score).toBeLessThanOrEqual(0.5);
  });

  test('a signature of a playbook that is not loaded counts for nothing', () => {
    const pasted = "error opening pool 'volumes'";
    expect(searchText(pasted, { playbooks: [attach], signatures }).map((h) => h.playbook)).not.toContain('pools');
  });

  test('no playbooks, no signatures, no hits', () => {
    expect(searchText('keyring denied', { playbooks: [], signatures: [] })).toEqual([]);
  });
});

describe('what the text names', () => {
  const A = '7adf2bf0-417a-48ab-b10c-e348126ebf68';
  const B = 'cf7acdef-805b-4ad0-831a-c75bc10b35f3';

  test.each([
    [`rbd: error opening image volume-${A}: (2) No such file`, { volume: A, errno: '2' }],
    [`volumes/volume-${A}`, { volume: A, pool: 'volumes' }],
    [`rbd remove ${A}_disk in pool vms failed`, { server: A }],
    [`vms/${A}_disk@snap`, { server: A, pool: 'vms' }],
    [`[None req-${A} 8811d9710c094e49aba24af5992234fa -] [instance: ${B}] Failed`, { request: A, server: B }],
    [`Driver failed to attach volume ${A} at /dev/vdb`, { volume: A }],
    [`PUT /v2/images/${A}/file HTTP/1.1 500`, { image: A }],
    [`Secret not found: no secret with matching uuid '${A}'`, { secret: A }],
    [`rbd_secret_uuid = ${A}`, { secret: A }],
    [`fsid = ${A}`, { cluster: A }],
    [`rbd://${B}/images/${A}/snap`, { cluster: B, pool: 'images', image: A }],
    [`something about ${A}`, { uuid: A }],
    [`VOLUME-${A.toUpperCase()}`, { volume: A }],
    ["error opening pool 'volumes': (2)", { pool: 'volumes', errno: '2' }],
    ['sudo -u cinder rbd --id cinder -p volumes ls', { pool: 'volumes', client: 'client.cinder' }],
    [
      '{"driver":"rbd","pool":"vms","server":[{"host":"10.77.0.11","port":"6789"}],"user":"nova"}',
      {
        pool: 'vms',
        client: 'client.nova',
        host: '10.77.0.11',
      },
    ],
    [
      'auth: unable to find a keyring on /etc/ceph/ceph.client.glance.keyring,/etc/ceph/ceph.keyring',
      {
        client: 'client.glance',
        keyring: '/etc/ceph/ceph.client.glance.keyring',
      },
    ],
    ["couldn't find entity name: client.cinder-backup", { client: 'client.cinder-backup' }],
    ["unable to connect to server at 'compute-2:16509'", { host: 'compute-2' }],
    ['Error updating resources for node compute-2.: StorageError', { host: 'compute-2' }],
    ['from last vol-service: controller@ceph#ceph', { host: 'controller' }],
    ['[Errno 13] Permission denied', { errno: '13' }],
    ['  File "/usr/lib/python3/rados.py", line 1, in connect\n    client.connect(client.ioctx, host=self.host)', {}],
  ])('%s', (pasted, expected) => {
    const named = Object.fromEntries(
      findEntities(pasted)
        .reverse()
        .map((e) => [e.kind, e.name]),
    );
    expect(named).toEqual(expected);
  });

  test('hits carry them, and one thing is named once', () => {
    const pasted = `volume-${A} and volume ${A}: error opening pool 'volumes'`;
    expect(findEntities(pasted)).toEqual([
      { kind: 'volume', name: A },
      { kind: 'pool', name: 'volumes' },
    ]);
    expect(first(pasted)?.entities).toEqual({ volume: A, pool: 'volumes' });
  });
});

describe('a signature file', () => {
  const problems = (yaml: string): string[] => {
    const result = parseSignatures(yaml, 's.yaml');
    return result.ok ? [] : result.problems.map(formatProblem);
  };
  const entry = (pattern: string, id = 'a') => `  - {id: ${id}, playbook: p, pattern: '${pattern}', says: x}\n`;

  test.each([
    [entry('(a+)+$'), []],
    [entry('abc('), [expect.stringMatching(/^s\.yaml:2:.*expected an RE2 regular expression: missing closing \)/)]],
    [entry('(.)\\1aa'), [expect.stringMatching(/invalid escape sequence/)]],
    [entry('.*.*'), [expect.stringMatching(/matches everything/)]],
    [entry('abcd') + entry('abce'), [expect.stringMatching(/^s\.yaml:3:.*the id a is already taken/)]],
  ])('%j', (entries, expected) => {
    expect(problems(`signatures:\n${entries}`)).toEqual(expected);
  });

  test('a pattern that would hang other engines does not hang this one', () => {
    const evil = searchText(`${'a'.repeat(3000)}!`, {
      playbooks: [attach],
      signatures: [{ id: 'evil', playbook: 'attach', pattern: '(a+)+$', says: 'x' }],
    });
    expect(evil).toEqual([]);
  });
});
