import { words } from '../../domain/printable.ts';
import { completed } from '../console/complete.ts';
import { nodeOf } from '../console/lines.ts';
import { type ConsoleState, edited, inserted, isUnfinished, replaced } from '../console/state.ts';
import type { Act, Scene } from '../model.ts';
import { one } from '../text/wrap.ts';
import type { Binding } from './binding.ts';
import type { KeyPress } from './key.ts';

/** Keys while a command is being typed, as the footer and the help show them. */
export const CONSOLE_BINDINGS: readonly Binding[] = [
  { keys: ['enter'], shown: words`enter`, does: words`run` },
  { keys: ['escape'], shown: words`esc`, does: words`leave the line` },
  { keys: ['tab'], shown: words`tab`, does: words`complete` },
  { keys: ['shift-tab'], shown: words`⇧tab`, does: words`next node` },
  { keys: ['up', 'down'], shown: words`↑↓`, does: words`history` },
  { keys: ['pageup', 'pagedown'], shown: words`PgUp PgDn`, does: words`scroll back` },
  { keys: ['ctrl-l'], shown: words`Ctrl-L`, does: words`clear`, quiet: true },
  {
    keys: ['ctrl-u', 'ctrl-k', 'ctrl-w'],
    shown: words`Ctrl-U K W`,
    does: words`delete to the left, to the right, a word`,
    quiet: true,
  },
  { keys: ['ctrl-a', 'ctrl-e'], shown: words`Ctrl-A E`, does: words`begin, end`, quiet: true },
];

const become = (change: ConsoleState): Act => ({ type: 'console', to: change });
const PAGE = 8;

export const nextNode = (scene: Scene): readonly Act[] => {
  const nodes = scene.practice?.nodes ?? [];
  const node = nodes[(nodes.indexOf(nodeOf(scene)) + 1) % Math.max(1, nodes.length)];
  return node === undefined ? [] : [become({ ...scene.ui.console, node })];
};

/** What a key does to the command line of a practice node. */
export function inConsole(scene: Scene, key: KeyPress): readonly Act[] {
  const { console: state } = scene.ui;
  const { practice } = scene;
  if (!practice) return [{ type: 'field' }];
  // Quick typing may come in one piece with its line end; so does a block of the guide, which is run as a whole.
  if (key.pasted && key.text.endsWith('\n')) return entered(scene, inserted(state, key.text.trimEnd()));
  if (key.pasted || key.text) return [become(inserted(state, key.text))];
  switch (key.name) {
    case 'enter':
      return entered(scene, state);
    case 'escape':
      return [{ type: 'field' }];
    case 'tab':
      return tabbed(scene, state);
    case 'shift-tab':
      return nextNode(scene);
    case 'ctrl-l':
      return [{ type: 'practice', intent: { type: 'clear' } }];
    case 'pageup':
      return [become({ ...state, back: state.back + PAGE })];
    case 'pagedown':
      return [become({ ...state, back: Math.max(0, state.back - PAGE) })];
    default:
      return [become(edited(state, key.name, practice.typed))];
  }
}

function entered(scene: Scene, state: ConsoleState): readonly Act[] {
  const command = state.draft.trim();
  if (command === '') return [become({ ...state, back: 0 })];
  // One command at a time: what is typed meanwhile waits in the line.
  if (scene.practice?.running) return [become(state)];
  if (isUnfinished(state.draft)) return [become(inserted({ ...state, cursor: state.draft.length }, '\n'))];
  const to = /^ssh\s+(?:\w+@)?(\S+)$/.exec(command)?.[1];
  if (to !== undefined && scene.practice?.nodes.includes(to)) return [become({ ...replaced(state, ''), node: to })];
  return [become(replaced(state, '')), { type: 'practice', intent: { type: 'run', node: nodeOf(scene), command } }];
}

function tabbed(scene: Scene, state: ConsoleState): readonly Act[] {
  const practice = scene.practice;
  if (!practice) return [];
  const known = { nodes: practice.nodes, paths: practice.paths[nodeOf(scene)] ?? [], typed: practice.typed };
  const before = state.draft.slice(0, state.cursor);
  const above = before.slice(0, before.lastIndexOf('\n') + 1);
  const { draft, options } = completed(before.slice(above.length), known);
  const to = {
    ...replaced(state, above + draft + state.draft.slice(state.cursor)),
    cursor: above.length + draft.length,
  };
  if (options.length === 0) return [become(to)];
  const names = options.map(
    (option) =>
      option
        .trim()
        .split(/\s+|(?<=\/)(?=[^/]+\/?$)/)
        .at(-1) ?? option,
  );
  return [become(to), { type: 'notice', notice: { tone: 'plain', text: one(names.join('  ')) } }];
}
