import { expect, test } from 'vitest';
import type { Fact } from '../../src/domain/fact.ts';
import type { Model } from '../../src/domain/model.ts';
import type { Library } from '../../src/domain/playbook.ts';
import { probeSchema } from '../../src/domain/playbook.ts';
import { buildModel } from '../../src/engine/model/index.ts';
import { exited } from '../parsers/recorded.ts';

// What the clocks of nodes say when some answers took long.

const PROBES: Library['probes'] = {
  clock: probeSchema.parse({ on: 'any', run: ['date', '+%s.%N'], parse: 'clock' }),
};
const NOW = 1_795_372_345;

interface Clock {
  /** Seconds by which it is ahead. */
  readonly ahead?: number;
  /** Seconds from asking to reading the clock, and from there to the answer. */
  readonly before?: number;
  readonly after?: number;
  /** Recorded by an Inkling that did not say how long it had waited. */
  readonly old?: true;
}

function seen(clocks: Readonly<Record<string, Clock>>): Model {
  const facts = Object.entries(clocks).map(([node, { ahead = 0, before = 0, after = 0.02, old }]): Fact => {
    const id = `clock@${node}`;
    const at = new Date((NOW + after) * 1000).toISOString();
    const waited = old ? {} : { waited: (before + after) * 1000 };
    return {
      id,
      probe: 'clock',
      node,
      command: 'date',
      at,
      ...waited,
      answer: exited(`${(NOW + ahead).toFixed(1)}\n`),
    };
  });
  const nodes = Object.keys(clocks).map((name) => ({
    ...{ name, roles: ['nova-compute' as const], become: 'sudo' as const, reach: { host: name } },
  }));
  const site = { name: 'clocks', nodes };
  return buildModel({ site, facts: new Map(facts.map((f) => [f.id, f])), lost: new Map() }, PROBES);
}

const apart = (model: Model) =>
  Object.fromEntries(model.nodes.map((n) => [n.name, (n.apart as { seconds: number }).seconds]));

test('an answer that took long proves no clock wrong', () => {
  expect(apart(seen({ a: {}, b: { after: 200 }, c: { before: 90, after: 1 }, d: {} }))).toEqual({
    a: 0,
    b: 0,
    c: 0,
    d: 0,
  });
});

test('late answers of most nodes do not make a quick one look wrong', () => {
  expect(apart(seen({ a: { after: 120 }, b: { after: 130 }, c: {} }))).toEqual({ a: 0, b: 0, c: 0 });
});

test('a clock that is wrong by more than the wait is found, and by how much at least', () => {
  expect(apart(seen({ a: {}, b: { ahead: 300 }, c: {} }))).toEqual({ a: 0, b: 300, c: 0 });
  expect(apart(seen({ a: {}, b: { ahead: -300, after: 40 }, c: {} }))).toEqual({ a: 0, b: -300, c: 0 });
  expect(apart(seen({ a: {}, b: { ahead: 300, after: 40 }, c: {} })).b).toBe(260);
});

test("an operator's own clock that is wrong makes no node's look wrong", () => {
  expect(apart(seen({ a: { ahead: 3600 }, b: { ahead: 3600 }, c: { ahead: 3600.4 } }))).toEqual({ a: 0, b: 0, c: 0 });
});

test('a recording that does not say how long it waited is taken at its word', () => {
  expect(apart(seen({ a: { old: true }, b: { old: true, ahead: 100 }, c: { old: true } }))).toEqual({
    a: 0,
    b: 100,
    c: 0,
  });
});
