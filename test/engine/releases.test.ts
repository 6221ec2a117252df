import { describe, expect, test } from 'vitest';
import { isUnknown } from '../../src/domain/fact.ts';
import type { Answer } from '../../src/domain/question.ts';
import { parse } from '../../src/parsers/index.ts';
import { exited } from '../parsers/recorded.ts';
import { type Changes, judged, modelled } from './recorded-look.ts';

interface Release {
  readonly name: string;
  readonly major: number;
  readonly packages: string;
  /** What its pools have beyond those of Pacific; `@inf@` stands for a bare inf. */
  readonly pool: object;
  /** What its OSD map and its monitor map have beyond those of Pacific. */
  readonly osdmap: object;
  readonly monmap: object;
  /** Type of the keys that its clients are given where it knows aes256k. */
  readonly keys: string;
}

const FEATURES = ['kraken', 'luminous', 'mimic', 'osdmap-prune', 'nautilus', 'octopus', 'pacific', 'elector-pinging'];
const BALANCE = { score_type: 'Fair distribution', score_acting: 1.5, score_stable: 1.5, optimal_score: 1 };

// Sources: the release notes of each, "Health checks", "Monitoring a cluster", rados/operations/{pools,read-balancer,control}, the
// fixtures of cephadm and Rook, and tracker.ceph.com 64724 for the infinite score.
const RELEASES: readonly Release[] = [
  {
    ...{ name: 'quincy', major: 17, packages: '17.2.9-0ubuntu0.22.04.2', keys: 'aes', pool: {} },
    osdmap: { range_blocklist: {} },
    monmap: { 'disallowed_leaders: ': '', 'removed_ranks: ': '' },
  },
  {
    ...{ name: 'reef', major: 18, packages: '2:18.2.4-1.el9s', keys: 'aes' },
    pool: { read_balance: { ...BALANCE, score_acting: '@inf@', score_stable: '@inf@' } },
    osdmap: { range_blocklist: {}, allow_crimson: false, pg_upmap_primaries: [] },
    monmap: { 'disallowed_leaders: ': '', 'removed_ranks: ': '' },
  },
  {
    ...{ name: 'squid', major: 19, packages: '19.2.6-1jammy', keys: 'aes256k' },
    pool: { is_stretch_pool: false, read_balance: BALANCE },
    osdmap: { range_blocklist: {}, allow_crimson: false, pg_upmap_primaries: [] },
    monmap: { 'disallowed_leaders: ': '', 'removed_ranks: ': '' },
  },
  {
    ...{ name: 'tentacle', major: 20, packages: '2:20.2.4-0.el9', keys: 'aes256k' },
    pool: { is_stretch_pool: false, read_balance: BALANCE },
    osdmap: { range_blocklist: {}, allow_crimson: false, pg_upmap_primaries: [] },
    monmap: { disallowed_leaders: '', removed_ranks: '' },
  },
];

const words = (change: (stdout: string) => string) => (was: Answer) =>
  was.result === 'exited' ? { ...was, stdout: change(was.stdout) } : was;
// biome-ignore lint/suspicious/noExplicitAny: documents of other programs, taken apart by path
const document = (change: (document: any) => object) =>
  words((stdout) => `\n${JSON.stringify(change(JSON.parse(stdout))).replaceAll('"@inf@"', 'inf')}\n`);

const MUTED = { severity: 'HEALTH_WARN', summary: { message: 'noout flag(s) set', count: 1 }, muted: true };
const MUTES = [{ code: 'OSDMAP_FLAGS', sticky: false, summary: 'noout flag(s) set', count: 1 }];

/** A healthy cluster of a release, with one warning that somebody has muted. The pool of the manager is `.mgr` since Quincy. */
function clusterOf({ name, major, packages, pool, osdmap, monmap, keys }: Release): Changes {
  const manager = <P extends object>(p: P, key: keyof P): P =>
    p[key] === 'device_health_metrics' ? { ...p, [key]: '.mgr', application_metadata: { mgr: {} } } : p;
  return {
    'ceph-status@': document((s) => ({
      ...s,
      health: { status: 'HEALTH_OK', checks: { OSDMAP_FLAGS: MUTED }, mutes: MUTES },
      monmap: { ...s.monmap, min_mon_release_name: name },
      mgrmap: { ...s.mgrmap, modules: ['cephadm', 'dashboard', 'iostat', 'nfs'] },
    })),
    'ceph-health@': document(() => ({
      status: 'HEALTH_OK',
      checks: { OSDMAP_FLAGS: { ...MUTED, detail: [] } },
      mutes: MUTES,
    })),
    'ceph-osd-dump@': document((d) => ({
      ...d,
      ...osdmap,
      require_osd_release: name,
      pools: d.pools.map((p: { pool_name: string; flags_names: string }) => ({
        ...manager(p, 'pool_name'),
        flags_names: `${p.flags_names},bulk`,
        ...pool,
      })),
    })),
    'ceph-df@': document((d) => ({ ...d, pools: d.pools.map((p: { name: string }) => manager(p, 'name')) })),
    'ceph-mon-dump@': document(({ 'disallowed_leaders: ': _, 'removed_ranks: ': __, ...d }) => ({
      ...d,
      ...{ min_mon_release: major, min_mon_release_name: name, ...monmap },
      features: { persistent: [...FEATURES, 'quincy', 'reef', 'squid', 'tentacle'].slice(0, major - 8), optional: [] },
      mons: d.mons.map((m: object) => ({ ...m, time_added: '0.000000' })),
    })),
    'ceph-auth@': words((s) => s.replaceAll(':aes\n', `:${keys}\n`)),
    'packages@': words((s) => s.replaceAll('16.2.15+ds-0+deb12u2', packages)),
  };
}

