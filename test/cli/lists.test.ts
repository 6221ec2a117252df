import { describe, expect, test } from 'vitest';
import type { NodeCensus } from '../../src/cli/port.ts';
import { FakeEngine, fakePort, say } from './fake.ts';
import { planned, state } from './sample.ts';

const census: NodeCensus[] = [
  {
    name: 'controller',
    host: '192.0.2.1',
    roles: ['glance-api'],
    reached: true,
    root: 'sudo -n',
    ceph: '18.2.7 reef',
    skewMs: 3,
  },
  {
    name: 'compute-1',
    host: '192.0.2.2',
    roles: ['nova-compute'],
    reached: false,
    why: 'refused: nothing listens on port 22',
  },
];
const withNodes = (seen: NodeCensus[]) =>
  fakePort({
    findSite: async () => 'site.yaml',
    nodes: async function* () {
      yield* seen;
    },
  });

describe('nodes', () => {
  test('one that cannot be reached is named with its reason, and the code says incomplete', async () => {
    const { code, stdout } = await say(['nodes'], withNodes(census));
    expect(code).toBe(5);
    expect(stdout).toMatch(/controller +✓ yes +sudo -n +18\.2\.7 reef +ok +glance-api/);
    expect(stdout).toContain('compute-1: refused: nothing listens on port 22');
  });

  test('reached without root is not enough; all with root is', async () => {
    const [first] = census as [NodeCensus];
    const { root: _, ...powerless } = first;
    expect((await say(['nodes'], withNodes([powerless]))).code).toBe(5);
    expect((await say(['nodes'], withNodes([first]))).code).toBe(0);
  });

  test('a clock that is off is shown with its sign', async () => {
    const [first] = census as [NodeCensus];
    expect((await say(['nodes'], withNodes([{ ...first, skewMs: -95_000 }]))).stdout).toContain('-1 min 35 s');
  });

  test('for programs, by name', async () => {
    const { stdout } = await say(['nodes', '--format', 'json'], withNodes(census));
    expect(JSON.parse(stdout).nodes).toMatchObject([{ reached: false }, { name: 'controller', skew_ms: 3 }]);
  });
});

test('practice list prints one scenario a line, its id first', async () => {
  const { code, stdout } = await say(['practice', 'list']);
  expect(code).toBe(0);
  expect(
    stdout
      .trimEnd()
      .split('\n')
      .map((line) => line.split(' ')[0]),
  ).toEqual(['healthy', 'stale-key']);
});

test('practice serve says how to log in, runs until stopped, and closes', async () => {
  const stop = new AbortController();
  let closed = false;
  const port = fakePort({
    serve: async (scenario) => ({
      scenario,
      nodes: [{ name: 'controller', host: '127.0.0.1', port: 2201, roles: ['glance-api'] }],
      siteFile: '/run/practice/site.yaml',
      sshConfig: '/run/practice/ssh config',
      close: async () => {
        closed = true;
      },
    }),
  });
  setImmediate(() => stop.abort());
  const { code, stdout } = await say(['practice', 'serve', 'healthy'], port, { signal: stop.signal });
  expect([code, closed]).toEqual([0, true]);
  expect(stdout).toContain("ssh -F '/run/practice/ssh config' controller");
  expect(stdout).toContain('inkling check --site /run/practice/site.yaml');
});

describe('playbook', () => {
  test('show tells symptoms, causes with their fixes, checks and how to practise', async () => {
    const { stdout } = await say(['playbook', 'show', 'auth-failures']);
    for (const text of ['Permission denied', 'stale-key', 'Write it', 'keyring-matches', '--practice stale-key']) {
      expect(stdout).toContain(text);
    }
  });

  test('lint prints places and exits with 2', async () => {
    const problems = ['a.yaml:3:5: unknown key `riks`, expected `risk`'];
    const port = fakePort({ lint: async () => ({ files: 1, problems }) });
    const { code, stdout } = await say(['playbook', 'lint', 'a.yaml'], port);
    expect([code, stdout]).toEqual([2, `${problems[0]}\n1 file, 1 problem\n`]);
    expect((await say(['playbook', 'lint'])).code).toBe(0);
  });

  test('schema is JSON', async () => {
    expect(JSON.parse((await say(['playbook', 'schema'])).stdout)).toEqual({ type: 'object' });
  });
});

