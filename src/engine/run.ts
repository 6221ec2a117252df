import type { Engine, EngineState, Intent, Prompt } from '../domain/engine.ts';
import type { Journal, RunEvent } from '../domain/event.ts';

import type { Named } from '../domain/logs.ts';
import type { Library, Playbook } from '../domain/playbook.ts';
import { lost } from '../domain/question.ts';
import type { Site } from '../domain/site.ts';
import type { HostKey, Link, Transport } from '../domain/transport.ts';
import type { RunOn } from './fix/act.ts';
import { type Operator, Repair } from './fix/repair.ts';
import type { Hide } from './hidden.ts';
import { observe } from './observe.ts';
import { judgement } from './outcome.ts';
import { Store } from './store.ts';
import { forBundle, forLook } from './window.ts';

export interface RunOptions {
  readonly id: string;
  readonly site: Site;
  readonly practice?: string;
  readonly siteFile?: string;
  readonly library: Library;
  readonly playbooks: readonly Playbook[];
  /** What the text that led here names. */
  readonly pasted?: readonly Named[];
  /** Made with the run's own question about unknown host keys. */
  readonly transport: (trust: (key: HostKey) => Promise<boolean>) => Transport;
  readonly journal: Journal;
  readonly operator: Operator;
  /** Takes secrets out of all that nodes say. */
  readonly hide?: Hide;
  readonly now?: () => Date;
  /** What the answers are read from, when no node is asked: nothing is changed then. */
  readonly recorded?: string;
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
  readonly #repair: Repair;
  #work: Promise<void> = Promise.resolve();
  #stop = new AbortController();
  #stopping = false;
  #prompts: Promise<unknown> = Promise.resolve();

  constructor(options: RunOptions) {
    this.#o = options;
    this.#now = options.now ?? (() => new Date());
    this.#store = new Store(
      options.journal,
      (run) => judgement(options.site, run, options.library, options.playbooks),
      options.hide,
    );
    this.#transport = options.transport((key) =>
      this.#ask({ kind: 'trust-host-key', id: `trust-${key.node}`, key, typed: key.node }),
    );
    this.#repair = new Repair({
      id: options.id,
      site: options.site,
      library: options.library,
      operator: options.operator,
      store: this.#store,
      now: this.#now,
      run: this.#runOn,
      look: () => this.#lookAfresh(),
      ask: (prompt) => this.#ask(prompt),
      stopping: () => this.#stopping,
    });
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
      case 'collect':
        this.#begin(() => this.#collect(intent.minutes));
        return;
      case 'plan-fix':
        this.#begin(() => this.#repair.plan(intent));
        return;
      case 'apply-fix':
        if (this.#o.recorded === undefined) this.#begin(() => this.#changing(() => this.#repair.apply()));
        return;
      case 'undo-fix':
        if (this.#o.recorded === undefined) this.#begin(() => this.#changing(() => this.#repair.undo()));
        return;
      case 'abandon-fix':
        this.#begin(() => this.#repair.abandon());
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
    const { id, site, practice, siteFile, recorded, playbooks, pasted, history } = this.#o;
    if (history) return this.#reopen(history);
    await this.#store.record({
      type: 'run.started',
      id,
      site: site.name,
      ...(practice && { practice }),
      ...(siteFile && { siteFile }),
      ...(recorded !== undefined && { recorded }),
      playbooks: playbooks.map((p) => p.id),
      ...(pasted && pasted.length > 0 && { pasted }),
      at: this.#now().toISOString(),
      nodes: site.nodes.map(({ name, roles }) => ({ name, roles })),
    });
    await this.#observe();
    this.#settle();
  }

  /** What an earlier process left open is settled by reading the nodes, before anybody decides anything. */
  async #reopen(history: readonly RunEvent[]): Promise<void> {
    this.#store.replay(history);
    await this.#lookAfresh();
    await this.#repair.settleOpen();
    this.#settle();
  }

  async #changing(change: () => Promise<void>): Promise<void> {
    this.#renew();
    this.#store.note({ type: 'phase', phase: 'fixing' });
    await change();
    this.#settle();
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

  /** On the links that are open; what was answered already is not asked again. */
  async #collect(minutes: number): Promise<void> {
    this.#renew();
    this.#store.note({ type: 'phase', phase: 'looking' });
    await this.#observe(forBundle(this.#o.library.probes, minutes));
    this.#settle();
  }

  #observe(probes = forLook(this.#o.library.probes)): Promise<void> {
    return observe(
      {
        site: this.#o.site,
        probes,
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
