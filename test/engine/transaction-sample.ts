import type { Prompt } from '../../src/domain/engine.ts';
import type { Journal, RunEvent } from '../../src/domain/event.ts';
import { unknown } from '../../src/domain/fact.ts';
import type { Cause, CheckResult, Judgement } from '../../src/domain/judgement.ts';
import type { FixState, Plan, Step, StepState } from '../../src/domain/plan.ts';
import type { Canary } from '../../src/engine/fix/canary.ts';
import type { Transaction } from '../../src/engine/fix/transaction.ts';
import { Store } from '../../src/engine/store.ts';
import type { LocalNode } from './local-node.ts';
import { result } from './samples.ts';

export const step = (id: string, more: Partial<Step> = {}): Step => ({
  id,
  title: `Step ${id}`,
  node: 'a',
  action: { do: 'run', argv: ['true', id], deadline: 5 },
  risk: 'reversible',
  shows: [`$ true ${id}`],
  touches: 'nothing',
  undo: { how: 'run', actions: [{ do: 'run', argv: ['true', 'undo', id], deadline: 5 }], says: `${id} taken back` },
  seconds: 1,
  ...more,
});

export const planOf = (...steps: Step[]): Plan => ({
  hash: '0123456789abcdef',
  cause: 'fault',
  subject: 'a',
  fix: 'mend',
  title: 'Mend it',
  steps,
  gate: ['proof'],
  verify: ['proof'],
  at: '2026-02-03T04:05:06.000Z',
});

const cause: Cause = {
  ...{ id: 'fault', playbook: 'sketch', title: 'Fault', status: 'confirmed', subject: 'a', nodes: ['a'], why: '' },
  ...{ evidence: [], explains: [], excludedRivals: [], unseen: [], fixes: [], references: [] },
};

/** What the nodes show before and after the steps ran. */
export interface Shown {
  readonly causes: readonly Cause[];
  readonly checks: readonly CheckResult[];
}
export const broken: Shown = { causes: [cause], checks: [result('proof', 'fail'), result('other', 'pass')] };
export const mended: Shown = { causes: [], checks: [result('proof', 'pass'), result('other', 'pass')] };

const judgement = ({ causes, checks }: Shown): Judgement => ({
  ...{ outcome: 'causes', nodes: [], causes, checks },
  coverage: { nodes: 1, nodesReached: 1, asked: 1, answered: 1, unknown: 0 },
});

export interface Sample {
  readonly transaction: Transaction;
  readonly store: Store;
  readonly events: RunEvent[];
  readonly prompts: Prompt[];
  /** How often the nodes were looked at. */
  looked(): number;
  /** What came of it, in a line for each step and one for the whole. */
  outcome(): readonly string[];
}

export interface SampleOptions {
  readonly plan: Plan;
  readonly node: LocalNode;
  /** Seen at each look, in order; the last one stays. */
  readonly looks?: readonly Shown[];
  /** The operator's answer to each step. */
  readonly yes?: (stepId: string) => boolean;
  readonly replan?: Transaction['replan'];
  readonly stopping?: () => boolean;
  readonly now?: string;
  readonly held?: (node: string) => string | undefined;
  readonly canaries?: readonly Canary[];
  readonly arm?: (node: string, steps: readonly StepState[]) => string | undefined;
  readonly pause?: Transaction['pause'];
  /** On disk; in memory when left out. */
  readonly journal?: Journal;
  /** Called before each event is kept; may throw as a full disk would. */
  readonly append?: (event: RunEvent) => void;
}

export async function sample(o: SampleOptions): Promise<Sample> {
  const events: RunEvent[] = [];
  const prompts: Prompt[] = [];
  const looks = [...(o.looks ?? [broken, mended])];
  let shown = looks[0] as Shown;
  const journal: Journal = {
    append: async (event) => {
      o.append?.(event);
      await o.journal?.append(event);
      events.push(event);
    },
    appendSoon: (event) => {
      o.journal?.appendSoon(event);
      events.push(event);
    },
    close: async () => {},
  };
  let looked = 0;
  const store = new Store(journal, () => judgement(shown));
  store.note({ type: 'run.started', id: 'r', site: 's', playbooks: [], at: '', nodes: [{ name: 'a', roles: [] }] });
  await store.record({ type: 'fix.planned', plan: o.plan, who: 'tester' });
  return {
    store,
    events,
    prompts,
    looked: () => looked,
    outcome: () => [
      ...(store.fix?.steps ?? []).map((s) => `${s.step.id} ${s.status}`),
      `${store.fix?.outcome ?? store.fix?.phase}`,
    ],
    transaction: {
      store,
      run: o.node.run,
      look: async () => {
        looked += 1;
        shown = looks.length > 1 ? (looks.shift() as Shown) : (looks[0] as Shown);
        store.note({ type: 'forgotten' });
      },
      replan: o.replan ?? (() => o.plan),
      ask: async (prompt) => {
        prompts.push(prompt);
        return prompt.kind === 'confirm-step' && (o.yes?.(prompt.stepId) ?? true);
      },
      pause: o.pause ?? (async () => {}),
      stopping: o.stopping ?? (() => false),
      now: () => new Date(o.now ?? '2026-02-03T04:06:00.000Z'),
      held: async (node) => o.held?.(node),
      arm: async (node, steps) => o.arm?.(node, steps),
      canaries: () => o.canaries ?? unknown('no service writes'),
    },
  };
}

export const fixOf = ({ store }: Sample): FixState => store.fix as FixState;

export const noPlan = () => unknown('fault (a) is not there any more');
