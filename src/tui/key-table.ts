import type { Binding } from './input/binding.ts';
import { BUTTON_BINDINGS, globalBindings, TYPED_BINDINGS } from './input/global-bindings.ts';
import { SCREENS } from './screens/screens.ts';

const cell = (text: string): string => text.replaceAll('|', '\\|');

function rows(where: string, bindings: readonly Binding[]): string[] {
  const unique = new Map(
    bindings.map(({ shown, does }) => [`${shown}/${does}`, `| ${where} | ${cell(shown)} | ${cell(does)} |`]),
  );
  return [...unique.values()];
}

/** The README's table of keys, in Markdown, from the same bindings that the screens obey. */
export function keyTable(): string {
  const [anyScreen] = SCREENS.filter((screen) => screen.filters);
  const everywhere = anyScreen ? globalBindings(anyScreen) : [];
  const own = SCREENS.flatMap((screen) => rows(screen.title, screen.bindings));
  return [
    '| Screen | Key | Does |',
    '| --- | --- | --- |',
    ...rows('everywhere', everywhere),
    ...own,
    ...rows('a question', [...BUTTON_BINDINGS, ...TYPED_BINDINGS]),
    '',
  ].join('\n');
}
