import { byteCount } from '../domain/bytes.ts';
import { type Engine, type EngineState, isRunning } from '../domain/engine.ts';
import type { Practice, PracticeChoice } from '../domain/practice.ts';
import { words } from '../domain/printable.ts';
import { EMPTY_CONSOLE } from './console/state.ts';
import { farewell } from './farewell.ts';
import { handle } from './input/handle.ts';
import type { KeyPress } from './input/key.ts';
import type { Act, Action, Scene, ScreenId, Size } from './model.ts';
import type { AppPort } from './port.ts';
import { initialUi, reduce } from './store.ts';
import { one } from './text/wrap.ts';

export interface Clock {
  /** Milliseconds that never go backwards. */
  readonly now: () => number;
  /** Milliseconds since the epoch. */
  readonly wall: () => number;
}

export interface Leaving {
  readonly code: number;
  /** Lines for the screen that the operator gets back. */
  readonly says: readonly string[];
}

export interface Runtime {
  readonly getScene: () => Scene;
  readonly subscribe: (listener: () => void) => () => void;
  readonly dispatch: (act: Act) => void;
  readonly press: (key: KeyPress) => void;
  readonly resize: (size: Size) => void;
  /** Redraws what depends on the time; true while something does. */
  readonly tick: () => boolean;
  readonly left: Promise<Leaving>;
  readonly close: () => Promise<void>;
}

