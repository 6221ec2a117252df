import { z } from 'zod';

/** Version of the bundles that this program writes. It grows when a reader of the version before could not read them. */
export const SCHEMA = 1;

const short = z.string().max(10_000);
const name = z.string().min(1).max(255);
const lost = z.strictObject({
  result: z.literal('lost'),
  why: z.enum([
    ...(['refused', 'unreachable', 'hostkey', 'auth', 'denied', 'dropped', 'timeout', 'skipped', 'missing'] as const),
    ...(['absent', 'cancelled'] as const),
  ]),
  detail: short,
});

/** What every version has: enough to say which it is. */
export const anyManifest = z.looseObject({ kind: z.literal('inkling-bundle'), schema: z.number().int().min(1) });

export const manifestV1 = z.strictObject({
  kind: z.literal('inkling-bundle'),
  schema: z.literal(1),
  /** Version of the program that wrote it. */
  inkling: short,
  run: z.strictObject({
    id: name,
    site: name,
    practice: name.optional(),
    playbooks: z.array(name).max(1000),
    pasted: z
      .array(z.strictObject({ kind: name, name: short }))
      .max(1000)
      .optional(),
    started_at: z.iso.datetime(),
  }),
  /** Minutes of logs before the look; 0: none were collected. */
  window_minutes: z.number().int().min(0),
  nodes: z
    .array(
      z.strictObject({
        name,
        roles: z.array(name).max(100),
        lost: lost.optional(),
        asked: z.number().int(),
        answered: z.number().int(),
        /** Until the link was open, and until the last answer. Milliseconds. */
        connect_ms: z.number().optional(),
        ms: z.number(),
      }),
    )
    .max(1000),
  /** What was run where, when, for how long, and how it ended: an exit code, or why there is no answer. */
  ran: z
    .array(
      z.strictObject({
        node: name,
        command: z.string().max(100_000),
        at: z.iso.datetime(),
        ms: z.number().optional(),
        ended: z.union([z.number().int(), short]),
      }),
    )
    .max(100_000),
  /** What could not be had, and why. */
  not_had: z.array(z.strictObject({ node: name, what: short, why: short })).max(100_000),
  redaction: z.strictObject({
    /** Equal for bundles whose tokens can be compared. */
    key: z.string().regex(/^[0-9a-f]{16}$/),
    pseudonyms: z.boolean(),
    /** Replaced in all, by kind. */
    replaced: z.record(name, z.number().int()),
  }),
  /** Every other member, in the order of the archive. */
  members: z
    .array(
      z.strictObject({
        path: name,
        bytes: z.number().int().min(0),
        sha256: z.string().regex(/^[0-9a-f]{64}$/),
        /** The command or path that it came from. */
        origin: short.optional(),
      }),
    )
    .max(100_000),
});

const text = z.union([z.literal(''), z.strictObject({ member: name })]);

/** A line of `facts.jsonl`. Outputs stand in members of their own; equal ones once. */
export const factLine = z.strictObject({
  id: short,
  probe: name,
  node: name,
  subject: short.optional(),
  command: z.string().max(100_000),
  at: z.iso.datetime(),
  waited: z.number().optional(),
  answer: z.union([
    lost,
    z.strictObject({
      result: z.literal('exited'),
      code: z.number().int(),
      stdout: text,
      stderr: text,
      dropped: z.number().int().min(0),
      ms: z.number(),
    }),
  ]),
});

export type Manifest = z.output<typeof manifestV1>;
export type FactLine = z.output<typeof factLine>;

export const MEMBERS = {
  facts: 'facts.jsonl',
  manifest: 'manifest.json',
  journal: 'journal.jsonl',
  diagnosis: 'diagnosis.json',
  markdown: 'diagnosis.md',
  page: 'report.html',
  redaction: 'redaction.json',
} as const;
