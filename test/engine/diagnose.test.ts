import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CauseStatus, CheckResult, Verdict } from '../../src/domain/judgement.ts';
import { diagnose, instances } from '../../src/engine/diagnose.ts';
import { type CauseSketch, model, playbook, result } from './samples.ts';

const one: CauseSketch = { proof: ['proof'], given: ['given'], seen: ['path'] };

/** Status of the cause `x` on node a. */
function status(sketch: CauseSketch, results: readonly CheckResult[]): CauseStatus | undefined {
  return instances(model, [playbook({ x: sketch })], results).find((i) => i.subject.id === 'a')?.status;
}
const verdicts = (proof: Verdict, given: Verdict, path: Verdict) => [
  result('proof', proof),
  result('given', given),
  result('path', path),
];

describe('how sure', () => {
  test.each([
    ['fail', 'pass', 'fail', 'confirmed'],
    ['warn', 'pass', 'fail', 'confirmed'],
    ['fail', 'skip', 'fail', 'confirmed'],
    ['fail', 'pass', 'unknown', 'likely'],
    ['fail', 'pass', 'pass', 'possible'],
    ['fail', 'unknown', 'fail', 'likely'],
    ['unknown', 'pass', 'fail', 'possible'],
    ['unknown', 'pass', 'unknown', 'unknown'],
    ['unknown', 'pass', 'pass', 'unknown'],
    ['warn', 'pass', 'pass', 'excluded'],
    ['warn', 'pass', 'unknown', 'likely'],
    ['fail', 'fail', 'fail', 'excluded'],
    ['unknown', 'fail', 'fail', 'excluded'],
    ['pass', 'pass', 'fail', 'excluded'],
    ['skip', 'pass', 'fail', 'excluded'],
  ] as const)('proof %s, given %s, path %s: %s', (proof, given, path, expected) => {
    expect(status(one, verdicts(proof, given, path))).toBe(expected);
  });

  test('every proof must fail, one step of the path is enough', () => {
    const two: CauseSketch = { proof: ['p1', 'p2'], seen: ['s1', 's2'] };
    const with_ = (p1: Verdict, p2: Verdict, s1: Verdict, s2: Verdict) =>
      status(two, [result('p1', p1), result('p2', p2), result('s1', s1), result('s2', s2)]);
    expect(with_('fail', 'fail', 'pass', 'fail')).toBe('confirmed');
    expect(with_('fail', 'pass', 'fail', 'fail')).toBe('excluded');
    expect(with_('fail', 'unknown', 'fail', 'fail')).toBe('possible');
    expect(with_('fail', 'fail', 'pass', 'pass')).toBe('possible');
  });

  test('a cause without a path needs its proof alone, unless that merely weakens the site', () => {
    expect(status({ proof: ['proof'] }, [result('proof', 'fail')])).toBe('confirmed');
    expect(status({ proof: ['proof'] }, [result('proof', 'warn')])).toBe('excluded');
    expect(status({ proof: ['p1', 'p2'] }, [result('p1', 'warn'), result('p2', 'fail')])).toBe('confirmed');
  });

  test('what another node shows proves nothing here', () => {
    expect(status(one, [result('proof', 'fail', 'b'), result('path', 'fail', 'a')])).toBe('excluded');
    expect(status(one, [result('proof', 'fail', 'a'), result('path', 'fail', 'b')])).toBe('possible');
  });

  test('what the whole site shows counts for every node', () => {
    expect(status(one, [result('proof', 'fail', ''), result('path', 'fail', '')])).toBe('confirmed');
  });

  test('unknown is neither proof nor disproof', () => {
    const any = fc.constantFrom<Verdict>('pass', 'fail', 'warn', 'skip', 'unknown');
    fc.assert(
      fc.property(any, any, any, (proof, given, path) => {
        const found = status(one, verdicts(proof, given, path));
        const bad = (v: Verdict) => v === 'fail' || v === 'warn';
        if (found === 'confirmed') expect([bad(proof), given === 'unknown', bad(path)]).toEqual([true, false, true]);
        if (proof === 'unknown' && !bad(given)) expect(found).not.toBe('excluded');
        if (found === 'excluded') expect(bad(proof) && !bad(given) && !(proof === 'warn' && !bad(path))).toBe(false);
      }),
    );
  });
});

