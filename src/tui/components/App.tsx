import { useInput, usePaste } from 'ink';
import { useSyncExternalStore } from 'react';
import { words } from '../../domain/printable.ts';
import { DispatchContext } from '../dispatch.ts';
import { keyPresses, paste } from '../input/key.ts';
import type { Runtime } from '../runtime.ts';
import { HelpView } from '../screens/help.tsx';
import { PromptView, promptOf } from '../screens/prompt.tsx';
import { SMALLEST, tooSmall } from '../screens/screen.ts';
import { screenOf } from '../screens/screens.ts';
import { fitLine, span } from '../text/line.ts';
import { Frame } from './Frame.tsx';
import { Row } from './Lines.tsx';

export function App({ runtime }: { readonly runtime: Runtime }) {
  const scene = useSyncExternalStore(runtime.subscribe, runtime.getScene);
  useInput((input, key) => keyPresses(input, key).forEach(runtime.press));
  usePaste((text) => runtime.press(paste(text)));
  const { columns, rows } = scene.ui.size;
  if (tooSmall(scene.ui.size))
    return (
      <Row
        line={fitLine(
          [span('warn', words`terminal too small (${columns}x${rows}), needs ${SMALLEST.columns}x${SMALLEST.rows}`)],
          columns,
        )}
      />
    );
  const screen = screenOf(scene);
  const asked = promptOf(scene);
  const body = () => {
    if (asked) return <PromptView scene={scene} asked={asked} />;
    if (scene.ui.help) return <HelpView scene={scene} />;
    return <screen.View scene={scene} />;
  };
  return (
    <DispatchContext value={runtime.dispatch}>
      <Frame scene={scene} screen={screen}>
        {body()}
      </Frame>
    </DispatchContext>
  );
}
