import { Box } from 'ink';
import type { ReactNode } from 'react';
import type { EngineState } from '../../domain/engine.ts';
import { words } from '../../domain/printable.ts';
import { available, type Binding, isQuiet } from '../input/binding.ts';
import { CONSOLE_BINDINGS } from '../input/console-keys.ts';
import {
  BUTTON_BINDINGS,
  FIELD_BINDINGS,
  globalBindings,
  SCROLL_BINDING,
  TYPED_BINDINGS,
} from '../input/global-bindings.ts';
import { type Scene, top } from '../model.ts';
import { promptOf, rulesOf } from '../screens/prompt.tsx';
import { filterOf, type Screen } from '../screens/screen.ts';
import {
  cut,
  EMPTY,
  faint,
  fitLine,
  type Line,
  line,
  lineWidth,
  plain,
  rule,
  span,
  spread,
  strong,
} from '../text/line.ts';
import { duration } from '../text/words.ts';
import { one } from '../text/wrap.ts';
import { spinner } from '../theme.ts';
import { Row } from './Lines.tsx';

function phase({ run }: EngineState, scene: Scene): Line {
  const since = Date.parse(run.startedAt);
  const elapsed = Number.isNaN(since) ? words`` : words` ${duration(scene.wall - since)}`;
  switch (run.phase) {
    case 'looking':
      return line(span('accent', words`${spinner(scene.now)} looking${elapsed}`));
    case 'fixing':
      return scene.ui.prompt
        ? line(span('warn', words`? waits for your answer`))
        : line(span('accent', words`${spinner(scene.now)} fixing`));
    case 'stopped':
      return line(span('warn', words`! stopped`));
    case 'failed':
      return line(span('bad', words`✗ failed`));
    case 'judged':
      return EMPTY;
  }
}

/** Screens that are not about the present run. */
const AWAY = ['home', 'place', 'journal', 'entry', 'practice', 'drills', 'desk', 'naming', 'grade', 'progress'];

const isAway = (scene: Scene): boolean => AWAY.includes(top(scene.ui));

function header(scene: Scene, screen: Screen, width: number): Line {
  const { engine } = scene;
  const run = isAway(scene) ? undefined : engine;
  const site = run?.run.practice ? words`practice: ${one(run.run.practice)}` : words`${one(run?.run.site ?? '')}`;
  const where = run?.run.recorded === undefined ? site : words`read-only, ${one(run.run.recorded)}: ${site}`;
  const left = line(span('picked', words`inkling`), plain(words`  `), strong(screen.title));
  const state = run ? [...phase(run, scene), plain(words`  `)] : [];
  const room = width - lineWidth(left) - lineWidth(state) - 2;
  return spread(left, run && room > 8 ? [...state, faint(cut(where, room))] : state, width);
}

/** Keys that fit, most needed first; the last two places belong to back and help. */
function keys(bindings: readonly Binding[], width: number): Line {
  const piece = ({ shown, does }: Binding): Line => [span('accent', shown), faint(words` ${does}`)];
  const fixed = bindings.filter(({ keys: names }) => names.includes('?') || names.includes('q'));
  const rest = bindings.filter((binding) => !fixed.includes(binding));
  const end = fixed.flatMap((binding, index) => [...(index > 0 ? [plain(words`  `)] : []), ...piece(binding)]);
  let start: Line = EMPTY;
  for (const binding of rest) {
    const next = [...start, ...(start.length > 0 ? [plain(words`  `)] : []), ...piece(binding)];
    if (lineWidth(next) + lineWidth(end) + 2 > width) break;
    start = next;
  }
  return spread(start, end, width);
}

/** What can be pressed now, as the footer shows it. */
export function footerBindings(scene: Scene, screen: Screen): readonly Binding[] {
  const asked = promptOf(scene);
  if (asked) {
    const own = asked.typed === undefined ? BUTTON_BINDINGS : TYPED_BINDINGS;
    const refuse = own.filter(({ keys }) => keys.includes('escape'));
    // Before its end was seen a long question takes nothing else.
    return rulesOf(scene, asked).page ? [SCROLL_BINDING, ...refuse, ...own.filter((b) => !refuse.includes(b))] : own;
  }
  if (scene.ui.field === 'console') return CONSOLE_BINDINGS.filter((binding) => !isQuiet(binding, scene));
  if (scene.ui.field) return FIELD_BINDINGS;
  const own = available(screen.bindings, scene);
  const taken = new Set(own.flatMap(({ keys }) => keys));
  const rest = available(globalBindings(screen), scene).filter(({ keys }) => !taken.has(keys[0] ?? ''));
  return [...own, ...rest].filter((binding) => !isQuiet(binding, scene));
}

function above(scene: Scene, screen: Screen, width: number): Line {
  const { notice, field } = scene.ui;
  const filter = filterOf(scene, top(scene.ui));
  const error = scene.engine?.run.phase === 'failed' && !isAway(scene) ? scene.engine.run.error : undefined;
  if (notice) return fitLine([span(notice.tone, notice.text)], width);
  if (error) return fitLine([span('bad', words`✗ ${one(error)}`)], width);
  if (scene.ui.bundling !== undefined)
    return fitLine([span('accent', words`${spinner(scene.now)} Bundle: ${scene.ui.bundling} …`)], width);
  if (scene.ui.starting) return line(span('accent', words`${spinner(scene.now)} Starting …`));
  if (field === 'filter') return line(span('accent', words`/ `), plain(one(filter)), span('accent', words`▏`));
  if (filter) return rule(words`/ ${one(filter)}`, width, words`esc shows all`, 'accent');
  return rule(words``, width, scene.ui.help || promptOf(scene) ? words`` : screen.remark?.(scene));
}

/** Header, body and footer. The outer two never give way; the body takes what is left and not a row more. */
export function Frame({
  scene,
  screen,
  children,
}: {
  readonly scene: Scene;
  readonly screen: Screen;
  readonly children: ReactNode;
}) {
  const { columns, rows } = scene.ui.size;
  const width = columns - 2;
  return (
    <Box flexDirection="column" width={columns} height={rows} paddingX={1} overflow="hidden">
      <Box flexDirection="column" flexShrink={0}>
        <Row line={header(scene, screen, width)} />
        <Row line={rule(words``, width)} />
      </Box>
      <Box flexDirection="column" flexGrow={1} minHeight={0} overflow="hidden">
        {children}
      </Box>
      <Box flexDirection="column" flexShrink={0}>
        <Row line={above(scene, screen, width)} />
        <Row line={scene.ui.help ? keys(HELP_KEYS, width) : keys(footerBindings(scene, screen), width)} />
      </Box>
    </Box>
  );
}

const HELP_KEYS: readonly Binding[] = [
  { keys: ['down'], shown: words`↑↓`, does: words`scroll` },
  { keys: ['q'], shown: words`q`, does: words`close` },
];
