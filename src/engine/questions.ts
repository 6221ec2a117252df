import { type Fact, type FactId, isUnknown } from '../domain/fact.ts';
import type { Model } from '../domain/model.ts';
import type { Library, Probe } from '../domain/playbook.ts';
import { commandLine, type Question } from '../domain/question.ts';
import { evaluate, fillArguments } from './expression.ts';
import { factId, type Observed } from './model/readings.ts';
import { subjects } from './subjects.ts';
import { Touched } from './view.ts';

/** A question with the facts its answer will become: equal questions of one node are asked once. */
export interface Planned {
  readonly question: Question;
  readonly node: string;
  readonly command: string;
  readonly facts: readonly Pick<Fact, 'id' | 'probe' | 'node' | 'subject'>[];
}

/**
 * What can be asked now and has not been: probes of roles first; probes of subjects as soon as the model knows the subjects.
 * Asking goes on in rounds until this is empty.
 */
export function plan(
  model: Model,
  observed: Observed,
  probes: Library['probes'],
  asked: ReadonlySet<FactId>,
): readonly Planned[] {
  const fresh = Object.entries(probes).flatMap(([name, probe]) => [...ask(name, probe, model, observed, asked)]);
  const same = Map.groupBy(fresh, (w) => JSON.stringify([w.node, w.question.argv, w.question.as, w.question.seal]));
  const all = [...same.values()].map((group) => ({
    ...(group[0] as Planned),
    facts: group.flatMap((g) => g.facts),
  }));
  if (!all.some(({ question }) => question.seal === 'log')) return all;
  const secrets = configurations(model, observed, probes);
  return all.map((planned) =>
    planned.question.seal === 'log'
      ? { ...planned, question: { ...planned.question, hides: secrets.get(planned.node) ?? [] } }
      : planned,
  );
}

/** The programs that read each node's configuration, asked already or not: what is secret there may stand in its logs. */
function configurations(
  model: Model,
  observed: Observed,
  probes: Library['probes'],
): ReadonlyMap<string, NonNullable<Question['hides']>> {
  const known = Object.entries(probes)
    .filter(([, probe]) => probe.seal === 'config')
    .flatMap(([name, probe]) => [...ask(name, probe, model, observed, new Set())]);
  return new Map(
    [...Map.groupBy(known, ({ node }) => node)].map(([node, all]) => [node, all.map(({ question }) => question)]),
  );
}

function* ask(
  name: string,
  probe: Probe,
  model: Model,
  observed: Observed,
  asked: ReadonlySet<FactId>,
): Generator<Planned> {
  if (probe.each === undefined) {
    for (const node of nodesFor(probe, undefined, observed, name))
      if (!asked.has(factId(name, node))) yield* planned(name, probe, node, undefined, {});
    return;
  }
  const all = subjects(model, probe.each);
  if (isUnknown(all)) return;
  for (const { id, context } of all) {
    // Asked last time round already: most are, so this comes before anything is evaluated.
    const nodes = nodesFor(probe, context, observed, name, id).filter((node) => !asked.has(factId(name, node, id)));
    if (nodes.length === 0) continue;
    if (probe.when !== undefined && evaluate(probe.when, context, new Touched()) !== true) continue;
    for (const node of nodes) yield* planned(name, probe, node, id, context);
  }
}

function nodesFor(
  probe: Probe,
  context: Record<string, unknown> | undefined,
  observed: Observed,
  name: string,
  subject?: string,
): readonly string[] {
  if (probe.on.startsWith('{')) {
    const value = evaluate(probe.on.slice(1, -1), context ?? {}, new Touched());
    return typeof value === 'string' && observed.site.nodes.some((n) => n.name === value) && !observed.lost.has(value)
      ? [value]
      : [];
  }
  const nodes = observed.site.nodes.filter(
    (n) => probe.on === 'any' || (n.roles as readonly string[]).includes(probe.on),
  );
  const alive = nodes.map((n) => n.name).filter((n) => !observed.lost.has(n));
  if (!probe.once) return alive;
  // The first that answers: the next is asked only when the one before could not be.
  const turn = alive.find((n) => observed.facts.get(factId(name, n, subject))?.answer.result !== 'lost');
  return turn ? [turn] : [];
}

function* planned(
  name: string,
  probe: Probe,
  node: string,
  subject: string | undefined,
  context: Record<string, unknown>,
): Generator<Planned> {
  const argv = fillArguments(probe.run, context);
  const as = probe.as === undefined ? undefined : fillArguments([probe.as], context);
  const family = probe.family === undefined ? undefined : fillArguments([probe.family], context);
  if (isUnknown(argv) || isUnknown(as) || isUnknown(family)) return;
  const id = factId(name, node, subject);
  const question: Question = {
    id,
    argv: argv as [string, ...string[]],
    ...(as?.[0] && { as: as[0] }),
    deadline: probe.deadline,
    ...(probe.seal && { seal: probe.seal }),
    ...(probe.lane && { lane: probe.lane }),
    ...(family?.[0] && { family: family[0] }),
  };
  yield {
    question,
    node,
    command: commandLine(question),
    facts: [{ id, probe: name, node, ...(subject !== undefined && { subject }) }],
  };
}
