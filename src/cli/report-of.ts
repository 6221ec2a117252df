import type { EngineState } from '../domain/engine.ts';
import { type Cause, EXIT } from '../domain/judgement.ts';
import type { Report } from './report.ts';
import { type Timings, timingsOf } from './timings.ts';

export interface ReportExtras {
  readonly version: string;
  /** Absent: no timings in the report. */
  readonly timings?: Timings;
}

/** The state of a run as the report for other programs. */
export function reportOf({ run, judgement }: EngineState, extras: ReportExtras): Report {
  const { coverage } = judgement;
  return {
    schema: 1,
    version: extras.version,
    run: {
      id: run.id,
      site: run.site,
      practice: run.practice ?? null,
      playbooks: [...run.playbooks],
      started_at: run.startedAt,
      ...(run.pasted && { pasted: run.pasted.map((named) => ({ ...named })) }),
    },
    outcome: judgement.outcome,
    exit_code: EXIT[judgement.outcome],
    coverage: {
      nodes: coverage.nodes,
      nodes_reached: coverage.nodesReached,
      asked: coverage.asked,
      answered: coverage.answered,
      unknown: coverage.unknown,
    },
    causes: judgement.causes.map(causeOf),
    checks: judgement.checks.map(({ check, playbook, title, node, subject, verdict, says }) => ({
      id: check,
      playbook,
      title,
      node,
      subject,
      verdict,
      says,
    })),
    nodes: judgement.nodes.map(({ name, roles, reached, why }) => ({
      name,
      roles: [...roles],
      reached,
      why: why ?? null,
    })),
    ...(extras.timings && { timings: timingsOf(run, extras.timings) }),
  };
}

export const causeOf = (cause: Cause): Report['causes'][number] => ({
  id: cause.id,
  playbook: cause.playbook,
  title: cause.title,
  status: cause.status,
  subject: cause.subject,
  nodes: [...cause.nodes],
  why: cause.why,
  evidence: cause.evidence.map((e) => ({ ...e })),
  explains: [...cause.explains],
  excluded_rivals: cause.excludedRivals.map((r) => ({ ...r })),
  unseen: [...cause.unseen],
  fixes: cause.fixes.map(({ id, title, risk, byHand }) => ({
    id,
    title,
    risk,
    ...(byHand !== undefined && { by_hand: byHand }),
  })),
  references: [...cause.references],
  ...(cause.touches && { touches: [...cause.touches] }),
});
