import { choicesOf, type Drill, grade, type Holding } from '../../domain/drill.ts';
import type { Judgement } from '../../domain/judgement.ts';
import type { Library, Scenario } from '../../domain/playbook.ts';
import type { DrillState, PracticeIntent } from '../../domain/practice.ts';
import { type Opened, type Progress, withDrill, withOpen } from '../../domain/progress.ts';
import type { ProgressFile } from '../../learn/progress.ts';
import { lookAtAll } from './look.ts';
import { Session, type SessionOptions } from './session.ts';

export interface DrillOptions extends SessionOptions {
  readonly drill: Drill;
  readonly faults: Scenario['faults'];
  readonly library: Library;
  readonly progress: ProgressFile;
  /** What an earlier sitting left open. */
  readonly resumed?: Opened;
}

/** A drill: the report of a user, and a grade at the end. */
export class DrillSession extends Session {
  readonly #o: DrillOptions;
  readonly #held: readonly Holding[];
  #fixed = false;

  constructor(options: DrillOptions) {
    const { drill, library, resumed } = options;
    const named = (resumed?.named ?? []).map((id) => ({ id, right: drill.causes.includes(id) }));
    super(options, {
      kind: 'drill',
      drill: {
        id: drill.id,
        reports: drill.report.split('\n'),
        choices: choicesOf(library, drill),
        causes: drill.causes.length,
        named,
        helped: resumed?.helped ?? false,
      },
    });
    this.#o = options;
    this.#held = this.desk.lab.inventory();
    this.begin(options.earlier);
  }

  get #state(): DrillState {
    return this.getState().drill as DrillState;
  }

  get #found(): boolean {
    return this.#o.drill.causes.every((id) => this.#state.named.some((n) => n.id === id));
  }

  protected override async afterCommand(node?: string): Promise<void> {
    await super.afterCommand(node);
    await this.#keepOpen();
  }

  protected override looked(): void {
    if (!this.#found && !this.#state.grade) this.change({ drill: { ...this.#state, helped: true } });
    this.queue(() => this.#keepOpen());
  }

  protected override afterInkling(fixed: boolean): void {
    this.#fixed ||= fixed;
  }

  protected override wanted(intent: PracticeIntent): void {
    if (intent.type === 'name') this.queue(() => this.#name(intent.cause));
    if (intent.type === 'grade') this.queue(() => this.#grade());
  }

  async #name(id: string): Promise<void> {
    const choice = this.#state.choices.find((c) => c.id === id);
    if (!choice || this.#state.grade || this.#state.named.some((n) => n.id === id)) return;
    const right = this.#o.drill.causes.includes(id);
    this.change({ drill: { ...this.#state, named: [...this.#state.named, { id, right }] } });
    const rest = this.#found ? 'Now repair it, then ask for the grade.' : 'There is another one.';
    this.remark(right ? `✓ That is it: ${choice.title}. ${rest}` : `✗ Not that: ${choice.title}.`);
    await this.#keepOpen();
  }

  async #grade(): Promise<void> {
    if (this.#state.grade) return;
    this.change({ busy: 'Looking at everything, to grade' });
    // Another cluster with the same fault shows what there was to see; looking at it earlier would slow the learner's commands.
    const before = await lookElsewhere(this.#o, this.closing.signal);
    const after = await lookAtAll(this.desk.lab.site, this.#o.library, this.closing.signal);
    if (this.closing.signal.aborted) return;
    const { drill, library } = this.#o;
    const attempt = {
      named: this.#state.named.map((n) => n.id),
      helped: this.#state.helped,
      fixedByInkling: this.#fixed,
      commands: this.getState().typed.length,
    };
    const outcome = { before, after, hadBefore: this.#held, hasAfter: this.desk.lab.inventory() };
    const given = grade(drill, attempt, outcome, library);
    const at = new Date().toISOString();
    // Kept before it is shown: whoever has seen the grade may leave at once.
    await this.#keep((progress) => withOpen(withDrill(progress, drill.id, given, at), undefined));
    this.change({ drill: { ...this.#state, grade: given }, busy: undefined });
  }

  /** Kept only once something was done: whoever merely looks in leaves nothing open. */
  async #keepOpen(): Promise<void> {
    const { named, helped, grade: done } = this.#state;
    if (done || (this.commands.length === 0 && named.length === 0)) return;
    const open: Opened = {
      kind: 'drill',
      id: this.#o.drill.id,
      commands: this.commands,
      named: named.map((n) => n.id),
      helped,
    };
    await this.#keep((progress) => withOpen(progress, open));
  }

  async #keep(how: (progress: Progress) => Progress): Promise<void> {
    await this.#o.progress.change(how);
  }
}

async function lookElsewhere({ faults, library }: DrillOptions, signal: AbortSignal): Promise<Judgement> {
  const { startLab } = await import('../../lab/index.ts');
  const lab = await startLab({ faults, pace: 0.01 });
  try {
    return await lookAtAll(lab.site, library, signal);
  } finally {
    await lab.close();
  }
}
