import { randomInt } from 'node:crypto';
import { type Drill, drillsOf, together } from '../../domain/drill.ts';
import { InputError } from '../../domain/input-error.ts';
import type { Lesson } from '../../domain/lesson.ts';
import type { Library } from '../../domain/playbook.ts';
import type { Catalogue, Practice, PracticeChoice, PracticePort } from '../../domain/practice.ts';
import { type Opened, type Progress, summarise } from '../../domain/progress.ts';
import type { Start } from '../../lab/guide-steps.ts';
import type { LabOptions } from '../../lab/index.ts';
import { progressPath } from '../../learn/files.ts';
import { ProgressFile } from '../../learn/progress.ts';
import { HEALTHY, type Libraries } from '../library.ts';
import type { Runs } from '../runs.ts';
import { Desk } from './desk.ts';
import { DrillSession } from './drill-session.ts';
import { LessonSession } from './lesson-session.ts';
import { Session } from './session.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** Lessons, drills and free play on the practice cluster, and the learner's progress. */
export class Practices {
  readonly #libraries: Libraries;
  readonly #runs: Runs;
  readonly #progress: ProgressFile;

  constructor(libraries: Libraries, runs: Runs, env: Env) {
    this.#libraries = libraries;
    this.#runs = runs;
    this.#progress = new ProgressFile(progressPath(env));
  }

  /** The port, with drills from these folders too. */
  port(playbookDirs: readonly string[]): PracticePort {
    return {
      catalogue: () => this.#catalogue(playbookDirs),
      lessons: () => this.#libraries.lessons(),
      open: (choice) => this.#open(choice, playbookDirs),
      reset: () => this.#progress.reset(),
    };
  }

  async #catalogue(playbookDirs: readonly string[]): Promise<Catalogue> {
    const [lessons, { library }, progress] = await Promise.all([
      this.#libraries.lessons(),
      this.#libraries.load(playbookDirs),
      this.#progress.read(),
    ]);
    const drills = drillsOf(library.scenarios);
    return {
      lessons: lessons.map((l) => {
        const goals = Object.keys(l.goals);
        const known = progress.lessons[l.id];
        const reached = goals.filter((id) => known?.goals.includes(id)).length;
        return { id: l.id, title: l.title, guide: l.guide, goals: goals.length, reached, done: known?.done ?? false };
      }),
      drills: drills.map(({ id, playbook, report }) => {
        const known = progress.drills[id];
        return {
          id,
          playbook,
          report,
          tries: known?.tries ?? 0,
          passed: known?.passed ?? false,
          ...(known && { best: known.best }),
        };
      }),
      summary: summarise(progress, lessons, drills),
      ...openOf(progress, lessons, drills),
    };
  }

  async #open(choice: PracticeChoice, playbookDirs: readonly string[]): Promise<Practice> {
    const { library } = await this.#libraries.load(playbookDirs);
    switch (choice.kind) {
      case 'lesson':
        return this.#lesson(choice.id, library, choice.resume === true);
      case 'drill':
        return this.#drill(choice.id, library, choice.resume === true, playbookDirs);
      case 'random':
        return this.#random(choice.faults, library, playbookDirs);
      case 'free': {
        const scenario = [HEALTHY, ...library.scenarios].find((s) => s.id === choice.scenario);
        if (!scenario)
          throw new InputError(`there is no scenario \`${choice.scenario}\``, 'See `inkling practice list`');
        const desk = await deskWith({ faults: scenario.faults });
        const session = new Session(this.#options(desk, scenario.title, scenario.id, playbookDirs), { kind: 'free' });
        session.begin();
        return session;
      }
    }
  }

  async #lesson(id: string, library: Library, resume: boolean): Promise<Practice> {
    const lessons = await this.#libraries.lessons();
    const lesson = lessons.find((l) => l.id === id);
    if (!lesson) throw new InputError(`there is no lesson \`${id}\``, 'See `inkling practice lessons`');
    const desk = await deskWith({ start: lesson.start as Start, faults: lesson.begin });
    const open = resume ? await this.#left('lesson', id) : undefined;
    return new LessonSession(
      { ...this.#options(desk, lesson.title, `lesson ${id}`, []), ...(open && { earlier: open.commands }) },
      lesson,
      library,
      this.#progress,
    );
  }

  async #drill(id: string, library: Library, resume: boolean, dirs: readonly string[]): Promise<Practice> {
    const all = drillsOf(library.scenarios);
    const parts = id.split('+').map((one) => {
      const drill = all.find((d) => d.id === one);
      if (!drill) throw new InputError(`there is no drill \`${one}\``, 'See `inkling practice drills`');
      return drill;
    });
    if (parts.length > 2) throw new InputError('a drill has one fault or two', 'Join two ids by +');
    const [first, second] = parts as [Drill, Drill?];
    const drill = second ? together(first, second) : first;
    const faults = parts.flatMap((p) => library.scenarios.find((s) => s.id === p.id)?.faults ?? []);
    const desk = await deskWith({ faults });
    const open = resume ? await this.#left('drill', id) : undefined;
    return new DrillSession({
      ...this.#options(desk, second ? 'Two faults' : 'Drill', 'drill', dirs),
      drill,
      faults,
      library,
      progress: this.#progress,
      ...(open && { resumed: open, earlier: open.commands }),
    });
  }

  /** One that was not passed yet, while there is one. Two faults that cannot be made together are drawn again. */
  async #random(faults: 1 | 2, library: Library, dirs: readonly string[]): Promise<Practice> {
    const all = drillsOf(library.scenarios);
    const { drills } = await this.#progress.read();
    const fresh = all.filter((d) => !drills[d.id]?.passed);
    const first = drawn(fresh.length > 0 ? fresh : all);
    if (faults === 1) return this.#drill(first.id, library, false, dirs);
    const seconds = all.filter((d) => d.playbook !== first.playbook);
    for (let left = 5; ; left--) {
      const second = drawn(seconds.length > 0 ? seconds : all.filter((d) => d !== first));
      try {
        return await this.#drill(`${first.id}+${second.id}`, library, false, dirs);
      } catch (error) {
        if (left === 0 || error instanceof InputError) throw error;
      }
    }
  }

  async #left(kind: Opened['kind'], id: string): Promise<Opened | undefined> {
    const { open } = await this.#progress.read();
    return open?.kind === kind && open.id === id ? open : undefined;
  }

  #options(desk: Desk, title: string, practice: string, playbookDirs: readonly string[]) {
    const inkling = () => this.#runs.open({ where: { cluster: desk.lab.site, practice }, playbooks: [], playbookDirs });
    return { desk, title, inkling };
  }
}

function drawn<T>(all: readonly T[]): T {
  const one = all[randomInt(Math.max(1, all.length))];
  if (one === undefined) throw new InputError('there is no drill');
  return one;
}

async function deskWith(options: LabOptions): Promise<Desk> {
  const { startLab } = await import('../../lab/index.ts');
  return new Desk(await startLab(options));
}

function openOf({ open }: Progress, lessons: readonly Lesson[], drills: readonly Drill[]): Pick<Catalogue, 'open'> {
  if (!open) return {};
  const title =
    open.kind === 'lesson'
      ? lessons.find((l) => l.id === open.id)?.title
      : open.id
          .split('+')
          .map((id) => drills.find((d) => d.id === id)?.report)
          .join(' ');
  return { open: { kind: open.kind, id: open.id, title: title ?? open.id, commands: open.commands.length } };
}
