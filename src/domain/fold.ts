import type { NodeRun, RunState } from './engine.ts';
import type { RunEvent } from './event.ts';
import type { FixState } from './plan.ts';

/** State of a run as its events so far make it. Pure: a journal read back gives the same state. */
export interface Folded {
  readonly run: RunState;
  readonly fix?: FixState;
}

export const emptyRun: Folded = {
  run: { id: '', site: '', playbooks: [], startedAt: '', phase: 'looking', nodes: [], facts: new Map() },
};

export function fold(state: Folded, event: RunEvent): Folded {
  const run = (change: Partial<RunState>): Folded => ({ ...state, run: { ...state.run, ...change } });
  const node = (name: string, change: (n: NodeRun) => Partial<NodeRun>): Folded =>
    run({ nodes: state.run.nodes.map((n) => (n.name === name ? { ...n, ...change(n) } : n)) });
  switch (event.type) {
    case 'run.started':
      return {
        run: {
          id: event.id,
          site: event.site,
          ...(event.practice && { practice: event.practice }),
          ...(event.recorded !== undefined && { recorded: event.recorded }),
          playbooks: event.playbooks,
          ...(event.pasted && { pasted: event.pasted }),
          startedAt: event.at,
          phase: 'looking',
          facts: new Map(),
          nodes: event.nodes.map((n) => ({
            ...n,
            status: 'waiting',
            asked: 0,
            answered: 0,
            bytes: 0,
            waiting: [],
            trips: 0,
            ms: 0,
          })),
        },
      };
    case 'node.connecting':
      return node(event.node, () => ({ status: 'connecting' }));
    case 'node.reached':
      return node(event.node, () => ({
        status: 'asking',
        ...(event.ms !== undefined && { connectMs: event.ms }),
      }));
    case 'node.lost':
      return node(event.node, () => ({ status: 'lost', lost: event.lost, waiting: [] }));
    case 'asked':
      return node(event.node, (n) => ({
        status: 'asking',
        asked: n.asked + event.questions.length,
        waiting: [...n.waiting, ...event.questions.map((q) => q.command)],
      }));
    case 'fact': {
      const { fact } = event;
      const facts = new Map(state.run.facts).set(fact.id, fact);
      const { answer } = fact;
      const said = answer.result === 'exited' ? answer.stdout.length + answer.stderr.length : 0;
      const counted = node(fact.node, (n) => ({
        answered: n.answered + 1,
        bytes: n.bytes + said,
        waiting: without(n.waiting, fact.command),
      }));
      return { ...counted, run: { ...counted.run, facts } };
    }
    case 'node.done':
      return node(event.node, (n) => ({
        status: n.status === 'lost' ? 'lost' : 'done',
        trips: event.trips,
        ms: event.ms,
        waiting: [],
      }));
    case 'phase':
      return run({ phase: event.phase, ...(event.error !== undefined && { error: event.error }) });
    case 'forgotten':
      return run({
        facts: new Map(),
        nodes: state.run.nodes.map(({ lost: _, ...n }) => ({
          ...n,
          status: 'waiting',
          asked: 0,
          answered: 0,
          bytes: 0,
          waiting: [],
          trips: 0,
        })),
      });
    default:
      return foldFix(state, event);
  }
}

function foldFix(state: Folded, event: RunEvent): Folded {
  if (event.type === 'fix.planned')
    return {
      ...state,
      fix: { plan: event.plan, phase: 'planned', steps: event.plan.steps.map((step) => ({ step, status: 'waiting' })) },
    };
  const { fix } = state;
  if (!fix) return state;
  const step = (id: string, change: Partial<FixState['steps'][number]>): Folded => ({
    ...state,
    fix: { ...fix, steps: fix.steps.map((s) => (s.step.id === id ? { ...s, ...change } : s)) },
  });
  switch (event.type) {
    case 'fix.phase': {
      // A fix that is taken back later is not over until that is: were its process to end now, what it left open must be closed.
      const { outcome: _outcome, says: _says, ...open } = fix;
      return { ...state, fix: { ...open, phase: event.phase } };
    }
    case 'step.intent':
    case 'undo.intent':
      return step(event.step, { status: 'running' });
    case 'step.backup':
      return step(event.step, { backup: event.backup });
    case 'step.result':
      return step(event.step, { status: event.status, says: event.says });
    case 'fix.finished':
      return { ...state, fix: { ...fix, phase: 'done', outcome: event.outcome, says: event.says } };
    default:
      return state;
  }
}

function without(list: readonly string[], item: string): readonly string[] {
  const at = list.indexOf(item);
  return at < 0 ? list : [...list.slice(0, at), ...list.slice(at + 1)];
}
