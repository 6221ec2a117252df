import type { Engine, EngineState, Intent, Prompt } from '../domain/engine.ts';
import type { Journal, RunEvent } from '../domain/event.ts';
import { isUnknown } from '../domain/fact.ts';
import type { Plan } from '../domain/plan.ts';
import type { Library, Playbook } from '../domain/playbook.ts';
import { lost } from '../domain/question.ts';
import type { Site } from '../domain/site.ts';
import type { HostKey, Link, Transport } from '../domain/transport.ts';
import type { RunOn } from './fix/act.ts';
import { type FixRequest, makePlan, noPlan } from './fix/plan.ts';
import { apply, type Transaction, undo } from './fix/transaction.ts';
import { judge } from './judge.ts';
import { buildModel } from './model/index.ts';
import { observe } from './observe.ts';
import { judgement, lostNodes } from './outcome.ts';
import { Store } from './store.ts';

export interface RunOptions {
  readonly id: string;
  readonly site: Site;
  readonly practice?: string;
  readonly siteFile?: string;
  readonly library: Library;
  readonly playbooks: readonly Playbook[];
  /** Made with the run's own question about unknown host keys. */
  readonly transport: (trust: (key: HostKey) => Promise<boolean>) => Transport;
  readonly journal: Journal;
  readonly who: string;
  readonly now?: () => Date;
  /** Events of a run that is opened again: it goes on where they end. */
  readonly history?: readonly RunEvent[];
}

/** One run: looks at once, then does what intents say, one thing at a time. */
export class Run implements Engine {
  readonly #o: RunOptions;
  readonly #store: Store;
  readonly #transport: Transport;
  readonly #links = new Map<string, Link>();
  readonly #answers = new Map<string, (yes: boolean) => void>();
  readonly #now: () => Date;
  #work: Promise<void> = Promise.resolve();
  #stop = new AbortController();
  #stopping = false;
  #fix: FixRequest | undefined;
  #prompts: Promise<unknown> = Promise.resolve();

