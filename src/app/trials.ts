import { randomBytes } from 'node:crypto';
import { availableParallelism } from 'node:os';
import type { EngineState, RunState } from '../domain/engine.ts';
import type { RunEvent } from '../domain/event.ts';
import type { Judgement } from '../domain/judgement.ts';
import type { Library, Scenario } from '../domain/playbook.ts';
import { lost } from '../domain/question.ts';
import type { Site } from '../domain/site.ts';
import { hasForeignCause, notAsExpected, type Trial } from '../domain/trial.ts';
import { judgement } from '../engine/outcome.ts';
import { BundleRedaction } from './bundle-redaction.ts';
import { fixFirst, type PracticeRun, practiceRun } from './practice-run.ts';

/** Looks at each scenario and repairs it, several at once; each as it ends. Stops in good order when told to. */
export async function* tryAll(
  library: Library,
  scenarios: readonly Scenario[],
  signal?: AbortSignal,
): AsyncGenerator<Trial> {
  const queue = [...scenarios];
  const running = new Map<string, Promise<Trial | undefined>>();
  const fill = (): void => {
    while (!signal?.aborted && running.size < availableParallelism()) {
      const next = queue.shift();
      if (!next) return;
      running.set(next.id, tryOne(library, next, signal));
    }
  };
  try {
    for (fill(); running.size > 0; fill()) {
      const trial = await Promise.race([...running].map(([id, work]) => work.then((t) => ({ id, t }))));
      running.delete(trial.id);
      if (trial.t) yield trial.t;
    }
  } finally {
    // Whoever leaves early still waits until no practice cluster is left.
    queue.length = 0;
    await Promise.allSettled(running.values());
  }
}

/** Undefined: stopped before it was over. */
async function tryOne(library: Library, scenario: Scenario, signal?: AbortSignal): Promise<Trial | undefined> {
  const started = performance.now();
  let practice: PracticeRun;
  try {
    practice = await practiceRun(library, scenario);
  } catch (error) {
    return { ...blank(scenario, performance.now() - started), problems: [(error as Error).message] };
  }
  const stop = (): void => practice.run.send({ type: 'cancel' });
  signal?.addEventListener('abort', stop, { once: true });
  if (signal?.aborted) stop();
  try {
    const trial = await judged(library, scenario, practice, started, () => signal?.aborted === true);
    return signal?.aborted ? undefined : trial;
  } finally {
    signal?.removeEventListener('abort', stop);
    await practice.close();
  }
}

const blank = ({ id, playbook }: Scenario, ms: number): Trial => ({
  scenario: id,
  playbook,
  outcome: 'incomplete',
  causes: [],
  repaired: null,
  problems: [],
  passed: [],
  failed: [],
  ms: Math.round(ms),
});

async function judged(
  library: Library,
  scenario: Scenario,
  practice: PracticeRun,
  started: number,
  stopped: () => boolean,
): Promise<Trial> {
  const state = await practice.run.settled();
  const { outcome, causes } = state.judgement;
  const listed = distinct(causes.map(({ id, playbook, status }) => ({ id, playbook, status })));
  const found: Trial = { ...blank(scenario, 0), outcome, causes: listed, ...seenIn(state) };
  const problems = [
    ...(state.run.error === undefined ? [] : [state.run.error]),
    ...notAsExpected(scenario.expect, outcome, listed),
    ...(hasForeignCause(found, scenario.expect) ? [`a foreign cause is first: ${listed[0]?.id}`] : []),
    ...untold(state),
    ...provedUnseen(state, practice.lab.site, library),
    ...otherWithoutSecrets(state, practice.lab.site, library),
  ];
  const fix = scenario.expect.fix;
  const over = (more: Partial<Trial>): Trial => ({
    ...found,
    problems,
    ms: Math.round(performance.now() - started),
    ...more,
  });
  if (fix === undefined || problems.length > 0 || stopped()) return over({});
  const fixed = await fixFirst(practice.run, fix);
  const faults = notRepaired(fixed, practice.events);
  const after = seenIn(fixed);
  return over({
    repaired: faults.length === 0,
    problems: faults,
    passed: [...new Set([...found.passed, ...after.passed])],
    failed: [...new Set([...found.failed, ...after.failed])],
  });
}

