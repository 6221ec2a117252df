import type { ChangedCause, ChangedCheck, ChangedFact, Difference } from '../domain/difference.ts';
import type { RunState } from '../domain/engine.ts';
import type { Cause, CheckResult, Judgement } from '../domain/judgement.ts';
import type { Model } from '../domain/model.ts';
import type { Library } from '../domain/playbook.ts';
import type { Site } from '../domain/site.ts';
import { changedLines } from './changed-lines.ts';
import { buildModel } from './model/index.ts';
import { lostNodes } from './outcome.ts';
import { type Things, thingsOf } from './things.ts';

/** One of the two looks that are compared. */
export interface Side {
  readonly run: RunState;
  readonly judgement: Judgement;
  readonly site: Site;
  readonly library: Library;
}

/**
 * What changed from one look to the other. `comparable`: digests and tokens of both were made with one key, so that unequal ones tell of
 * unequal secrets; else nothing is concluded from them.
 */
export function differenceOf(before: Side, after: Side, comparable: boolean): Difference {
  const [was, is] = [thingsOf(modelOf(before), comparable), thingsOf(modelOf(after), comparable)];
  return {
    ...(before.judgement.outcome !== after.judgement.outcome && {
      outcome: { before: before.judgement.outcome, after: after.judgement.outcome },
    }),
    causes: causes(before.judgement.causes, after.judgement.causes),
    checks: checks(before.judgement.checks, after.judgement.checks),
    facts: facts(was, is),
    lines: changedLines(before, after, comparable),
    unseen: [...new Set([...was.unseen, ...is.unseen])].sort(),
  };
}

const modelOf = ({ run, site, library }: Side): Model =>
  buildModel({ site, facts: run.facts, lost: lostNodes(run) }, library.probes, library.recognise);

function paired<T>(
  before: readonly T[],
  after: readonly T[],
  key: (item: T) => string,
): [T | undefined, T | undefined][] {
  const [was, is] = [new Map(before.map((i) => [key(i), i])), new Map(after.map((i) => [key(i), i]))];
  return [...new Set([...was.keys(), ...is.keys()])].map((k) => [was.get(k), is.get(k)]);
}

const listed = (all: readonly Cause[]): readonly Cause[] => all.filter((c) => c.status !== 'excluded');

const causes = (before: readonly Cause[], after: readonly Cause[]): readonly ChangedCause[] =>
  paired(listed(before), listed(after), (c) => JSON.stringify([c.id, c.subject])).flatMap(([was, is]) => {
    const one = is ?? was;
    if (one === undefined || was?.status === is?.status) return [];
    return [{ id: one.id, subject: one.subject, title: one.title, ...sides(was?.status, is?.status) }];
  });

const checks = (before: readonly CheckResult[], after: readonly CheckResult[]): readonly ChangedCheck[] =>
  paired(before, after, (c) => JSON.stringify([c.check, c.node, c.subject])).flatMap(([was, is]) => {
    const one = is ?? was;
    if (one === undefined || was?.verdict === is?.verdict) return [];
    // What does not apply is not there; that it begins or ceases to apply is told by what it says.
    if ((was?.verdict ?? 'skip') === (is?.verdict ?? 'skip')) return [];
    return [
      { id: one.check, node: one.node, subject: one.subject, ...sides(was?.verdict, is?.verdict), says: one.says },
    ];
  });

const facts = (was: Things, is: Things): readonly ChangedFact[] =>
  [...new Set([...was.values.keys(), ...is.values.keys()])].sort().flatMap((key) => {
    const [before, after] = [was.values.get(key), is.values.get(key)];
    const [kind = '', name = '', scope = ''] = JSON.parse(key) as string[];
    // Where one side could not look, an absent thing is no change.
    if (before === after || was.unseen.has(scope) || is.unseen.has(scope)) return [];
    return [{ kind, name, ...sides(before, after) }];
  });

const sides = <T>(before: T | undefined, after: T | undefined): { before?: T; after?: T } => ({
  ...(before !== undefined && { before }),
  ...(after !== undefined && { after }),
});
