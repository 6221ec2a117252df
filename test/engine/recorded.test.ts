import { describe, expect, test } from 'vitest';
import { type Answer, lost } from '../../src/domain/question.ts';
import { exited, healthy, rbdLs } from '../parsers/recorded.ts';
import { judged } from './recorded-look.ts';

const sure = (j: ReturnType<typeof judged>) =>
  j.causes.filter((c) => c.status !== 'possible').map((c) => `${c.status} ${c.id} ${c.subject}`);

const text = (from: string | RegExp, to: string) => (was: Answer) =>
  was.result === 'exited' ? { ...was, stdout: was.stdout.replaceAll(from, to) } : was;
const always = (answer: Answer) => () => answer;

const GLANCE = 'consumer-lists-pool@controller{glance-api/rbd@controller:images}';
const CINDER = 'consumer-lists-pool@controller{cinder-volume/ceph@controller:';

describe('answers of a real cluster', () => {
  test('known good: nothing fails and nobody is blamed', () => {
    const { causes, checks } = judged();
    expect(causes).toEqual([]);
    expect(checks.filter((c) => c.verdict === 'fail' || c.verdict === 'warn')).toEqual([]);
  });

  test('an old key: by digest, with the listing as the path to the symptom', () => {
    const digest = /\[client\.cinder\]\n\tkey = sealed:([0-9a-f]+)/.exec(healthy('ceph-auth@ceph-mon-1').stdout)?.[1];
    const found = judged({
      'ceph-auth@': text(digest ?? '', '0011223344556677'),
      [CINDER]: always(rbdLs('key-stale')),
    });
    expect(sure(found)[0]).toBe('confirmed auth-key-mismatch client.cinder');
    expect(found.causes[0]?.excludedRivals.map((r) => r.id)).toContain('auth-entity-absent');
    expect(found.causes[0]?.explains).toContain('auth-connects');
  });

  test('without the path it is only likely or possible', () => {
    const digest = /\[client\.cinder\]\n\tkey = sealed:([0-9a-f]+)/.exec(healthy('ceph-auth@ceph-mon-1').stdout)?.[1];
    const without = (listing: (was: Answer) => Answer) =>
      judged({
        'ceph-auth@': text(digest ?? '', '0011223344556677'),
        'consumer-lists-pool@controller{cinder': listing,
        'secret-value@': text(digest ?? '', '0011223344556677'),
      }).causes.find((c) => c.id === 'auth-key-mismatch')?.status;
    expect(without(always(lost('dropped', 'the link broke')))).toBe('likely');
    expect(without((was) => was)).toBe('possible');
  });

  test('a missing keyring and missing caps are two causes', () => {
    const gone = '/etc/ceph/ceph.client.glance.keyring';
    const found = judged({
      'etc-ceph@controller': text(new RegExp(`${gone}.*\\n`, 'g'), ''),
      'etc-ceph-keyrings@controller': text(new RegExp(`${gone}.*\\n`, 'g'), ''),
      'consumer-files@controller{glance': text(new RegExp(`${gone}.*\\n`, 'g'), ''),
      'consumer-keyring@controller{glance': always(exited('', `grep: ${gone}: No such file or directory`, 2)),
      'consumer-reads-keyring@controller{glance': always(exited('', '', 1)),
      [GLANCE]: always(rbdLs('keyring-gone')),
      'ceph-auth@': text(/(\[client\.cinder\][\s\S]*?caps osd = ")[^"]*/g, '$1profile rbd pool=vms'),
      [CINDER]: always(rbdLs('caps-lost')),
    });
    expect(sure(found)).toEqual([
      expect.stringMatching(/^confirmed auth-(keyring-missing|osd-caps)/),
      expect.stringMatching(/^confirmed auth-(keyring-missing|osd-caps)/),
    ]);
    expect(new Set(sure(found)).size).toBe(2);
  });

  test('a configuration of which grep left lines out is not taken for the whole', () => {
    const found = judged({
      'cinder-volume-config@': (was) =>
        was.result === 'exited' ? { ...was, stderr: 'grep: /etc/cinder/cinder.conf: binary file matches' } : was,
    });
    expect([found.outcome, sure(found)]).toEqual(['incomplete', []]);
    expect(found.checks.find((c) => c.subject === 'cinder-volume@controller')?.says).toMatch(/binary file matches/);
  });

  test.each(['', 'nonsense', '{}', '[]', '{"mons":[]}', 'null', '{"pools":null}'])(
    'what the cluster says in another shape (%j) is unknown and blames nobody',
    (stdout) => {
      for (const probe of ['ceph-status@', 'ceph-health@', 'ceph-mon-dump@', 'ceph-osd-dump@', 'ceph-df@']) {
        const found = judged({ [probe]: always(exited(stdout)) });
        // A cluster without monitors or pools is a shape too, but one that nobody has.
        if (probe === 'ceph-mon-dump@' && stdout === '{"mons":[]}') continue;
        expect([probe, found.outcome, sure(found)]).toEqual([probe, 'incomplete', []]);
      }
    },
  );
});
