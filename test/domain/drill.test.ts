import { describe, expect, test } from 'vitest';
import {
  type Attempt,
  choicesOf,
  type Drill,
  drillsOf,
  generic,
  grade,
  type Outcome,
  together,
} from '../../src/domain/drill.ts';
import type { Cause, CheckResult } from '../../src/domain/judgement.ts';
import type { Playbook, Scenario } from '../../src/domain/playbook.ts';

const rule = (title: string, rivals: readonly string[] = []) => ({ title, rivals, proof: [`${title}-check`] });
const PLAYBOOKS = [
  {
    id: 'keys',
    causes: {
      missing: rule('The keyring of {consumer.entity} is missing', ['unreadable']),
      unreadable: rule('The keyring of {consumer.entity} is unreadable on {consumer.node}', ['stale']),
      stale: rule('stale'),
      typo: rule('typo'),
    },
  },
  { id: 'pools', causes: { gone: rule('gone'), full: rule('full') } },
] as unknown as readonly Playbook[];
const library = { playbooks: PLAYBOOKS };

const drill: Drill = { id: 'd', playbook: 'keys', report: 'uploads fail', causes: ['unreadable'] };
const check = (id: string, verdict: CheckResult['verdict'], says = id): CheckResult => ({
  check: id,
  playbook: 'keys',
  title: id,
  subject: 's',
  scope: {},
  node: 'controller',
  verdict,
  says,
  from: [],
});
const found: Cause = {
  id: 'unreadable',
  playbook: 'keys',
  title: 'The keyring of client.glance is unreadable on controller',
  status: 'confirmed',
  subject: 'client.glance',
  nodes: ['controller'],
  why: '',
  evidence: [{ node: 'controller', says: 'mode 0600', command: 'ls -l' }],
  explains: [],
  excludedRivals: [{ id: 'stale', title: 'The key is old', because: 'the digests are equal' }],
  unseen: [],
  fixes: [],
  references: [],
};
const broken = {
  checks: [check('reads', 'fail'), check('typo-check', 'pass', 'every name is known')],
  causes: [found],
};
const mended: Outcome['after'] = { outcome: 'healthy', checks: [check('reads', 'pass')], causes: [] };
const things = [
  { key: 'pool 1', title: 'pool images' },
  { key: 'pool 2', title: 'pool volumes' },
];
const outcome: Outcome = { before: broken, after: mended, hadBefore: things, hasAfter: things };
const attempt: Attempt = { named: ['unreadable'], helped: false, fixedByInkling: false, commands: 5 };

describe('a grade', () => {
  test('is full for the right name, a repair and nothing else', () => {
    const all = grade(drill, attempt, outcome, library);
    expect(all).toMatchObject({ passed: true, points: 100, broken: [], lost: [] });
    expect(all.truth).toEqual([{ id: 'unreadable', title: found.title, evidence: ['controller: mode 0600  $ ls -l'] }]);
  });

  test('halves the points of a name that Inkling helped to find', () => {
    const { cause, passed } = grade(drill, { ...attempt, helped: true }, outcome, library);
    expect(cause).toMatchObject({ points: 20, of: 40 });
    expect(cause.says).toContain('Inkling had looked');
    expect(passed).toBe(true);
  });

  test('takes points for wrong names, and none is below nothing', () => {
    const guessed = { ...attempt, named: ['missing', 'stale', 'unreadable'] };
    expect(grade(drill, guessed, outcome, library).cause.points).toBe(20);
    const only = { ...attempt, named: ['missing', 'stale', 'typo', 'gone', 'full'] };
    expect(grade(drill, only, outcome, library)).toMatchObject({ passed: false, cause: { points: 0 } });
  });

  test('is not passed while the fault is there, however well it was named', () => {
    const still = { ...outcome, after: { ...mended, outcome: 'causes' as const, causes: [found] } };
    expect(grade(drill, attempt, still, library)).toMatchObject({
      passed: false,
      repair: { points: 0 },
      commands: { points: 0 },
    });
  });

  test('gives half for a repair that leaves the cluster unwell', () => {
    const unwell = { ...outcome, after: { ...mended, outcome: 'causes' as const, causes: [{ ...found, id: 'gone' }] } };
    expect(grade(drill, attempt, unwell, library).repair.points).toBe(15);
  });

  test('names what newly fails and what is gone, and gives nothing for care', () => {
    const hurt = {
      ...outcome,
      after: { ...mended, checks: [check('reads', 'pass'), check('lists', 'fail', 'the pool is gone')] },
      hasAfter: things.slice(0, 1),
    };
    const given = grade(drill, attempt, hurt, library);
    expect(given).toMatchObject({
      broken: ['controller: the pool is gone'],
      lost: ['pool volumes'],
      damage: { points: 0 },
    });
  });

  test('does not count a failure that was there before, nor a pool that was only renamed', () => {
    const renamed = [
      { key: 'pool 1', title: 'pool images' },
      { key: 'pool 2', title: 'pool volumes-old' },
    ];
    const same = { ...outcome, after: { ...mended, checks: broken.checks }, hasAfter: renamed };
    expect(grade(drill, attempt, same, library)).toMatchObject({ broken: [], lost: [] });
  });

  test('lets fifteen commands be free and then takes a point for every second', () => {
    const points = (commands: number) => grade(drill, { ...attempt, commands }, outcome, library).commands.points;
    expect([0, 15, 16, 17, 18, 35, 99].map(points)).toEqual([10, 10, 9, 9, 8, 0, 0]);
  });

  test('says why it is not one of the others: as a look-alike, by a check, or that nothing was seen', () => {
    const because = Object.fromEntries(grade(drill, attempt, outcome, library).others.map((o) => [o.id, o.because]));
    expect(because).toMatchObject({
      stale: 'the digests are equal',
      typo: 'every name is known',
      missing: 'nothing that would prove it was seen',
    });
  });

  test('of two faults shares the points out', () => {
    const both = together(drill, { id: 'e', playbook: 'pools', report: 'volumes fail', causes: ['gone'] });
    expect(both).toMatchObject({ id: 'd+e', causes: ['unreadable', 'gone'], report: 'uploads fail\nvolumes fail' });
    const half = grade(
      both,
      attempt,
      { ...outcome, after: { ...mended, outcome: 'causes', causes: [{ ...found, id: 'gone' }] } },
      library,
    );
    expect(half).toMatchObject({ cause: { points: 20 }, repair: { points: 8 } });
  });
});

