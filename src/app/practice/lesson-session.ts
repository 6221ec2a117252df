import type { Lesson, LessonCommand } from '../../domain/lesson.ts';
import type { Library } from '../../domain/playbook.ts';
import { type LessonState, type PracticeIntent, stepWords } from '../../domain/practice.ts';
import { type Progress, withLesson, withOpen } from '../../domain/progress.ts';
import type { ProgressFile } from '../../learn/progress.ts';
import { lookAtGoals } from './look.ts';
import { Session, type SessionOptions } from './session.ts';

const LATER_MS = 6_000;

/** A lesson: after each command its goals are looked at anew. */
export class LessonSession extends Session {
  readonly #lesson: Lesson;
  readonly #library: Library;
  readonly #progress: ProgressFile;
  #later: NodeJS.Timeout | undefined;

  constructor(options: SessionOptions, lesson: Lesson, library: Library, progress: ProgressFile) {
    super(options, { kind: 'lesson', lesson: { lesson, goals: [], hints: {}, shown: [] } });
    this.#lesson = lesson;
    this.#library = library;
    this.#progress = progress;
    this.begin(options.earlier);
  }

  get #state(): LessonState {
    return this.getState().lesson as LessonState;
  }

  protected override async afterCommand(node?: string): Promise<void> {
    await this.#lookAgain();
    await super.afterCommand(node);
    clearTimeout(this.#later);
    const open = this.#state.goals.some((g) => g.verdict !== 'pass');
    // A volume that is being made or a service that starts is there a moment later, without another command.
    if (node !== undefined && open && !this.closing.signal.aborted)
      this.#later = setTimeout(() => this.queue(() => this.#lookAgain()), LATER_MS).unref();
  }

  protected override afterInkling(): void {
    this.queue(() => this.#lookAgain());
  }

  protected override wanted(intent: PracticeIntent): void {
    if (intent.type === 'hint') this.queue(() => this.#hint(intent.goal));
    if (intent.type === 'show') this.queue(() => this.#show(intent.goal, intent.run));
  }

  async #lookAgain(): Promise<void> {
    this.change({ busy: 'Looking at the goals' });
    const goals = await lookAtGoals(this.desk, this.#lesson, this.#library, this.closing.signal);
    if (this.closing.signal.aborted) return;
    const before = this.#state.goals;
    this.change({ lesson: { ...this.#state, goals }, busy: undefined });
    const reached = goals.filter((g) => g.verdict === 'pass').map((g) => g.id);
    const fresh = goals.filter(
      (g) => g.verdict === 'pass' && before.some((b) => b.id === g.id && b.verdict !== 'pass'),
    );
    for (const { title } of fresh) this.remark(`✓ ${title}`);
    const done = goals.length > 0 && reached.length === goals.length;
    if (done && fresh.length > 0) this.remark('All goals are reached. q goes back to the lessons.');
    await this.#keep((progress) =>
      withOpen(
        withLesson(progress, this.#lesson.id, { goals: reached, done }),
        done || this.commands.length === 0
          ? undefined
          : { kind: 'lesson', id: this.#lesson.id, commands: this.commands, named: [], helped: false },
      ),
    );
  }

  /** The goal meant: the one named, else the first that is open. */
  #goal(named: string | undefined): string | undefined {
    return named ?? this.#state.goals.find((g) => g.verdict !== 'pass')?.id;
  }

  async #hint(named: string | undefined): Promise<void> {
    const id = this.#goal(named);
    const goal = id === undefined ? undefined : this.#lesson.goals[id];
    if (id === undefined || !goal) return this.remark('Every goal is reached.');
    const read = this.#state.hints[id] ?? 0;
    const hint = goal.hints[Math.min(read, goal.hints.length - 1)] ?? '';
    if (read >= goal.hints.length)
      return this.remark(`${goal.title}: that was the last hint; show me gives the commands.`);
    this.change({ lesson: { ...this.#state, hints: { ...this.#state.hints, [id]: read + 1 } } });
    this.remark(`Hint ${read + 1} of ${goal.hints.length}, ${goal.title}: ${hint}`);
    await this.#keep((progress) => withLesson(progress, this.#lesson.id, { hints: 1 }));
  }

  async #show(named: string | undefined, run: boolean): Promise<void> {
    const id = this.#goal(named);
    const goal = id === undefined ? undefined : this.#lesson.goals[id];
    if (id === undefined || !goal) return this.remark('Every goal is reached.');
    const fresh = !this.#state.shown.includes(id);
    if (fresh) this.change({ lesson: { ...this.#state, shown: [...this.#state.shown, id] } });
    if (run) await this.#runSteps(goal.show);
    else this.remark(`${goal.title}:\n${goal.show.map(written).join('\n')}`);
    if (fresh) await this.#keep((progress) => withLesson(progress, this.#lesson.id, { shown: 1 }));
  }

  /** Whoever stops one does not want those after it. */
  async #runSteps(steps: readonly LessonCommand[]): Promise<void> {
    for (const { on, run, says } of steps) {
      if (says !== undefined) this.remark(says);
      if (!(await this.type(on, run))) return;
    }
  }

  async #keep(how: (progress: Progress) => Progress): Promise<void> {
    await this.#progress.change(how);
  }
}

const written = (step: LessonCommand): string =>
  step.says === undefined ? stepWords(step) : `# ${step.says}\n${stepWords(step)}`;
