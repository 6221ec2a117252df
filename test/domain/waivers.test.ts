import { describe, expect, test } from 'vitest';
import { waive } from '../../src/domain/waive.ts';
import { readWaivers, type Waiver } from '../../src/domain/waivers.ts';
import { check, healthy, judgement, staleKey } from '../cli/sample.ts';

const waiver = (over: Partial<Waiver> = {}): Waiver => ({
  id: 'stale-key',
  owner: 'ops',
  reason: 'replaced in May',
  expires: '2026-05-31',
  ...over,
});
const TODAY = '2026-05-31';
const proof = (cause: string) => (cause === 'stale-key' ? ['keyring-matches'] : []);
const seen = judgement({
  complete: true,
  coverage: { nodes: 2, nodesReached: 2, asked: 20, answered: 20, unknown: 0 },
  checks: [check(), check({ check: 'glance-can-write', verdict: 'fail' }), check({ check: 'other', verdict: 'pass' })],
});

describe('what somebody answers for', () => {
  test('a cause goes with its proof and its effects, and nothing is left of the outcome', () => {
    const { judgement: left, waived } = waive(seen, [waiver()], proof, TODAY);
    expect(left.outcome).toBe('healthy');
    expect(left.checks.map(({ check }) => check)).toEqual(['other']);
    expect(waived.map(({ kind, id, owner, expires }) => [kind, id, owner, expires])).toEqual([
      ['cause', 'stale-key', 'ops', '2026-05-31'],
      ['check', 'keyring-matches', 'ops', '2026-05-31'],
      ['check', 'glance-can-write', 'ops', '2026-05-31'],
    ]);
  });

  test('a cause goes when all checks that prove it are waived', () => {
    const { judgement: left } = waive(seen, [waiver({ id: 'keyring-matches', node: 'controller' })], proof, TODAY);
    expect(left).toMatchObject({ outcome: 'healthy', causes: [] });
  });

  test('nothing goes for another node or subject, and the waiver is named as unused', () => {
    for (const over of [{ node: 'compute-9' }, { subject: 'client.nova on controller' }, { id: 'nothing' }]) {
      const one = waiver(over);
      const { judgement: left, unused, waived } = waive(seen, [one], proof, TODAY);
      expect({ outcome: left.outcome, unused, waived }).toEqual({ outcome: 'causes', unused: [one], waived: [] });
    }
  });

  test('a waiver for one node does not cover a cause on two', () => {
    const two = { ...seen, causes: [{ ...staleKey, nodes: ['controller', 'compute-1'] }] };
    expect(waive(two, [waiver({ node: 'controller' })], proof, TODAY).judgement.outcome).toBe('causes');
  });

  test('the day after its last one it is shown and not honoured', () => {
    const { judgement: left, expired } = waive(seen, [waiver()], proof, '2026-06-01');
    expect({ outcome: left.outcome, expired }).toEqual({ outcome: 'causes', expired: [waiver()] });
  });

  test('what could not be seen cannot be waived, and stays incomplete', () => {
    const dark = judgement({ complete: false });
    const all = [waiver(), waiver({ id: 'secret-defined' })];
    expect(waive(dark, all, proof, TODAY).judgement.outcome).toBe('incomplete');
    expect(waive({ ...healthy, outcome: 'interrupted' }, all, proof, TODAY).judgement.outcome).toBe('interrupted');
  });

  test('a check that another cause needs stays', () => {
    const other = { ...staleKey, id: 'other-cause', explains: ['glance-can-write'] };
    const { judgement: left } = waive({ ...seen, causes: [staleKey, other] }, [waiver()], proof, TODAY);
    expect(left.causes.map(({ id }) => id)).toEqual(['other-cause']);
    expect(left.checks.map(({ check }) => check)).toEqual(['glance-can-write', 'other']);
  });
});

describe('the file', () => {
  const of = (text: string) => {
    const read = readWaivers(text, 'w.yaml');
    return read.ok ? read.waivers : read.problems.map(({ line, column, message }) => `${line}:${column} ${message}`);
  };
  const whole = 'waivers:\n  - id: a\n    owner: ops\n    reason: because\n    expires: 2026-12-31\n';

  test('is read', () => {
    expect(of(whole)).toEqual([{ id: 'a', owner: 'ops', reason: 'because', expires: '2026-12-31' }]);
  });

  test.each([
    ['an unknown key', `${whole}    until: 2027-01-01\n`, /^6:5 /],
    ['a day that is none', whole.replace('12-31', '02-30'), /^5:14 .*no such day/],
    ['a date in other words', whole.replace('2026-12-31', 'soon'), /^5:14 .*expected a day/],
    ['nobody who answers', whole.replace('    owner: ops\n', ''), /owner/],
    ['no reason', whole.replace('because', '""'), /^4:13 .*why it is accepted/],
  ])('is refused with its place: %s', (_what, text, expected) => {
    expect(of(text)[0]).toMatch(expected);
  });
});
