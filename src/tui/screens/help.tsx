import { words } from '../../domain/printable.ts';
import { Lines } from '../components/Lines.tsx';
import { available, type Binding } from '../input/binding.ts';
import { CONSOLE_BINDINGS } from '../input/console-keys.ts';
import { BUTTON_BINDINGS, FIELD_BINDINGS, globalBindings } from '../input/global-bindings.ts';
import type { Scene } from '../model.ts';
import { perScene } from '../per-scene.ts';
import { EMPTY, faint, fill, type Line, line, plain, rule, span } from '../text/line.ts';
import { windowOf } from '../text/window.ts';
import { paragraph } from '../text/wrap.ts';
import { CAUSE, type Mark, VERDICT } from '../theme.ts';
import { bodyOf } from './screen.ts';
import { screenOf } from './screens.ts';

const row = ({ shown, does }: Binding): Line => line(span('accent', words`  ${fill(shown, 10)}`), plain(does));

/** Bindings that say the same (one per state of the screen) are listed once. */
const once = (bindings: readonly Binding[]): readonly Binding[] => [
  ...new Map(bindings.map((binding) => [`${binding.shown}/${binding.does}`, binding])).values(),
];

const marks = (all: readonly Mark[]): Line =>
  all.flatMap((mark) => [span(mark.tone, words`  ${mark.glyph} `), faint(mark.word)]);

const lines = perScene((scene: Scene): readonly Line[] => {
  const screen = screenOf(scene);
  const { width } = bodyOf(scene);
  return [
    rule(words`Keys here`, width),
    ...once(screen.bindings).map(row),
    EMPTY,
    rule(words`Keys everywhere`, width),
    ...once(available(globalBindings(screen), scene)).map(row),
    EMPTY,
    rule(words`While typing`, width),
    ...once(FIELD_BINDINGS).map(row),
    EMPTY,
    rule(words`While typing commands`, width),
    ...once(CONSOLE_BINDINGS).map(row),
    EMPTY,
    rule(words`When a step must be confirmed`, width),
    ...once(BUTTON_BINDINGS).map(row),
    ...paragraph(
      'faint',
      words`Keys that come within 0.3 s of the question, pastes and held keys do not count. Dangerous steps want a name typed.`,
      width,
      2,
    ),
    EMPTY,
    rule(words`Signs`, width),
    marks(Object.values(VERDICT)),
    marks(Object.values(CAUSE)),
  ];
});

export const helpExtent = (scene: Scene) => ({ count: lines(scene).length, height: bodyOf(scene).height });

export function HelpView({ scene }: { readonly scene: Scene }) {
  return <Lines lines={windowOf(lines(scene), scene.ui.scrolled.help ?? 0, bodyOf(scene).height)} />;
}
