import { Box } from 'ink';
import SelectInput from 'ink-select-input';
import { type Printable, words } from '../../domain/printable.ts';
import { Lines, Row } from '../components/Lines.tsx';
import { useDispatch } from '../dispatch.ts';
import { chosenIndex, listBindings } from '../input/movement.ts';
import type { Act, Scene } from '../model.ts';
import type { Suggestion } from '../port.ts';
import { EMPTY, faint, fitLine, type Line, line, plain, rule, span, spread, strong } from '../text/line.ts';
import { startFor, windowOf } from '../text/window.ts';
import { many, one, paragraph } from '../text/wrap.ts';
import { spinner } from '../theme.ts';
import { journalRow } from './journal.tsx';
import { placeOf } from './place.tsx';
import { promptOf } from './prompt.tsx';
import { bodyOf, type Screen, tooSmall } from './screen.ts';

/** Stands for every playbook. */
const ALL = '*';
const EVERYTHING = words`Look at everything`;

const typed = (scene: Scene): boolean => scene.ui.errorText.trim() !== '';
const fitting = (scene: Scene): readonly string[] => [...scene.ui.library.suggestions.map((fit) => fit.playbook), ALL];
const recent = (scene: Scene): readonly string[] => scene.ui.library.journal.map((entry) => entry.id);

function begin(scene: Scene, playbook: string | undefined): readonly Act[] {
  const place = placeOf(scene);
  if (scene.ui.starting) return [];
  if (!place)
    return [
      {
        type: 'notice',
        notice: { tone: 'warn', text: words`There is nowhere to look yet: \`inkling init\` makes a site file.` },
      },
    ];
  const text = scene.ui.errorText.trim();
  return [
    {
      type: 'start',
      choice: {
        place: { kind: place.kind, id: place.id },
        playbooks: playbook === undefined || playbook === ALL ? [] : [playbook],
        ...(text !== '' && { text }),
      },
    },
  ];
}

function placeLine(scene: Scene, width: number): Line {
  const place = placeOf(scene);
  if (!scene.ui.library.loaded) return line(faint(words`Where   `), plain(words`${spinner(scene.now)} …`));
  if (!place)
    return line(faint(words`Where   `), span('warn', words`! nowhere yet: \`inkling init\` makes a site file`));
  const practice = place.kind === 'practice' ? words`practice cluster · ` : words``;
  return spread(
    line(
      faint(words`Where   `),
      strong(words`${practice}${one(place.title)}`),
      faint(words`  ${one(place.detail ?? '')}`),
    ),
    line(span('accent', words`w`), faint(words` change`)),
    width,
  );
}

function errorLines(scene: Scene, width: number, most: number): Line[] {
  const editing = scene.ui.field === 'error';
  const label = editing ? span('accent', words`Error › `) : faint(words`Error   `);
  const caret = editing ? [span('accent', words`▏`)] : [];
  if (!typed(scene) && !editing)
    return [
      spread(
        line(label, faint(words`paste the message you see`)),
        line(span('accent', words`/`), faint(words` type it`)),
        width,
      ),
    ];
  const all = many(scene.ui.errorText);
  const rows = all.slice(0, all.length > most ? most - 1 : most);
  const hidden = all.length - rows.length;
  const shownRows = rows.map((row, index): Line => {
    const lead = index === 0 ? label : faint(words`      │ `);
    const end = index === rows.length - 1 && hidden === 0 ? caret : [];
    // While typing, the end of a long line is what matters.
    const room = width - 8 - (end.length > 0 ? 1 : 0);
    return [
      lead,
      ...fitLine([plain(editing && end.length > 0 && row.length > room ? (row.slice(-room) as Printable) : row)], room),
      ...end,
    ];
  });
  return hidden > 0 ? [...shownRows, line(faint(words`      │ … and ${hidden} more lines`), ...caret)] : shownRows;
}

