import type { Engine, EngineState } from '../domain/engine.ts';
import type { Context } from './context.ts';
import { judgedEvents, workEvents } from './events.ts';
import { follow } from './follow.ts';
import { jsonLine } from './json.ts';
import { progressLine } from './progress.ts';
import { answer, type Consent } from './prompts.ts';

/** Follows one engine on behalf of a person or a program: shows progress, streams events, answers questions, stops it. */
export interface Driver {
  /** Resolves when nothing is under way any more. Call it after each intent sent. */
  settle(consent?: Consent): Promise<EngineState>;
}

const STOPPING = [
  'Stopping: the step under way is let end, then what was done is taken back.',
  'Ctrl-C again leaves at once, with the change as it is then.',
];

/** Verdicts change with every answer; a stream of them is brought up to date this often. */
const JUDGE_EVERY_MS = 250;

export function driver(engine: Engine, { io, globals, signal, clock }: Context): Driver {
  let streamed: EngineState | undefined;
  let judged: EngineState | undefined;
  let judgedAt = Number.NEGATIVE_INFINITY;
  const asked = new Set<string>();

  const stream = (state: EngineState): void => {
    // Before it has begun a run has no name, and its records would be of no use.
    if (globals.format !== 'ndjson' || state === streamed || state.run.id === '') return;
    const phase = state.run.phase !== streamed?.run.phase || state.fix?.phase !== streamed?.fix?.phase;
    for (const event of workEvents(streamed, state)) io.emit(jsonLine(event));
    streamed = state;
    if (phase || clock() - judgedAt >= JUDGE_EVERY_MS) streamJudged(state);
  };
  const streamJudged = (state: EngineState): void => {
    if (globals.format !== 'ndjson' || state === judged || state.run.id === '') return;
    for (const event of judgedEvents(judged, state)) io.emit(jsonLine(event));
    judged = state;
    judgedAt = clock();
  };

  return {
    async settle(consent = {}) {
      let broken: (error: unknown) => void = () => {};
      const failure = new Promise<never>((_, reject) => {
        broken = reject;
      });
      const seen = (state: EngineState): void => {
        stream(state);
        io.progress(state.prompt ? '' : progressLine(state));
        if (!state.prompt || asked.has(state.prompt.id)) return;
        const { id } = state.prompt;
        asked.add(id);
        answer(state.prompt, state, consent, io, signal).then(
          (yes) => engine.send({ type: 'answer', prompt: id, yes }),
          broken,
        );
      };
      const cancel = (): void => {
        if (engine.getState().run.phase === 'fixing') io.tell('', ...STOPPING);
        engine.send({ type: 'cancel' });
      };
      if (signal.aborted) cancel();
      else signal.addEventListener('abort', cancel, { once: true });
      try {
        const last = await Promise.race([follow(engine, seen), failure]);
        streamJudged(last);
        return last;
      } finally {
        signal.removeEventListener('abort', cancel);
        io.progress('');
      }
    },
  };
}
