import { z } from 'zod';

const lessonProgress = z.strictObject({
  /** Goals reached, whenever that was. */
  goals: z.array(z.string()),
  done: z.boolean(),
  /** Hints read, and goals whose commands were shown. */
  hints: z.number().int().min(0),
  shown: z.number().int().min(0),
});

const drillProgress = z.strictObject({
  tries: z.number().int().min(0),
  best: z.number().int().min(0).max(100),
  last: z.number().int().min(0).max(100),
  passed: z.boolean(),
  /** ISO 8601. */
  at: z.string(),
});

/** What was left open: enough to bring the cluster to where it was. */
const openSchema = z.strictObject({
  kind: z.enum(['lesson', 'drill']),
  id: z.string(),
  commands: z.array(z.strictObject({ node: z.string(), command: z.string() })),
  named: z.array(z.string()).default([]),
  helped: z.boolean().default(false),
});

export const progressSchema = z.strictObject({
  schema: z.literal(1),
  lessons: z.record(z.string(), lessonProgress),
  drills: z.record(z.string(), drillProgress),
  open: openSchema.optional(),
});

export type Progress = z.output<typeof progressSchema>;
export type LessonProgress = z.output<typeof lessonProgress>;
export type DrillProgress = z.output<typeof drillProgress>;
export type Opened = z.output<typeof openSchema>;

export const NO_PROGRESS: Progress = { schema: 1, lessons: {}, drills: {} };
const NEW_LESSON: LessonProgress = { goals: [], done: false, hints: 0, shown: 0 };

/** What was learned of a lesson since: goals stay reached, counts add up. */
export function withLesson(progress: Progress, id: string, more: Partial<LessonProgress>): Progress {
  const was = progress.lessons[id] ?? NEW_LESSON;
  const now: LessonProgress = {
    goals: [...new Set([...was.goals, ...(more.goals ?? [])])],
    done: was.done || more.done === true,
    hints: was.hints + (more.hints ?? 0),
    shown: was.shown + (more.shown ?? 0),
  };
  return { ...progress, lessons: { ...progress.lessons, [id]: now } };
}

/** A drill that was graded. A double one counts for itself, under both names joined. */
export function withDrill(
  progress: Progress,
  id: string,
  { points, passed }: { readonly points: number; readonly passed: boolean },
  at: string,
): Progress {
  const was = progress.drills[id];
  const now: DrillProgress = {
    tries: (was?.tries ?? 0) + 1,
    best: Math.max(was?.best ?? 0, points),
    last: points,
    passed: was?.passed === true || passed,
    at,
  };
  return { ...progress, drills: { ...progress.drills, [id]: now } };
}

export const withOpen = ({ open: _, ...progress }: Progress, open: Opened | undefined): Progress =>
  open === undefined ? progress : { ...progress, open };

export interface Summary {
  readonly lessons: { readonly done: number; readonly of: number };
  readonly drills: { readonly passed: number; readonly tried: number; readonly of: number };
  /** Mean of the best results of the drills tried; absent when none was. */
  readonly average?: number;
  /** By playbook: drills passed, tried, all. */
  readonly playbooks: readonly {
    readonly id: string;
    readonly passed: number;
    readonly tried: number;
    readonly of: number;
  }[];
}

export function summarise(
  progress: Progress,
  lessons: readonly { readonly id: string }[],
  drills: readonly { readonly id: string; readonly playbook: string }[],
): Summary {
  const tried = Object.values(progress.drills).filter((d) => d.tries > 0);
  const count = (all: readonly { readonly id: string }[]) => ({
    passed: all.filter((d) => progress.drills[d.id]?.passed).length,
    tried: all.filter((d) => progress.drills[d.id]).length,
    of: all.length,
  });
  const books = [...Map.groupBy(drills, (d) => d.playbook)];
  return {
    lessons: { done: lessons.filter((l) => progress.lessons[l.id]?.done).length, of: lessons.length },
    drills: count(drills),
    ...(tried.length > 0 && { average: Math.round(tried.reduce((sum, d) => sum + d.best, 0) / tried.length) }),
    playbooks: books.map(([id, all]) => ({ id, ...count(all) })),
  };
}
