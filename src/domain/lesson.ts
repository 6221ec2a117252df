import { z } from 'zod';
import { probeSchema } from './playbook.ts';

const id = z
  .string()
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'an id is lower-case words joined by hyphens')
  .max(64);
const text = z.string().min(1).max(2000);

/** A command of the lesson, run by root on a practice node. */
const commandSchema = z.strictObject({
  on: z.string().min(1).max(64),
  run: z.string().min(1).max(4000),
  /** What it is for, when it does not say so itself. */
  says: text.optional(),
});

export const goalSchema = z
  .strictObject({
    title: z.string().min(1).max(100),
    /** CEL over the same model that checks are judged on; the whole site is the subject. */
    expect: z.string().min(1).max(1000).optional(),
    /** Or: checks of playbooks that must pass wherever they apply, and apply somewhere. */
    checks: z.array(id).min(1).optional(),
    /** What is still missing, with `{expression}` blanks. */
    missing: text.optional(),
    /** From vague to exact. */
    hints: z.array(text).min(1),
    /** The exact commands that reach it. */
    show: z.array(commandSchema).min(1),
  })
  .refine((goal) => (goal.expect === undefined) !== (goal.checks === undefined), 'give either `expect` or `checks`');

export const lessonSchema = z.strictObject({
  id,
  title: z.string().min(1).max(60),
  /** Where it stands among the lessons. */
  order: z.number().int().min(1),
  /** Section of the integration guide that it follows. */
  guide: z.string().min(1).max(100),
  /** What is done here and why, in a few lines. */
  about: text,
  /** What talks to what, drawn in characters. */
  picture: z
    .string()
    .min(1)
    .refine((drawn) => drawn.split('\n').every((row) => row.length <= 76), 'a row of the picture has at most 76 cells')
    .refine((drawn) => !/[^\n\x20-\x7e]/.test(drawn), 'the picture is drawn with plain ASCII'),
  /** Where the practice cluster stands when it begins: `healthy`, `empty`, or the step of the guide that was done last. */
  start: id.default('healthy'),
  /** Commands that prepare the cluster, unseen by the learner. */
  begin: z.array(commandSchema).default([]),
  /** Probes whose answers the goals are judged on: only these are asked, after each command. */
  looks: z.array(id).min(1),
  /** Probes of its own; answers are in `facts["<probe>"].value` of a node. */
  probes: z.record(id, probeSchema).default({}),
  goals: z.record(id, goalSchema),
  /** What the guide gets wrong here, and what is true. */
  errata: z.array(z.strictObject({ says: text, truth: text })).default([]),
});

export type LessonCommand = z.output<typeof commandSchema>;
export type Goal = z.output<typeof goalSchema>;
export type Lesson = z.output<typeof lessonSchema>;

/** How a goal stands: open, reached, or not to be seen. */
export interface GoalState {
  readonly id: string;
  readonly title: string;
  readonly verdict: 'pass' | 'fail' | 'unknown';
  /** What is missing, or why it cannot be seen; empty when it is reached. */
  readonly says: string;
}
