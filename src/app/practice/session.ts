import type { Engine } from '../../domain/engine.ts';
import type { Entry, Practice, PracticeIntent, PracticeState } from '../../domain/practice.ts';
import type { Desk } from './desk.ts';

export interface SessionOptions {
  readonly desk: Desk;
  readonly title: string;
  /** Commands of an earlier sitting, to bring the cluster to where it was. */
  readonly earlier?: readonly { readonly node: string; readonly command: string }[];
  /** Starts a look of Inkling's own at the cluster. */
  readonly inkling: () => Promise<Engine>;
}

/** Entries kept for scrolling back. */
const MOST_ENTRIES = 300;
/** What a command has written when it begins. */
const NOTHING = { stdout: '', stderr: '' };

/** A practice cluster with a learner at it: commands one after another, in the order in which they were typed. */
export class Session implements Practice {
  readonly desk: Desk;
  readonly #inkling: () => Promise<Engine>;
  readonly #listeners = new Set<() => void>();
  readonly #followed: (() => void)[] = [];
  readonly closing = new AbortController();
  /** Those that ended by themselves: what hung would hang again. */
  readonly commands: { readonly node: string; readonly command: string }[] = [];
  #state: PracticeState;
  #work: Promise<void> = Promise.resolve();
  /** Of the command that runs and of those that wait: stopping means them all. */
  readonly #stops = new Set<AbortController>();

  constructor({ desk, title, inkling }: SessionOptions, state: Pick<PracticeState, 'kind' | 'lesson' | 'drill'>) {
    this.desk = desk;
    this.#inkling = inkling;
    this.#state = { ...state, title, nodes: desk.nodes, entries: [], typed: [], paths: {} };
  }

  getState(): PracticeState {
    return this.#state;
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  send(intent: PracticeIntent): void {
    switch (intent.type) {
      case 'run':
        this.#typed(intent.node, intent.command);
        return;
      case 'cancel':
        for (const stop of this.#stops) stop.abort();
        return;
      case 'clear':
        this.change({ entries: [] });
        return;
      default:
        this.wanted(intent);
    }
  }

  async look(): Promise<Engine> {
    const engine = await this.#inkling();
    this.looked();
    let was = engine.getState().run.phase;
    this.#followed.push(
      engine.subscribe(() => {
        const { run, fix } = engine.getState();
        if (run.phase !== was && run.phase === 'judged') this.afterInkling(fix?.outcome === 'fixed');
        was = run.phase;
      }),
    );
    return engine;
  }

  async settled(): Promise<PracticeState> {
    let seen: Promise<void> | undefined;
    while (seen !== this.#work) {
      seen = this.#work;
      await seen;
    }
    return this.#state;
  }

  async close(): Promise<void> {
    this.closing.abort();
    for (const leave of this.#followed) leave();
    await this.settled();
    await this.desk.close();
  }

  /** Gets ready: what was typed in an earlier sitting is done again, and the files of the nodes become known. */
  begin(earlier: SessionOptions['earlier'] = []): void {
    this.queue(async () => {
      if (earlier.length > 0) this.change({ busy: 'Doing again what you did before' });
      for (const { node, command } of earlier) {
        this.commands.push({ node, command });
        this.say(await this.desk.run(node, command, this.closing.signal));
      }
      this.change({ typed: this.commands.map((c) => c.command) });
      await this.afterCommand();
      this.change({ busy: undefined });
    });
  }

  /** One thing after another; a failure of ours is told and ends nothing. */
  protected queue(task: () => Promise<void>): void {
    this.#work = this.#work
      .then(() => (this.closing.signal.aborted ? undefined : task()))
      .catch((error: unknown) => {
        if (this.closing.signal.aborted) return;
        this.change({ busy: undefined, running: undefined });
        this.remark(error instanceof Error ? error.message : String(error));
      });
  }

  /** It counts as running from the key press on, so that it can be stopped while it still waits. */
  #typed(node: string, command: string): void {
    if (!this.#state.running) this.change({ running: { node, command, ...NOTHING } });
    const stop = this.#stoppable();
    this.queue(async () => void (await this.type(node, command, stop)));
  }

  #stoppable(): AbortController {
    const stop = new AbortController();
    this.#stops.add(stop);
    return stop;
  }

  /** True when it ended by itself. */
  protected async type(node: string, command: string, stop = this.#stoppable()): Promise<boolean> {
    this.change({ running: { node, command, ...NOTHING }, typed: [...this.#state.typed, command] });
    const entry = await this.desk.run(node, command, AbortSignal.any([stop.signal, this.closing.signal]), (so) =>
      this.change({ running: { node, command, ...so } }),
    );
    this.#stops.delete(stop);
    if (entry.why === undefined) this.commands.push({ node, command });
    this.say(entry, { running: undefined });
    await this.afterCommand(node);
    return entry.why === undefined;
  }

  protected change(more: { readonly [K in keyof PracticeState]?: PracticeState[K] | undefined }): void {
    const all = { ...this.#state, ...more };
    for (const key of ['running', 'busy'] as const) if (all[key] === undefined) delete all[key];
    this.#state = all as PracticeState;
    for (const listener of this.#listeners) listener();
  }

  protected say(entry: Entry, more: Parameters<Session['change']>[0] = {}): void {
    this.change({ ...more, entries: [...this.#state.entries, entry].slice(-MOST_ENTRIES) });
  }

  protected remark(says: string): void {
    this.say({ kind: 'remark', says });
  }

  /** For those that follow: after each command, after a look or a fix of Inkling's, and for intents of their own. */
  protected async afterCommand(node?: string): Promise<void> {
    if (node !== undefined) await this.learnPaths(node);
  }
  protected looked(): void {}
  protected afterInkling(_fixed: boolean): void {}
  protected wanted(_intent: PracticeIntent): void {}

  protected async learnPaths(node: string): Promise<void> {
    const paths = await this.desk.paths(node);
    this.change({ paths: { ...this.#state.paths, [node]: paths } });
  }
}
