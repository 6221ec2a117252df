import type { EngineState, Prompt, RunState } from '../domain/engine.ts';
import type { Journal, RunEvent } from '../domain/event.ts';
import { emptyRun, type Folded, fold } from '../domain/fold.ts';
import type { Judgement } from '../domain/judgement.ts';
import { HIDE_KEYS, type Hide, hidden } from './hidden.ts';

/** Judging takes time from the look itself: after it, so many times as long goes by before facts that came meanwhile are judged. */
const REST = 4;
/** Milliseconds; a person waits for the first cause. */
const LONGEST_REST = 500;

/**
 * Events in, state out. The judgement is derived when somebody looks, and only if facts changed since. While a look goes on it may lag
 * behind the facts; once the look has ended it is of all of them.
 */
export class Store {
  #folded: Folded = emptyRun;
  #prompt: Prompt | undefined;
  #judged: { readonly run: RunState; readonly judgement: Judgement; readonly restsUntil: number } | undefined;
  #state: EngineState | undefined;
  readonly #listeners = new Set<() => void>();
  readonly #journal: Journal;
  readonly #judge: (run: RunState) => Judgement;

  readonly #hide: Hide;

  /** `hide`: every event goes through it before the journal, the state and whoever looks at it get it. */
  constructor(journal: Journal, judge: (run: RunState) => Judgement, hide: Hide = HIDE_KEYS) {
    this.#hide = hide;
    this.#journal = journal;
    this.#judge = judge;
  }

  /** Records an observation: the journal gets it soon. */
  note(event: RunEvent): void {
    const safe = hidden(event, this.#hide);
    this.#journal.appendSoon(safe);
    this.#apply(safe);
  }

  /** Records something that must be on disk before anything follows from it. */
  async record(event: RunEvent): Promise<void> {
    const safe = hidden(event, this.#hide);
    await this.#journal.append(safe);
    this.#apply(safe);
  }

  /** State as events of an earlier process left it; they are in the journal already. */
  replay(events: readonly RunEvent[]): void {
    this.#folded = events.reduce(fold, this.#folded);
    this.#changed();
  }

  prompt(prompt: Prompt | undefined): void {
    this.#prompt = prompt;
    this.#changed();
  }

  get run(): RunState {
    return this.#folded.run;
  }

  get fix(): Folded['fix'] {
    return this.#folded.fix;
  }

  get judgement(): Judgement {
    return this.#judgementOf(this.#folded.run);
  }

  #judgementOf(run: RunState): Judgement {
    const before = this.#judged;
    if (before?.run === run) return before.judgement;
    const began = performance.now();
    const looking = run.phase === 'looking' && before?.run.phase === 'looking';
    if (looking && began < before.restsUntil) return before.judgement;
    const judgement = this.#judge(run);
    const now = performance.now();
    this.#judged = { run, judgement, restsUntil: now + Math.min(REST * (now - began), LONGEST_REST) };
    return judgement;
  }

  get state(): EngineState {
    if (this.#state) return this.#state;
    const { run } = this.#folded;
    const judge = () => this.#judgementOf(run);
    let judged: Judgement | undefined;
    this.#state = {
      run,
      // Judged only if somebody looks: a progress line need not.
      get judgement() {
        judged ??= judge();
        return judged;
      },
      ...(this.#folded.fix && { fix: this.#folded.fix }),
      ...(this.#prompt && { prompt: this.#prompt }),
    };
    return this.#state;
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #apply(event: RunEvent): void {
    this.#folded = fold(this.#folded, event);
    this.#changed();
  }

  #changed(): void {
    this.#state = undefined;
    for (const listener of this.#listeners) listener();
  }
}
