import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Answer, lost } from '../../src/domain/question.ts';
import type { SiteNode } from '../../src/domain/site.ts';
import { decideRoles } from '../../src/site/decide.ts';
import { candidates, proposeSite, siteNotes } from '../../src/site/init.ts';
import type { Look } from '../../src/site/look.ts';
import { lookAtNodes, nodeRow, skewOf } from '../../src/site/nodes.ts';
import { parseSite } from '../../src/site/parse.ts';
import { parseAliases, readAliases } from '../../src/site/ssh-aliases.ts';
import { roleOfUnit } from '../../src/site/units.ts';
import { writeSite } from '../../src/site/write.ts';

/** Answers of a real integration of four machines, by the alias they were asked under. */
const recorded = JSON.parse(await readFile(new URL('recorded.json', import.meta.url), 'utf8')) as Record<
  string,
  Record<string, Answer>
>;
const aliases = ['ceph-mon-1', 'ceph-mgr-1', 'controller', 'glance-node', 'cinder-node', 'compute-1', 'compute-2'];

const exited = (stdout: string, code = 0): Answer => ({
  result: 'exited',
  code,
  stdout,
  stderr: '',
  dropped: 0,
  ms: 1,
});
const away = lost('unreachable', 'It did not answer; check the network.');

/** Answers as recorded, or as told; `away` for a node that is not known. */
const replay =
  (changes: Record<string, Record<string, Answer> | Answer> = {}): Look =>
  async (node, questions) => {
    const told = changes[node.name];
    const whole = told && 'result' in told ? (told as Answer) : undefined;
    const some = whole ? {} : (told as Record<string, Answer> | undefined);
    return new Map(questions.map((q) => [q.id, whole ?? some?.[q.id] ?? recorded[node.name]?.[q.id] ?? away]));
  };

describe('proposing a site', () => {
  test('seven names of four machines give four nodes with the roles their services show', async () => {
    const proposal = await proposeSite('lab', candidates({ hosts: aliases }), replay());
    expect(proposal.site.nodes.map((n) => [n.name, n.roles.join(' '), n.become])).toEqual([
      ['ceph-mon-1', 'ceph-admin ceph-mon ceph-osd', 'sudo'],
      [
        'controller',
        'glance-api cinder-api cinder-scheduler cinder-volume cinder-backup nova-api nova-conductor nova-scheduler',
        'sudo',
      ],
      ['compute-1', 'nova-compute', 'sudo'],
      ['compute-2', 'nova-compute', 'sudo'],
    ]);
    expect(proposal.found.map((f) => f.aliases)).toEqual([
      ['ceph-mon-1', 'ceph-mgr-1'],
      ['controller', 'glance-node', 'cinder-node'],
      ['compute-1'],
      ['compute-2'],
    ]);
    expect(proposal.found[0]?.roles).toEqual([
      { role: 'ceph-admin', because: '/etc/ceph/ceph.client.admin.keyring is there' },
      { role: 'ceph-mon', because: 'unit ceph-mon@ceph-mon-1.service is active' },
      { role: 'ceph-osd', because: 'unit ceph-osd@0.service is active' },
    ]);
    expect(proposal.unreachable).toEqual([]);

    const text = writeSite(proposal.site, siteNotes(proposal.found));
    expect(parseSite(text, '/x/site.yaml', '/root')).toEqual({ ok: true, site: proposal.site, warnings: [] });
  });

  test('the name that is the host name wins, whatever the order', async () => {
    const proposal = await proposeSite('lab', candidates({ hosts: ['cinder-node', 'controller'] }), replay());
    expect(proposal.site.nodes.map((n) => n.name)).toEqual(['controller']);
  });

  test('machines cloned from one image share the machine id and stay two', async () => {
    const look = replay({ 'compute-2': { 'machine-id': recorded['compute-1']?.['machine-id'] as Answer } });
    const proposal = await proposeSite('lab', candidates({ hosts: ['compute-1', 'compute-2'] }), look);
    expect(proposal.site.nodes.map((n) => n.name)).toEqual(['compute-1', 'compute-2']);
  });

  test('who does not answer is named with the reason, and the others go on', async () => {
    const look = replay({ 'compute-2': lost('refused', 'compute-2 refused the connection on port 22.') });
    const proposal = await proposeSite('lab', candidates({ hosts: ['compute-1', 'compute-2'] }), look);
    expect(proposal.site.nodes.map((n) => n.name)).toEqual(['compute-1']);
    expect(proposal.unreachable).toEqual([
      { name: 'compute-2', host: 'compute-2', why: 'refused', detail: 'compute-2 refused the connection on port 22.' },
    ]);
  });

  test('a look that throws is one unreachable node', async () => {
    const look: Look = async () => {
      throw new Error('no such file: ssh_config');
    };
    const proposal = await proposeSite('lab', candidates({ hosts: ['a'] }), look);
    expect(proposal.unreachable[0]?.detail).toBe('no such file: ssh_config');
  });

  test('a machine with nothing of ours on it is left out, and said', async () => {
    const bare = { units: exited(''), enabled: exited(''), files: exited('', 1) };
    const proposal = await proposeSite('lab', candidates({ hosts: ['compute-1'] }), replay({ 'compute-1': bare }));
    expect(proposal.site.nodes).toEqual([]);
    expect(proposal.leftOut.map((f) => f.node.name)).toEqual(['compute-1']);
  });

  test('a login that is root needs no sudo, and the files are asked that way', async () => {
    const asked: SiteNode[] = [];
    const look: Look = (node, questions) => {
      asked.push(node);
      return replay({ 'compute-1': { uid: exited('0\n') } })(node, questions);
    };
    const proposal = await proposeSite('lab', candidates({ hosts: ['compute-1'] }), look);
    expect(proposal.site.nodes[0]?.become).toBe('root');
    expect(asked.map((n) => n.become)).toEqual(['sudo', 'root']);
  });

  test('sudo refused: the services still decide, and what was not seen is said', async () => {
    const denied = lost('denied', 'sudo asks for a password on ceph-mon-1.');
    const look = replay({ 'ceph-mon-1': { files: denied } });
    const [found] = (await proposeSite('lab', candidates({ hosts: ['ceph-mon-1'] }), look)).found;
    expect(found?.node.roles).toEqual(['ceph-mon', 'ceph-osd']);
    expect(found?.notes.join()).toMatch(/ceph-admin is not known: sudo asks for a password/);
  });
});

