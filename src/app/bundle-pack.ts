import { lstat, writeFile } from 'node:fs/promises';
import { Archive, type FactLine, type Manifest, MEMBERS, SCHEMA, siteOf } from '../bundle/index.ts';
import type { EngineState, RunState } from '../domain/engine.ts';
import type { Fact } from '../domain/fact.ts';
import { InputError } from '../domain/input-error.ts';
import { judgement } from '../engine/outcome.ts';
import { unwritableBecause } from '../files/refusal.ts';
import { htmlPage, markdownPage } from '../pages/index.ts';
import type { Redactor } from '../redact/index.ts';
import { Leak } from '../redact/index.ts';
import { type Excerpt, excerptsOf, isWindow, since } from './bundle-logs.ts';
import { Outputs, pathPart } from './bundle-members.ts';
import { BundleRedaction, type Place, placesIn } from './bundle-redaction.ts';
import { dossierOf } from './dossier.ts';
import type { TimedEvent } from './journals.ts';
import { type Pseudonyms, SITE } from './pseudonyms.ts';
import type { Looking } from './runs.ts';

/** What goes into a bundle, as it was seen: with every secret that a node let slip. */
export interface Seen {
  readonly run: RunState;
  readonly looking: Looking;
  readonly events: readonly TimedEvent[];
  /** Minutes of logs that were asked for; 0: none. */
  readonly minutes: number;
}

export interface PackOptions {
  readonly file: string;
  readonly replace: boolean;
  readonly key: Uint8Array;
  /** Knows the secrets of the run already. */
  readonly redactor?: Redactor;
  /** Other names for hosts, addresses and users. */
  readonly pseudonyms?: Pseudonyms;
  readonly version: string;
  /** The report for programs. */
  readonly report: (state: EngineState) => unknown;
  readonly progress: (says: string, bytes: number) => void;
}

/** A bundle that is ready: it has its name only when it is kept. */
export interface Packed {
  readonly file: string;
  /** Which name stands for which, kept apart. */
  readonly mapFile?: string;
  /** What was replaced, by kind. */
  readonly replaced: Readonly<Record<string, number>>;
  readonly places: readonly Place[];
  /** Places beyond those listed. */
  readonly morePlaces: number;
  readonly notHad: Manifest['not_had'];
  /** Looks at all of it once more and gives it its name. Bytes; a text when a secret was found: then nothing is left. */
  keep(): Promise<{ readonly bytes: number } | { readonly leak: string }>;
  discard(): Promise<void>;
}

const MOST_PLACES = 5000;
const EVENTS_ELSEWHERE = new Set(['fact', 'asked']);