const message = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** The imperative edge of the screens: owns the UI state and the engine, and carries out effects. */
export function createRuntime(port: AppPort, clock: Clock, size: Size, stack: readonly ScreenId[] = ['home']): Runtime {
  let ui = initialUi(size, stack);
  let engine: Engine | undefined;
  let seen: EngineState | undefined;
  let practice: Practice | undefined;
  /** The last practice cluster, while it is being closed. */
  let closing: Promise<void> = Promise.resolve();
  /** The engine's run looks at the practice cluster that is open. */
  let onPractice = false;
  let unsubscribe = () => {};
  let searches = 0;
  let starts = 0;
  let notifying = false;
  const listeners = new Set<() => void>();
  const { promise: left, resolve: leave } = Promise.withResolvers<Leaving>();
  let scene: Scene = { ui, now: clock.now(), wall: clock.wall() };

  const publish = () => {
    const learning = practice?.getState();
    scene = {
      ui,
      now: clock.now(),
      wall: clock.wall(),
      ...(seen && { engine: seen }),
      ...(learning && { practice: learning }),
    };
    for (const listener of listeners) listener();
  };
  const change = (action: Action) => {
    const next = reduce(ui, action);
    if (next === ui) return;
    ui = next;
    publish();
  };
  const complain = (error: unknown) =>
    change({ type: 'notice', notice: { tone: 'bad', text: words`✗ ${one(message(error))}` } });

  const followEngine = (followed: Engine) => {
    if (followed !== engine) return;
    const was = seen;
    seen = followed.getState();
    ui = reduce(ui, { type: 'engine', is: seen, at: clock.now(), ...(was && { was }) });
    publish();
    if (was && isRunning(was) && !isRunning(seen)) loadJournal();
  };

  /** Many events of the run in one turn of the loop are drawn once. */
  const onEngine = (followed: Engine) => {
    if (notifying) return;
    notifying = true;
    setImmediate(() => {
      notifying = false;
      followEngine(followed);
    });
  };

  const start = async (
    open: (warn: (says: string) => void) => Promise<Engine>,
    screen: ScreenId,
    atPractice = false,
  ) => {
    starts += 1;
    const mine = starts;
    change({ type: 'starting', starting: true });
    try {
      const next = await open((says) => {
        if (mine === starts) change({ type: 'warned', says: one(says) });
      });
      if (mine !== starts) {
        await next.close();
        return;
      }
      const before = engine;
      onPractice = atPractice;
      unsubscribe();
      engine = next;
      seen = undefined;
      unsubscribe = next.subscribe(() => onEngine(next));
      change({ type: 'push', screen });
      change({ type: 'starting', starting: false });
      followEngine(next);
      await before?.close();
    } catch (error) {
      change({ type: 'starting', starting: false });
      complain(error);
    }
  };

  const bundle = async () => {
    if (!engine || ui.bundling !== undefined) return;
    change({ type: 'bundling', says: words`collecting logs` });
    try {
      const says = await port.bundle(engine, (doing, bytes) => {
        const written = bytes > 0 ? words`, ${one(byteCount(bytes))} so far` : words``;
        change({ type: 'bundling', says: words`${one(doing)}${written}` });
      });
      change({ type: 'notice', notice: { tone: 'good', text: words`✓ ${one(says)}` } });
    } catch (error) {
      complain(error);
    } finally {
      change({ type: 'bundling' });
    }
  };

  const search = async (text: string) => {
    searches += 1;
    const mine = searches;
    try {
      const suggestions = text.trim() === '' ? [] : await port.search(text);
      if (mine === searches) change({ type: 'loaded', library: { suggestions } });
    } catch (error) {
      complain(error);
    }
  };

  const loadJournal = () => {
    port.journalList().then((journal) => change({ type: 'loaded', library: { journal } }), complain);
  };

  const load = async () => {
    const [places, playbooks, journal] = await Promise.allSettled([
      port.places(),
      port.playbooks(),
      port.journalList(),
    ]);
    const value = <T>(result: PromiseSettledResult<readonly T[]>): readonly T[] =>
      result.status === 'fulfilled' ? result.value : [];
    change({
      type: 'loaded',
      library: { places: value(places), playbooks: value(playbooks), journal: value(journal), loaded: true },
    });
    for (const result of [places, playbooks, journal]) if (result.status === 'rejected') complain(result.reason);
  };

  const openEntry = async (id: string) => {
    change({ type: 'loaded', library: { entry: undefined } });
    change({ type: 'push', screen: 'entry' });
    try {
      change({ type: 'loaded', library: { entry: await port.journalShow(id) } });
    } catch (error) {
      change({ type: 'pop' });
      complain(error);
    }
  };

  const loadCatalogue = () => {
    port.practice
      .catalogue()
      .then((catalogue) => change({ type: 'loaded', library: { catalogue } }))
      .catch(complain);
  };

  /** The run that looks at a practice cluster ends before the cluster does. */
  const closePractice = async () => {
    const before = practice;
    if (!before) return;
    practice = undefined;
    if (engine && onPractice) {
      unsubscribe();
      const ended = engine;
      engine = undefined;
      seen = undefined;
      onPractice = false;
      await ended.close();
    }
    await before.close();
    publish();
  };

  const openPractice = async (choice: PracticeChoice) => {
    starts += 1;
    const mine = starts;
    change({ type: 'starting', starting: true });
    try {
      await closePractice();
      const opened = await port.practice.open(choice);
      if (mine !== starts) return void (await opened.close());
      practice = opened;
      opened.subscribe(() => practice === opened && publish());
      change({ type: 'console', to: EMPTY_CONSOLE });
      change({ type: 'push', screen: 'desk' });
      if (opened.getState().kind !== 'lesson') change({ type: 'field', field: 'console' });
    } catch (error) {
      complain(error);
    } finally {
      if (mine === starts) change({ type: 'starting', starting: false });
    }
  };

  const dispatch = (act: Act): void => {
    switch (act.type) {
      case 'send':
        engine?.send(act.intent);
        return;
      case 'start':
        void start((warn) => port.start(act.choice, warn), 'run');
        return;
      case 'reopen':
        void start(() => port.reopen(act.id), 'fix');
        return;
      case 'load-practice':
        loadCatalogue();
        return;
      case 'open-practice':
        void openPractice(act.choice);
        return;
      case 'practice':
        practice?.send(act.intent);
        return;
      case 'look-practice': {
        const looked = practice;
        if (looked) void start(() => looked.look(), 'run', true);
        return;
      }
      case 'close-practice':
        closing = closePractice().then(loadCatalogue, complain);
        return;
      case 'search':
        void search(act.text);
        return;
      case 'bundle':
        void bundle();
        return;
      case 'load':
        void load();
        return;
      case 'open-entry':
        void openEntry(act.id);
        return;
      case 'leave':
        leave({ code: act.code, says: farewell(seen) });
        return;
      default:
        change(act);
    }
  };

  return {
    getScene: () => scene,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    dispatch,
    press: (key) => {
      publish();
      for (const act of handle(scene, key)) dispatch(act);
    },
    resize: (next) => change({ type: 'resized', size: next, at: clock.now() }),
    tick: () => {
      const guarded = ui.prompt !== undefined && clock.now() < ui.prompt.guardUntil + 250;
      // A fix stands still while it waits for an answer.
      const waiting = seen?.run.phase === 'fixing' && ui.prompt !== undefined;
      const learning = practice?.getState();
      const busy = learning?.running !== undefined || learning?.busy !== undefined;
      const moving =
        (isRunning(seen) && !waiting) ||
        ui.starting ||
        !ui.library.loaded ||
        guarded ||
        busy ||
        ui.bundling !== undefined;
      if (moving) publish();
      return moving;
    },
    left,
    close: async () => {
      unsubscribe();
      starts += 1;
      await engine?.close();
      await Promise.all([practice?.close(), closing]);
    },
  };
}