const sound = (changed: Changes) => {
  const { causes, checks } = judged(changed);
  return {
    causes: causes.map((c) => c.id),
    bad: checks.filter((c) => c.verdict === 'fail' || c.verdict === 'warn').map((c) => `${c.check} ${c.subject}`),
  };
};

describe('Ceph, of which only documentation is at hand', () => {
  test.each(RELEASES)('$name: a healthy cluster is read whole and nobody is blamed', (release) => {
    const changed = clusterOf(release);
    // Keys of the other type have another digest, so the nodes have them too.
    const everywhere = Object.fromEntries(
      ['etc-ceph-keyrings@', 'consumer-keyring@', 'secret-value@'].map((id) => [
        id,
        words((s) => s.replaceAll(/(sealed:[0-9a-f]+):aes$/gm, `$1:${release.keys}`)),
      ]),
    );
    expect(sound({ ...changed, ...everywhere })).toEqual({ causes: [], bad: [] });

    const model = modelled({ ...changed, ...everywhere });
    expect(model.quorum).toMatchObject({ release: release.major, mons: 1 });
    expect(model.monmap).toMatchObject({ addresses: ['10.77.0.11'] });
    expect(model.cluster).toMatchObject({ health: 'HEALTH_OK', codes: [], osds: 3, osds_up: 3, mgr: true });
    expect(model.osdmap).toMatchObject({ full_ratio: 0.95, nearfull_ratio: 0.85, blocklist: [] });
    const pools = isUnknown(model.pools) ? [] : model.pools;
    expect(pools.map((p) => [p.name, p.applications])).toContainEqual(['.mgr', ['mgr']]);
    expect(pools.find((p) => p.name === 'images')).toMatchObject({
      ...{ size: 3, min_size: 2, type: 'replicated', used_objects: 22 },
      flags: ['hashpspool', 'selfmanaged_snaps', 'bulk'],
    });
    const clients = isUnknown(model.clients) ? [] : model.clients;
    expect(clients.find((c) => c.entity === 'client.cinder')).toMatchObject({
      kind: release.keys,
      caps: { mon: 'profile rbd' },
    });
    expect(model.nodes.map((n) => (isUnknown(n.ceph_packages) ? n.ceph_packages : n.ceph_packages.major))).toEqual(
      model.nodes.map(() => release.major),
    );
  });

  test.each(RELEASES)('$name: a warning that is not muted is seen, and flags by name', (release) => {
    const model = modelled({
      ...clusterOf(release),
      'ceph-health@': document(() => ({
        status: 'HEALTH_WARN',
        checks: { OSDMAP_FLAGS: { ...MUTED, muted: false, detail: [] } },
        mutes: [],
      })),
      'ceph-osd-dump@': document((d) => ({ ...d, flags: `${d.flags},noout`, flags_set: [...d.flags_set, 'noout'] })),
    });
    expect(model.cluster).toMatchObject({ codes: ['OSDMAP_FLAGS'], summaries: { OSDMAP_FLAGS: 'noout flag(s) set' } });
    expect(model.cluster).toMatchObject({ flags: expect.arrayContaining(['noout']) });
  });

  test.each([
    [
      'both protocols',
      [
        ['v2', '10.1.0.1:3300'],
        ['v1', '10.1.0.1:6789'],
      ],
      ['10.1.0.1'],
    ],
    ['msgr2 only', [['v2', '10.1.0.1:3300']], ['10.1.0.1']],
    ['msgr1 only, on a port of its own', [['v1', '10.1.0.1:6790']], ['10.1.0.1']],
    ['any protocol', [['any', '10.1.0.1:6789']], ['10.1.0.1']],
    [
      'IPv6',
      [
        ['v2', '[fd00:77::11]:3300'],
        ['v1', '[fd00:77::11]:6789'],
      ],
      ['fd00:77::11'],
    ],
    [
      'both families',
      [
        ['v2', '10.1.0.1:3300'],
        ['v2', '[fd00:77::11]:3300'],
      ],
      ['10.1.0.1', 'fd00:77::11'],
    ],
  ])('addresses of a monitor with %s', (_what, addresses, expected) => {
    const addrvec = addresses.map(([type, addr]) => ({ type, addr, nonce: 0 }));
    const model = modelled({
      'ceph-mon-dump@': document((d) => ({ ...d, mons: [{ ...d.mons[0], public_addrs: { addrvec } }] })),
    });
    expect(model.monmap).toMatchObject({ addresses: expected });
  });

  test('reef: the infinite score of a pool is no number, and text that says so stays text', () => {
    const says = '{"read_balance":{"score_acting":inf,"raw":-inf,"other":-nan},"name":"a \\"inf\\" b: nan"}';
    expect(parse('json', exited(says))).toEqual({
      read_balance: { score_acting: null, raw: null, other: null },
      name: 'a "inf" b: nan',
    });
    expect(isUnknown(parse('json', exited('{"a": inf'))), 'an answer that was cut').toBe(true);
    expect(isUnknown(parse('json', exited('{"a": information}')))).toBe(true);
  });

  test('a release after the last one known is no reason for a warning', () => {
    const [release] = RELEASES.slice(-1);
    expect(release).toBeDefined();
    if (!release) return;
    expect(sound(clusterOf({ ...release, name: 'zebra', major: 26, packages: '26.2.0-1', keys: 'aes' }))).toEqual({
      causes: [],
      bad: [],
    });
  });
});