function seenIn({ judgement: { checks } }: EngineState): Pick<Trial, 'passed' | 'failed'> {
  const ids = (verdicts: readonly string[]) => [
    ...new Set(checks.filter((c) => verdicts.includes(c.verdict)).map((c) => c.check)),
  ];
  return { passed: ids(['pass']), failed: ids(['fail', 'warn', 'advice']) };
}

/** A cause without evidence, or with a blank that nothing filled, tells nobody anything. */
const untold = ({ judgement: { causes } }: EngineState): string[] =>
  causes.flatMap((c) => [
    ...(c.evidence.length === 0 ? [`${c.id} has no evidence`] : []),
    ...(/[{}]|(^| )\?( |$)/.test(`${c.title} ${c.why}`) ? [`a blank of ${c.id} is not filled: ${c.title}`] : []),
  ]);

/** With any node away nothing may be called healthy. */
export function provedUnseen({ run }: EngineState, site: Site, library: Library): string[] {
  return site.nodes.flatMap(({ name }) => {
    const { outcome } = judgement(site, withoutNode(run, name), library, library.playbooks);
    return outcome === 'healthy' || outcome === 'warnings' || outcome === 'fixed'
      ? [`with ${name} out of reach the outcome is ${outcome}`]
      : [];
  });
}

/** What a bundle of it holds, without secrets, must be judged as the nodes were. */
function otherWithoutSecrets({ run, judgement: live }: EngineState, site: Site, library: Library): string[] {
  const redaction = new BundleRedaction(randomBytes(32));
  for (const fact of run.facts.values()) redaction.learnFact(fact);
  const facts = new Map([...run.facts.values()].map((fact) => [fact.id, redaction.fact(fact)]));
  const judged = judgement(site, { ...run, facts }, library, library.playbooks);
  const verdicts = ({ outcome, causes, checks }: Judgement): readonly string[] => [
    outcome,
    ...causes.map(({ id, status, subject }) => `${id} ${status} ${subject}`),
    ...checks.map(({ check, node, subject, verdict }) => `${check} ${node} ${subject} ${verdict}`),
  ];
  const before = new Set(verdicts(live));
  const changed = verdicts(judged).find((verdict) => !before.has(verdict));
  return changed === undefined ? [] : [`without its secrets it is judged otherwise: ${changed}`];
}

/** The same look, had the node refused. */
export const withoutNode = (run: RunState, name: string): RunState => ({
  ...run,
  nodes: run.nodes.map((n) =>
    n.name === name ? { ...n, status: 'lost', lost: lost('refused', `${name} refuses`) } : n,
  ),
  facts: new Map([...run.facts].filter(([, f]) => f.node !== name)),
});

const KEY = /A[Qg][A-Za-z0-9+/]{36,58}=/;

function notRepaired({ run, fix, judgement: { outcome } }: EngineState, events: readonly RunEvent[]): string[] {
  const journalled = events.flatMap((e) =>
    e.type === 'step.intent' || e.type === 'step.result' ? [`${e.type} ${e.step}`] : [],
  );
  const steps = fix?.steps.flatMap(({ step }) => [`step.intent ${step.id}`, `step.result ${step.id}`]) ?? [];
  return [
    ...(run.error === undefined ? [] : [run.error]),
    ...(fix?.outcome === 'fixed' && fix.says?.includes('is gone')
      ? []
      : [`the fix ended as ${fix?.outcome ?? 'nothing'}: ${fix?.says ?? ''}`]),
    ...(outcome === 'healthy' ? [] : [`after the fix the outcome is ${outcome}`]),
    ...(journalled.join() === steps.join()
      ? []
      : ['the journal does not have each step, its intent before its result']),
    ...(KEY.test(JSON.stringify(events)) ? ['a key is in the journal'] : []),
  ];
}

function distinct<T>(items: readonly T[]): readonly T[] {
  return [...new Map(items.map((i) => [JSON.stringify(i), i])).values()];
}
