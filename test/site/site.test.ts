import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Reach, ROLES, type Site } from '../../src/domain/site.ts';
import { defaultSitePath, loadSite } from '../../src/site/load.ts';
import { parseSite } from '../../src/site/parse.ts';
import { writeSite } from '../../src/site/write.ts';

const parse = (text: string) => parseSite(text, '/etc/inkling/site.yaml', '/home/op');
const says = (text: string): readonly string[] => {
  const read = parse(text);
  return read.ok ? [] : read.says;
};

describe('a site file', () => {
  test('says how to reach each node, in every form', () => {
    const read = parse(`
name: lab
ssh:
  config: ~/.ssh/lab
  known_hosts: [known_hosts, /etc/ssh/known]
  client: openssh
nodes:
  - name: mon
    roles: [ceph-admin, ceph-mon]
  - {name: ctl, ssh: controller, roles: [glance-api]}
  - name: cmp
    roles: [nova-compute]
    become: root
    ssh: {host: 10.0.0.21, port: 2222, user: root, identity: ~/.ssh/id_lab, jump: ops@bastion:22, client: ssh2}
`);
    const shared = {
      config: '/home/op/.ssh/lab',
      knownHosts: ['/etc/inkling/known_hosts', '/etc/ssh/known'],
      client: 'openssh',
    };
    expect(read).toEqual({
      ok: true,
      warnings: [],
      site: {
        name: 'lab',
        nodes: [
          {
            name: 'mon',
            roles: ['ceph-admin', 'ceph-mon'],
            become: 'sudo',
            reach: { host: 'mon', alias: 'mon', ...shared },
          },
          {
            name: 'ctl',
            roles: ['glance-api'],
            become: 'sudo',
            reach: { host: 'controller', alias: 'controller', ...shared },
          },
          {
            name: 'cmp',
            roles: ['nova-compute'],
            become: 'root',
            reach: {
              ...shared,
              host: '10.0.0.21',
              port: 2222,
              user: 'root',
              identity: ['/home/op/.ssh/id_lab'],
              jump: 'ops@bastion:22',
              client: 'ssh2',
            },
          },
        ],
      },
    });
  });

  test.each([
    [
      'an unknown key',
      'name: l\nnodes:\n  - {name: a, role: [ceph-mon], roles: []}\n',
      '/etc/inkling/site.yaml:3:15: nodes[0]: unknown key "role". Did you mean "roles"?',
    ],
    [
      'an unknown role',
      'name: l\nnodes:\n  - {name: a, roles: [compute]}\n',
      `/etc/inkling/site.yaml:3:23: nodes[0].roles[0]: expected one of ${ROLES.join(', ')}, found "compute"`,
    ],
    [
      'a node twice',
      'name: l\nnodes:\n  - {name: a, roles: []}\n  - {name: A, ssh: b, roles: []}\n',
      '/etc/inkling/site.yaml:4:12: nodes[1].name: the node "A" is already on line 3. Give all roles of a machine to one node',
    ],
    [
      'an address twice',
      'name: l\nnodes:\n  - {name: a, ssh: {host: h}, roles: []}\n  - {name: b, ssh: {host: H, port: 22}, roles: []}\n',
      '/etc/inkling/site.yaml:4:20: nodes[1].ssh: H is already how "a" is reached (line 3). Give all roles of a machine to one node',
    ],
    [
      'a role twice',
      'name: l\nnodes:\n  - {name: a, roles: [ceph-mon, ceph-mon]}\n',
      '/etc/inkling/site.yaml:3:33: nodes[0].roles[1]: the role ceph-mon is given twice. Remove one',
    ],
    [
      'no nodes',
      'name: l\nnodes: []\n',
      '/etc/inkling/site.yaml:2:8: nodes: expected a list of at least 1 item, found an empty list',
    ],
    [
      'an option instead of a host',
      'name: l\nnodes:\n  - {name: a, ssh: -oProxyCommand=x, roles: []}\n',
      /3:20: .*host/,
    ],
    [
      'an option instead of a jump host',
      'name: l\nnodes:\n  - {name: a, ssh: {jump: "-oX"}, roles: []}\n',
      /3:27: .*jump/,
    ],
    ['a port that is none', 'name: l\nnodes:\n  - {name: a, ssh: {port: 70000}, roles: []}\n', /3:27: .*65535/],
    ['text that is no site', 'hello\n', /1:1: expected a mapping, found "hello"/],
  ])('with %s is refused where it stands', (_what, text, expected) => {
    const said = says(text);
    expect(said).toHaveLength(1);
    expect(said[0]).toEqual(typeof expected === 'string' ? expected : expect.stringMatching(expected));
  });

  test('two nodes may share an address behind different ports or jump hosts', () => {
    expect(
      says(
        'name: l\nnodes:\n  - {name: a, ssh: {host: h, port: 2201}, roles: []}\n  - {name: b, ssh: {host: h, port: 2202}, roles: []}\n  - {name: c, ssh: {host: h, port: 2202, jump: j}, roles: []}\n',
      ),
    ).toEqual([]);
  });

  test('without ceph-admin, or with a node without roles, is taken with a warning', () => {
    const read = parse('name: l\nnodes:\n  - {name: a, roles: [ceph-mon]}\n  - {name: b, roles: []}\n');
    expect(read.ok && read.warnings).toEqual([
      expect.stringMatching(/site\.yaml: no node has the role ceph-admin.*unknown/),
      expect.stringMatching(/"b" has no roles/),
    ]);
  });
});