describe('roles', () => {
  const decide = (units: string, enabled = '', files = '') =>
    decideRoles(
      new Map([
        ['units', exited(units)],
        ['enabled', exited(enabled)],
        ['files', exited(files, 1)],
      ]),
    );

  test.each([
    ['glance-api.service', 'glance-api'],
    ['openstack-cinder-volume.service', 'cinder-volume'],
    ['devstack@c-bak.service', 'cinder-backup'],
    ['devstack@n-cond-cell1.service', 'nova-conductor'],
    ['ceph-osd@12.service', 'ceph-osd'],
    ['ceph-7ab43fd2-1e2f-11ee-be56-0242ac120002@mon.host1.service', 'ceph-mon'],
    ['ceph-7ab43fd2-1e2f-11ee-be56-0242ac120002@mgr.host1.abc.service', undefined],
    ['nova-api-metadata.service', undefined],
    ['ceph-mon@.service', undefined],
    ['ceph-crash.service', undefined],
  ])('%s → %s', (unit, role) => {
    expect(roleOfUnit(unit)).toBe(role);
  });

  test('a service that failed, or was stopped, or is not even loaded, still has its role: it may be what is broken', () => {
    const decision = decide(
      '● cinder-volume.service loaded failed failed Cinder Volume\nglance-api.service loaded inactive dead Glance\n',
      'glance-api.service enabled\nnova-compute.service enabled enabled\n',
    );
    expect(decision.roles).toEqual([
      { role: 'glance-api', because: 'unit glance-api.service is enabled, but not running' },
      { role: 'cinder-volume', because: 'unit cinder-volume.service is failed (failed)' },
      { role: 'nova-compute', because: 'unit nova-compute.service is enabled, but not running' },
    ]);
  });

  test('a service that is masked, or stopped and disabled, has not', () => {
    const decision = decide('nova-api.service masked inactive dead x\nnova-compute.service loaded inactive dead y\n');
    expect(decision.roles).toEqual([]);
    expect(decision.notes).toHaveLength(2);
  });

  test('a configuration without its service is said, for web servers and containers', () => {
    expect(decide('', '', '/etc/glance/glance-api.conf\n').notes).toEqual([
      '/etc/glance/glance-api.conf is there, but no glance-… unit: add the role if a web server or a container runs it',
    ]);
  });

  test('no systemd: said, not taken for "no services"', () => {
    const decision = decideRoles(new Map([['units', lost('missing', 'systemctl is not installed.')]]));
    expect(decision.notes.join()).toMatch(/services could not be listed: systemctl is not installed/);
  });
});

describe('hosts given', () => {
  test('every form', () => {
    const nodes = candidates({ hosts: ['ctl', 'ops@h:2222', 'root@[2001:db8::1]:22', 'ctl'], reach: { config: '/c' } });
    expect(nodes.map((n) => [n.name, n.reach])).toEqual([
      ['ctl', { config: '/c', host: 'ctl', alias: 'ctl' }],
      ['h-2222', { config: '/c', host: 'h', alias: 'h', port: 2222, user: 'ops' }],
      ['2001-db8-1', { config: '/c', host: '2001:db8::1', alias: '2001:db8::1', port: 22, user: 'root' }],
    ]);
  });

  test.each(['-oProxyCommand=x', '', 'a b', 'a;b', 'h:99999', 'u@-h', '$(x)'])('%j is refused', (host) => {
    expect(() => candidates({ hosts: [host] })).toThrow(`"${host}" is no host. Expected an ssh alias`);
  });
});

