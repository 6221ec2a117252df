import { expect } from 'vitest';
import type { RunState } from '../../src/domain/engine.ts';
import type { Fact } from '../../src/domain/fact.ts';
import { emptyRun } from '../../src/domain/fold.ts';
import type { Answer } from '../../src/domain/question.ts';
import type { Role, Site } from '../../src/domain/site.ts';
import { buildModel } from '../../src/engine/model/index.ts';
import { judgement } from '../../src/engine/outcome.ts';
import { healthyFacts } from '../parsers/recorded.ts';
import { shippedLibrary } from '../support/practice-run.ts';

const library = await shippedLibrary();
const ROLES: Readonly<Record<string, readonly Role[]>> = {
  'ceph-mon-1': ['ceph-admin', 'ceph-mon', 'ceph-osd'],
  controller: ['glance-api', 'cinder-api', 'cinder-volume', 'cinder-backup'],
  'compute-1': ['nova-compute'],
  'compute-2': ['nova-compute'],
};
const site: Site = {
  name: 'recorded',
  nodes: Object.entries(ROLES).map(([name, roles]) => ({ name, roles, become: 'sudo', reach: { host: name } })),
};

export type Changes = Readonly<Record<string, (was: Answer) => Answer>>;

/** The recorded look at a known-good cluster, with some of its answers replaced, by the beginnings of their ids. */
function looked(changed: Changes): RunState {
  const replaced = (fact: Fact): Fact => {
    const change = Object.entries(changed).find(([id]) => fact.id.startsWith(id))?.[1];
    return change ? { ...fact, answer: change(fact.answer) } : fact;
  };
  for (const id of Object.keys(changed))
    expect(
      healthyFacts.some((f) => f.id.startsWith(id)),
      id,
    ).toBe(true);
  return {
    ...emptyRun.run,
    phase: 'judged',
    nodes: site.nodes.map(({ name, roles }) => ({
      ...{ name, roles, status: 'done', asked: 1, answered: 1, bytes: 1, waiting: [], trips: 1, ms: 1 },
    })),
    facts: new Map(healthyFacts.map((f) => [f.id, replaced(f)])),
  };
}

export const judged = (changed: Changes = {}) => judgement(site, looked(changed), library, library.playbooks);

export const modelled = (changed: Changes = {}) =>
  buildModel({ site, facts: looked(changed).facts, lost: new Map() }, library.probes, library.recognise);
