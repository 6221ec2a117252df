import { beforeAll, expect, test } from 'vitest';
import { withoutNode } from '../../src/app/trials.ts';
import type { EngineState } from '../../src/domain/engine.ts';
import { lost } from '../../src/domain/question.ts';
import type { Site } from '../../src/domain/site.ts';
import { judgement } from '../../src/engine/outcome.ts';
import { practiceRun, shippedLibrary } from '../support/practice-run.ts';

const library = await shippedLibrary();
let state: EngineState;
let site: Site;

beforeAll(async () => {
  const practice = await practiceRun(library, { faults: [] });
  state = await practice.run.settled();
  site = practice.lab.site;
  await practice.close();
});

test('the healthy cluster is healthy, with no cause and nothing unseen', () => {
  const { outcome, causes, coverage, checks } = state.judgement;
  expect(checks.filter((c) => !['pass', 'skip', 'advice'].includes(c.verdict))).toEqual([]);
  expect({ outcome, causes, unknown: coverage.unknown }).toEqual({ outcome: 'healthy', causes: [], unknown: 0 });
  expect(coverage.answered).toBe(coverage.asked);
});

test('every check that can pass on a healthy cluster passes there', () => {
  // These judge what only a broken cluster has, a missing secret, keyring or pool, what somebody set, what was asked of late, or
  // what the practice cluster has not: KVM.
  const idle = new Set([
    'attach-secret-uuid-deployed',
    'auth-conf-named',
    'auth-keyring-named',
    'auth-user-spelled',
    'lm-cpu-fits',
    'osd-port-heard',
    'net-mon-name-resolves',
    'endpoint-service-runs',
    'data-pool-usable',
    'client-reads-key-type',
    'pool-not-renamed',
    'pool-name-spelled',
    'cow-store-named',
    'cow-new-images-clonable',
    'cow-source-raw',
    'cow-request-raw',
    'cow-request-located',
    'cow-request-cluster',
    'slow-no-injection',
    'slow-no-throttle',
    'slow-recovery-tame',
    'slow-logging-quiet',
    'slow-features-whole',
    'slow-cache-on',
    'slow-timeouts-long',
  ]);
  const passed = new Set(state.judgement.checks.filter((c) => c.verdict === 'pass').map((c) => c.check));
  // Options that nobody wrote, or wrote as they should not be, give no pass.
  const all = library.playbooks.flatMap((p) =>
    Object.keys(p.checks).filter((id) => p.checks[id]?.options === undefined && id !== 'recipe-spare-keyring'),
  );
  expect(all.filter((id) => !passed.has(id) && !idle.has(id))).toEqual([]);
});

test('with a node away it is incomplete and blames nobody, whichever node it is', () => {
  for (const { name } of site.nodes) {
    const judged = judgement(site, withoutNode(state.run, name), library, library.playbooks);
    expect([name, judged.outcome, judged.causes]).toEqual([name, 'incomplete', []]);
  }
});

test('with any one question unanswered it is incomplete and blames nobody; a log is missed only by what it alone tells', () => {
  for (const [id, fact] of state.run.facts) {
    const facts = new Map(state.run.facts).set(id, { ...fact, answer: lost('dropped', 'the link broke') });
    const judged = judgement(site, { ...state.run, facts }, library, library.playbooks);
    const doubted = new Set(judged.checks.filter((c) => c.verdict === 'unknown').map((c) => c.check));
    const told = library.probes[fact.probe]?.seal === 'log' ? ['service-driver-started'] : [...doubted];
    expect(
      [...doubted].filter((check) => !told.includes(check)),
      id,
    ).toEqual([]);
    const outcome = library.probes[fact.probe]?.seal === 'log' && doubted.size === 0 ? 'healthy' : 'incomplete';
    expect([id, judged.outcome, judged.causes.map((c) => c.id)]).toEqual([id, outcome, []]);
  }
});
