import { type CliHost, runCli } from '../../src/cli/index.ts';
import type { Io } from '../../src/cli/io.ts';
import { paint } from '../../src/cli/lines.ts';
import type { CliPort, PlaybookInfo } from '../../src/cli/port.ts';
import type { Engine, EngineState, Intent } from '../../src/domain/engine.ts';
import { createFakePractice } from '../support/fake-practice.ts';
import { planned, state } from './sample.ts';

/** How the fake engine answers one intent: the states that follow, the last of which is settled. */
export type Script = (intent: Intent, now: EngineState) => readonly EngineState[];

/** Plays states; asks nothing of anything real. */
export class FakeEngine implements Engine {
  readonly intents: Intent[] = [];
  closed = false;
  #now: EngineState;
  readonly #listeners = new Set<() => void>();
  readonly #script: Script;

  constructor(first: EngineState, script: Script = () => []) {
    this.#now = first;
    this.#script = script;
  }

  getState(): EngineState {
    return this.#now;
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  send(intent: Intent): void {
    this.intents.push(intent);
    for (const next of this.#script(intent, this.#now)) this.become(next);
  }

  become(next: EngineState): void {
    this.#now = next;
    for (const listener of this.#listeners) listener();
  }

  #isSettled(): boolean {
    const { run, fix, prompt } = this.#now;
    return (
      prompt === undefined && run.phase !== 'looking' && (fix === undefined || ['planned', 'done'].includes(fix.phase))
    );
  }

  async settled(): Promise<EngineState> {
    while (!this.#isSettled()) await new Promise((resolve) => setImmediate(resolve));
    return this.#now;
  }

  async close(): Promise<void> {
    this.closed = true;
  }
}

/** Makes the plan, asks for each step, and ends as `outcome`; a no ends it as declined. */
export function fixing(
  outcome: NonNullable<NonNullable<EngineState['fix']>['outcome']>,
  over: Parameters<typeof planned>[0] = {},
  typed?: string,
): Script {
  return (intent, now) => {
    const fix = planned(over);
    if (intent.type === 'plan-fix') return [{ ...now, fix }];
    if (intent.type === 'apply-fix') {
      const prompt = { kind: 'confirm-step', id: 'p1', stepId: 's1', ...(typed !== undefined && { typed }) } as const;
      return [{ ...now, fix: { ...fix, phase: 'applying' }, prompt }];
    }
    if (intent.type === 'answer') {
      const { prompt: _, ...rest } = now;
      const status = intent.yes ? 'done' : 'skipped';
      const steps = fix.steps.map((one) => ({ ...one, status }) as const);
      return [{ ...rest, fix: { ...fix, steps, phase: 'done', outcome: intent.yes ? outcome : 'declined' } }];
    }
    return [];
  };
}

export const playbook: PlaybookInfo = {
  id: 'auth-failures',
  title: 'Authentication failures',
  summary: 'A service cannot log in to Ceph.',
  file: 'playbooks/auth/auth-failures/playbook.yaml',
  symptoms: ['Permission denied'],
  checks: [
    {
      id: 'keyring-matches',
      title: 'The keyring holds the key of the cluster',
      each: 'consumer',
      relation: true,
      warns: false,
    },
  ],
  causes: [
    {
      id: 'stale-key',
      title: 'Stale key',
      why: 'It was rotated.',
      proof: ['keyring-matches'],
      given: [],
      seen: ['client-connects'],
      explains: [],
      rivals: ['keyring-missing'],
      fixes: [{ id: 'write-key', title: 'Write it', steps: [{ title: 'Write the keyring', risk: 'reversible' }] }],
      references: ['guide section 4'],
    },
  ],
  scenarios: ['stale-key'],
};

export const fakePort = (over: Partial<CliPort> = {}): CliPort => ({
  findSite: async () => undefined,
  firstScenario: 'stale-key',
  open: async () => new FakeEngine(state()),
  nodes: async function* () {},
  waivers: async () => ({ waivers: [], today: '2026-01-02' }),
  search: async () => [],
  propose: async ({ file }) => ({ file, yaml: '', nodes: [] }),
  writeSite: async () => {},
  playbooks: async () => [playbook],
  lint: async () => ({ files: 3, problems: [] }),
  trials: async () => ({
    playbooks: [],
    scenarios: [],
    run: async function* () {},
    gaps: () => ({ neverFailed: [], neverPassed: [], neverFirst: [] }),
  }),
  newPlaybook: async () => [],
  playbookSchema: async () => ({ type: 'object' }),
  scenarios: async () => [
    { id: 'healthy', title: 'Nothing is wrong', symptom: 'none' },
    { id: 'stale-key', title: 'A key was rotated', playbook: 'auth-failures', symptom: 'uploads fail' },
  ],
  practice: () => createFakePractice(),
  serve: async () => {
    throw new Error('not served in this test');
  },
  openForBundle: async () => new FakeEngine(state()),
  packEngine: async () => {
    throw new Error('not packed in this test');
  },
  packRun: async () => {
    throw new Error('not packed in this test');
  },
  difference: () => ({ causes: [], checks: [], facts: [], lines: [], unseen: [] }),
  openSos: async () => new FakeEngine(state()),
  page: () => '',
  openRecorded: async () => new FakeEngine(state()),
  redactStdin: async (_request, write) => {
    write(Buffer.from('redacted\n'));
    return { files: [], written: 1, leftOut: [] };
  },
  redactFolder: async () => ({ files: [], written: 0, leftOut: [] }),
  journal: async () => [],
  journalEntry: async () => {
    throw new Error('no journal in this test');
  },
  reopen: async () => new FakeEngine(state()),
  ...over,
});

export interface Said {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Questions put to the person. */
  readonly questions: readonly string[];
}

export interface SayOptions extends Partial<Pick<CliHost, 'screen' | 'signal'>> {
  /** Answers of a person at a terminal, in order; absent: there is no terminal. */
  readonly person?: readonly (string | undefined)[];
  /** What stands on standard input. */
  readonly input?: string;
  /** stdin and stdout are terminals. */
  readonly onScreen?: boolean;
}

/** Runs one command line against a fake program. */
export async function say(
  argv: readonly string[],
  port: CliPort = fakePort(),
  options: SayOptions = {},
): Promise<Said> {
  let [stdout, stderr] = ['', ''];
  const questions: string[] = [];
  const answers = [...(options.person ?? [])];
  const io: Io = {
    print: (...lines) => {
      stdout += lines.map((line) => `${paint(line, false)}\n`).join('');
    },
    tell: (...lines) => {
      stderr += lines.map((line) => `${paint(line, false)}\n`).join('');
    },
    emit: (text) => {
      stdout += text;
    },
    pass: (piece) => {
      stdout += Buffer.from(piece).toString();
    },
    progress: () => {},
    ask: async (question) => {
      questions.push(question);
      return answers.shift();
    },
    input: async () => options.input ?? '',
    interactive: options.person !== undefined,
    screen: options.onScreen ?? false,
    columns: 80,
  };
  const code = await runCli(argv, {
    io,
    port: async () => port,
    version: '0.0.0-test',
    signal: options.signal ?? new AbortController().signal,
    clock: () => 0,
    ...(options.screen && { screen: options.screen }),
  });
  return { code, stdout, stderr, questions };
}