describe('aliases of an ssh configuration', () => {
  let dir: string;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'inkling-ssh-'));
  });
  afterEach(() => rm(dir, { recursive: true, force: true }));

  test('are names, not patterns', () => {
    const { aliases: found, includes } = parseAliases(
      'Host a b # c\n  HostName x\nhost=d\nHost *.lab !e f? "g h" -x\nHOST a\nMatch host z\nInclude conf.d/* ~/more\n',
    );
    expect(found).toEqual(['a', 'b', 'd', 'g h']);
    expect(includes).toEqual(['conf.d/*', '~/more']);
  });

  test('are followed through includes, also ones that go round or lead nowhere', async () => {
    await mkdir(join(dir, '.ssh', 'conf.d'), { recursive: true });
    await writeFile(join(dir, '.ssh', 'config'), 'Include conf.d/*.conf\nInclude missing\nHost a\n');
    await writeFile(join(dir, '.ssh', 'conf.d', '1.conf'), 'Host b\nInclude config\n');
    await writeFile(join(dir, '.ssh', 'conf.d', '2.txt'), 'Host c\n');
    expect(await readAliases(join(dir, '.ssh', 'config'), dir)).toEqual(['a', 'b']);
  });
});

describe('inkling nodes', () => {
  const site = async () => (await proposeSite('lab', candidates({ hosts: aliases }), replay())).site.nodes;

  test('says versions, privileges and clocks of every node, each as it is known', async () => {
    let time = 1_700_000_000_000;
    const now = () => {
      time += 100;
      return time;
    };
    const [mon, ctl] = await site();
    const clock = { clock: exited('1700000002.500000000\n') };
    const rows = [];
    for await (const row of lookAtNodes([ctl as SiteNode], replay({ controller: clock }), now)) rows.push(row);
    expect(rows[0]).toMatchObject({
      name: 'controller',
      reached: true,
      user: 'ops',
      root: 'sudo -n',
      os: 'Debian GNU/Linux 12 (bookworm)',
      ceph: '16.2.15 pacific',
      openstack: ['cinder 21.3.1', 'glance 25.1.0', 'nova 26.2.2'],
      actsAs: [
        { user: 'glance', ok: true },
        { user: 'cinder', ok: true },
        { user: 'nova', ok: true },
      ],
    });
    expect(rows[0]?.why).toBeUndefined();
    expect(rows[0]?.skew?.seconds).toBeCloseTo(2.15, 5);
    expect(rows[0]?.skew?.plusMinus).toBeCloseTo(0.05, 5);
    expect(nodeRow(mon as SiteNode, new Map(Object.entries(recorded['ceph-mon-1'] ?? {})), 1)).toMatchObject({
      ceph: '16.2.15 pacific',
      openstack: [],
      actsAs: [],
    });
  });

  test('a node that is away does not keep the others', async () => {
    const look: Look = async (node, questions) =>
      node.name === 'compute-2' ? new Map(questions.map((q) => [q.id, away])) : replay()(node, questions);
    const rows = [];
    for await (const row of lookAtNodes(await site(), look)) rows.push([row.name, row.reached, row.why]);
    expect(rows).toHaveLength(4);
    expect(rows).toContainEqual(['compute-2', false, 'It did not answer; check the network.']);
  });

  test('no privileges: reached, and what is refused', async () => {
    const [, ctl] = await site();
    const denied = lost('denied', 'sudo asks for a password on controller.');
    const answers = new Map<string, Answer>([
      ...Object.entries(recorded.controller ?? {}),
      ['root', denied],
      ['as nova', denied],
    ]);
    const row = nodeRow(ctl as SiteNode, answers, 1);
    expect(row).toMatchObject({ reached: true, why: 'sudo asks for a password on controller.' });
    expect(row.root).toBeUndefined();
    expect(row.actsAs.find((a) => a.user === 'nova')).toEqual({ user: 'nova', ok: false, why: denied.detail });
  });

  test('a clock that is not one is unknown', () => {
    expect(skewOf('', { startedAt: 0, endedAt: 2 })).toBeUndefined();
    expect(skewOf('date: bad format', { startedAt: 0, endedAt: 2 })).toBeUndefined();
    expect(skewOf('3.5\n', { startedAt: 1000, endedAt: 2000 })).toEqual({ seconds: 2, plusMinus: 0.5 });
  });
});
