import { words } from '../../domain/printable.ts';
import { type Act, type Scene, top } from '../model.ts';
import { helpExtent } from '../screens/help.tsx';
import { actsOf, promptOf, rulesOf } from '../screens/prompt.tsx';
import { filterOf, tooSmall } from '../screens/screen.ts';
import { screenOf } from '../screens/screens.ts';
import { bindingFor } from './binding.ts';
import { inConsole } from './console-keys.ts';
import { globalBindings, INTERRUPT } from './global-bindings.ts';
import type { KeyPress } from './key.ts';
import { pageBindings } from './movement.ts';
import { press } from './prompt-guard.ts';

/** What one key means now. Pure; the runtime carries the acts out in their order. */
export function handle(scene: Scene, key: KeyPress): readonly Act[] {
  if (key.name === 'ctrl-c') return INTERRUPT.act?.(scene) ?? [];
  const asked = promptOf(scene);
  if (asked && scene.ui.prompt) {
    const { prompt, answer } = press(scene.ui.prompt, key, scene.now, rulesOf(scene, asked));
    return [{ type: 'prompt', prompt }, ...(answer === undefined ? [] : actsOf(asked, answer))];
  }
  if (tooSmall(scene.ui.size)) return [];
  if (scene.ui.help) return inHelp(scene, key);
  if (scene.ui.field === 'error') return inErrorField(scene, key);
  if (scene.ui.field === 'filter') return inFilterField(scene, key);
  if (scene.ui.field === 'console') return inConsole(scene, key);
  return [{ type: 'touched' }, ...onScreen(scene, key)];
}

const helpKeys = pageBindings('help', helpExtent, { rows: true });

function inHelp(scene: Scene, key: KeyPress): readonly Act[] {
  if (['escape', 'q', '?', 'enter'].includes(key.name)) return [{ type: 'help', open: false }];
  return bindingFor(helpKeys, key.name, scene)?.act?.(scene) ?? [];
}

const edited = (text: string): readonly Act[] => [
  { type: 'edit-error', text },
  { type: 'search', text },
];

const withoutLast = (text: string): string => [...text].slice(0, -1).join('');

function inErrorField(scene: Scene, key: KeyPress): readonly Act[] {
  const text = scene.ui.errorText;
  if (key.pasted || key.text) return edited(text + key.text);
  switch (key.name) {
    case 'enter':
      return [{ type: 'field' }];
    case 'escape':
      return [{ type: 'field' }, ...edited('')];
    case 'backspace':
      return edited(withoutLast(text));
    case 'ctrl-u':
      return edited('');
    default:
      return [];
  }
}

const firstLine = (text: string): string => text.trim().split(/\r?\n|\r/)[0] ?? '';

function inFilterField(scene: Scene, key: KeyPress): readonly Act[] {
  const text = filterOf(scene, top(scene.ui));
  if (key.pasted || key.text)
    return [{ type: 'edit-filter', text: text + (key.pasted ? firstLine(key.text) : key.text) }];
  switch (key.name) {
    case 'enter':
      return [{ type: 'field' }];
    case 'escape':
      return [{ type: 'field' }, { type: 'edit-filter', text: '' }];
    case 'backspace':
      return [{ type: 'edit-filter', text: withoutLast(text) }];
    case 'ctrl-u':
      return [{ type: 'edit-filter', text: '' }];
    default:
      // Rows can be moved while the filter is open.
      return ['up', 'down'].includes(key.name) ? onScreen(scene, key) : [];
  }
}

function onScreen(scene: Scene, key: KeyPress): readonly Act[] {
  if (key.name === '') {
    // Text in one piece: on the home screen that is a pasted error message, elsewhere it means nothing.
    if (top(scene.ui) === 'home' && key.text.trim()) return edited(key.text.trim());
    if (key.pasted)
      return [{ type: 'notice', notice: { tone: 'faint', text: words`Text can be pasted on the home screen.` } }];
    return [];
  }
  if (key.name === 'escape' && filterOf(scene, top(scene.ui))) return [{ type: 'edit-filter', text: '' }];
  const screen = screenOf(scene);
  const binding = bindingFor(screen.bindings, key.name, scene) ?? bindingFor(globalBindings(screen), key.name, scene);
  return binding?.act?.(scene) ?? [];
}
