import { z } from 'zod';
import { RISKS } from '../domain/plan.ts';

/**
 * The report that `--format json` prints: an interface for other programs. `schema` grows when something is renamed or
 * removed; new keys may appear at any time.
 */
const evidence = z.object({
  node: z.string(),
  says: z.string(),
  command: z.string().optional().describe('what to type on the node to see it'),
  output: z.string().optional().describe('the lines that matter, secrets redacted'),
  log: z
    .object({
      service: z.string(),
      signature: z.string().describe('what the lines were recognised by'),
      count: z.number().int(),
      first: z.string(),
      last: z.string(),
    })
    .optional()
    .describe('when lines of a service log stand behind it'),
});

const cause = z.object({
  id: z.string(),
  playbook: z.string(),
  title: z.string(),
  status: z.enum(['confirmed', 'likely', 'possible', 'excluded', 'unknown']),
  subject: z.string().describe('what it is about; id and subject together are unique'),
  nodes: z.array(z.string()),
  why: z.string(),
  evidence: z.array(evidence),
  explains: z.array(z.string()).describe('ids of the checks and causes that are its effects'),
  excluded_rivals: z.array(z.object({ id: z.string(), title: z.string(), because: z.string() })),
  unseen: z.array(z.string()).describe('what would settle it when it is not confirmed'),
  fixes: z.array(
    z.object({
      id: z.string(),
      title: z.string(),
      risk: z.enum(RISKS),
      by_hand: z.string().optional().describe('present when a person has to do it'),
    }),
  ),
  references: z.array(z.string()),
  touches: z.array(z.string()).optional().describe('what of the pasted symptom it is about: `pool volumes`'),
});

const check = z.object({
  id: z.string(),
  playbook: z.string(),
  title: z.string(),
  node: z.string(),
  subject: z.string(),
  verdict: z
    .enum(['pass', 'fail', 'warn', 'advice', 'skip', 'unknown'])
    .describe('unknown is never a pass; advice changes no outcome'),
  says: z.string(),
});

const node = z.object({
  name: z.string(),
  roles: z.array(z.string()),
  reached: z.boolean(),
  why: z.string().nullable().describe('why it was not, or only partly, reached'),
});

const timings = z.object({
  total_ms: z.number(),
  first_cause_ms: z.number().nullable().describe('until the first cause was confirmed or likely; null: there was none'),
  nodes: z.array(
    z.object({
      name: z.string(),
      connect_ms: z.number().nullable().describe('until the link was open; null: it never was, or was before'),
      ms: z.number(),
      trips: z.number().int().describe('round trips: channels opened'),
      asked: z.number().int(),
      answered: z.number().int(),
      slowest: z
        .array(z.object({ command: z.string(), ms: z.number() }))
        .describe('the commands that took longest on the node, by its own clock'),
    }),
  ),
});

const repair = z.object({
  cause: z.string(),
  subject: z.string(),
  fix: z.string(),
  plan: z.string().describe('SHA-256 of what was shown and run'),
  canary: z.boolean().describe('services were allowed to try their pools afterwards'),
  outcome: z
    .enum(['fixed', 'refused', 'rolled-back', 'rollback-failed', 'not-verified', 'declined'])
    .nullable()
    .describe('null: only the plan was made'),
  says: z.string().nullable(),
  steps: z.array(
    z.object({
      id: z.string(),
      title: z.string(),
      node: z.string(),
      risk: z.enum(RISKS),
      shows: z.array(z.string()).describe('the exact command or diff'),
      touches: z.string().describe('services that restart, instances, volumes and clients that notice'),
      undo: z
        .object({ how: z.enum(['run', 'restore', 'nothing', 'impossible']), says: z.string() })
        .describe('what taking it back does, or why there is nothing to take back'),
      seconds: z.number().describe('expected duration'),
      status: z.enum(['waiting', 'running', 'done', 'failed', 'unknown', 'skipped', 'undone', 'undo-failed']),
      says: z.string().nullable(),
    }),
  ),
});

const waived = z.object({
  kind: z.enum(['check', 'cause']),
  id: z.string(),
  title: z.string(),
  nodes: z.array(z.string()),
  subject: z.string(),
  owner: z.string(),
  reason: z.string(),
  expires: z.string().describe('last day, UTC, on which it counts'),
});

const waiver = z.object({
  id: z.string(),
  node: z.string().optional(),
  subject: z.string().optional(),
  owner: z.string(),
  reason: z.string(),
  expires: z.string(),
});

export const reportSchema = z
  .object({
    schema: z.literal(1),
    version: z.string().describe('of Inkling'),
    run: z.object({
      id: z.string(),
      site: z.string(),
      practice: z.string().nullable().describe('scenario, when the nodes are the embedded practice cluster'),
      playbooks: z.array(z.string()),
      started_at: z.string(),
      pasted: z
        .array(z.object({ kind: z.string(), name: z.string() }))
        .optional()
        .describe('what the text given with --symptom names'),
    }),
    outcome: z.enum([
      'healthy',
      'causes',
      'warnings',
      'incomplete',
      'fixed',
      'rolled-back',
      'rollback-failed',
      'interrupted',
    ]),
    exit_code: z.number().int(),
    coverage: z.object({
      nodes: z.number().int(),
      nodes_reached: z.number().int(),
      asked: z.number().int(),
      answered: z.number().int(),
      unknown: z.number().int().describe('checks that could not be judged'),
    }),
    causes: z.array(cause).describe('most upstream first'),
    checks: z.array(check),
    nodes: z.array(node),
    repairs: z.array(repair).optional().describe('of `inkling fix`'),
    warnings: z
      .array(z.string())
      .optional()
      .describe('about the run itself: gaps in the site file, a fix that was broken off, no journal'),
    waivers: z
      .object({
        honoured: z.array(waived).describe('found and not counted: absent from causes and checks'),
        expired: z.array(waiver).describe('not honoured: their day has passed'),
        unused: z.array(waiver).describe('about nothing that was found'),
      })
      .optional()
      .describe('of `check --waivers`'),
    timings: timings.optional().describe('with --timings'),
  })
  .meta({ title: 'Inkling report', description: 'What `inkling check --format json` prints' });

export type Report = z.infer<typeof reportSchema>;

/** JSON Schema (draft 2020-12) of the report. */
export const reportJsonSchema = (): unknown => z.toJSONSchema(reportSchema);