/** Redacts, judges what is left, and writes it. Throws InputError when the file cannot be written. */
export async function pack(seen: Seen, options: PackOptions): Promise<Packed> {
  const { file, progress } = options;
  await refuse(file, options.replace);
  const mapFile = options.pseudonyms && `${file.replace(/\.tar\.gz$/, '')}.names.json`;
  if (mapFile !== undefined) await refuse(mapFile, options.replace);
  const { pseudonyms } = options;
  const redaction = new BundleRedaction(options.key, pseudonyms?.rename, options.redactor);
  const facts = [...seen.run.facts.values()].toSorted(byNodeAndId).map((fact) => swept(fact, seen.looking));
  progress('Looking for secrets', 0);
  for (const fact of facts) {
    redaction.learnFact(fact);
    pseudonyms?.learn(fact);
  }
  for (const event of seen.events) redaction.learnEvent(event);

  const clean = facts.filter((fact) => !isWindow(fact)).map((fact) => redaction.fact(fact));
  const state = judged(seen, clean, redaction, pseudonyms);
  const places: Place[] = [];
  let morePlaces = 0;
  const archive = new Archive({
    file,
    root: `inkling-${pathPart(seen.run.id)}`,
    mtime: Date.parse(seen.run.startedAt) / 1000,
  });
  const add = async (path: string, text: string, origin?: string): Promise<void> => {
    for (const place of placesIn(path, text)) {
      if (places.length < MOST_PLACES) places.push(place);
      else morePlaces += 1;
    }
    await archive.add(path, Buffer.from(text), origin);
    progress(`Writing ${path}`, archive.packed);
  };

  try {
    const outputs = new Outputs();
    const lines: FactLine[] = [];
    for (const fact of clean) {
      const { line, outputs: files } = outputs.line(fact);
      for (const { path, text, origin } of files) await add(path, text, origin);
      lines.push(line);
    }
    await add(MEMBERS.facts, jsonLines(lines));
    const cut: string[] = [];
    const excerpts: Excerpt[] = [];
    const from = Date.parse(seen.run.startedAt) / 1000 - seen.minutes * 60;
    for (const whole of excerptsOf(facts, (text) => redaction.clean(text))) {
      const { path, text, source, node, cut: isCut } = since(from, whole);
      const name = redaction.clean(source);
      if (isCut) cut.push(`${redaction.clean(node)}\n${name}`);
      const excerpt = {
        node: redaction.clean(node),
        source: name,
        path,
        text: redaction.clean(text, source),
        cut: isCut,
      };
      excerpts.push(excerpt);
      await add(path, excerpt.text, name);
    }
    const events = seen.events
      .filter(({ event }) => !EVENTS_ELSEWHERE.has(event.type))
      .map((event) => redaction.event(withoutPlace(event, state.run.site)));
    await add(MEMBERS.journal, jsonLines(events));
    await add(MEMBERS.diagnosis, `${JSON.stringify(options.report(state), null, 1)}\n`);
    const notHad = gaps(state.run, redaction, facts, cut);
    const { library } = seen.looking;
    const site = siteOf(state.run.site, state.run.nodes);
    const dossier = dossierOf({ state, site, library, version: options.version, excerpts, events, notHad });
    await add(MEMBERS.markdown, markdownPage(dossier));
    await add(MEMBERS.page, htmlPage(dossier));
    const manifest = (): Manifest => ({
      kind: 'inkling-bundle',
      schema: SCHEMA,
      inkling: options.version,
      run: {
        id: state.run.id,
        site: state.run.site,
        ...(state.run.practice !== undefined && { practice: state.run.practice }),
        playbooks: [...state.run.playbooks],
        ...(state.run.pasted && { pasted: state.run.pasted.map((named) => ({ ...named })) }),
        started_at: state.run.startedAt,
      },
      window_minutes: seen.minutes,
      nodes: state.run.nodes.map(({ name, roles, lost, asked, answered, connectMs, ms }) => ({
        name,
        roles: [...roles],
        ...(lost && { lost }),
        asked,
        answered,
        ...(connectMs !== undefined && { connect_ms: connectMs }),
        ms,
      })),
      ran: clean.map(({ node, command, at, answer }) => ({
        node,
        command,
        at,
        ...(answer.result === 'exited' ? { ms: answer.ms, ended: answer.code } : { ended: answer.detail }),
      })),
      not_had: notHad,
      redaction: {
        key: redaction.keyId,
        pseudonyms: pseudonyms !== undefined,
        replaced: { ...redaction.totals },
      },
      members: [...archive.members],
    });
    await add(MEMBERS.redaction, `${JSON.stringify(redactionReport(redaction, places, morePlaces), null, 1)}\n`);
    return {
      file,
      ...(mapFile !== undefined && { mapFile }),
      replaced: redaction.totals,
      places,
      morePlaces,
      notHad,
      keep: async () => {
        try {
          if (mapFile !== undefined) await writeMap(mapFile, pseudonyms?.map ?? {}, options.replace);
          return { bytes: await archive.finish(manifest(), redaction.gate()) };
        } catch (error) {
          if (error instanceof Leak) return { leak: error.message };
          throw unwritable(file, error);
        }
      },
      discard: () => archive.discard(),
    };
  } catch (error) {
    await archive.discard();
    throw unwritable(file, error);
  }
}

