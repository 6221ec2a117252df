import { describe, expect, test } from 'vitest';
import type { TrialSuite } from '../../src/cli/port.ts';
import type { Trial } from '../../src/domain/trial.ts';
import { fakePort, say } from './fake.ts';

const trial = (scenario: string, over: Partial<Trial> = {}): Trial => ({
  scenario,
  playbook: 'auth-failures',
  outcome: 'causes',
  causes: [{ id: 'stale-key', playbook: 'auth-failures', status: 'confirmed' }],
  repaired: true,
  problems: [],
  passed: ['keyring-matches'],
  failed: ['keyring-matches'],
  ms: 1200,
  ...over,
});
const silent = trial('healthy', { playbook: '', outcome: 'healthy', causes: [], repaired: null, failed: [] });
const foreign = trial('pool-gone', {
  causes: [
    { id: 'pool-missing', playbook: 'pools', status: 'confirmed' },
    { id: 'stale-key', playbook: 'auth-failures', status: 'likely' },
  ],
  repaired: null,
  problems: ['expected stale-key (confirmed), found pool-missing (confirmed), stale-key (likely)'],
});

const NO_GAPS = { neverFailed: [], neverPassed: [], neverFirst: [] };

function suite(trials: readonly Trial[], over: Partial<TrialSuite> = {}) {
  return fakePort({
    trials: async () => ({
      playbooks: ['auth-failures', 'pools'],
      scenarios: trials.map((t) => ({ id: t.scenario, playbook: t.playbook, expected: [] })),
      // As they end, not as they are listed.
      run: async function* () {
        yield* trials.toReversed();
      },
      gaps: () => NO_GAPS,
      ...over,
    }),
  });
}

describe('playbook test', () => {
  test('all as expected is 0, in the order of the playbooks', async () => {
    const { code, stdout } = await say(['playbook', 'test'], suite([silent, trial('stale-key')]));
    expect(code).toBe(0);
    expect(stdout).toMatch(/✓ {2}healthy +silent .*\n.*\n.*✓ {2}stale-key +found, repaired \(1\.2 s\)/);
    expect(stdout).toContain('2 scenarios, 2 as expected, 1 repaired');
  });

  test('anything else is 3 and says what was expected', async () => {
    const { code, stdout } = await say(['playbook', 'test'], suite([silent, foreign]));
    expect(code).toBe(3);
    expect(stdout.replace(/\s+/g, ' ')).toContain('expected stale-key (confirmed), found pool-missing (confirmed)');
  });

  test('the matrix shows which playbook is first and fits 80 columns however many playbooks there are', async () => {
    const many = Array.from({ length: 40 }, (_, i) => `playbook-${i}`);
    const { stdout, code } = await say(
      ['playbook', 'test', '--matrix'],
      suite([silent, foreign, trial('a-scenario-with-a-name-that-is-as-long-as-names-may-be-in-a-playbook')], {
        playbooks: ['auth-failures', 'pools', ...many],
      }),
    );
    expect(code).toBe(3);
    expect(stdout).toMatch(/✗ pool-gone +\+ +1 +·/);
    expect(stdout).toMatch(/✓ healthy +· +· +·/);
    expect(stdout.split('\n').filter((line) => [...line].length > 80)).toEqual([]);
    expect(stdout).toContain(' 42  playbook-39');
  });

  test('with the matrix a check that never fails and a cause that is never first are wrong too', async () => {
    const gaps = () => ({ ...NO_GAPS, neverFirst: ['no-such-luck'] });
    const port = suite([silent], { gaps });
    expect((await say(['playbook', 'test'], port)).code).toBe(0);
    const { code, stdout } = await say(['playbook', 'test', '--matrix'], port);
    expect([code, stdout]).toEqual([3, expect.stringContaining('first in no scenario: no-such-luck')]);
  });

  test('programs get every cause of every scenario, and the gaps', async () => {
    const { code, stdout } = await say(['playbook', 'test', '--format', 'json'], suite([silent, foreign]));
    const report = JSON.parse(stdout);
    expect(code).toBe(3);
    expect(report).toMatchObject({ schema: 1, exit_code: 3, gaps: { causes_never_first: [] } });
    expect(report.scenarios[1]).toMatchObject({
      scenario: 'pool-gone',
      as_expected: false,
      causes: [{ playbook: 'pools' }, { id: 'stale-key', status: 'likely' }],
    });
  });

  test('stopped is 130 and says how much was not tried', async () => {
    const stop = new AbortController();
    const port = suite([silent, foreign], {
      run: async function* () {
        yield silent;
        stop.abort();
      },
    });
    const { code, stdout } = await say(['playbook', 'test'], port, { signal: stop.signal });
    expect([code, stdout]).toEqual([130, expect.stringContaining('Stopped: 1 scenario')]);
    expect(stdout).toContain('1 not tried');
  });

  test('an unknown playbook is a mistake with the one that was meant', async () => {
    const { code, stderr } = await say(['playbook', 'test', 'auth-failure'], suite([]));
    expect([code, stderr]).toEqual([2, expect.stringContaining('Did you mean `auth-failures`?')]);
  });
});