describe('search', () => {
  const hit = {
    playbook: 'auth-failures',
    title: 'Auth',
    score: 0.9,
    because: 'says EACCES',
    entities: { pool: 'images' },
  };

  test('words need no quotes; the best playbook is the next command', async () => {
    let asked = '';
    const port = fakePort({
      search: async (text) => {
        asked = text;
        return [hit];
      },
    });
    const { code, stdout } = await say(['search', 'permission', 'denied'], port);
    expect([code, asked]).toEqual([0, 'permission denied']);
    expect(stdout).toContain('pool images');
    expect(stdout).toContain('Next: inkling check auth-failures');
  });

  test('nothing found exits with 3', async () => {
    expect((await say(['search', 'xyzzy'])).code).toBe(3);
  });
});

describe('init', () => {
  const proposal = {
    file: 'site.yaml',
    yaml: 'name: lab\n',
    nodes: [
      {
        name: 'controller',
        host: 'controller',
        reached: true,
        roles: [{ role: 'glance-api', because: 'glance-api.service is enabled' }],
      },
    ],
  };

  test('shows why each role was given and writes only after a yes', async () => {
    const written: boolean[] = [];
    const port = fakePort({
      propose: async () => proposal,
      writeSite: async (_, replace) => void written.push(replace),
    });
    const no = await say(['init', 'controller'], port, { person: ['n'] });
    expect([no.code, written]).toEqual([2, []]);
    expect(no.stdout).toContain('controller is glance-api: glance-api.service is enabled');
    const yes = await say(['init', 'controller'], port, { person: ['y'] });
    expect([yes.code, written]).toEqual([0, [false]]);
  });

  test('passes on hosts, ssh configuration and file', async () => {
    let asked: unknown;
    const port = fakePort({
      propose: async ({ trust: _, ...request }) => {
        asked = request;
        return proposal;
      },
    });
    await say(['init', 'a', 'root@b:2222', '-F', 'conf', '-o', 'x.yaml', '--yes'], port);
    expect(asked).toEqual({ hosts: ['a', 'root@b:2222'], sshConfig: 'conf', file: 'x.yaml', replace: false });
  });
});

describe('journal', () => {
  const fix = { ...planned(), phase: 'done', outcome: 'fixed' } as const;

  test('open changes are shown first thing, with what to type', async () => {
    const entry = { id: 'r7', startedAt: '2026-01-02T03:04:05Z', site: 'lab', unresolved: 1 };
    const { stdout } = await say(['journal', 'list'], fakePort({ journal: async () => [entry] }));
    expect(stdout).toContain('✗ 1 open');
    expect(stdout).toContain('inkling journal resume r7');
  });

  test('undo asks once, then reports what became of it', async () => {
    const engine = new FakeEngine(state({ fix }), (intent, now) =>
      intent.type === 'undo-fix' ? [{ ...now, fix: { ...fix, outcome: 'rolled-back' } }] : [],
    );
    const port = fakePort({ reopen: async () => engine });
    const { code, questions, stdout } = await say(['journal', 'undo', 'r7'], port, { person: ['y'] });
    expect([code, questions.length, engine.closed]).toEqual([0, 1, true]);
    expect(stdout).toContain('rolled back');
  });

  test('an undo that fails exits with 7; a no changes nothing', async () => {
    const engine = () =>
      new FakeEngine(state({ fix }), (intent, now) =>
        intent.type === 'undo-fix' ? [{ ...now, fix: { ...fix, outcome: 'rollback-failed' } }] : [],
      );
    expect(
      (await say(['journal', 'undo', 'r7', '--yes-up-to', 'none'], fakePort({ reopen: async () => engine() }))).code,
    ).toBe(7);
    const declined = engine();
    await say(['journal', 'undo', 'r7'], fakePort({ reopen: async () => declined }), { person: ['n'] });
    expect(declined.intents).toEqual([]);
  });
});

describe('completion', () => {
  test('the shell gets a script', async () => {
    let stdout = '';
    const log = console.log;
    console.log = (text: string) => {
      stdout += text;
    };
    try {
      expect((await say(['complete', 'bash'])).code).toBe(0);
    } finally {
      console.log = log;
    }
    expect(stdout).toContain('inkling');
    expect(stdout).toContain('complete');
  });
});
