import type { Engine, EngineState, Intent } from '../../src/domain/engine.ts';

export interface FakeEngine extends Engine {
  /** Every intent that arrived, in order. */
  readonly sent: Intent[];
  readonly closed: boolean;
  set(change: (state: EngineState) => EngineState): void;
}

/** A store of run states that a test moves by hand, or that answers intents through `react`. */
export function createFakeEngine(
  initial: EngineState,
  react: (intent: Intent, engine: FakeEngine) => void = () => {},
): FakeEngine {
  let state = initial;
  let closed = false;
  const listeners = new Set<() => void>();
  const settled = () => state.run.phase !== 'looking' && state.run.phase !== 'fixing';
  const engine: FakeEngine = {
    sent: [],
    get closed() {
      return closed;
    },
    getState: () => state,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    set: (change) => {
      state = change(state);
      for (const listener of listeners) listener();
    },
    send: (intent) => {
      engine.sent.push(intent);
      react(intent, engine);
    },
    settled: () =>
      new Promise((resolve) => {
        const check = () => {
          if (!settled()) return;
          listeners.delete(check);
          resolve(state);
        };
        listeners.add(check);
        check();
      }),
    close: async () => {
      closed = true;
      listeners.clear();
    },
  };
  return engine;
}
