import { randomBytes } from 'node:crypto';
import { hostname, userInfo } from 'node:os';
import { replay } from '../bundle/index.ts';
import type { Difference } from '../domain/difference.ts';
import type { Engine } from '../domain/engine.ts';
import type { Journal, RunEvent } from '../domain/event.ts';
import { type Evidence, readOnly } from '../domain/evidence.ts';
import { InputError } from '../domain/input-error.ts';
import type { Named } from '../domain/logs.ts';
import type { Library, Playbook, Scenario } from '../domain/playbook.ts';
import type { Site } from '../domain/site.ts';
import { differenceOf } from '../engine/difference.ts';
import type { Operator } from '../engine/fix/repair.ts';
import { Run, type RunOptions } from '../engine/run.ts';
import { JournalError, journalDir } from '../journal/folder.ts';
import { lives, markOf } from '../journal/process.ts';
import { openJournal } from '../journal/write.ts';
import { createTransport, SealedWords } from '../transport/index.ts';
import { Hiding } from './hiding.ts';
import { Journals } from './journals.ts';
import { chosen, forRun, type Libraries } from './library.ts';
import { closing, notKept, unwritable, type Warn } from './run-journal.ts';
import { readSite } from './sites.ts';

type Env = Readonly<Record<string, string | undefined>>;

export type Where =
  | { readonly site: string }
  | { readonly practice: string }
  /** A practice cluster that lives longer than the run. */
  | { readonly cluster: Site; readonly practice: string };

export interface OpenRequest {
  readonly where: Where;
  readonly playbooks: readonly string[];
  readonly playbookDirs: readonly string[];
  /** Text that led here. */
  readonly symptom?: string;
  /** Nodes may be changed: without a journal it does not begin. */
  readonly changes?: boolean;
  /** Makes the digests of keys: the same for two runs, and equal keys are seen to be equal in both. */
  readonly sessionKey?: Buffer;
  /** Makes the tokens that stand for secrets. */
  readonly tokenKey?: Uint8Array;
  /** Told what the operator should know: gaps in the site file, a fix that was broken off, a run that is not kept in the journal. */
  readonly warn?: Warn;
}

type Trust = Parameters<RunOptions['transport']>[0];

export interface Looking {
  readonly site: Site;
  readonly library: Library;
  readonly playbooks: readonly Playbook[];
  /** What knows the secrets that the run has met. */
  readonly hiding?: Hiding;
  /** What knows, by their digests, the secrets of the configurations that it has seen. */
  readonly sealed?: SealedWords;
  /** Of recorded answers: whose digests can be compared with these. */
  readonly key?: string;
}

/** Opens runs: real nodes or practice nodes, the same engine for both. */
export class Runs {
  readonly #libraries: Libraries;
  readonly #env: Env;
  readonly #journals: Journals;
  readonly #open = new Set<Run>();
  readonly #seen = new WeakMap<Engine, Looking>();
  /** All secrets met by runs; a run that was given a key has its own. */
  readonly #hidings = [new Hiding()];

  constructor(libraries: Libraries, env: Env) {
    this.#libraries = libraries;
    this.#env = env;
    this.#journals = new Journals(env);
  }

