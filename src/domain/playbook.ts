import { z } from 'zod';
import type { Named } from './logs.ts';
import { SUBJECTS } from './model.ts';
import { RISKS } from './plan.ts';
import { ROLES } from './site.ts';

const id = z
  .string()
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'an id is lower-case words joined by hyphens')
  .max(64);
/** Text with `{expression}` blanks, filled from the subject. */
const words = z.string().min(1).max(2000);
/** A CEL expression over the model and the subject. */
const expression = z.string().min(1).max(1000);
const argv = z.tuple([z.string().min(1).max(500)], z.string().max(2000));
const seconds = z.number().min(1).max(600);
const unixName = z.string().regex(/^([a-z_][a-z0-9_-]*|\{[^{}]+\})$/, 'a unix user name, or a {blank}');
const mode = z.string().regex(/^(0?[0-7]{3,4}|\{[^{}]+\})$/, 'a quoted octal mode such as "0640"');

/** Reads one thing on a node. It has no place for a risk or an undo: it cannot express a change. */
export const probeSchema = z.strictObject({
  /** A role: every node that has it; `any`: every node; or a {blank} that gives a node's name. */
  on: z.union([
    z.enum([...ROLES, 'any']),
    z.string().regex(/^\{[^{}]+\}$/, 'a role, `any`, or a {blank} giving a node name'),
  ]),
  /** Ask only the first node that answers. */
  once: z.boolean().default(false),
  /** Ask for each of these subjects. */
  each: z.enum(SUBJECTS).optional(),
  when: expression.optional(),
  run: argv,
  as: unixName.optional(),
  parse: z.string(),
  deadline: seconds.default(10),
  seal: z.enum(['keyring', 'value', 'config', 'log']).optional(),
  /** `bundle`: asked only when a bundle is collected, with `{minutes}` for its window; nothing is judged by it. */
  only: z.literal('bundle').optional(),
  lane: z.string().max(32).optional(),
  family: z.string().max(64).optional(),
});

export const checkSchema = z.strictObject({
  title: z.string().min(1).max(200),
  each: z.enum(SUBJECTS),
  /** Of the kind `option`: names of the options it is about. */
  options: z.array(z.string().min(1)).optional(),
  /** When false the check does not apply. */
  when: expression.optional(),
  expect: expression,
  pass: words,
  fail: words,
  /** What a failure means: something is broken, weakens what works, or is merely not how it should be set. */
  level: z.enum(['fail', 'warn', 'advice']).default('fail'),
  /** Command that an operator can run to see it with own eyes. */
  tells: words.optional(),
});

const secretSchema = z.strictObject({ name: words, on: words, run: argv });

const actionSchema = z.union([
  z.strictObject({
    run: argv,
    as: unixName.optional(),
    stdin: secretSchema.optional(),
    /** Text for the program's stdin that is no secret. */
    input: words.optional(),
    deadline: seconds.default(30),
  }),
  z.strictObject({
    write: z.strictObject({
      path: words,
      owner: unixName,
      group: unixName,
      mode,
      content: z.union([words, secretSchema]),
      /** `absent`: only create; `any`: replace whatever is there, kept as a backup. */
      before: z.enum(['absent', 'any']).default('any'),
    }),
  }),
  z.strictObject({
    set_option: z
      .strictObject({
        path: words,
        /** Empty for a file without sections. */
        section: z.string().max(2000),
        option: words,
        /** Left out: the option is removed. */
        value: words.optional(),
        /** Left out: the option is not there and is added. */
        was: words.optional(),
      })
      .refine((o) => o.value !== undefined || o.was !== undefined, 'give `value`, `was` or both'),
  }),
  z.strictObject({
    /** The value of a libvirt secret. */
    set_secret: z.strictObject({ uuid: words, value: secretSchema }),
  }),
  z.strictObject({
    /** A whole line; added at the end of the file where `was` is left out. */
    edit_line: z.strictObject({ path: words, line: words, was: words.optional() }),
  }),
]);

const undoSchema = z.union([
  /** `input`: text for the stdin of each. */
  z.strictObject({ run: z.array(argv).min(1), input: words.optional(), says: words }),
  /** A restart: done again once everything else was taken back, and also when the step itself failed. */
  z.strictObject({ again: words }),
  /** A file's path, or the UUID of a secret that the step sets. */
  z.strictObject({ restore: words, says: words }),
  z.strictObject({ nothing: words }),
  z.strictObject({ impossible: words }),
]);