describe('the causes to choose from', () => {
  test('hold the right one and its look-alikes, in the order of the playbooks, without names that tell', () => {
    const choices = choicesOf(library, drill);
    expect(choices.map((c) => c.id)).toEqual(['missing', 'unreadable', 'stale', 'typo']);
    expect(choices[1]?.title).toBe('The keyring of ‹entity› is unreadable on ‹node›');
  });

  test('keep every right one, also when there are many', () => {
    const many = Object.fromEntries(Array.from({ length: 30 }, (_, n) => [`c${n}`, rule(`c${n}`, ['last'])]));
    const books = [{ id: 'm', causes: { ...many, last: rule('last') } }] as unknown as readonly Playbook[];
    const choices = choicesOf({ playbooks: books }, { ...drill, causes: ['last'] });
    expect(choices).toHaveLength(9);
    expect(choices.at(-1)?.id).toBe('last');
  });

  test('of two faults each has its share, however many look like the first', () => {
    const many = Object.fromEntries(Array.from({ length: 30 }, (_, n) => [`c${n}`, rule(`c${n}`, ['last'])]));
    const books = [
      { id: 'm', causes: { ...many, last: rule('last') } },
      ...PLAYBOOKS,
    ] as unknown as readonly Playbook[];
    const choices = choicesOf({ playbooks: books }, { ...drill, causes: ['last', 'missing'] }).map((c) => c.id);
    expect(choices).toHaveLength(11);
    expect(choices).toEqual(expect.arrayContaining(['last', 'missing', 'unreadable', 'stale', 'typo']));
  });

  test('have words for blanks that are not a plain name', () => {
    expect(generic('{joined(monmap.addresses)} and {a ? "b" : "c"}')).toBe('‹addresses› and …');
  });
});

test('a scenario is a drill when there is a cause to find; its report goes before its symptom', () => {
  const scenario = (over: object): Scenario =>
    ({
      id: 'x',
      playbook: 'keys',
      symptom: 'errno 2',
      expect: { outcome: 'causes', causes: [{ id: 'gone', status: 'confirmed' }] },
      ...over,
    }) as Scenario;
  expect(drillsOf([scenario({}), scenario({ report: 'no uploads' })]).map((d) => d.report)).toEqual([
    'errno 2',
    'no uploads',
  ]);
  expect(drillsOf([scenario({ expect: { outcome: 'warnings', causes: [] } })])).toEqual([]);
  expect(drillsOf([scenario({ expect: { outcome: 'causes', causes: [{ id: 'gone', status: 'possible' }] } })])).toEqual(
    [],
  );
});
