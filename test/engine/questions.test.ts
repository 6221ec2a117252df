import { describe, expect, test } from 'vitest';
import type { Fact, FactId } from '../../src/domain/fact.ts';
import { type Probe, probeSchema } from '../../src/domain/playbook.ts';
import { type Answer, commandLine, lost } from '../../src/domain/question.ts';
import type { Role, Site } from '../../src/domain/site.ts';
import { buildModel } from '../../src/engine/model/index.ts';
import type { Observed } from '../../src/engine/model/readings.ts';
import { plan } from '../../src/engine/questions.ts';
import { exited, healthyFacts } from '../parsers/recorded.ts';
import { shippedLibrary } from '../support/practice-run.ts';

const site = (roles: Readonly<Record<string, readonly Role[]>>): Site => ({
  name: 'test',
  nodes: Object.entries(roles).map(([name, own]) => ({ name, roles: own, become: 'sudo', reach: { host: name } })),
});
const probes = (all: Readonly<Record<string, object>>): Readonly<Record<string, Probe>> =>
  Object.fromEntries(Object.entries(all).map(([id, p]) => [id, probeSchema.parse({ parse: 'text', ...p })]));
const fact = (id: FactId, answer: Answer): Fact => {
  const [, probe = '', node = '', subject] = /^([^@]+)@([^{]+)(?:\{(.*)\})?$/.exec(id) ?? [];
  return { id, probe, node, ...(subject !== undefined && { subject }), command: '', at: '', answer };
};

interface Seen {
  readonly facts?: readonly Fact[];
  readonly lost?: readonly string[];
  readonly asked?: readonly FactId[];
}

function asked(where: Site, all: Readonly<Record<string, Probe>>, seen: Seen = {}): readonly string[] {
  const observed: Observed = {
    site: where,
    facts: new Map((seen.facts ?? []).map((f) => [f.id, f])),
    lost: new Map((seen.lost ?? []).map((name) => [name, lost('refused', `${name} refuses`)])),
  };
  return plan(buildModel(observed, all), observed, all, new Set(seen.asked)).flatMap((p) => p.facts.map((f) => f.id));
}

const two = site({ a: ['ceph-admin'], b: ['ceph-admin', 'nova-compute'], c: ['nova-compute'] });

describe('who is asked', () => {
  test('every node of the role, or every node', () => {
    const all = probes({ clock: { on: 'any', run: ['date'] }, unit: { on: 'nova-compute', run: ['systemctl'] } });
    expect(asked(two, all)).toEqual(['clock@a', 'clock@b', 'clock@c', 'unit@b', 'unit@c']);
  });

  test('nothing of nodes that are lost', () => {
    const all = probes({
      clock: { on: 'any', run: ['date'] },
      status: { on: 'ceph-admin', once: true, run: ['ceph'] },
    });
    expect(asked(two, all, { lost: ['a'] })).toEqual(['clock@b', 'clock@c', 'status@b']);
    expect(asked(two, all, { lost: ['a', 'b', 'c'] })).toEqual([]);
  });

  test('nothing twice', () => {
    const all = probes({ clock: { on: 'any', run: ['date'] } });
    expect(asked(two, all, { asked: ['clock@a', 'clock@c'] })).toEqual(['clock@b']);
  });

  test('what one answer is enough for moves on only when there was none', () => {
    const all = probes({ status: { on: 'ceph-admin', once: true, run: ['ceph'] } });
    const first = (answer: Answer) => asked(two, all, { asked: ['status@a'], facts: [fact('status@a', answer)] });
    expect(asked(two, all)).toEqual(['status@a']);
    expect(asked(two, all, { asked: ['status@a'] })).toEqual([]);
    expect(first(exited('x'))).toEqual([]);
    expect(first(exited('', 'error', 1))).toEqual([]);
    for (const why of ['dropped', 'timeout', 'denied', 'missing'] as const)
      expect([why, first(lost(why, ''))]).toEqual([why, ['status@b']]);
  });

  test('when none is left, nobody is asked', () => {
    const all = probes({ status: { on: 'ceph-admin', once: true, run: ['ceph'] } });
    const facts = [fact('status@a', lost('dropped', '')), fact('status@b', lost('dropped', ''))];
    expect(asked(two, all, { asked: ['status@a', 'status@b'], facts })).toEqual([]);
  });
});

describe('equal questions', () => {
  const observed: Observed = { site: two, facts: new Map(), lost: new Map() };
  const planned = (all: Readonly<Record<string, Probe>>) => plan(buildModel(observed, all), observed, all, new Set());

  test('of one node are asked once and answer all', () => {
    const all = probes({
      one: { on: 'nova-compute', run: ['cat', '/etc/x'] },
      two: { on: 'any', run: ['cat', '/etc/x'] },
    });
    expect(planned(all).map((p) => [p.node, p.facts.map((f) => f.probe)])).toEqual([
      ['b', ['one', 'two']],
      ['c', ['one', 'two']],
      ['a', ['two']],
    ]);
  });

  test('as another user, or sealed another way, are other questions', () => {
    const run = { on: 'ceph-mon', run: ['cat', '/etc/x'] };
    const all = probes({
      plain: { ...run, on: 'ceph-admin' },
      root: { ...run, on: 'ceph-admin', as: 'root' },
      sealed: { ...run, on: 'ceph-admin', as: 'root', seal: 'config' },
    });
    expect(planned(all).filter((p) => p.node === 'a')).toHaveLength(3);
  });
});

describe('a whole look', () => {
  const cluster = site({
    'ceph-mon-1': ['ceph-admin', 'ceph-mon', 'ceph-osd'],
    controller: ['glance-api', 'cinder-api', 'cinder-volume', 'cinder-backup'],
    'compute-1': ['nova-compute'],
    'compute-2': ['nova-compute'],
  });

  test('asks in rounds, each what the one before made known, and then nothing more', async () => {
    const { probes: all } = await shippedLibrary();
    const answers = new Map(healthyFacts.map((f) => [f.id, f]));
    const facts = new Map<FactId, Fact>();
    const rounds: number[] = [];
    for (;;) {
      const observed = { site: cluster, facts, lost: new Map() };
      const todo = plan(buildModel(observed, all), observed, all, new Set(facts.keys()));
      if (todo.length === 0) break;
      rounds.push(todo.length);
      for (const { id } of todo.flatMap((p) => p.facts))
        facts.set(id, answers.get(id) ?? fact(id, lost('missing', 'not in the recording')));
    }
    expect(rounds.length).toBeLessThanOrEqual(4);
    const subjects = [...facts.values()].filter((f) => f.subject !== undefined).map((f) => f.subject);
    expect(subjects).toContain('cinder-backup/ceph@controller:volumes');
  });
});

test('a command is shown so that it can be typed', () => {
  expect(commandLine({ argv: ['rbd', '--id', 'x', 'ls'], as: 'glance' })).toBe('sudo -u glance rbd --id x ls');
  expect(commandLine({ argv: ['echo', "it's", '$(x)', ''], as: 'root' })).toBe(`sudo echo 'it'\\''s' '$(x)' ''`);
});