function fitRow(fit: Suggestion | undefined, picked: boolean, width: number): Line {
  const lead = span('picked', picked ? words`› ` : words`  `);
  const named = (title: Printable) => (picked ? strong(title) : plain(title));
  if (!fit) return [lead, named(EVERYTHING)];
  const found = fit.entities.map(({ kind, value }) => one(`${kind} ${value}`));
  const more = found.length > 0 ? words`  ${found.reduce((all, next) => words`${all}, ${next}`)}` : words``;
  return spread(
    [lead, named(one(fit.title)), faint(more)],
    [faint(words`fits ${Math.round(fit.score * 100)} %`)],
    width,
  );
}

/** The newest fix that an earlier process left half done, before anybody looks at its effects. */
function brokenOffLines(scene: Scene, width: number): Line[] {
  const left = scene.ui.library.journal.find((run) => run.brokenOff && run.practice === undefined);
  if (!left) return [];
  const what = left.headline === '' ? words`` : words` of ${one(left.headline)}`;
  return paragraph(
    'bad',
    words`✗ The fix${what} in run ${one(left.id)} was broken off. J opens the journal: read that run, then r goes on or takes it back.`,
    width,
    2,
  );
}

/** How the rows of the body are shared out, so that nothing overflows. */
function shares(scene: Scene) {
  const { width, height } = bodyOf(scene);
  const error = errorLines(scene, width, Math.max(2, Math.floor(height / 4)));
  const head = [...brokenOffLines(scene, width), placeLine(scene, width), ...error, EMPTY];
  const items = typed(scene) ? fitting(scene).length : scene.ui.library.playbooks.length + 1;
  const room = height - head.length - 1;
  const recents = scene.ui.library.journal.length;
  const menu = Math.max(1, Math.min(items, recents > 0 ? room - 4 : room));
  return { width, height, head, menu, below: Math.max(0, room - menu) };
}

function recentLines(scene: Scene, below: number, width: number): Line[] {
  const runs = scene.ui.library.journal;
  if (runs.length === 0 || below < 3) return [];
  const focused = scene.ui.homeFocus === 'recent';
  const index = chosenIndex(recent(scene), scene.ui.chosen['home/recent']);
  const room = below - 2;
  const start = startFor(runs.length, room, index);
  return [
    EMPTY,
    rule(words`Recent runs`, width, focused ? words`` : words`tab`, focused ? 'picked' : 'strong'),
    ...runs.slice(start, start + room).map((run, at) => journalRow(run, focused && start + at === index, width)),
  ];
}

function Item({ isSelected, label }: { readonly isSelected?: boolean; readonly label: string }) {
  const text = one(label);
  return <Row line={[isSelected ? strong(text) : plain(text)]} />;
}

function Indicator({ isSelected }: { readonly isSelected?: boolean }) {
  return <Row line={[span('picked', isSelected ? words`› ` : words`  `)]} />;
}

/** The playbooks never change while shown, which is what this menu needs. */
function Menu({
  scene,
  rows,
  width,
  active,
}: {
  readonly scene: Scene;
  readonly rows: number;
  readonly width: number;
  readonly active: boolean;
}) {
  const dispatch = useDispatch();
  const items = [
    { label: EVERYTHING as string, value: ALL },
    ...scene.ui.library.playbooks.map((playbook) => ({
      label: playbook.symptom ? `${playbook.title}: ${playbook.symptom}` : playbook.title,
      value: playbook.id,
    })),
  ].map((item) => ({ ...item, label: fitLine([plain(one(item.label))], width - 3)[0]?.text ?? '' }));
  return (
    <Box height={rows} flexShrink={0} overflow="hidden">
      <SelectInput
        items={items}
        limit={rows}
        isFocused={active}
        indicatorComponent={Indicator}
        itemComponent={Item}
        onSelect={(item) => begin(scene, item.value).forEach(dispatch)}
      />
    </Box>
  );
}

