import type { Binding } from './input/binding.ts';
import { CONSOLE_BINDINGS } from './input/console-keys.ts';
import { BUTTON_BINDINGS, globalBindings, SCROLL_BINDING, TYPED_BINDINGS } from './input/global-bindings.ts';
import { SCREENS } from './screens/screens.ts';

const cell = (text: string): string => text.replaceAll('|', '\\|');

const keysOf = (bindings: readonly Binding[]): string =>
  [...new Set(bindings.map(({ shown, does }) => `\`${cell(shown)}\` ${cell(does)}`))].join(', ');

const row = (where: string, bindings: readonly Binding[]): string => `| ${where} | ${keysOf(bindings)} |`;

/** The table of keys for the documentation, in Markdown, from the same bindings that the screens obey. */
export function keyTable(): string {
  const [anyScreen] = SCREENS.filter((screen) => screen.filters);
  return [
    '| screen | keys |',
    '| --- | --- |',
    row('everywhere', anyScreen ? globalBindings(anyScreen) : []),
    ...SCREENS.filter((screen) => screen.bindings.length > 0).map((screen) => row(screen.id, screen.bindings)),
    row('a command', CONSOLE_BINDINGS),
    row('a question', [SCROLL_BINDING, ...BUTTON_BINDINGS, ...TYPED_BINDINGS]),
    '',
  ].join('\n');
}