  async open({
    where,
    playbooks,
    playbookDirs,
    symptom = '',
    changes = false,
    sessionKey = randomBytes(32),
    tokenKey,
    warn = () => {},
  }: OpenRequest): Promise<Engine> {
    const { library } = await this.#libraries.load(playbookDirs);
    const selected = chosen(library, playbooks);
    const place = await this.#place(where, playbookDirs, warn);
    if ('site' in where) await this.#remind(where.site, warn);
    const id = newRunId(new Date());
    const journal = await this.#journal(id, changes, warn).catch(async (error: unknown) => {
      await place.close?.();
      throw error;
    });
    const own = tokenKey && new Hiding(tokenKey);
    if (own) this.#hidings.push(own);
    const sealed = new SealedWords(sessionKey);
    const options = {
      id,
      site: place.site,
      ...('practice' in where && { practice: where.practice }),
      ...('site' in where && { siteFile: where.site }),
      library: forRun(library, selected),
      playbooks: selected,
      pasted: pastedOf(symptom, library),
      transport: (trust: Trust) => createTransport({ trust, sessionKey, sealed }),
      journal: closing(journal, warn, place.close),
      operator: operator(),
    };
    const run = this.#opened(options, own);
    this.#seen.set(run, { ...this.looking(run), sealed });
    return run;
  }

  /** Judges what was recorded, by today's playbooks. No node is reached, and the journal has nothing of it. */
  async openEvidence(
    evidence: Evidence,
    { playbooks, playbookDirs, symptom = '' }: Pick<OpenRequest, 'playbooks' | 'playbookDirs' | 'symptom'>,
  ): Promise<Engine> {
    const { library } = await this.#libraries.load(playbookDirs);
    const selected = chosen(library, playbooks);
    const run = this.#opened({
      id: evidence.id,
      site: evidence.site,
      ...(evidence.practice !== undefined && { practice: evidence.practice }),
      recorded: evidence.from,
      library: forRun(library, selected),
      playbooks: selected,
      pasted: symptom.trim() === '' ? (evidence.pasted ?? []) : pastedOf(symptom, library),
      transport: () => replay(evidence),
      journal: unwritable(readOnly(evidence.from)),
      operator: operator(),
      now: () => new Date(evidence.startedAt),
    });
    const looking = this.looking(run);
    this.#seen.set(run, { ...looking, ...(evidence.key !== undefined && { key: evidence.key }) });
    return run;
  }

  /** What changed from one run to another. */
  difference(before: Engine, after: Engine): Difference {
    const [was, is] = [this.looking(before), this.looking(after)];
    const side = (engine: Engine, looking: Looking) => ({ ...engine.getState(), ...looking });
    return differenceOf(side(before, was), side(after, is), was.key !== undefined && was.key === is.key);
  }

  /** What a run looks at, and judges by. */
  looking(engine: Engine): Looking {
    return this.#seen.get(engine) as Looking;
  }

  /** Opens the run of a journal again, on the site file it was made with. */
  async reopen(id: string, history: readonly RunEvent[]): Promise<Engine> {
    const started = history.find((e) => e.type === 'run.started');
    if (started?.type !== 'run.started')
      throw new InputError(`the journal of run ${id} does not say what it looked at`);
    if (started.practice !== undefined)
      throw new InputError(
        `run ${id} was on the practice cluster, which lives only as long as its run`,
        'Nothing of it is left to change',
      );
    if (started.siteFile === undefined) throw new InputError(`the journal of run ${id} does not name its site file`);
    const { library } = await this.#libraries.load([]);
    return this.#opened({
      id,
      site: await readSite(started.siteFile, this.#env),
      siteFile: started.siteFile,
      library,
      playbooks: chosen(library, started.playbooks),
      transport: (trust) => createTransport({ trust }),
      journal: await this.#journal(id, true),
      operator: operator(),
      history,
    });
  }

  /** Whether one of the runs is in the middle of a fix. */
  changing(): boolean {
    return [...this.#open].some((run) => run.getState().run.phase === 'fixing');
  }

  /** An error's words without secrets. */
  hide(text: string): string {
    return this.sweep((this.#hidings[0] as Hiding).hide(text));
  }

  /** A text without the secrets that any run has met. */
  sweep(text: string): string {
    return this.#hidings.reduce((clean, { sweep }) => sweep(clean), text);
  }

  #opened({ journal, ...options }: RunOptions, hiding = this.#hidings[0] as Hiding): Run {
    const run: Run = new Run({
      ...options,
      hide: hiding.hide,
      journal: {
        append: (event) => journal.append(event),
        appendSoon: (event) => journal.appendSoon(event),
        close: () => journal.close().finally(() => this.#open.delete(run)),
      },
    });
    this.#open.add(run);
    this.#seen.set(run, { site: options.site, library: options.library, playbooks: options.playbooks, hiding });
    return run;
  }

  /** What an earlier process left half done is said before anybody looks at its effects. */
  async #remind(siteFile: string, warn: Warn): Promise<void> {
    const left = await this.#journals.brokenOff(siteFile).catch(() => undefined);
    if (left)
      warn(
        `The fix of ${left.cause ?? 'a cause'} in run ${left.id} was broken off. inkling journal resume ${left.id} reads the nodes and goes on; journal undo ${left.id} takes it back.`,
      );
  }

  async #place(
    where: Where,
    playbookDirs: readonly string[],
    warn: Warn,
  ): Promise<{ site: Site; close?: () => Promise<void> }> {
    if ('site' in where) return { site: await readSite(where.site, this.#env, warn) };
    if ('cluster' in where) return { site: where.cluster };
    const lab = await this.practice(where.practice, playbookDirs);
    return { site: lab.site, close: () => lab.close() };
  }

  async practice(id: string, playbookDirs: readonly string[]) {
    const scenario = (await this.#libraries.scenarios(playbookDirs)).find((s) => s.id === id);
    if (!scenario) throw new InputError(`there is no scenario \`${id}\``, 'See `inkling practice list`');
    return startPractice(scenario);
  }

  /** Throws InputError where nodes may be changed and nothing can be written; a look goes on without a journal. */
  async #journal(id: string, changes: boolean, warn: Warn = () => {}): Promise<Journal> {
    try {
      return await openJournal(journalDir(this.#env), id);
    } catch (error) {
      if (!(error instanceof JournalError)) throw error;
      if (changes) throw new InputError(`nothing was done: ${error.message}`);
      warn(notKept(error));
      return unwritable(error.message);
    }
  }
}

/** What a pasted text names, and which known texts it bears. */
function pastedOf(text: string, { recognise }: Library): readonly Named[] {
  const seen = text.trim() === '' ? undefined : recognise?.(text);
  return seen ? [...seen.named, ...seen.signatures.map((name) => ({ kind: 'says', name }))] : [];
}

async function startPractice(scenario: Scenario) {
  const { startLab } = await import('../lab/index.ts');
  return startLab({ faults: scenario.faults });
}

/** Sorts by time, readable, and unique without a register: `20261122-191530-4f2a`. */
export function newRunId(at: Date): string {
  const [day, time] = at.toISOString().split('T') as [string, string];
  return `${day.replaceAll('-', '')}-${time.slice(0, 8).replaceAll(':', '')}-${randomBytes(2).toString('hex')}`;
}

/** A lease of a process of this machine that has ended need not run out first. */
const operator = (): Operator => ({
  who: whoAmI(),
  host: hostname(),
  ...markOf(process.pid),
  gone: ({ host, pid, began }) => host === hostname() && !lives({ pid, began }),
});

function whoAmI(): string {
  try {
    return userInfo().username;
  } catch {
    return 'unknown';
  }
}