describe('writing a site', () => {
  const name = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,20}$/);
  const path = fc.stringMatching(/^\/[\w .,:#'"@-]{1,20}$/).map((p) => resolve(p.trimEnd()));
  const reach = fc.record(
    {
      host: name,
      alias: name,
      port: fc.integer({ min: 1, max: 65535 }),
      user: fc.constantFrom('root', 'ops', 'no', '007'),
      identity: fc.array(path, { minLength: 1, maxLength: 2 }),
      jump: fc.constantFrom('bastion', 'ops@b:22,c'),
      config: path,
      knownHosts: fc.array(path, { minLength: 1, maxLength: 2 }),
      client: fc.constantFrom('auto' as const, 'ssh2' as const, 'openssh' as const),
    },
    { requiredKeys: ['host'] },
  );
  const site: fc.Arbitrary<Site> = fc
    .record({
      name: fc.string({ minLength: 1, maxLength: 40 }).filter((s) => s.isWellFormed()),
      nodes: fc.uniqueArray(
        fc.record({
          name,
          roles: fc.uniqueArray(fc.constantFrom(...ROLES)),
          become: fc.constantFrom('sudo' as const, 'root' as const),
          reach: reach as fc.Arbitrary<Reach>,
        }),
        {
          minLength: 1,
          maxLength: 5,
          comparator: (a, b) =>
            a.name.toLowerCase() === b.name.toLowerCase() || a.reach.host.toLowerCase() === b.reach.host.toLowerCase(),
        },
      ),
    })
    // What all nodes have in common stands once for all: a node without it cannot take it away.
    .map((s) => {
      const { config, knownHosts, client } = s.nodes[0]?.reach ?? {};
      const common = { ...(config && { config }), ...(knownHosts && { knownHosts }), ...(client && { client }) };
      return { ...s, nodes: s.nodes.map((n) => ({ ...n, reach: { ...common, ...n.reach } })) };
    });

  test('what is written is read back as the same site', () => {
    fc.assert(
      fc.property(site, (given) => {
        const read = parse(writeSite(given));
        expect(read.ok ? read.site : read.says).toEqual(given);
      }),
      { numRuns: 300 },
    );
  });

  test('is short where it can be, and says why', () => {
    const text = writeSite(
      {
        name: 'lab',
        nodes: [
          {
            name: 'a',
            roles: ['ceph-admin'],
            become: 'root',
            reach: { host: 'a', alias: 'a', config: '/etc/lab/ssh_config' },
          },
        ],
      },
      new Map([['a', ['ceph-admin: the keyring\nis there']]]),
    );
    expect(text.slice(text.indexOf('name: lab'))).toBe(`name: lab

# For all nodes. Whatever is not given here or at a node, the ssh configuration decides.
ssh:
  config: /etc/lab/ssh_config

nodes:
  # ceph-admin: the keyring is there
  - name: a
    ssh: a
    roles: [ceph-admin]
    become: root # the login is root; otherwise sudo -n is used
`);
  });
});

describe('finding and reading the file', () => {
  let dir: string;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'inkling-site-'));
  });
  afterEach(() => rm(dir, { recursive: true, force: true }));

  test('the option, the environment, this folder, the configuration folder, in this order', async () => {
    const env = { INKLING_SITE: '/env.yaml', XDG_CONFIG_HOME: join(dir, 'config') };
    const xdg = { XDG_CONFIG_HOME: env.XDG_CONFIG_HOME };
    const inConfig = join(dir, 'config', 'inkling', 'site.yaml');
    expect((await defaultSitePath('/flag.yaml', env, dir)).path).toBe('/flag.yaml');
    expect((await defaultSitePath(undefined, env, dir)).path).toBe('/env.yaml');
    await mkdir(join(dir, 'config', 'inkling'), { recursive: true });
    await writeFile(inConfig, '');
    expect((await defaultSitePath(undefined, xdg, dir)).path).toBe(inConfig);
    await writeFile(join(dir, 'site.yaml'), '');
    expect((await defaultSitePath(undefined, xdg, dir)).path).toBe(join(dir, 'site.yaml'));
  });

  test('none anywhere: one message with the places and what to do', async () => {
    const where = await defaultSitePath(undefined, { XDG_CONFIG_HOME: join(dir, 'config') }, dir);
    expect(await loadSite(where)).toEqual({
      ok: false,
      says: [
        `there is no site file: looked for ${dir}/site.yaml and ${dir}/config/inkling/site.yaml. Make one with: inkling init`,
      ],
    });
  });

  test('a named one that is missing, a folder, ten megabytes: one message each', async () => {
    const load = async (path: string) => {
      const read = await loadSite({ path, from: '--site', tried: [] });
      return read.ok ? [] : read.says;
    };
    expect(await load(join(dir, 'no.yaml'))).toEqual([
      `the site file ${dir}/no.yaml (from --site) does not exist. Make one with: inkling init`,
    ]);
    expect(await load(dir)).toEqual([`the site file ${dir} is a folder; name the file in it`]);
    await writeFile(join(dir, 'large.yaml'), Buffer.alloc(10 * 1024 * 1024, 'x'));
    expect(await load(join(dir, 'large.yaml'))).toEqual([expect.stringMatching(/10\.0 MiB, more than the 1 MiB/)]);
  });

  test('paths in it start at its folder', async () => {
    await writeFile(
      join(dir, 'site.yaml'),
      'name: l\nssh: {config: ssh_config}\nnodes: [{name: a, roles: [ceph-admin]}]\n',
    );
    const read = await loadSite({ path: join(dir, 'site.yaml'), from: 'default', tried: [] });
    expect(read.ok && read.site.nodes[0]?.reach.config).toBe(join(dir, 'ssh_config'));
  });
});
