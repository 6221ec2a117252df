import type { RunState } from '../../domain/engine.ts';
import type { Journal } from '../../domain/event.ts';
import type { Judgement } from '../../domain/judgement.ts';
import type { GoalState, Lesson } from '../../domain/lesson.ts';
import type { Library } from '../../domain/playbook.ts';
import type { Site } from '../../domain/site.ts';
import { judgeGoals } from '../../engine/goals.ts';
import { observe } from '../../engine/observe.ts';
import { judgement, lostNodes } from '../../engine/outcome.ts';
import { Store } from '../../engine/store.ts';
import { createTransport } from '../../transport/index.ts';
import type { Desk } from './desk.ts';

const UNRECORDED: Journal = { append: () => Promise.resolve(), appendSoon: () => {}, close: () => Promise.resolve() };

/** Asks every node what these probes want to know, and nothing else. */
async function seen(
  site: Site,
  probes: Library['probes'],
  via: Pick<Desk, 'transport' | 'links'>,
  signal: AbortSignal,
): Promise<RunState> {
  const store = new Store(UNRECORDED, () => {
    throw new Error('only facts are wanted here');
  });
  const nodes = site.nodes.map(({ name, roles }) => ({ name, roles }));
  const at = new Date().toISOString();
  await store.record({ type: 'run.started', id: 'look', site: site.name, playbooks: [], at, nodes });
  await observe({ site, probes, transport: via.transport, store, links: via.links, now: () => new Date() }, signal);
  return store.run;
}

/** How the goals of a lesson stand now. */
export async function lookAtGoals(
  desk: Desk,
  lesson: Lesson,
  library: Library,
  signal: AbortSignal,
): Promise<readonly GoalState[]> {
  const all: Library['probes'] = { ...library.probes, ...lesson.probes };
  const probes = Object.fromEntries(lesson.looks.flatMap((id) => (all[id] ? [[id, all[id]] as const] : [])));
  const { site } = desk.lab;
  const run = await seen(site, { ...probes, ...lesson.probes }, desk, signal);
  return judgeGoals({ site, facts: run.facts, lost: lostNodes(run) }, lesson, { ...library, probes: all });
}

/** A whole look at a practice cluster, as `check` takes it. */
export async function lookAtAll(site: Site, library: Library, signal: AbortSignal): Promise<Judgement> {
  const transport = createTransport({ trust: () => Promise.resolve(false) });
  const links: Desk['links'] = new Map();
  try {
    const run = await seen(site, library.probes, { transport, links }, signal);
    return judgement(site, { ...run, phase: 'judged' }, library, library.playbooks);
  } finally {
    await Promise.all([...links.values()].map((l) => l.close()));
    await transport.close();
  }
}
