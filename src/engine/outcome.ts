import type { RunState } from '../domain/engine.ts';
import type { CheckResult, Coverage, Judgement, NodeReport } from '../domain/judgement.ts';
import { outcomeOf } from '../domain/outcome.ts';
import type { Library, Playbook } from '../domain/playbook.ts';
import type { Lost } from '../domain/question.ts';
import type { Site } from '../domain/site.ts';
import { diagnose } from './diagnose.ts';
import { judge } from './judge.ts';
import { buildModel } from './model/index.ts';
import type { Observed } from './model/readings.ts';

export const lostNodes = (run: RunState): ReadonlyMap<string, Lost> =>
  new Map(run.nodes.flatMap((n) => (n.lost ? [[n.name, n.lost] as const] : [])));

/** Facts → model → checks → causes → outcome. Pure: live nodes, practice nodes and a journal read back all come through here. */
export function judgement(site: Site, run: RunState, library: Library, playbooks: readonly Playbook[]): Judgement {
  const observed: Observed = { site, facts: run.facts, lost: lostNodes(run) };
  const model = buildModel(observed, library.probes, library.recognise);
  // Everything is judged, whichever playbooks were asked for: the cause of what one sees may lie in another, and none that is
  // confirmed is kept back.
  const all = judge(model, library.playbooks);
  const asked = new Set(playbooks.map((p) => p.id));
  const checks = all.filter((c) => asked.has(c.playbook));
  const causes = diagnose(model, library.playbooks, all, run.facts, run.pasted).filter(
    (c) => asked.has(c.playbook) || c.status !== 'possible',
  );
  const nodes = run.nodes.map((n) => report(n, run));
  const coverage: Coverage = {
    nodes: run.nodes.length,
    nodesReached: run.nodes.filter((n) => n.status !== 'lost').length,
    asked: run.nodes.reduce((sum, n) => sum + n.asked, 0),
    answered: [...run.facts.values()].filter((f) => f.answer.result === 'exited').length,
    unknown: checks.filter((c) => c.verdict === 'unknown').length,
  };
  const complete = isComplete(checks, coverage, run, library.probes);
  const outcome = outcomeOf(checks, causes, { stopped: run.phase === 'stopped', complete });
  return { outcome, complete, coverage, causes, checks, nodes };
}

function report(node: RunState['nodes'][number], run: RunState): NodeReport {
  const silent = [...run.facts.values()].filter(
    (f) => f.node === node.name && f.answer.result === 'lost' && f.answer.why !== 'timeout',
  );
  const first = silent[0]?.answer;
  const why =
    node.lost?.detail ??
    (first?.result === 'lost'
      ? `${silent.length} of ${node.asked} questions without answer: ${first.detail}`
      : undefined);
  return { name: node.name, roles: node.roles, reached: node.status !== 'lost', ...(why && { why }) };
}

/** Is there nothing that was asked for and not seen? */
function isComplete(
  checks: readonly CheckResult[],
  coverage: Coverage,
  run: RunState,
  probes: Library['probes'],
): boolean {
  // A log only supports causes; one that cannot be read leaves nothing else unseen.
  const silent = [...run.facts.values()].some(
    (f) => f.answer.result === 'lost' && f.answer.why !== 'missing' && probes[f.probe]?.seal !== 'log',
  );
  return coverage.nodesReached === coverage.nodes && coverage.unknown === 0 && !silent && checks.length > 0;
}