  constructor(options: RunOptions) {
    this.#o = options;
    this.#now = options.now ?? (() => new Date());
    this.#store = new Store(options.journal, (run) => judgement(options.site, run, options.library, options.playbooks));
    this.#transport = options.transport((key) =>
      this.#ask({ kind: 'trust-host-key', id: `trust-${key.node}`, key, typed: key.node }),
    );
    this.#begin(() => this.#start());
  }

  getState(): EngineState {
    return this.#store.state;
  }

  subscribe(listener: () => void): () => void {
    return this.#store.subscribe(listener);
  }

  send(intent: Intent): void {
    switch (intent.type) {
      case 'answer':
        this.#answers.get(intent.prompt)?.(intent.yes);
        return;
      case 'cancel':
        this.#cancel();
        return;
      case 'look-again':
        this.#begin(() => this.#look());
        return;
      case 'plan-fix':
        this.#begin(() => this.#plan(intent));
        return;
      case 'apply-fix':
        this.#begin(() => this.#apply());
        return;
      case 'undo-fix':
        this.#begin(() => this.#undo());
        return;
      case 'abandon-fix':
        this.#begin(() => this.#abandon());
        return;
    }
  }

  async settled(): Promise<EngineState> {
    let seen: Promise<void> | undefined;
    while (seen !== this.#work) {
      seen = this.#work;
      await seen;
    }
    return this.getState();
  }

  async close(): Promise<void> {
    this.#cancel();
    await this.settled();
    await Promise.all([...this.#links.values()].map((l) => l.close()));
    await this.#transport.close();
    await this.#o.journal.close();
  }

  /** Work goes one after another; a failure of ours is a state, not a crash. */
  #begin(task: () => Promise<void>): void {
    this.#work = this.#work.then(task).catch((error: unknown) => {
      this.#store.note({
        type: 'phase',
        phase: 'failed',
        error: error instanceof Error ? error.message : String(error),
      });
    });
  }

  async #start(): Promise<void> {
    const { id, site, practice, siteFile, playbooks, history } = this.#o;
    if (history) return this.#reopen(history);
    await this.#store.record({
      type: 'run.started',
      id,
      site: site.name,
      ...(practice && { practice }),
      ...(siteFile && { siteFile }),
      playbooks: playbooks.map((p) => p.id),
      at: this.#now().toISOString(),
      nodes: site.nodes.map(({ name, roles }) => ({ name, roles })),
    });
    await this.#observe();
    this.#settle();
  }

  /** Steps that were begun and have no result are unknown until the nodes have been read again. */
  async #reopen(history: readonly RunEvent[]): Promise<void> {
    this.#store.replay(history);
    const { fix } = this.#store;
    for (const { step } of fix?.steps.filter((s) => s.status === 'running') ?? [])
      await this.#store.record({
        type: 'step.result',
        plan: fix?.plan.hash ?? '',
        step: step.id,
        status: 'unknown',
        says: 'Inkling ended before it learned the result',
      });
    await this.#look();
  }

  async #look(): Promise<void> {
    this.#renew();
    this.#store.note({ type: 'phase', phase: 'looking' });
    await this.#lookAfresh();
    this.#settle();
  }

  async #lookAfresh(): Promise<void> {
    this.#store.note({ type: 'forgotten' });
    await this.#observe();
  }

  #observe(): Promise<void> {
    return observe(
      {
        site: this.#o.site,
        probes: this.#o.library.probes,
        transport: this.#transport,
        store: this.#store,
        links: this.#links,
        now: this.#now,
      },
      this.#stop.signal,
    );
  }

  #settle(): void {
    this.#store.note({ type: 'phase', phase: this.#stop.signal.aborted ? 'stopped' : 'judged' });
    const { outcome, causes } = this.#store.judgement;
    this.#store.note({ type: 'judged', outcome, causes: causes.map((c) => c.id) });
  }

  #replan(request: FixRequest): ReturnType<typeof makePlan> {
    const { site, library } = this.#o;
    const observed = { site, facts: this.#store.run.facts, lost: lostNodes(this.#store.run) };
    const model = buildModel(observed, library.probes);
    return makePlan(model, library.playbooks, judge(model, library.playbooks), request, this.#now());
  }

  async #plan({ cause, subject, fix }: FixRequest): Promise<void> {
    this.#fix = { cause, subject, fix };
    const plan = this.#replan(this.#fix);
    if (isUnknown(plan)) {
      const none = noPlan(this.#fix, this.#now());
      await this.#store.record({ type: 'fix.planned', plan: none, who: this.#o.who });
      await this.#store.record({
        type: 'fix.finished',
        plan: none.hash,
        outcome: 'refused',
        says: `no plan was made: ${plan.unknown}`,
      });
      return;
    }
    await this.#store.record({ type: 'fix.planned', plan, who: this.#o.who });
  }

  async #apply(): Promise<void> {
    const { fix } = this.#store;
    if (!fix || fix.phase === 'done') return;
    this.#renew();
    this.#store.note({ type: 'phase', phase: 'fixing' });
    const plan = fix.phase === 'planned' ? fix.plan : await this.#rest(fix.plan);
    if (plan) await apply(this.#transaction(), plan);
    this.#settle();
  }

  /** What is left of a fix that was broken off: planned anew from what the nodes show now. */
  async #rest(broken: Plan): Promise<Plan | undefined> {
    const plan = this.#replan(broken);
    if (isUnknown(plan)) {
      const gone = this.#store.judgement.coverage.unknown === 0;
      const says = gone
        ? `${broken.cause} is gone: nothing is left to do`
        : `whether ${broken.cause} is gone cannot be seen`;
      await this.#store.record({
        type: 'fix.finished',
        plan: broken.hash,
        outcome: gone ? 'fixed' : 'not-verified',
        says,
      });
      return undefined;
    }
    await this.#store.record({ type: 'fix.planned', plan, who: this.#o.who });
    return plan;
  }

  async #undo(): Promise<void> {
    const { fix } = this.#store;
    // What was declined, refused or taken back before has nothing left to take back.
    if (!fix?.steps.some((s) => s.status === 'done' || s.status === 'unknown')) return;
    this.#renew();
    this.#store.note({ type: 'phase', phase: 'fixing' });
    await undo(this.#transaction(), fix.plan, 'undone as you asked');
    this.#settle();
  }

  async #abandon(): Promise<void> {
    const { fix } = this.#store;
    if (fix && fix.phase === 'planned')
      await this.#store.record({
        type: 'fix.finished',
        plan: fix.plan.hash,
        outcome: 'declined',
        says: 'nothing was changed',
      });
  }

  #transaction(): Transaction {
    const request = this.#fix ?? (this.#store.fix?.plan as FixRequest);
    return {
      store: this.#store,
      run: this.#runOn,
      look: () => this.#lookAfresh(),
      replan: () => this.#replan(request),
      ask: (prompt) => this.#ask(prompt),
      pause: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
      stopping: () => this.#stopping,
    };
  }

  readonly #runOn: RunOn = async (node, command) => {
    const link = this.#links.get(node);
    if (!link) return lost('dropped', `there is no link to ${node}`);
    return (await link.run({ ...command, id: `act-${node}` })).answer;
  };

  /** One question at a time; what is asked while another is open waits its turn. */
  #ask(prompt: Prompt): Promise<boolean> {
    const turn = this.#prompts.then(
      () =>
        new Promise<boolean>((resolve) => {
          if (this.#stopping) return resolve(false);
          this.#answers.set(prompt.id, (yes) => {
            this.#answers.delete(prompt.id);
            this.#store.prompt(undefined);
            resolve(yes);
          });
          this.#store.prompt(prompt);
        }),
    );
    this.#prompts = turn;
    return turn;
  }

  /** Looking stops at once. A change is never cut in its middle: the step under way ends, the rest is not begun. */
  #cancel(): void {
    this.#stopping = true;
    if (this.#store.run.phase !== 'fixing') this.#stop.abort();
    for (const answer of [...this.#answers.values()]) answer(false);
  }

  #renew(): void {
    if (this.#stop.signal.aborted) this.#stop = new AbortController();
    this.#stopping = false;
  }
}
