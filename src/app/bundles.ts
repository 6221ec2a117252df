import { createHmac, randomBytes } from 'node:crypto';
import { userInfo } from 'node:os';
import { join, resolve } from 'node:path';
import { siteOf } from '../bundle/index.ts';
import type { Engine, EngineState } from '../domain/engine.ts';
import type { Waiving } from '../domain/waive.ts';
import { htmlPage, markdownPage } from '../pages/index.ts';
import { Redactor } from '../redact/index.ts';
import { pathPart } from './bundle-members.ts';
import { type Packed, pack } from './bundle-pack.ts';
import { dossierOf } from './dossier.ts';
import type { Journals, TimedEvent } from './journals.ts';
import { chosen, forRun, type Libraries } from './library.ts';
import { Pseudonyms } from './pseudonyms.ts';
import { keyOf } from './redaction.ts';
import type { Runs, Where } from './runs.ts';

export interface BundleOptions {
  /** Absent: named after the site and the run, in the working folder. */
  readonly file?: string;
  readonly replace: boolean;
  readonly keyFile?: string;
  readonly pseudonyms: boolean;
  readonly playbookDirs: readonly string[];
}

export interface Reporting {
  readonly version: string;
  readonly report: (state: EngineState) => unknown;
}

export type Progress = (says: string, bytes: number) => void;

/** Makes bundles of runs: of one that has just looked, or of one that the journal keeps. */
export class Bundles {
  constructor(
    private readonly runs: Runs,
    private readonly journals: Journals,
    private readonly libraries: Libraries,
    private readonly reporting: Reporting,
  ) {}

  /** Starts to look, for a bundle that is packed once the engine has settled and was sent `collect`. */
  async open(where: Where, { keyFile, playbookDirs }: BundleOptions, warn: (says: string) => void): Promise<Engine> {
    const key = await keyOf(keyFile);
    const sessionKey = createHmac('sha256', key).update('inkling session').digest();
    return this.runs.open({ where, playbooks: [], playbookDirs, warn, sessionKey, tokenKey: key });
  }

  /** Of a run that is open. */
  async packEngine(engine: Engine, minutes: number, options: BundleOptions, progress: Progress): Promise<Packed> {
    const { run } = engine.getState();
    const events = await this.journals.read(run.id).then(
      (read) => read.events,
      // A run that could not be kept in the journal has none.
      (): readonly TimedEvent[] => [],
    );
    return this.#pack({ run, looking: this.runs.looking(engine), events, minutes }, options, progress);
  }

  /** Of a run that the journal keeps; no node is reached. */
  async packRun(id: string, options: BundleOptions, progress: Progress): Promise<Packed> {
    const { events, folded } = await this.journals.read(id);
    const { library } = await this.libraries.load(options.playbookDirs);
    const known = new Set(library.playbooks.map((p) => p.id));
    const playbooks = chosen(
      library,
      folded.run.playbooks.filter((p) => known.has(p)),
    );
    const looking = {
      site: siteOf(folded.run.site, folded.run.nodes),
      library: forRun(library, playbooks),
      playbooks,
    };
    return this.#pack({ run: folded.run, looking, events, minutes: 0 }, options, progress);
  }

  /** A run as a page for people, without secrets that a node may have let slip. */
  page(engine: Engine, format: 'markdown' | 'html', { judgement, ...waivers }: Waiving): string {
    const { site, library } = this.runs.looking(engine);
    const state = { ...engine.getState(), judgement };
    const dossier = { ...dossierOf({ state, site, library, version: this.reporting.version }), waivers };
    const page = format === 'html' ? htmlPage(dossier) : markdownPage(dossier);
    return new Redactor(randomBytes(32)).text(page);
  }

  async #pack(
    seen: Parameters<typeof pack>[0],
    { file, replace, keyFile, pseudonyms }: BundleOptions,
    progress: Progress,
  ): Promise<Packed> {
    const key = await keyOf(keyFile);
    const names = seen.run.nodes.map(({ name }) => name);
    return pack(seen, {
      file: resolve(file ?? nameOf(seen.run, pseudonyms)),
      replace,
      key,
      ...(seen.looking.hiding && { redactor: seen.looking.hiding.redactor }),
      ...(pseudonyms && { pseudonyms: new Pseudonyms(key, seen.run.site, names, usersOf(seen)) }),
      ...this.reporting,
      progress,
    });
  }
}

const nameOf = ({ site, id }: { readonly site: string; readonly id: string }, pseudonyms: boolean): string =>
  join('.', `inkling-${pseudonyms ? '' : `${pathPart(site)}-`}${pathPart(id)}.tar.gz`);

/** Who may be named in it besides what the nodes themselves tell. */
const usersOf = ({ looking, events }: Parameters<typeof pack>[0]): readonly string[] => [
  userInfo().username,
  ...looking.site.nodes.flatMap(({ reach }) => reach.user ?? []),
  ...events.flatMap(({ event }) => (event.type === 'fix.planned' ? [event.who] : [])),
];
