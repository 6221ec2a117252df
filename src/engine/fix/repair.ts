import type { Prompt } from '../../domain/engine.ts';
import { isUnknown } from '../../domain/fact.ts';
import type { Model } from '../../domain/model.ts';
import type { Plan } from '../../domain/plan.ts';
import type { Library } from '../../domain/playbook.ts';
import type { Site } from '../../domain/site.ts';
import { judge } from '../judge.ts';
import { buildModel } from '../model/index.ts';
import { lostNodes } from '../outcome.ts';
import type { Store } from '../store.ts';
import type { RunOn } from './act.ts';
import { canaries } from './canary.ts';
import { DeadMan } from './dead-man.ts';
import { type Holder, type Leases, type Lock, takeLock } from './lock.ts';
import { type FixRequest, makePlan, noPlan } from './plan.ts';
import { settle } from './settle.ts';
import { apply, restarting, type Transaction } from './transaction.ts';
import { toTakeBack, undo } from './undo.ts';

/** The operator's side of a change: who, from which process, and whether such a process still lives. */
export interface Operator {
  readonly who: string;
  readonly host: string;
  readonly pid: number;
  readonly began: string;
  readonly gone: (holder: Holder) => boolean;
}

export interface Repairing {
  readonly id: string;
  readonly site: Site;
  readonly library: Library;
  readonly operator: Operator;
  readonly store: Store;
  readonly now: () => Date;
  readonly run: RunOn;
  /** Looks at all nodes afresh. */
  readonly look: () => Promise<void>;
  readonly ask: (prompt: Prompt) => Promise<boolean>;
  readonly stopping: () => boolean;
}

/** Changes of one run: planned, carried out, taken back, and settled when an earlier process left them open. */
export class Repair {
  #request: FixRequest | undefined;

  constructor(private readonly o: Repairing) {}

  async plan({ cause, subject, fix, canary }: FixRequest): Promise<void> {
    const { store, operator, now } = this.o;
    this.#request = { cause, subject, fix, ...(canary && { canary }) };
    const plan = this.#replan();
    if (!isUnknown(plan)) return store.record({ type: 'fix.planned', plan, who: operator.who });
    const none = noPlan(this.#request, now());
    await store.record({ type: 'fix.planned', plan: none, who: operator.who });
    await store.record({
      type: 'fix.finished',
      plan: none.hash,
      outcome: 'refused',
      says: `no plan was made: ${plan.unknown}`,
    });
  }

  /** Begins a planned fix, or goes on with one that was broken off. */
  async apply(): Promise<void> {
    const { fix } = this.o.store;
    if (!fix || fix.phase === 'done') return;
    await this.#locked(fix.plan, (transaction) =>
      fix.phase === 'undoing' ? undo(transaction, fix.plan, 'its undoing was broken off') : apply(transaction, fix),
    );
  }

  async undo(): Promise<void> {
    const { fix } = this.o.store;
    if (!fix) return;
    // What was declined, refused or taken back before has nothing left to take back; a fix that was broken off before it changed anything
    // is closed all the same.
    const brokenOff = fix.outcome === undefined && fix.phase !== 'planned';
    if (!brokenOff && toTakeBack(fix.steps).length === 0) return;
    await this.#locked(fix.plan, (transaction) => undo(transaction, fix.plan, 'undone as you asked'));
  }

  async abandon(): Promise<void> {
    const { fix } = this.o.store;
    if (fix?.phase !== 'planned') return;
    await this.o.store.record({
      type: 'fix.finished',
      plan: fix.plan.hash,
      outcome: 'declined',
      says: 'nothing was changed',
    });
  }

  /** Steps that were begun and have no result: the nodes are read to know what became of them. */
  async settleOpen(): Promise<void> {
    const { store, run } = this.o;
    const { fix } = store;
    if (!fix || fix.outcome !== undefined) return;
    const begun = fix.steps.filter((s) => s.status !== 'waiting').map((s) => s.step.node);
    // What that process sent and has not begun yet is refused by the nodes from here on; what has begun is waited for.
    const taken = await takeLock(this.#leases(), begun, this.#holder(fix.plan));
    await settle(store, run, taken.ok ? undefined : taken.says);
    // Not released: a node that was told to undo the fix should Inkling be gone would do it now, before anybody can decide.
    if (taken.ok) taken.lock.leave();
  }

  #leases(): Leases {
    return { run: this.o.run, gone: this.o.operator.gone, repeat };
  }

  #holder({ title }: Plan): Holder {
    const { who, host, pid, began } = this.o.operator;
    return { run: this.#token, who, host, pid, began, since: this.o.now().toISOString(), what: title };
  }

  /** A lease is a process's own: what an earlier one of the same run has sent may still be on its way. */
  get #token(): string {
    const { id, operator } = this.o;
    return `${id}+${operator.pid}-${operator.began}`;
  }

  async #locked(plan: Plan, change: (transaction: Transaction) => Promise<void>): Promise<void> {
    const { store, run } = this.o;
    const taken = await takeLock(this.#leases(), this.#nodes(plan), this.#holder(plan));
    if (!taken.ok)
      return store.record({
        type: 'fix.finished',
        plan: plan.hash,
        outcome: 'refused',
        says: `not done: ${taken.says}`,
      });
    const deadMan = new DeadMan(run, this.o.id);
    try {
      await change(this.#transaction(taken.lock, deadMan));
    } finally {
      await deadMan.disarm(restarting(plan) ? plan.steps.map((s) => s.node) : []);
      await taken.lock.release();
    }
  }

  /** The nodes it changes, and the one that every operator of this cluster has in common. */
  #nodes(plan: Plan): readonly string[] {
    const { site, store } = this.o;
    const reached = store.run.nodes.filter((n) => n.status === 'done' || n.status === 'asking').map((n) => n.name);
    const shared = site.nodes.find((n) => n.roles.includes('ceph-admin') && reached.includes(n.name));
    return [...plan.steps.map((s) => s.node), ...(shared ? [shared.name] : [])];
  }

  #model(): Model {
    const { site, library, store } = this.o;
    const observed = { site, facts: store.run.facts, lost: lostNodes(store.run) };
    return buildModel(observed, library.probes, library.recognise);
  }

  #replan(): ReturnType<typeof makePlan> {
    const { library, store, now } = this.o;
    const model = this.#model();
    const request = this.#request ?? (store.fix?.plan as FixRequest);
    return makePlan(model, library.playbooks, judge(model, library.playbooks), request, now());
  }

  #transaction(lock: Lock, deadMan: DeadMan): Transaction {
    const { store, run, look, ask, stopping, now } = this.o;
    return {
      store,
      run,
      holder: this.#token,
      look,
      ask,
      stopping,
      now,
      replan: () => this.#replan(),
      pause: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
      held: (node) => lock.held(node),
      arm: (node, steps) => deadMan.arm(node, steps),
      canaries: (plan) =>
        canaries(this.#model(), new Set(plan.steps.map((s) => s.node)), `inkling-canary-${plan.hash.slice(0, 12)}`),
    };
  }
}

/** A renewal that is still under way is not begun a second time. */
function repeat(task: () => Promise<void>, seconds: number): () => void {
  let busy = false;
  const timer = setInterval(() => {
    if (busy) return;
    busy = true;
    void task().finally(() => {
      busy = false;
    });
  }, seconds * 1000);
  return () => clearInterval(timer);
}
