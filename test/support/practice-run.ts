import { readFile } from 'node:fs/promises';
import type { EngineState } from '../../src/domain/engine.ts';
import type { RunEvent } from '../../src/domain/event.ts';
import type { Library, Scenario } from '../../src/domain/playbook.ts';
import { formatProblem } from '../../src/domain/positioned.ts';
import { expressionProblem } from '../../src/engine/expression.ts';
import { Run } from '../../src/engine/run.ts';
import { type PracticeLab, startLab } from '../../src/lab/index.ts';
import { PARSERS } from '../../src/parsers/index.ts';
import { loadLibrary } from '../../src/playbooks/index.ts';
import { parseSignatures, recogniser } from '../../src/search/index.ts';
import { createTransport } from '../../src/transport/index.ts';

/** The shipped playbooks; a mistake in one fails the test with its place. */
export async function shippedLibrary(): Promise<Library> {
  const loaded = await loadLibrary(['playbooks'], { expressionProblem, parsers: Object.keys(PARSERS) });
  if (!loaded.ok) throw new Error(loaded.problems.map(formatProblem).join('\n'));
  const signatures = parseSignatures(await readFile('playbooks/signatures.yaml', 'utf8'), 'signatures.yaml');
  if (!signatures.ok) throw new Error(signatures.problems.map(formatProblem).join('\n'));
  return { ...loaded.library, recognise: recogniser(signatures.signatures) };
}

export interface PracticeRun {
  readonly lab: PracticeLab;
  readonly run: Run;
  readonly events: readonly RunEvent[];
  close(): Promise<void>;
}

/** A run on practice nodes over real SSH. Waiting inside the nodes takes a hundredth of its time. */
export async function practiceRun(library: Library, scenario: Pick<Scenario, 'faults'>): Promise<PracticeRun> {
  const lab = await startLab({ faults: scenario.faults, pace: 0.01 });
  const events: RunEvent[] = [];
  const run = new Run({
    id: 'test',
    site: lab.site,
    practice: 'test',
    library,
    playbooks: library.playbooks,
    operator: { who: 'tester', host: 'desk', pid: 1, began: '7', gone: () => false },
    transport: (trust) => createTransport({ trust }),
    journal: {
      append: async (event) => void events.push(event),
      appendSoon: (event) => void events.push(event),
      close: async () => {},
    },
  });
  return {
    lab,
    run,
    events,
    close: async () => {
      await run.close();
      await lab.close();
    },
  };
}

/** Plans the first cause's fix and says yes to every step, as an operator who read them all. */
export async function fixFirst(run: Run, fix: string): Promise<EngineState> {
  const cause = run.getState().judgement.causes[0];
  if (!cause) throw new Error('nothing to fix');
  run.send({ type: 'plan-fix', cause: cause.id, subject: cause.subject, fix });
  await run.settled();
  return applying(run, () => true);
}

/** Applies the planned fix, answering each prompt. */
export async function applying(run: Run, answer: (stepId: string) => boolean): Promise<EngineState> {
  const asked = new Set<string>();
  const leave = run.subscribe(() => {
    const { prompt } = run.getState();
    if (!prompt || asked.has(prompt.id)) return;
    asked.add(prompt.id);
    const yes = prompt.kind === 'confirm-step' && answer(prompt.stepId);
    queueMicrotask(() => run.send({ type: 'answer', prompt: prompt.id, yes }));
  });
  run.send({ type: 'apply-fix' });
  const state = await run.settled();
  leave();
  return state;
}
