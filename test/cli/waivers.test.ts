import { describe, expect, test } from 'vitest';
import { reportSchema } from '../../src/cli/report.ts';
import type { EngineState } from '../../src/domain/engine.ts';
import { InputError } from '../../src/domain/input-error.ts';
import type { Waiver } from '../../src/domain/waivers.ts';
import { FakeEngine, fakePort, say } from './fake.ts';
import { check, judgement, staleKey, state } from './sample.ts';

const accepted: Waiver = {
  id: 'stale-key',
  owner: 'ops <ops@example.org>',
  reason: 'replaced in May',
  expires: '2026-06-01',
};
const seen = judgement({
  complete: true,
  coverage: { nodes: 2, nodesReached: 2, asked: 20, answered: 20, unknown: 0 },
  checks: [
    check(),
    check({ check: 'skew', verdict: 'warn', says: 'the clocks differ' }),
    check({ check: 'na', verdict: 'skip', says: 'no Glance here' }),
    check({ check: 'dark', node: 'compute-1', verdict: 'unknown', says: 'compute-1 could not be reached' }),
    check({ check: 'good', verdict: 'pass', says: 'equal' }),
  ],
});
const port = (now: EngineState, waivers: readonly Waiver[] = [], today = '2026-05-01') =>
  fakePort({
    findSite: async () => 'site.yaml',
    open: async () => new FakeEngine(now),
    waivers: async () => ({ waivers, today }),
  });

describe('a waived cause', () => {
  const now = state({ judgement: { ...seen, checks: [check()] } });

  test('does not count, and is shown with who answers for it, why and until when', async () => {
    const { code, stdout } = await say(['check', '--waivers', 'w.yaml'], port(now, [accepted]));
    expect(code).toBe(0);
    expect(stdout).toContain('✓ healthy');
    expect(stdout).toMatch(/Waived[\s\S]*stale-key[\s\S]*ops <ops@example.org> until 2026-06-01: replaced in May/);
  });

  test('counts when the waiver has expired, which is said', async () => {
    const { code, stdout } = await say(['check', '--waivers', 'w.yaml'], port(now, [accepted], '2026-06-02'));
    expect(code).toBe(3);
    expect(stdout).toMatch(/expired and are not honoured[\s\S]*stale-key: ops/);
  });

  test('is in the report of programs', async () => {
    const { code, stdout } = await say(['check', '--format', 'json', '--waivers', 'w.yaml'], port(now, [accepted]));
    const report = reportSchema.parse(JSON.parse(stdout));
    expect({ code, exit: report.exit_code, causes: report.causes }).toEqual({ code: 0, exit: 0, causes: [] });
    expect(report.waivers?.honoured[0]).toMatchObject({ kind: 'cause', id: 'stale-key', expires: '2026-06-01' });
  });

  test('is not looked for when the file is wrong', async () => {
    const wrong = { ...port(now), waivers: async () => Promise.reject(new InputError('w.yaml:3:5: unknown key')) };
    const { code, stderr } = await say(['check', '--waivers', 'w.yaml'], wrong);
    expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining('w.yaml:3:5: unknown key') });
  });
});

describe('--format junit', () => {
  const hostile = { ...staleKey, title: 'a <b> & "c"\u001b[31m', why: ']]>\u0000 done' };
  const now = state({ judgement: { ...seen, causes: [hostile] } });

  test('has a suite for each playbook and a case for each check, with failures and reasons', async () => {
    const { code, stdout } = await say(['check', '--format', 'junit'], port(now));
    expect(code).toBe(3);
    expect(stdout).toMatch(
      /^<\?xml version="1.0" encoding="UTF-8"\?>\n<testsuites name="inkling lab" tests="7" failures="3" errors="1" skipped="2"/,
    );
    expect(stdout).toContain('<testsuite name="auth-failures" ');
    expect(stdout).toContain('classname="controller" name="keyring-matches (client.glance on controller)"');
    expect(stdout).toMatch(/<failure type="warn" message="warn: the clocks differ">/);
    expect(stdout).toContain('<skipped message="unknown: compute-1 could not be reached"/>');
    expect(stdout).toContain('<skipped message="skip: no Glance here"/>');
  });

  test('is well formed whatever the text: every tag closes, nothing else opens', async () => {
    const { stdout } = await say(['check', '--format', 'junit'], port(now));
    const open: string[] = [];
    for (const [, close, name = '', self] of stdout.matchAll(/<(\/?)([a-z-]+)[^<>]*?(\/?)>/g)) {
      if (close) expect(open.pop()).toBe(name);
      else if (!self) open.push(name);
    }
    expect(open).toEqual([]);
    expect(stdout.replace(/<[^<>]*>/g, '').replace(/&(amp|lt|gt|quot);/g, '')).not.toMatch(/[<>&]|[^\P{Cc}\n]/u);
  });

  test('what is waived is skipped, with who, why and until when', async () => {
    const { stdout } = await say(['check', '--format', 'junit', '--waivers', 'w'], port(now, [accepted]));
    expect(stdout).toContain(
      '<skipped message="waived by ops &lt;ops@example.org&gt; until 2026-06-01: replaced in May"/>',
    );
  });
});

describe('--format sarif', () => {
  const now = state({ judgement: seen });
  const log = async (waivers: readonly Waiver[] = []) => {
    const { code, stdout } = await say(['check', '--format', 'sarif', '--waivers', 'w'], port(now, waivers));
    return { code, run: JSON.parse(stdout).runs[0], whole: JSON.parse(stdout) };
  };

  test('has rules, results with levels and places, and the exit code', async () => {
    const { code, run, whole } = await log();
    expect(whole).toMatchObject({ version: '2.1.0', $schema: expect.stringContaining('sarif-schema-2.1.0') });
    expect(run.invocations[0]).toMatchObject({ executionSuccessful: true, exitCode: code });
    expect(run.results.map(({ ruleId, kind, level }: Record<string, string>) => [ruleId, kind, level])).toEqual([
      ['stale-key', 'fail', 'error'],
      ['keyring-matches', 'fail', 'error'],
      ['skew', 'fail', 'warning'],
      ['dark', 'open', 'none'],
    ]);
    for (const { ruleId, ruleIndex, locations, message } of run.results) {
      expect(run.tool.driver.rules[ruleIndex].id).toBe(ruleId);
      expect(locations[0].logicalLocations[0].fullyQualifiedName).toMatch(/^lab\//);
      expect(message.text).not.toBe('');
    }
  });

  test('what is waived is a result that is suppressed', async () => {
    const { run } = await log([accepted]);
    const one = run.results.find(({ ruleId }: { ruleId: string }) => ruleId === 'stale-key');
    expect(one.suppressions).toEqual([
      {
        kind: 'external',
        status: 'accepted',
        justification: 'ops <ops@example.org> until 2026-06-01: replaced in May',
      },
    ]);
  });
});

test('these formats are refused elsewhere', async () => {
  const { code, stderr } = await say(['playbook', 'list', '--format', 'sarif']);
  expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining('is for `inkling check`') });
});