describe('causes and effects', () => {
  const found = (sketches: Readonly<Record<string, CauseSketch>>, results: readonly CheckResult[]) =>
    diagnose(model, [playbook(sketches)], results, new Map());

  test('an effect stands under its cause and not beside it', () => {
    const causes = found(
      {
        upstream: { proof: ['key'], seen: ['path'], explains: ['service', 'path'] },
        downstream: { proof: ['service'] },
      },
      [result('key', 'fail'), result('path', 'fail'), result('service', 'fail')],
    );
    expect(causes.map((c) => [c.id, c.subject, c.status])).toEqual([['upstream', 'a', 'confirmed']]);
    expect(causes[0]?.explains).toEqual(['service', 'path', 'downstream']);
    expect(causes[0]?.evidence.map((e) => e.says)).toEqual(['key fail', 'path fail']);
  });

  test('an effect without its cause is the cause', () => {
    const causes = found({ upstream: { proof: ['key'], explains: ['service'] }, downstream: { proof: ['service'] } }, [
      result('key', 'pass'),
      result('service', 'fail'),
    ]);
    expect(causes.map((c) => c.id)).toEqual(['downstream']);
  });

  test('two independent faults are two causes, on one node or on two', () => {
    const sketches = { first: { proof: ['p1'], explains: ['path'] }, second: { proof: ['p2'] } };
    const here = [result('p1', 'fail'), result('p2', 'fail')];
    expect(found(sketches, here).map((c) => [c.id, c.subject])).toEqual([
      ['first', 'a'],
      ['second', 'a'],
    ]);
    const apart = [result('p1', 'fail', 'a'), result('p1', 'pass', 'b'), result('p2', 'fail', 'b')];
    expect(found(sketches, apart).map((c) => `${c.id} ${c.subject}`)).toEqual(['first a', 'second b']);
  });

  test('what a cause on one node explains is not explained on another', () => {
    const causes = found({ upstream: { proof: ['key'], explains: ['service'] }, downstream: { proof: ['service'] } }, [
      result('key', 'fail', 'a'),
      result('service', 'fail', 'a'),
      result('service', 'fail', 'b'),
    ]);
    expect(causes.map((c) => [c.id, c.subject])).toEqual([
      ['upstream', 'a'],
      ['downstream', 'b'],
    ]);
  });

  test('two that explain each other both stay', () => {
    const causes = found({ x: { proof: ['p1'], explains: ['p2'] }, y: { proof: ['p2'], explains: ['p1'] } }, [
      result('p1', 'fail'),
      result('p2', 'fail'),
    ]);
    expect(causes.map((c) => c.id)).toEqual(['x', 'y']);
  });

  test('one cause on several nodes is one when its group says so', () => {
    const causes = found({ x: { proof: ['p'], group: 'all' } }, [result('p', 'fail', 'a'), result('p', 'fail', 'b')]);
    expect(causes.map((c) => [c.subject, c.nodes])).toEqual([['all', ['a', 'b']]]);
  });

  test('a rival is ruled out with the words of the check that did it', () => {
    const causes = found(
      {
        x: { proof: ['p'], rivals: ['y', 'z', 'u'] },
        y: { proof: ['q'] },
        z: { proof: ['r'], given: ['g'] },
        u: { proof: ['unseen'] },
      },
      [
        ...[result('p', 'fail'), result('q', 'pass', 'a', 'the file is there'), result('r', 'fail')],
        ...[result('g', 'fail', 'a', 'another key is in force'), result('unseen', 'unknown')],
      ],
    );
    expect(causes[0]?.excludedRivals).toEqual([
      { id: 'y', title: 'y on a', because: 'the file is there' },
      { id: 'z', title: 'z on a', because: 'another key is in force' },
    ]);
  });

  test('what could not be seen is said, for the causes that need it', () => {
    const causes = found({ x: one }, [
      ...[result('proof', 'fail'), result('given', 'unknown', 'a', 'b did not answer')],
      result('path', 'fail'),
    ]);
    expect(causes.map((c) => [c.status, c.unseen])).toEqual([['likely', ['given: b did not answer']]]);
  });

  test('the surest comes first, and of equals the one that explains more', () => {
    const causes = found(
      {
        vague: { proof: ['p1'], seen: ['nothing'] },
        small: { proof: ['p2'] },
        large: { proof: ['p3'], explains: ['e1', 'e2'] },
      },
      ['p1', 'p2', 'p3', 'e1', 'e2'].map((c) => result(c, 'fail')),
    );
    expect(causes.map((c) => [c.id, c.status])).toEqual([
      ['large', 'confirmed'],
      ['small', 'confirmed'],
      ['vague', 'possible'],
    ]);
  });

  test('nothing failed, nothing is blamed', () => {
    const any = fc.constantFrom<Verdict>('pass', 'skip', 'unknown');
    fc.assert(
      fc.property(any, any, any, (proof, given, path) => {
        expect(found({ x: one }, verdicts(proof, given, path))).toEqual([]);
      }),
    );
  });

  test('a cause that does not apply is not looked for, also when that cannot be told', () => {
    const failed = [result('p', 'fail')];
    expect(found({ x: { proof: ['p'], when: 'node.name == "b"' } }, failed)).toEqual([]);
    expect(found({ x: { proof: ['p'], when: 'cluster.health == "HEALTH_OK"' } }, failed)).toEqual([]);
    expect(found({ x: { proof: ['p'], when: 'node.name == "a"' } }, failed)).toHaveLength(1);
  });
});
