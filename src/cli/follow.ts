import type { Engine, EngineState } from '../domain/engine.ts';

/** Hands every state of the engine to `seen` until nothing is under way; resolves with the last one. */
export async function follow(engine: Engine, seen: (state: EngineState) => void): Promise<EngineState> {
  const leave = engine.subscribe(() => seen(engine.getState()));
  try {
    seen(engine.getState());
    const last = await engine.settled();
    seen(last);
    return last;
  } finally {
    leave();
  }
}
