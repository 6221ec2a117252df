import type { EngineState } from '../domain/engine.ts';
import type { CheckResult } from '../domain/judgement.ts';
import type { StepState } from '../domain/plan.ts';
import { causeOf } from './report-of.ts';

/** A record of the NDJSON stream; `event` says which. The last one is always `report`. */
export type StreamEvent = { readonly event: string } & Readonly<Record<string, unknown>>;

const keyOf = (check: CheckResult): string => `${check.check}\0${check.node}\0${check.subject}`;

/** What became different from one state to the next, in the order in which a reader wants it. Judges nothing. */
export function workEvents(before: EngineState | undefined, now: EngineState): StreamEvent[] {
  return [...runEvents(before, now), ...nodeEvents(before, now), ...fixEvents(before, now)];
}

function runEvents(before: EngineState | undefined, { run }: EngineState): StreamEvent[] {
  if (before?.run.phase === run.phase && before.run.id === run.id) return [];
  const { id, site, practice, playbooks, startedAt, phase } = run;
  return [{ event: 'run', id, site, practice: practice ?? null, playbooks, started_at: startedAt, phase }];
}

function nodeEvents(before: EngineState | undefined, { run }: EngineState): StreamEvent[] {
  const old = new Map(before?.run.nodes.map((node) => [node.name, node]));
  return run.nodes
    .filter((node) => {
      const was = old.get(node.name);
      return was?.status !== node.status || was.asked !== node.asked || was.answered !== node.answered;
    })
    .map(({ name, status, asked, answered, lost }) => ({
      event: 'node',
      name,
      status,
      asked,
      answered,
      ...(lost && { lost: lost.why, why: lost.detail }),
    }));
}

/** Verdicts and causes that became different. Judging costs time: compare states that are some answers apart. */
export function judgedEvents(before: EngineState | undefined, { judgement }: EngineState): StreamEvent[] {
  if (before?.judgement === judgement) return [];
  const checks = new Map(before?.judgement.checks.map((check) => [keyOf(check), check.verdict]));
  const causes = new Map(before?.judgement.causes.map((cause) => [`${cause.id}\0${cause.subject}`, cause.status]));
  return [
    ...judgement.checks
      .filter((check) => checks.get(keyOf(check)) !== check.verdict)
      .map(({ check, node, subject, verdict, says }) => ({ event: 'check', id: check, node, subject, verdict, says })),
    ...judgement.causes
      .filter((cause) => causes.get(`${cause.id}\0${cause.subject}`) !== cause.status)
      .map((cause) => ({ event: 'cause', ...causeOf(cause) })),
  ];
}

function fixEvents(before: EngineState | undefined, { fix }: EngineState): StreamEvent[] {
  if (fix === undefined || before?.fix === fix) return [];
  const old = new Map(before?.fix?.steps.map((state: StepState) => [state.step.id, state.status]));
  const phase = before?.fix?.phase === fix.phase && before.fix.outcome === fix.outcome;
  return [
    ...fix.steps
      .filter(({ step, status }) => old.get(step.id) !== status)
      .map(({ step, status, says }) => ({
        event: 'step',
        id: step.id,
        title: step.title,
        node: step.node,
        status,
        says,
      })),
    ...(phase
      ? []
      : [{ event: 'fix', plan: fix.plan.hash, phase: fix.phase, outcome: fix.outcome ?? null, says: fix.says }]),
  ];
}
