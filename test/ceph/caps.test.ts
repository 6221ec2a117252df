import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { monBlocklists, monConnects, parseCaps, poolGrant, withPool } from '../../src/ceph/caps.ts';

const allowed = (caps: string, operation: 'read' | 'write', pool: string, more = {}) =>
  poolGrant(caps, operation, { name: pool, applications: ['rbd'], ...more }) !== undefined;

const plainName = fc.stringMatching(/^[A-Za-z0-9_./-]{1,12}$/);
/** Any name that Ceph can take in quotes. */
const oddName = fc.stringMatching(/^[ -~]{1,12}$/).filter((n) => !n.includes("'") || !n.includes('"'));
const operation = fc.constantFrom('read' as const, 'write' as const);
const separator = fc.constantFrom(',', ', ', ';', ' ; ');
/** Grants of every kind, about pools of their own. */
const grantOf = (pool: string) =>
  fc.constantFrom(
    `allow rwx pool=${pool}`,
    `allow rwx pool ${pool}`,
    `allow pool ${pool} r class-read`,
    `profile rbd pool=${pool}`,
    `profile rbd-read-only pool=${pool}`,
    `allow r pool=${pool}`,
    `allow rwx pool=${pool} object_prefix rbd_header`,
    `allow rwx pool=${pool} namespace=tenant`,
    `allow class rbd metadata_list pool=${pool}`,
  );
const caps = fc
  .tuple(fc.array(plainName.chain(grantOf), { maxLength: 5 }), separator)
  .map(([grants, between]) => grants.join(between));

describe('grants', () => {
  test.each([
    ['allow *', true, true],
    ['allow all', true, true],
    ['allow rwx', true, true],
    ['profile rbd', true, true],
    ['profile rbd pool=vms', true, true],
    ['profile rbd pool vms', true, true],
    ['profile=rbd pool=vms', true, true],
    ['profile rbd-read-only pool=vms', true, false],
    ['allow rwx pool=vms', true, true],
    ['allow pool vms rwx', true, true],
    ['\tallow\nrwx\tpool \n vms\t', true, true],
    ["allow rwx pool 'vms'", true, true],
    ['allow rwx pool="vms"', true, true],
    ['allow r pool=vms', false, false],
    ['allow rw pool=vms', false, false],
    ['allow rx pool=vms', true, false],
    ['allow r class-read pool=vms', true, false],
    ['allow rw class-read pool=vms', true, false],
    ['allow rw class-read class-write pool=vms', true, true],
    ['allow rw class-write pool=vms', false, false],
    ['allow class-read class-write', false, false],
    ['profile read-only', false, false],
    ['profile read-write', false, false],
    ['profile rbd-mirror', false, false],
    ['profile nonesuch pool=vms', false, false],
    ['allow rwx tag rbd *=*', true, true],
    ['allow rwx tag rbd * = *', true, true],
    ['allow rwx tag rbd all=all', true, true],
    ['allow r tag rbd * = *', false, false],
    ['allow rwx tag cephfs *=*', false, false],
    ['allow rwx tag rbd key=value', false, false],
    ['allow rwx tag rbd *=value', false, false],
    ['allow rwx network 10.0.0.0/8', true, true],
    ['allow class rbd rwx', false, false],
    ['', false, false],
  ])('%s', (text, reads, writes) => {
    expect([allowed(text, 'read', 'vms'), allowed(text, 'write', 'vms')]).toEqual([reads, writes]);
  });

  test('a pool is named whole: neither a star nor a beginning stands for others', () => {
    for (const name of ['vm*', 'vm', '*', 'vmss'])
      expect([name, allowed(`allow rwx pool=${name}`, 'read', 'vms')]).toEqual([name, false]);
  });

  test('quotes keep commas, blanks and the other kind of quotes in a name', () => {
    expect(allowed('allow r pool=a, allow rwx pool "weird, name with \'\'s; and more"', 'write', 'b')).toBe(false);
    expect(
      allowed('allow rwx pool "weird, name with \'\'s; and more"', 'write', "weird, name with ''s; and more"),
    ).toBe(true);
  });

  test('grants of one pool add up, those of another do not', () => {
    expect(allowed('allow r pool=vms, allow class-read pool=vms', 'read', 'vms')).toBe(true);
    expect(allowed('allow r pool=vms, allow class-read pool=images', 'read', 'vms')).toBe(false);
    expect(allowed('allow r, allow rwx pool=vms', 'write', 'vms')).toBe(true);
    expect(allowed('allow r pool=vms; allow rwx pool=images', 'write', 'vms')).toBe(false);
  });

  test('a namespace is covered by its name or a beginning, and not by another', () => {
    const inside = (text: string, namespace: string) => allowed(text, 'write', 'vms', { namespace });
    expect(inside('profile rbd pool=vms', 'tenant')).toBe(true);
    expect(inside('profile rbd pool=vms namespace=tenant', 'tenant')).toBe(true);
    expect(inside('profile rbd pool=vms namespace=ten*', 'tenant')).toBe(true);
    expect(inside('profile rbd pool=vms namespace=ten', 'tenant')).toBe(false);
    expect(inside('profile rbd pool=vms namespace=tenant', '')).toBe(false);
    expect(inside('allow rwx pool=vms namespace=""', '')).toBe(true);
    expect(inside("allow pool vms namespace '' rwx", 'tenant')).toBe(false);
  });

  test('a tag needs the application on the pool', () => {
    expect(allowed('allow rwx tag rbd *=*', 'write', 'vms', { applications: [] })).toBe(false);
    expect(allowed('allow rwx tag rbd *=*', 'write', 'vms', { applications: ['cephfs', 'rbd'] })).toBe(true);
  });

  test('what allows is what is pointed at', () => {
    expect(poolGrant('allow r pool=a, profile rbd pool=vms', 'write', { name: 'vms' })?.text).toBe(
      'profile rbd pool=vms',
    );
  });
});

