import type { EngineState } from '../domain/engine.ts';
import type { RunEvent } from '../domain/event.ts';
import type { Library, Scenario } from '../domain/playbook.ts';
import { Run } from '../engine/run.ts';
import type { PracticeLab } from '../lab/index.ts';
import { createTransport } from '../transport/index.ts';

export interface PracticeRun {
  readonly lab: PracticeLab;
  readonly run: Run;
  readonly events: readonly RunEvent[];
  close(): Promise<void>;
}

/** A run on practice nodes over real SSH, journalled in memory. Waiting inside the nodes takes a hundredth of its time. */
export async function practiceRun(library: Library, scenario: Pick<Scenario, 'faults'>): Promise<PracticeRun> {
  const { startLab } = await import('../lab/index.ts');
  const lab = await startLab({ faults: scenario.faults, pace: 0.01 });
  const events: RunEvent[] = [];
  const run = new Run({
    id: 'trial',
    site: lab.site,
    practice: 'trial',
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
  if (!cause) throw new RangeError('there is no cause to fix');
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
