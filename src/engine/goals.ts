import { isUnknown } from '../domain/fact.ts';
import type { Goal, GoalState, Lesson } from '../domain/lesson.ts';
import type { Model } from '../domain/model.ts';
import type { Library, Playbook } from '../domain/playbook.ts';
import { evaluate, fill } from './expression.ts';
import { judge } from './judge.ts';
import { buildModel } from './model/index.ts';
import type { Observed } from './model/readings.ts';
import { subjects } from './subjects.ts';
import { Touched } from './view.ts';

/** How each goal of a lesson stands, by the same model and the same checks that a diagnosis is made of. Pure. */
export function judgeGoals(observed: Observed, lesson: Lesson, library: Library): readonly GoalState[] {
  const model = buildModel(observed, library.probes, library.recognise);
  return Object.entries(lesson.goals).map(([id, goal]) => ({
    id,
    title: goal.title,
    ...(goal.checks ? byChecks(model, goal, goal.checks, library.playbooks) : byExpression(model, goal)),
  }));
}

type Judged = Pick<GoalState, 'verdict' | 'says'>;

function byExpression(model: Model, goal: Goal): Judged {
  const all = subjects(model, 'site');
  const context = isUnknown(all) ? {} : (all[0]?.context ?? {});
  const holds = evaluate(goal.expect ?? 'false', context, new Touched());
  if (isUnknown(holds)) return { verdict: 'unknown', says: holds.unknown };
  if (holds === true) return { verdict: 'pass', says: '' };
  return { verdict: 'fail', says: goal.missing === undefined ? '' : fill(goal.missing, context, new Touched()) };
}

/** Reached when each of the checks applies somewhere and fails nowhere. */
function byChecks(model: Model, goal: Goal, ids: readonly string[], playbooks: readonly Playbook[]): Judged {
  const results = judge(
    model,
    playbooks.map((p) => ({
      ...p,
      checks: Object.fromEntries(Object.entries(p.checks).filter(([id]) => ids.includes(id))),
    })),
  );
  const failed = results.find((r) => ['fail', 'warn', 'advice'].includes(r.verdict));
  if (failed) return { verdict: 'fail', says: failed.says };
  const unseen = results.find((r) => r.verdict === 'unknown');
  if (unseen) return { verdict: 'unknown', says: unseen.says };
  const idle = ids.find((id) => !results.some((r) => r.check === id && r.verdict === 'pass'));
  return idle === undefined ? { verdict: 'pass', says: '' } : { verdict: 'fail', says: goal.missing ?? '' };
}