/** A log that was read before the configuration of another node was, with the connections of many nodes one after another. */
function swept(fact: Fact, { library, sealed }: Looking): Fact {
  const { answer } = fact;
  if (!sealed || answer.result !== 'exited' || library.probes[fact.probe]?.seal !== 'log') return fact;
  return { ...fact, answer: { ...answer, stdout: sealed.sweep(answer.stdout) } };
}

/** Where the site file lies on the operator's machine is nobody's business. */
function withoutPlace({ at, event }: TimedEvent, site: string): TimedEvent {
  if (event.type !== 'run.started') return { at, event };
  const { siteFile: _, ...rest } = event;
  return { at, event: { ...rest, site } };
}

const writeMap = (file: string, map: unknown, replace: boolean): Promise<void> =>
  writeFile(file, `${JSON.stringify(map, null, 1)}\n`, { mode: 0o600, flag: replace ? 'w' : 'wx' });

const byNodeAndId = (a: Fact, b: Fact): number => compare(a.node, b.node) || compare(a.id, b.id);
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const jsonLines = (values: readonly unknown[]): string => values.map((value) => `${JSON.stringify(value)}\n`).join('');

/** What is handed over is judged as it is handed over: whoever opens it sees the same. */
function judged(
  { run, looking }: Seen,
  facts: readonly Fact[],
  redaction: BundleRedaction,
  pseudonyms: Pseudonyms | undefined,
): EngineState {
  const name = (text: string): string => redaction.clean(text);
  const hidden: RunState = {
    ...run,
    site: pseudonyms === undefined ? name(run.site) : SITE,
    ...(run.pasted && { pasted: run.pasted.map(({ kind, name: said }) => ({ kind, name: name(said) })) }),
    nodes: run.nodes.map((node) => ({
      ...node,
      name: name(node.name),
      ...(node.lost && { lost: { ...node.lost, detail: name(node.lost.detail) } }),
    })),
    facts: new Map(facts.map((fact) => [fact.id, fact])),
  };
  return {
    run: hidden,
    judgement: judgement(siteOf(hidden.site, hidden.nodes), hidden, looking.library, looking.playbooks),
  };
}

function gaps(
  run: RunState,
  redaction: BundleRedaction,
  facts: readonly Fact[],
  cut: readonly string[],
): Manifest['not_had'] {
  return [
    ...run.nodes.flatMap(({ name, lost }) => (lost ? [{ node: name, what: 'the node', why: lost.detail }] : [])),
    ...facts.flatMap(({ node, command, answer }) => {
      const what = redaction.clean(command);
      const at = redaction.clean(node);
      if (answer.result === 'lost') return [{ node: at, what, why: redaction.clean(answer.detail) }];
      return answer.dropped > 0 ? [{ node: at, what, why: `${answer.dropped} bytes of it were not kept` }] : [];
    }),
    ...cut.map((one) => {
      const [node = '', what = ''] = one.split('\n');
      return { node, what, why: 'the beginning of the window is not in it: only the end of a long log is read' };
    }),
  ];
}

function redactionReport(redaction: BundleRedaction, places: readonly Place[], more: number): unknown {
  const files = Map.groupBy(places, ({ member }) => member);
  return {
    key: redaction.keyId,
    replaced: redaction.totals,
    files: [...files].map(([member, found]) => ({ member, lines: found.map(({ line }) => line) })),
    ...(more > 0 && { further_lines: more }),
  };
}

async function refuse(file: string, replace: boolean): Promise<void> {
  const there = await lstat(file).catch(() => undefined);
  if (there === undefined) return;
  if (!there.isFile()) throw new InputError(`${file} is no file`, 'Name the bundle with -o FILE');
  if (!replace)
    throw new InputError(`${file} exists already`, 'Replace it with --force, or write elsewhere with -o FILE');
}

function unwritable(file: string, error: unknown): unknown {
  if (error instanceof Error && 'errno' in error)
    return new InputError(
      `the bundle cannot be written: ${unwritableBecause(error, file)}`,
      'Name another place with -o FILE',
    );
  return error;
}
