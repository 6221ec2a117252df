import type { EngineState } from '../domain/engine.ts';
import type { RunEvent } from '../domain/event.ts';
import { isUnknown, known } from '../domain/fact.ts';
import type { Model } from '../domain/model.ts';
import type { Library } from '../domain/playbook.ts';
import type { Site } from '../domain/site.ts';
import { buildModel } from '../engine/model/index.ts';
import { lostNodes } from '../engine/outcome.ts';
import type { Dossier, Happening, SeamLink } from '../pages/index.ts';
import { type Excerpt, partsOf } from './bundle-logs.ts';
import { eventWords, type TimedEvent } from './journals.ts';

export interface Told {
  readonly state: EngineState;
  readonly site: Site;
  readonly library: Library;
  readonly version: string;
  /** Logs of a bundle's window; none: only what the checks read. */
  readonly excerpts?: readonly Excerpt[];
  readonly events?: readonly TimedEvent[];
  readonly notHad?: Dossier['notHad'];
}

const MOST_HAPPENINGS = 800;

/** What the pages tell of a run, from its facts. */
export function dossierOf({ state, site, library, version, excerpts = [], events = [], notHad }: Told): Dossier {
  const { run, judgement } = state;
  const model = buildModel({ site, facts: run.facts, lost: lostNodes(run) }, library.probes, library.recognise);
  const happened = distinct([
    ...excerpts.flatMap(inExcerpt),
    ...model.logs.flatMap(inLogs),
    ...events.flatMap(({ at, event }) => inJournal(at, event)),
    ...(known(model.pool_changes) ?? []).flatMap(({ at, kind, pool, to, who }) =>
      at === '' ? [] : [happening(Date.parse(at) / 1000, '', 'ceph audit', 'event', `${who}: ${kind} ${pool} ${to}`)],
    ),
  ]).filter(({ at }) => Number.isFinite(at));
  const kept = newest(happened);
  return {
    version,
    run: {
      id: run.id,
      site: run.site,
      ...(run.practice !== undefined && { practice: run.practice }),
      startedAt: run.startedAt,
      ...(run.recorded !== undefined && { recorded: run.recorded }),
    },
    judgement,
    coverage: judgement.coverage,
    nodes: run.nodes.map(({ name, roles, lost, asked, answered, ms }) => ({
      name,
      roles,
      reached: lost === undefined,
      ...(lost && { why: lost.detail }),
      asked,
      answered,
      ms,
    })),
    seam: seamOf(model),
    timeline: kept,
    furtherHappenings: happened.length - kept.length,
    osds: (known(model.osds) ?? []).flatMap(({ name, own_ms }) => {
      const ms = known(own_ms);
      return ms === undefined ? [] : [{ name, ms }];
    }),
    pools: fillOf(state),
    notHad: notHad ?? [],
  };
}

const happening = (at: number, node: string, service: string, level: Happening['level'], text: string): Happening => ({
  at,
  node,
  service,
  level,
  text,
});

const LEVELS: Readonly<Record<string, Happening['level']>> = {
  ERROR: 'error',
  CRITICAL: 'error',
  WARNING: 'warning',
};
const COMPLAINS = /\b(error|failed|failure|denied|refused|cannot|unable|timed out|slow request|crit)\b/i;
const HAPPENS =
  /^(Started|Stopped|Starting|Stopping|Failed) |\b(boot|marked (?:itself )?down|marked down|election|quorum|HEALTH_)/;
const LONG = 500;

function levelOf(level: string, text: string): Happening['level'] | undefined {
  const own = LEVELS[level];
  if (own !== undefined) return own;
  if (level !== '' && level !== 'INFO') return undefined;
  if (level === '' && COMPLAINS.test(text)) return 'error';
  return HAPPENS.test(text) ? 'event' : undefined;
}

const inExcerpt = (excerpt: Excerpt): readonly Happening[] =>
  partsOf(excerpt).flatMap(({ service, events }) =>
    events.flatMap(({ at, level, text }) => {
      const how = levelOf(level, text);
      return how === undefined ? [] : [happening(at, excerpt.node, service, how, text.slice(0, LONG))];
    }),
  );

const inLogs = (log: Model['logs'][number]): readonly Happening[] =>
  (known(log.records) ?? []).map(({ at, node, service, level, text }) =>
    happening(at, node, service, levelOf(level, text) ?? 'warning', text.slice(0, LONG)),
  );

function inJournal(at: string, event: RunEvent): readonly Happening[] {
  if (event.type === 'run.started' || event.type === 'judged') return [];
  const words = eventWords(event);
  if (words === undefined) return [];
  const level = words.tone === 'bad' ? 'warning' : 'event';
  return [happening(Date.parse(at) / 1000, words.node ?? '', 'inkling', level, words.says.slice(0, LONG))];
}

/** One line stands in a file and in the journal: it is told once. */
const distinct = (all: readonly Happening[]): readonly Happening[] => [
  ...new Map(
    all.map((h) => [JSON.stringify([h.node, Math.round(h.at), h.text.split('\n')[0]?.slice(0, 120)]), h]),
  ).values(),
];

/** In the order of time; where there are too many, errors stay before warnings, and the newest before older ones. */
function newest(all: readonly Happening[]): readonly Happening[] {
  const byTime = all.toSorted((a, b) => a.at - b.at || (a.node < b.node ? -1 : 1));
  if (byTime.length <= MOST_HAPPENINGS) return byTime;
  const rank = { error: 0, event: 1, warning: 2 } as const;
  const chosen = new Set(
    byTime.toSorted((a, b) => rank[a.level] - rank[b.level] || b.at - a.at).slice(0, MOST_HAPPENINGS),
  );
  return byTime.filter((h) => chosen.has(h));
}

function seamOf(model: Model): readonly SeamLink[] {
  const uses = model.uses.map(({ service, node, entity, pool, listing }): SeamLink => {
    const seen = known(listing);
    const says = seen?.says ?? (isUnknown(listing) ? listing.unknown : '');
    const state = seen === undefined ? 'unknown' : seen.ok ? 'good' : 'bad';
    return {
      from: service,
      node,
      entity,
      pool,
      state,
      says: `${service} on ${node} as ${entity} in pool ${pool}: ${says}`,
    };
  });
  const secrets = model.secrets.map(({ node, uuid, entity, defined }): SeamLink => {
    const seen = known(defined);
    const says = seen?.says ?? (isUnknown(defined) ? defined.unknown : '');
    return {
      from: `secret ${uuid.slice(0, 8)}…`,
      node,
      entity,
      state: seen === undefined ? 'unknown' : seen.ok ? 'good' : 'bad',
      says: `libvirt secret ${uuid} on ${node} for ${entity}: ${says}`,
    };
  });
  return [...uses, ...secrets];
}

interface PoolStats {
  readonly name?: unknown;
  readonly stats?: { readonly percent_used?: unknown; readonly bytes_used?: unknown };
}

/** As `ceph df` gives it: how much of what it could hold a pool holds. */
function fillOf({ run }: EngineState): Dossier['pools'] {
  const df = [...run.facts.values()].find((f) => f.probe === 'ceph-df' && f.answer.result === 'exited');
  if (df?.answer.result !== 'exited') return [];
  try {
    const { pools } = JSON.parse(df.answer.stdout) as { pools?: readonly PoolStats[] };
    return (pools ?? []).flatMap(({ name, stats }) =>
      typeof name === 'string' && typeof stats?.percent_used === 'number'
        ? [{ name, used: stats.percent_used, bytes: typeof stats.bytes_used === 'number' ? stats.bytes_used : 0 }]
        : [],
    );
  } catch {
    return [];
  }
}
