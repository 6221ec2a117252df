import { isUnknown, type Unknown } from '../domain/fact.ts';
import type { CheckResult, Verdict } from '../domain/judgement.ts';
import type { Model } from '../domain/model.ts';
import type { Check, Playbook } from '../domain/playbook.ts';
import type { ConfigOption } from '../domain/site-state.ts';
import { evaluate, fill } from './expression.ts';
import { type Bound, subjects } from './subjects.ts';
import { Touched } from './view.ts';

/** Judges every check of the playbooks on every subject. Pure. */
export function judge(model: Model, playbooks: readonly Playbook[]): readonly CheckResult[] {
  return playbooks.flatMap((playbook) =>
    Object.entries(playbook.checks).flatMap(([id, check]) => {
      const all = subjects(model, check.each);
      if (isUnknown(all)) return [blank(id, check, playbook.id, all)];
      return all.filter((s) => isAbout(check, s)).map((subject) => judgeOne(id, check, playbook.id, subject));
    }),
  );
}

const isAbout = ({ options }: Check, { value }: Bound): boolean =>
  options === undefined || options.includes((value as Partial<ConfigOption>).option ?? '');

function judgeOne(id: string, check: Check, playbook: string, subject: Bound): CheckResult {
  const touched = new Touched();
  const result = (verdict: Verdict, says: string): CheckResult => ({
    check: id,
    playbook,
    title: check.title,
    subject: subject.id,
    scope: subject.scope,
    node: subject.node,
    verdict,
    says,
    from: [...touched.facts],
  });
  if (check.when !== undefined) {
    const applies = evaluate(check.when, subject.context, touched);
    if (isUnknown(applies)) return result('unknown', unseen(applies, check, subject));
    if (applies !== true) return result('skip', 'does not apply');
  }
  const holds = evaluate(check.expect, subject.context, touched);
  if (isUnknown(holds)) return result('unknown', unseen(holds, check, subject));
  // Only true and false are verdicts.
  if (typeof holds !== 'boolean')
    return result('unknown', `could not be judged: the check gave ${typeof holds}, not true or false`);
  return holds
    ? result('pass', fill(check.pass, subject.context, touched))
    : result(check.level, fill(check.fail, subject.context, touched));
}

function unseen(value: Unknown, check: Check, subject: Bound): string {
  if (!check.tells) return value.unknown;
  // Reasons of the network are whole sentences, others are not.
  const joined = /[.!?]$/.test(value.unknown) ? ' To see it: ' : '; to see it: ';
  return `${value.unknown}${joined}${fill(check.tells, subject.context, new Touched())}`;
}

const blank = (id: string, check: Check, playbook: string, why: Unknown): CheckResult => ({
  check: id,
  playbook,
  title: check.title,
  subject: check.each,
  scope: {},
  node: '',
  verdict: 'unknown',
  says: why.unknown,
  from: why.from ?? [],
});
