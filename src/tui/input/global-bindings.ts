import { isRunning } from '../../domain/engine.ts';
import { type Printable, words } from '../../domain/printable.ts';
import { stepsSoFar } from '../farewell.ts';
import type { Scene } from '../model.ts';
import { exitCode } from '../screens/outcome.ts';
import type { Screen } from '../screens/screen.ts';
import type { Binding } from './binding.ts';

const atHome = (scene: Scene): boolean => scene.ui.stack.length <= 1;

const BACK: Binding = {
  keys: ['q', 'escape', 'backspace'],
  shown: words`q`,
  does: words`back`,
  when: (scene) => !atHome(scene),
  act: () => [{ type: 'pop' }],
};

const QUIT: Binding = {
  keys: ['q'],
  shown: words`q`,
  does: words`quit`,
  when: atHome,
  act: (scene) => [{ type: 'leave', code: exitCode(scene.engine) }],
};

const FILTER: Binding = {
  keys: ['/'],
  shown: words`/`,
  does: words`filter`,
  act: () => [{ type: 'field', field: 'filter' }],
};

const HELP: Binding = {
  keys: ['?'],
  shown: words`?`,
  does: words`help`,
  act: () => [{ type: 'help', open: true }],
};

const stopping = (scene: Scene): Printable =>
  [words`Stopping; Ctrl-C again leaves.`, ...stepsSoFar(scene.engine)].reduce((all, next) => words`${all} ${next}`);

/** Handled before all others, because it must work everywhere. */
export const INTERRUPT: Binding = {
  keys: ['ctrl-c'],
  shown: words`Ctrl-C`,
  does: words`stop what runs; again: leave`,
  // Worth a place below only while a node is being changed.
  quiet: ({ engine }) => engine?.run.phase !== 'fixing',
  act: (scene) => {
    const { practice } = scene;
    if (practice?.running) return [{ type: 'practice', intent: { type: 'cancel' } }];
    if (scene.ui.field === 'console' && scene.ui.console.draft !== '')
      return [{ type: 'console', to: { ...scene.ui.console, draft: '', cursor: 0, own: '' } }];
    return isRunning(scene.engine) && !scene.ui.interrupted
      ? [
          { type: 'interrupted' },
          { type: 'send', intent: { type: 'cancel' } },
          { type: 'notice', notice: { tone: 'warn', text: stopping(scene) } },
        ]
      : [{ type: 'leave', code: 130 }];
  },
};

/** Keys of every screen, after the screen's own. */
export const globalBindings = (screen: Screen): readonly Binding[] => [
  ...(screen.filters ? [FILTER] : []),
  BACK,
  QUIT,
  HELP,
  INTERRUPT,
];

/** Keys of a text field that is open. */
export const FIELD_BINDINGS: readonly Binding[] = [
  { keys: ['enter'], shown: words`enter`, does: words`done` },
  { keys: ['escape'], shown: words`esc`, does: words`cancel` },
  { keys: ['ctrl-u'], shown: words`Ctrl-U`, does: words`clear` },
];

/** Keys of a question that is longer than the screen. */
export const SCROLL_BINDING: Binding = {
  keys: ['up', 'down', 'pageup', 'pagedown', 'home', 'end'],
  shown: words`↑↓ PgDn`,
  does: words`read on`,
};

/** Keys of a question with buttons, and of one where something must be typed. */
export const BUTTON_BINDINGS: readonly Binding[] = [
  { keys: ['left', 'right', 'tab'], shown: words`←→`, does: words`choose` },
  { keys: ['y', 'n'], shown: words`y n`, does: words`go to yes or no` },
  { keys: ['enter'], shown: words`enter`, does: words`answer` },
  { keys: ['escape'], shown: words`esc`, does: words`refuse` },
];

export const TYPED_BINDINGS: readonly Binding[] = [
  { keys: ['enter'], shown: words`enter`, does: words`confirm what was typed` },
  { keys: ['escape'], shown: words`esc`, does: words`refuse` },
];