describe('properties', () => {
  test('a grant that is added allows, whatever was there and whatever the pool is called', () => {
    fc.assert(
      fc.property(caps, oddName, operation, (before, pool, need) => {
        const after = withPool(before, pool, need);
        expect(allowed(after, need, pool)).toBe(true);
        expect(allowed(after, 'read', pool)).toBe(true);
      }),
    );
  });

  test('a grant that is added takes nothing away and stays letter for letter behind what was there', () => {
    fc.assert(
      fc.property(caps, plainName, plainName, operation, operation, (before, pool, other, need, asked) => {
        const after = withPool(before, pool, need);
        expect(after.startsWith(before.trim())).toBe(true);
        if (allowed(before, asked, other)) expect(allowed(after, asked, other)).toBe(true);
      }),
    );
  });

  test('caps that name other pools allow nothing here', () => {
    fc.assert(
      fc.property(plainName, fc.array(plainName, { maxLength: 4 }), operation, (pool, others, need) => {
        const text = others.filter((o) => o !== pool).reduce((now, o) => withPool(now, o, 'write'), '');
        expect(allowed(text, need, pool)).toBe(false);
      }),
    );
  });

  test('who may write may read', () => {
    fc.assert(
      fc.property(caps, plainName, (text, pool) => {
        if (allowed(text, 'write', pool)) expect(allowed(text, 'read', pool)).toBe(true);
      }),
    );
  });

  test('the order of grants does not matter', () => {
    fc.assert(
      fc.property(fc.array(plainName.chain(grantOf), { maxLength: 6 }), plainName, operation, (grants, pool, need) => {
        expect(allowed(grants.join(', '), need, pool)).toBe(allowed(grants.toReversed().join(';'), need, pool));
      }),
    );
  });

  test('a prefix of objects never covers an image', () => {
    fc.assert(
      fc.property(
        plainName,
        plainName,
        fc.constantFrom('allow *', 'allow rwx'),
        operation,
        (pool, prefix, rule, need) => {
          expect(allowed(`${rule} pool=${pool} object_prefix ${prefix}`, need, pool)).toBe(false);
          expect(allowed(`${rule} object_prefix ${prefix}`, need, pool)).toBe(false);
        },
      ),
    );
  });

  test('any text is read, and without hanging', () => {
    fc.assert(fc.property(fc.string({ maxLength: 300 }), (text) => void parseCaps(text)));
    for (const text of ['"'.repeat(1e5), 'allow '.repeat(2e4), 'pool='.repeat(2e4), "a'".repeat(5e4)]) parseCaps(text);
  });
});

describe('monitor caps', () => {
  test.each([
    ['profile rbd', true, true],
    ['profile rbd-mirror', true, true],
    ['profile rbd-read-only', true, false],
    ['profile simple-rados-client', true, false],
    ['allow r', true, false],
    ['allow *', true, true],
    ['allow rw', true, true],
    ['allow r, allow command "osd blacklist"', true, true],
    ['allow r, allow command "osd blocklist"', true, true],
    ['allow command "osd blocklist"', false, true],
    ['allow command "r"', false, false],
    ['', false, false],
  ])('%s', (text, connects, blocklists) => {
    expect([monConnects(text), monBlocklists(text)]).toEqual([connects, blocklists]);
  });
});