export const stepSchema = z.strictObject({
  title: words,
  on: words,
  /** CEL list: one step for each element, bound to `item`. */
  for: expression.optional(),
  when: expression.optional(),
  do: actionSchema,
  risk: z.enum(RISKS),
  touches: words,
  /** Written by the author of the step, always. */
  undo: undoSchema,
  seconds: z.number().min(0).max(3600).default(2),
});

export const fixSchema = z.strictObject({
  title: words,
  /** Why Inkling leaves it to a person, and what to do. Excludes steps. */
  by_hand: words.optional(),
  when: expression.optional(),
  steps: z.array(stepSchema).default([]),
  /** Checks that must pass afterwards; the cause's proof and path are always among them. */
  verify: z.array(id).default([]),
});

export const causeSchema = z.strictObject({
  title: words,
  each: z.enum(SUBJECTS),
  /** Instances with the same text are one cause. */
  group: words,
  when: expression.optional(),
  /** Checks that must fail: together they discriminate this cause from its rivals. */
  proof: z.array(id).min(1),
  /** Checks that must pass for it to be this cause and not another. */
  given: z.array(id).default([]),
  /** Checks that fail on the path from this cause to the symptom: one observed confirms it. */
  seen: z.array(id).default([]),
  /** Checks and causes that are its effects. */
  explains: z.array(id).default([]),
  rivals: z.array(id).default([]),
  /**
   * Signatures of log lines that this cause makes services write. Found for its subject, in time and since the last start, they are shown
   * as evidence; without them nothing follows.
   */
  logs: z.array(id).default([]),
  why: words,
  fixes: z.record(id, fixSchema),
  references: z.array(z.string().min(1)).default([]),
});

export const playbookSchema = z.strictObject({
  id,
  title: z.string().min(1).max(100),
  /** Section of the integration guide it stands for. */
  guide: z.string().optional(),
  summary: z.string().min(1).max(1000),
  /** What people say or paste when they have this problem. */
  symptoms: z.array(z.string().min(1).max(500)).min(1),
  tags: z.array(z.string().min(1).max(40)).default([]),
  /** Answers are in `facts["<probe>"].value` of a node. */
  probes: z.record(id, probeSchema).default({}),
  /** False: it judges the answers of its own probes only, so that nothing else is asked for it. */
  shared_probes: z.boolean().default(true),
  checks: z.record(id, checkSchema),
  causes: z.record(id, causeSchema),
});

export const probesSchema = z.strictObject({ probes: z.record(id, probeSchema) });

export const scenarioSchema = z.strictObject({
  id,
  title: z.string().min(1).max(200),
  /** What a user would report; nothing about the cause. */
  symptom: z.string().min(1).max(2000),
  /** The same for a drill, where the symptom is an error text or tells too much. */
  report: z.string().min(1).max(2000).optional(),
  /** Commands that break the practice cluster, run as root. */
  faults: z.array(z.strictObject({ on: z.string(), run: z.string() })),
  /** What must be found. */
  expect: z.strictObject({
    outcome: z.enum(['healthy', 'causes', 'warnings', 'incomplete']),
    causes: z.array(z.strictObject({ id, status: z.enum(['confirmed', 'likely', 'possible']) })).default([]),
    /** The fix that repairs it, when there is one. */
    fix: z.string().optional(),
  }),
});

export type Probe = z.output<typeof probeSchema>;
export type Check = z.output<typeof checkSchema>;
export type CauseRule = z.output<typeof causeSchema>;
export type FixRule = z.output<typeof fixSchema>;
export type StepRule = z.output<typeof stepSchema>;
export type ActionRule = z.output<typeof actionSchema>;
export type UndoRule = z.output<typeof undoSchema>;
export type SecretRule = z.output<typeof secretSchema>;
export type Playbook = z.output<typeof playbookSchema>;
export type Scenario = z.output<typeof scenarioSchema> & { readonly playbook: string };

/** What lines of a log say: the signatures they bear, and what they name. Pure. */
export type Recognise = (text: string) => { readonly signatures: readonly string[]; readonly named: readonly Named[] };

/** Everything loaded: shared probes and playbooks, ids unique over all. */
export interface Library {
  readonly probes: Readonly<Record<string, Probe>>;
  readonly playbooks: readonly Playbook[];
  readonly scenarios: readonly Scenario[];
  /** Absent: logs are read and nothing in them is recognised. */
  readonly recognise?: Recognise;
}
