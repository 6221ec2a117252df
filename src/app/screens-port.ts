import type { JournalEntry } from '../cli/port.ts';
import { byteCount } from '../domain/bytes.ts';
import { bytesOf } from '../domain/engine.ts';
import type { AppPort, Place } from '../tui/port.ts';
import type { Parts } from './cli-port.ts';
import { FIRST_SCENARIO } from './cli-port.ts';
import { openEvidence } from './evidence-file.ts';
import { eventWords } from './journals.ts';
import { findSite, readSite } from './sites.ts';

/** What the screens need, from the same parts as the command line. */
export function screensPort(
  { libraries, runs, practices, journals, bundles, env }: Parts,
  given: { site?: string; playbooks: readonly string[] },
): AppPort {
  const library = given.playbooks;
  return {
    practice: practices.port(library),
    places: async () => {
      const site = given.site ?? (await findSite(env));
      const scenarios = await libraries.scenarios(library);
      const first = scenarios.filter((s) => s.id === FIRST_SCENARIO);
      const practice = [...first, ...scenarios.filter((s) => s.id !== FIRST_SCENARIO)];
      return [
        ...(site === undefined ? [] : [await sitePlace(site, env)]),
        ...practice.map((s): Place => ({ kind: 'practice', id: s.id, title: s.title, detail: s.symptom })),
      ];
    },
    playbooks: async () =>
      (await libraries.load(library)).library.playbooks.map(({ id, title, symptoms, checks, causes }) => ({
        id,
        title,
        titles: Object.fromEntries(Object.entries({ ...checks, ...causes }).map(([key, rule]) => [key, rule.title])),
        ...(symptoms[0] && { symptom: symptoms[0] }),
      })),
    search: async (text) =>
      (await libraries.search(library))(text).map(({ playbook, title, score, entities }) => ({
        playbook,
        title,
        score,
        entities: Object.entries(entities).map(([kind, value]) => ({ kind, value })),
      })),
    start: async ({ place, playbooks, text }, warn) => {
      const request = { playbooks, playbookDirs: library, warn, ...(text !== undefined && { symptom: text }) };
      if (place.kind === 'recorded') return runs.openEvidence(await openEvidence(place.id), request);
      return runs.open({ where: place.kind === 'site' ? { site: place.id } : { practice: place.id }, ...request });
    },
    reopen: async (id) =>
      runs.reopen(
        id,
        (await journals.read(id)).events.map(({ event }) => event),
      ),
    bundle: async (engine, progress) => {
      const leave = engine.subscribe(() => {
        const { nodes } = engine.getState().run;
        const [asked, answered] = [sum(nodes.map((n) => n.asked)), sum(nodes.map((n) => n.answered))];
        progress(`collecting logs, ${answered} of ${asked} answers`, bytesOf(nodes));
      });
      try {
        engine.send({ type: 'collect', minutes: WINDOW_MINUTES });
        await engine.settled();
      } finally {
        leave();
      }
      const options = { replace: false, pseudonyms: false, playbookDirs: library };
      const packed = await bundles.packEngine(engine, WINDOW_MINUTES, options, progress);
      const kept = await packed.keep();
      if ('leak' in kept) throw new Error(`no bundle was written: ${kept.leak}`);
      return `${packed.file}: ${byteCount(kept.bytes)}, ${sum(Object.values(packed.replaced))} secrets replaced`;
    },
    journalList: async () => (await journals.list()).map(listed),
    journalShow: async (id) => {
      const { summary, events } = await journals.read(id);
      const said = events.flatMap(({ at, event }) => {
        const words = eventWords(event);
        return words ? [{ at, ...words }] : [];
      });
      return { ...listed(summary), events: said };
    },
  };
}

/** Minutes of logs that a bundle from the screens holds. */
const WINDOW_MINUTES = 120;

const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);

async function sitePlace(path: string, env: Parts['env']): Promise<Place> {
  const site = await readSite(path, env);
  return { kind: 'site', id: path, title: site.name, detail: `${site.nodes.length} nodes, ${path}` };
}

const listed = ({ id, startedAt, site, practice, outcome, cause, unresolved, problem }: JournalEntry) => ({
  id,
  at: startedAt,
  site,
  ...(practice !== undefined && { practice }),
  outcome: outcome ?? ('unfinished' as const),
  brokenOff: unresolved > 0,
  headline: problem ?? cause ?? (outcome === 'healthy' ? 'nothing wrong' : ''),
});