const onMenu = (scene: Scene) => !typed(scene) && scene.ui.homeFocus === 'menu';
const onFits = (scene: Scene) => typed(scene) && scene.ui.homeFocus === 'menu';
const onRecent = (scene: Scene) => scene.ui.homeFocus === 'recent' && recent(scene).length > 0;

function View({ scene }: { readonly scene: Scene }) {
  const { width, height, head, menu, below } = shares(scene);
  const focused = scene.ui.homeFocus === 'menu';
  const title = typed(scene) ? words`What fits this message` : words`What to look into`;
  const top = [...head, rule(title, width, words``, focused ? 'picked' : 'strong')];
  const active =
    onMenu(scene) &&
    !scene.ui.help &&
    !scene.ui.field &&
    !promptOf(scene) &&
    !tooSmall(scene.ui.size) &&
    !scene.ui.starting;
  const ids = fitting(scene);
  const index = chosenIndex(ids, scene.ui.chosen['home/menu']);
  const rows = typed(scene)
    ? ids.map((id, at) =>
        fitRow(
          scene.ui.library.suggestions.find((fit) => fit.playbook === id),
          focused && at === index,
          width,
        ),
      )
    : [];
  const unloaded = !scene.ui.library.loaded ? paragraph('faint', words`Reading the playbooks …`, width) : undefined;
  return (
    <Box flexDirection="column" height={height} overflow="hidden">
      <Lines lines={top} />
      {typed(scene) || unloaded ? (
        <Lines lines={unloaded ?? windowOf(rows, startFor(rows.length, menu, index), menu)} />
      ) : (
        <Menu scene={scene} rows={menu} width={width} active={active} />
      )}
      <Lines lines={recentLines(scene, below, width)} />
    </Box>
  );
}

export const homeScreen: Screen = {
  id: 'home',
  title: words`Find out why Ceph and OpenStack do not work together`,
  bindings: [
    { keys: ['enter'], shown: words`enter`, does: words`look`, when: onMenu },
    { keys: ['up', 'down', 'j', 'k'], shown: words`↑↓`, does: words`move`, when: onMenu },
    {
      keys: ['enter'],
      shown: words`enter`,
      does: words`look`,
      when: onFits,
      act: (scene) => begin(scene, fitting(scene)[chosenIndex(fitting(scene), scene.ui.chosen['home/menu'])]),
    },
    ...listBindings('home/menu', fitting, onFits),
    {
      keys: ['enter'],
      shown: words`enter`,
      does: words`read`,
      when: onRecent,
      act: (scene) => {
        const id = recent(scene)[chosenIndex(recent(scene), scene.ui.chosen['home/recent'])];
        return id === undefined ? [] : [{ type: 'open-entry', id }];
      },
    },
    ...listBindings('home/recent', recent, onRecent),
    { keys: ['/'], shown: words`/`, does: words`type an error`, act: () => [{ type: 'field', field: 'error' }] },
    {
      keys: ['x'],
      shown: words`x`,
      does: words`clear`,
      when: typed,
      act: () => [{ type: 'edit-error', text: '' }],
    },
    { keys: ['w'], shown: words`w`, does: words`where`, act: () => [{ type: 'push', screen: 'place' }] },
    {
      keys: ['tab'],
      shown: words`tab`,
      does: words`recent runs`,
      when: (scene) => recent(scene).length > 0,
      act: (scene) => [{ type: 'home-focus', to: scene.ui.homeFocus === 'menu' ? 'recent' : 'menu' }],
    },
    {
      keys: ['p'],
      shown: words`p`,
      does: words`practise`,
      act: () => [{ type: 'load-practice' }, { type: 'push', screen: 'practice' }],
    },
    { keys: ['J'], shown: words`J`, does: words`journal`, act: () => [{ type: 'push', screen: 'journal' }] },
    {
      keys: ['b'],
      shown: words`b`,
      does: words`back to the run`,
      when: (scene) => scene.engine !== undefined,
      act: () => [{ type: 'push', screen: 'run' }],
    },
  ],
  View,
};
