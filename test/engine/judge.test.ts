import { describe, expect, test } from 'vitest';
import { checkSchema } from '../../src/domain/playbook.ts';
import { judge } from '../../src/engine/judge.ts';
import { model, playbook } from './samples.ts';

const judged = (check: Record<string, unknown>) =>
  judge(model, [
    playbook(
      {},
      { it: checkSchema.parse({ title: 'It', each: 'node', pass: 'well on {node.name}', fail: 'bad', ...check }) },
    ),
  ]);

describe('verdicts', () => {
  test('true passes, false fails, in the words of the check', () => {
    expect(judged({ expect: 'node.name == "a"' }).map((r) => [r.node, r.verdict, r.says])).toEqual([
      ['a', 'pass', 'well on a'],
      ['b', 'fail', 'bad'],
    ]);
    expect(judged({ expect: 'false', level: 'warn' })[0]?.verdict).toBe('warn');
  });

  test('a check that does not apply is skipped', () => {
    expect(judged({ expect: 'true', when: 'node.name == "a"' }).map((r) => r.verdict)).toEqual(['pass', 'skip']);
  });

  test('what could not be learned is unknown with its reason, and with the command that would tell', () => {
    for (const check of [{ expect: 'cluster.osds > 0' }, { expect: 'true', when: 'cluster.osds > 0' }]) {
      const [first] = judged({ ...check, tells: 'ceph -s on {node.name}' });
      expect([first?.verdict, first?.says]).toEqual(['unknown', 'no answer; to see it: ceph -s on a']);
    }
  });

  test.each([
    ['a member that is not there', 'node.nonesuch == 1'],
    ['a variable that is not there', 'nonesuch == 1'],
    ['types that do not meet', 'node.name > 3'],
    ['a figure', '1 + 1'],
    ['a text', 'node.name'],
    ['a list', '[true]'],
    ['nothing', 'null'],
    ['division by zero', '1 / 0 == 1'],
    ['a bad pattern', 'like(node.name, "(")'],
  ])('%s is neither pass nor fail', (_what, expect_) => {
    const results = judged({ expect: expect_ });
    expect(results.map((r) => r.verdict)).toEqual(['unknown', 'unknown']);
    expect(results[0]?.says).toMatch(/could not be judged/);
  });

  test('half known is enough when the known half decides', () => {
    expect(judged({ expect: 'node.name == "a" || cluster.osds > 0' }).map((r) => r.verdict)).toEqual([
      'pass',
      'unknown',
    ]);
  });

  test('when the subjects themselves are not known, that is one unknown', () => {
    expect(judged({ each: 'pool', expect: 'true' }).map((r) => [r.verdict, r.says])).toEqual([
      ['unknown', 'no answer'],
    ]);
  });

  test('a blank that cannot be filled does not take the sentence with it', () => {
    expect(judged({ expect: 'false', fail: '{node.name} of {cluster.fsid}' })[0]?.says).toBe('a of ?');
  });
});
