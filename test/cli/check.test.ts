import { describe, expect, test } from 'vitest';
import type { RunRequest } from '../../src/cli/port.ts';
import { reportJsonSchema, reportSchema } from '../../src/cli/report.ts';
import type { EngineState } from '../../src/domain/engine.ts';
import { EXIT, type Outcome } from '../../src/domain/judgement.ts';
import { lost } from '../../src/domain/question.ts';
import { FakeEngine, fakePort, say } from './fake.ts';
import { check, healthy, judgement, nodeRun, state } from './sample.ts';

const portWith = (now: EngineState) =>
  fakePort({ findSite: async () => 'site.yaml', open: async () => new FakeEngine(now) });

describe('check for people', () => {
  test('shows the cause with its evidence, what was ruled out, what was not seen and what to type next', async () => {
    const { code, stdout, stderr } = await say(['check'], portWith(state()));
    expect(code).toBe(3);
    expect(stderr).toBe('');
    expect(stdout).toMatchInlineSnapshot(`
      "Site lab · 2026-01-02T03:04:05Z
      ✗ causes found · 1 cause

      1. ✗ confirmed  stale-key
         The keyring holds a key that the cluster no longer knows
         about      client.glance on controller (controller; playbook auth-failures)
         why        Glance presents this key when it connects. The cluster refuses it,
                    so every upload fails.
         evidence   controller: the key in the keyring differs from the key of the
                    cluster
                    $ cat /etc/ceph/ceph.client.glance.keyring
                    | [client.glance]
                    |   key = ‹cephx:9f3a›
         ruled out  The keyring is missing (keyring-missing): the file is there
         explains   glance-can-write
         fix        Write the present key into the keyring (write-key, risk
                    reversible)

      Could not be seen
        ? compute-1: refused: nothing listens on port 22
          not judged: secret-defined

      Nodes
        NAME        REACHED  ROLES
        controller  ✓ yes    ceph-admin, glance-api
        compute-1   ✗ no     nova-compute

      Seen    1 of 2 nodes reached, 12 of 20 questions answered
      Checks  1 fail, 1 unknown
      Failed  keyring-matches on controller

      Next: inkling fix stale-key
            (shows the plan and asks before each step)
      "
    `);
  });

  test('no line is wider than 80 columns, whatever a node says', async () => {
    const long = 'x'.repeat(300);
    const shown = judgement({
      causes: judgement().causes.map((c) => ({
        ...c,
        evidence: [{ node: 'controller', says: long, command: long, output: long }],
      })),
    });
    const { stdout } = await say(['check'], portWith(state({ judgement: shown })));
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  test('a reason that many checks share is said once, each check once, with its nodes', async () => {
    const blind = (name: string, node: string, says: string) => check({ check: name, node, says, verdict: 'unknown' });
    const shown = judgement({
      causes: [],
      nodes: [{ name: 'compute-1', roles: ['nova-compute'], reached: false, why: 'compute-1 is away.' }],
      checks: [
        blind('secret-defined', 'compute-1', 'compute-1 could not be asked: compute-1 is away. To see it: virsh'),
        blind('key-equal', 'controller', 'compute-1 could not be asked: compute-1 is away.'),
        blind('pool-exists', 'controller', 'no ceph-admin; to see it: ceph osd pool ls'),
        blind('pool-exists', 'compute-2', 'no ceph-admin; to see it: ceph osd pool ls'),
        blind('pool-full', '', 'no ceph-admin'),
        blind('service-runs', 'controller', 'another reason; to see it: systemctl status'),
      ],
    });
    const { stdout } = await say(['check'], portWith(state({ judgement: shown })));
    expect(stdout).toContain(`Could not be seen
  ? compute-1: compute-1 is away.
    not judged: secret-defined, key-equal (controller)
  ? no ceph-admin
    not judged: pool-exists (controller, compute-2), pool-full
  ? unknown  service-runs on controller
      another reason; to see it: systemctl status
`);
  });

  test('control sequences of a node reach the terminal as visible stand-ins', async () => {
    const evil = '\u001b]52;c;ZXZpbA==\u0007\u001b[2J\u009b31m\u202e\r';
    const shown = judgement({
      checks: [check({ says: evil, verdict: 'unknown', node: evil })],
      nodes: [{ name: evil, roles: [], reached: false, why: evil }],
      causes: judgement().causes.map((c) => ({ ...c, title: evil, why: evil, subject: evil, unseen: [evil] })),
    });
    for (const format of ['text', 'json', 'ndjson']) {
      const { stdout } = await say(['check', '--format', format], portWith(state({ judgement: shown })));
      expect(stdout).toContain('52;c');
      // biome-ignore lint/suspicious/noControlCharactersInRegex: their absence is the point
      expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/);
    }
  });

  test.each(Object.entries(EXIT))('outcome %s exits with %i', async (outcome, code) => {
    const said = await say(['check'], portWith(state({ judgement: { ...healthy, outcome: outcome as Outcome } })));
    expect(said.code).toBe(code);
    expect(said.stdout.length).toBeGreaterThan(0);
  });

  test('timings go to stderr: each node, its slowest commands and the first cause', async () => {
    const { run, ...rest } = state();
    const fact = (command: string, ms: number, answered = true) => ({
      id: command,
      probe: 'p',
      node: 'controller',
      command,
      at: '',
      answer: answered
        ? { result: 'exited' as const, code: 0, stdout: '', stderr: '', dropped: 0, ms }
        : lost('timeout', 'it hung'),
    });
    const facts = new Map(
      [fact('cat a', 12), fact('rbd ls', 1500), fact('ceph -s', 310), fact('id', 3), fact('openstack', 0, false)].map(
        (f) => [f.id, f],
      ),
    );
    const nodes = [...run.nodes.map((n) => ({ ...n, connectMs: 45 })), nodeRun({ name: 'compute-1', status: 'lost' })];
    const port = portWith({ ...rest, run: { ...run, facts, nodes } });
    const { stderr } = await say(['check', '--timings'], port);
    expect(stderr).toMatch(/controller +45 ms +1 +12\/12 +420 ms/);
    expect(stderr).toMatch(/compute-1 +not reached/);
    expect(stderr).toMatch(/slowest on controller\n +1\.5 s +rbd ls\n +310 ms +ceph -s\n +12 ms +cat a\n/);
    expect(stderr).toContain('first cause after 0.0 s, whole run 0.0 s');
    const { stdout } = await say(['check', '--timings', '--format', 'json'], port);
    expect(JSON.parse(stdout).timings).toMatchObject({
      first_cause_ms: 0,
      nodes: [{ connect_ms: 45, slowest: [{ command: 'rbd ls', ms: 1500 }, { ms: 310 }, { ms: 12 }] }, {}],
    });
  });

  test('what is to be known about the run itself goes to stderr, and into the report for programs', async () => {
    const says = 'site.yaml: no node has the role ceph-admin';
    const port = fakePort({
      findSite: async () => 'site.yaml',
      open: async ({ warn }: RunRequest) => {
        warn(says);
        return new FakeEngine(state());
      },
    });
    expect((await say(['check'], port)).stderr).toBe(`! ${says}\n`);
    const { stdout } = await say(['check', '--format', 'json'], port);
    expect(reportSchema.parse(JSON.parse(stdout)).warnings).toEqual([says]);
    const [first = ''] = (await say(['check', '--format', 'ndjson'], port)).stdout.split('\n');
    expect(JSON.parse(first), 'a stream tells it before the look').toEqual({ event: 'warning', says });
  });

  test('timings of a run without a cause say so', async () => {
    const { stderr } = await say(['check', '--timings'], portWith(state({ judgement: healthy })));
    expect(stderr).toContain('first cause never');
  });
});

describe('check for programs', () => {
  test('the document follows its schema and carries every promised key', async () => {
    const { code, stdout } = await say(['check', '--format', 'json', '--timings'], portWith(state()));
    const document = JSON.parse(stdout);
    const report = reportSchema.strict().parse(document);
    expect(code).toBe(report.exit_code);
    expect(report).toMatchObject({
      schema: 1,
      outcome: 'causes',
      coverage: { nodes: 2, nodes_reached: 1 },
      causes: [{ id: 'stale-key', excluded_rivals: [{ id: 'keyring-missing' }], fixes: [{ id: 'write-key' }] }],
      nodes: [
        { name: 'controller', why: null },
        { name: 'compute-1', reached: false },
      ],
      timings: { nodes: [{ name: 'controller', trips: 1 }] },
    });
    expect(Object.keys(document.checks[0])).toEqual(expect.arrayContaining(['id', 'node', 'verdict', 'says']));
  });

  test('`schema` prints the JSON Schema of that document', async () => {
    const { stdout, code } = await say(['schema']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual(reportJsonSchema());
    expect(JSON.parse(stdout).properties).toHaveProperty('coverage');
  });

  test('the stream tells changes while it runs, each once, and ends with the report', async () => {
    const looking = state({
      judgement: judgement({ causes: [], checks: [], nodes: [], outcome: 'incomplete' }),
      run: { ...state().run, phase: 'looking', nodes: [nodeRun({ status: 'asking', answered: 0 })] },
    });
    const engine = new FakeEngine(looking);
    const port = fakePort({
      findSite: async () => 'site.yaml',
      open: async () => {
        setImmediate(() => {
          engine.become({ ...looking, run: { ...looking.run, nodes: [nodeRun()] } });
          engine.become(state());
        });
        return engine;
      },
    });
    const { stdout } = await say(['check', '--format', 'ndjson'], port);
    const events = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(events.map(({ event }) => event)).toEqual([
      'run',
      'node',
      'node',
      'run',
      'check',
      'check',
      'cause',
      'report',
    ]);
    expect(reportSchema.parse(events.at(-1).report).outcome).toBe('causes');
    expect(engine.closed).toBe(true);
  });
});

describe('where check looks', () => {
  test('a typed-out check never falls back to the practice cluster', async () => {
    const { code, stderr, stdout } = await say(['check']);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain('no site file was found');
    expect(stderr).toContain('inkling init');
  });

  test('no arguments and no terminal: the report of the practice cluster, said to be one', async () => {
    let practice: unknown;
    const now = state({ run: { ...state().run, practice: 'stale-key' } });
    const port = fakePort({
      open: async ({ target }) => {
        practice = target;
        return new FakeEngine(now);
      },
    });
    const { code, stdout } = await say([], port);
    expect([code, practice]).toEqual([3, { practice: 'stale-key' }]);
    expect(stdout).toContain('Practice cluster, scenario stale-key');
    expect(stdout).toContain('inkling fix stale-key --practice stale-key');
  });

  test('no arguments on a terminal: the screens', async () => {
    const said = await say([], fakePort(), { onScreen: true, screen: async () => 42 });
    expect([said.code, said.stdout]).toEqual([42, '']);
  });

  test('--format json wins over the screens', async () => {
    const said = await say(['--format', 'json'], fakePort(), { onScreen: true, screen: async () => 42 });
    expect(said.code).toBe(3);
    expect(JSON.parse(said.stdout).outcome).toBe('causes');
  });
});

test('an interrupted check cancels the run, closes it and exits with 130', async () => {
  const stop = new AbortController();
  const looking = state({ run: { ...state().run, phase: 'looking' } });
  const engine = new FakeEngine(looking, (intent, now) =>
    intent.type === 'cancel'
      ? [{ ...now, run: { ...now.run, phase: 'stopped' }, judgement: { ...now.judgement, outcome: 'interrupted' } }]
      : [],
  );
  const port = fakePort({ findSite: async () => 'site.yaml', open: async () => engine });
  setImmediate(() => stop.abort());
  const { code } = await say(['check'], port, { signal: stop.signal });
  expect([code, engine.closed, engine.intents]).toEqual([130, true, [{ type: 'cancel' }]]);
});

test('a run that Inkling itself could not do exits with 1 and its reason', async () => {
  const failed = state({ run: { ...state().run, phase: 'failed', error: 'the journal cannot be written: disk full' } });
  const { code, stderr } = await say(['check'], portWith(failed));
  expect([code, stderr]).toEqual([1, 'inkling: the journal cannot be written: disk full\n']);
});

test('a long line of a node goes on below, whole', async () => {
  const line = `2026-01-02T03:04:05.678+0000 7ff27722f066 -1 auth: unable to find a keyring on ${'/etc/ceph/ceph.keyring,'.repeat(4)}`;
  const shown = judgement({
    causes: judgement().causes.map((c) => ({
      ...c,
      evidence: [{ node: 'controller', says: 'it failed', output: line }],
    })),
  });
  const { stdout } = await say(['check'], portWith(state({ judgement: shown })));
  const quoted = stdout.split('\n').flatMap((row) => /^ +\| {0,3}(.*)$/.exec(row)?.[1] ?? []);
  expect(quoted.length).toBeGreaterThan(1);
  expect(quoted.join('').replaceAll(' ', '')).toBe(line.replaceAll(' ', ''));
});

describe('check --symptom', () => {
  const hit = {
    playbook: 'auth-failures',
    title: 'Authentication failures',
    score: 0.9,
    because: 'A refusal',
    entities: {},
  };
  const asked: RunRequest[] = [];
  const port = (hits: readonly (typeof hit)[]) =>
    fakePort({
      findSite: async () => 'site.yaml',
      search: async () => hits,
      open: async (request) => {
        asked.push(request);
        return new FakeEngine(state());
      },
    });

  test('runs the playbooks that fit, and passes the text on', async () => {
    const { code, stderr } = await say(
      ['check', '--symptom', 'permission denied'],
      port([hit, { ...hit, playbook: 'far', score: 0.2 }]),
    );
    expect(code).toBe(3);
    expect(asked.at(-1)).toMatchObject({ playbooks: ['auth-failures'], symptom: 'permission denied' });
    expect(stderr).toContain('The text fits auth-failures: A refusal');
  });

  test('reads the text from standard input with -', async () => {
    await say(['check', '--symptom', '-'], port([hit]), { input: 'line one\nline two\n' });
    expect(asked.at(-1)).toMatchObject({ symptom: 'line one\nline two\n' });
  });

  test('playbooks named on the command line stay as they are', async () => {
    await say(['check', 'auth-failures', '--symptom', 'x'], port([]));
    expect(asked.at(-1)).toMatchObject({ playbooks: ['auth-failures'], symptom: 'x' });
  });

  test('runs all when nothing fits, and says so', async () => {
    const { stderr } = await say(['check', '--symptom', 'xyzzy'], port([]));
    expect(asked.at(-1)).toMatchObject({ playbooks: [] });
    expect(stderr).toContain('No playbook fits the text: all are run.');
  });

  test('an empty text is refused', async () => {
    const { code, stderr } = await say(['check', '--symptom', '-'], port([hit]), { input: ' \n' });
    expect([code, stderr]).toEqual([2, expect.stringContaining('there is no text behind --symptom')]);
  });

  test('what it names, and the causes about that, are in both reports', async () => {
    const now = state();
    const marked: EngineState = {
      ...now,
      run: { ...now.run, pasted: [{ kind: 'client', name: 'client.glance' }] },
      judgement: {
        ...now.judgement,
        causes: now.judgement.causes.map((c) => ({ ...c, touches: ['client client.glance'] })),
      },
    };
    const text = await say(['check'], portWith(marked));
    expect(text.stdout).toContain('The pasted text names client client.glance');
    expect(text.stdout).toMatch(/pasted +it is about client client\.glance/);
    const json = reportSchema.parse(JSON.parse((await say(['check', '--format', 'json'], portWith(marked))).stdout));
    expect([json.run.pasted, json.causes[0]?.touches]).toEqual([
      [{ kind: 'client', name: 'client.glance' }],
      ['client client.glance'],
    ]);
  });
});
