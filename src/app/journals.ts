import type { JournalEntry } from '../cli/port.ts';
import type { RunEvent } from '../domain/event.ts';
import { emptyRun, type Folded, fold } from '../domain/fold.ts';
import { InputError } from '../domain/input-error.ts';
import type { Outcome } from '../domain/judgement.ts';
import type { FixState } from '../domain/plan.ts';
import { cannot, JournalError, journalDir } from '../journal/folder.ts';
import { listJournals } from '../journal/list.ts';
import { readJournal } from '../journal/read.ts';
import { journalFile } from '../journal/write.ts';

type Env = Readonly<Record<string, string | undefined>>;

export interface TimedEvent {
  readonly at: string;
  readonly event: RunEvent;
}

const RECENT = 20;

/** Reads runs back from their journals. */
export class Journals {
  readonly #dir: string;

  constructor(env: Env) {
    this.#dir = journalDir(env);
  }

  async list(): Promise<readonly JournalEntry[]> {
    const all = await this.#files();
    const runs = await Promise.all(
      all.map(async ({ runId: id, changedAt }) => {
        try {
          return summary(id, await this.#events(id, (e) => e.type !== 'fact' && e.type !== 'asked'));
        } catch (error) {
          // One that is damaged or not the user's own hides none of the others.
          if (!(error instanceof InputError) && !(error instanceof JournalError)) throw error;
          return { id, startedAt: changedAt, site: '', unresolved: 0, problem: error.message };
        }
      }),
    );
    return runs.toSorted((a, b) => (a.id < b.id ? 1 : -1));
  }

  /** The newest run on this site file whose fix was begun, and neither finished nor taken back. Looks at the last runs only. */
  async brokenOff(siteFile: string): Promise<JournalEntry | undefined> {
    for (const { runId: id, problem } of (await this.#files()).slice(0, RECENT)) {
      if (problem !== undefined) continue;
      const events = await this.#events(id, (e) => e.type !== 'fact' && e.type !== 'asked').catch(() => []);
      const [first] = events;
      if (first?.event.type !== 'run.started' || first.event.siteFile !== siteFile) continue;
      const found = summary(id, events);
      if (found.unresolved > 0) return found;
    }
    return undefined;
  }

  async read(
    id: string,
  ): Promise<{ readonly summary: JournalEntry; readonly events: readonly TimedEvent[]; readonly folded: Folded }> {
    const full = await this.#resolve(id);
    const events = await this.#events(full, () => true);
    return {
      summary: summary(full, events),
      events,
      folded: events.reduce((state, { event }) => fold(state, event), emptyRun),
    };
  }

  /** Throws InputError when the folder is not to be read, or not to be trusted. */
  #files(): ReturnType<typeof listJournals> {
    return listJournals(this.#dir).catch((error: unknown) => {
      if (!(error instanceof JournalError) && !isSystemError(error)) throw error;
      throw new InputError(`the journal cannot be read: ${cannot('open', this.#dir, error).message}`);
    });
  }

  async #events(id: string, wanted: (event: RunEvent) => boolean): Promise<readonly TimedEvent[]> {
    const events: TimedEvent[] = [];
    const reading = await readJournal(journalFile(this.#dir, id), (record) => {
      const event = record.event as unknown as RunEvent;
      if (wanted(event)) events.push({ at: record.at, event });
    });
    if (reading.state === 'bad') throw new InputError(`the journal of run ${id} is damaged: ${reading.says ?? ''}`);
    return events;
  }

  /** `last`, or any beginning of an id that only one run has. */
  async #resolve(id: string): Promise<string> {
    const ids = (await this.#files()).map((j) => j.runId).sort();
    const found = id === 'last' ? ids.slice(-1) : ids.filter((i) => i.startsWith(id));
    const exact = found.find((i) => i === id) ?? (found.length === 1 ? found[0] : undefined);
    if (exact !== undefined) return exact;
    throw new InputError(
      found.length === 0
        ? `there is no run \`${id}\` in the journal`
        : `\`${id}\` is the beginning of ${found.length} runs`,
      'See `inkling journal list`',
    );
  }
}

const isSystemError = (error: unknown): error is NodeJS.ErrnoException => error instanceof Error && 'errno' in error;

function summary(id: string, events: readonly TimedEvent[]): JournalEntry {
  const folded = events.reduce((state, { event }) => fold(state, event), emptyRun);
  const { run, fix } = folded;
  const judged = events.findLast(({ event }) => event.type === 'judged')?.event;
  const outcome =
    fix?.outcome === undefined ? (judged?.type === 'judged' ? judged.outcome : undefined) : OUTCOME[fix.outcome];
  const cause = fix?.plan.cause ?? (judged?.type === 'judged' ? judged.causes[0] : undefined);
  return {
    id,
    startedAt: run.startedAt,
    site: run.site,
    ...(run.practice !== undefined && { practice: run.practice }),
    ...(outcome !== undefined && { outcome }),
    ...(cause !== undefined && { cause }),
    unresolved: fix && fix.phase !== 'planned' && fix.outcome === undefined ? begun(fix) : 0,
  };
}

/** Steps that changed something or may have; at least one, so that a fix that was broken off is never taken for nothing. */
const begun = (fix: FixState): number => Math.max(1, fix.steps.filter((s) => s.status !== 'waiting').length);

const OUTCOME = {
  fixed: 'fixed',
  'rolled-back': 'rolled-back',
  'rollback-failed': 'rollback-failed',
  refused: 'causes',
  declined: 'causes',
  'not-verified': 'incomplete',
} as const satisfies Record<string, Outcome>;

/** What happened, in a sentence; undefined for what nobody wants to read. */
export function eventWords(
  event: RunEvent,
): { says: string; node?: string; tone?: 'good' | 'bad' | 'warn' } | undefined {
  switch (event.type) {
    case 'run.started':
      return { says: `looked at ${event.site} (${event.nodes.length} nodes) with ${event.playbooks.join(', ')}` };
    case 'node.lost':
      return { says: event.lost.detail, node: event.node, tone: 'bad' };
    case 'judged':
      return {
        says: `${event.outcome}${event.causes.length > 0 ? `: ${event.causes.join(', ')}` : ''}`,
        tone: event.outcome === 'healthy' ? 'good' : 'warn',
      };
    case 'fix.planned':
      return {
        says: `${event.who} planned: ${event.plan.title} (${event.plan.steps.length} ${event.plan.steps.length === 1 ? 'step' : 'steps'}, plan ${event.plan.hash.slice(0, 12)})`,
      };
    case 'step.intent':
      return { says: `${event.step}: ${event.shows.join(' ')}`, node: event.node };
    case 'canary.intent':
      return { says: `canary: ${event.shows.join('; ')}` };
    case 'undo.intent':
      return { says: `undo ${event.step}: ${event.shows.join(' ')}`, node: event.node, tone: 'warn' };
    case 'step.result':
      return {
        says: `${event.step} ${event.status}: ${event.says}`,
        tone: event.status === 'done' || event.status === 'undone' ? 'good' : 'bad',
      };
    case 'fix.finished':
      return { says: `${event.outcome}: ${event.says}`, tone: event.outcome === 'fixed' ? 'good' : 'bad' };
    case 'phase':
      return event.phase === 'failed' || event.phase === 'stopped'
        ? { says: event.error ?? event.phase, tone: 'bad' }
        : undefined;
    default:
      return undefined;
  }
}
