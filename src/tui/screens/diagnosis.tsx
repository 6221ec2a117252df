import { isRunning } from '../../domain/engine.ts';
import type { Cause, CheckResult } from '../../domain/judgement.ts';
import { words } from '../../domain/printable.ts';
import { Lines } from '../components/Lines.tsx';
import { chosenId, chosenIndex, listBindings, pageBindings } from '../input/movement.ts';
import type { Scene } from '../model.ts';
import { perScene } from '../per-scene.ts';
import {
  beside,
  cut,
  EMPTY,
  faint,
  fill,
  fitLine,
  type Line,
  line,
  plain,
  rule,
  span,
  spread,
  strong,
} from '../text/line.ts';
import { pagePosition, position, startFor, windowOf } from '../text/window.ts';
import { one, paragraph } from '../text/wrap.ts';
import { CAUSE, type Mark, spinner } from '../theme.ts';
import { BUNDLE } from './bundle-key.ts';
import { causeLines, PROSE } from './cause-lines.ts';
import { fixBinding, refusal } from './fix-start.ts';
import { coverageWords, OUTCOME } from './outcome.ts';
import { bodyOf, causeKey, causesOf, emptyJudgement, filterOf, matches, type Screen } from './screen.ts';

/** From this width on, list and detail stand side by side. */
const WIDE = 120;

const shown = perScene((scene: Scene): readonly Cause[] =>
  causesOf(scene).filter((cause) =>
    matches(filterOf(scene, 'diagnosis'), cause.title, cause.id, cause.status, cause.subject, cause.nodes.join(' ')),
  ),
);

const chosen = (scene: Scene): Cause | undefined => {
  const causes = shown(scene);
  const id = chosenId(scene, 'diagnosis', causes.map(causeKey));
  return causes.find((cause) => causeKey(cause) === id);
};

function row(cause: Cause, picked: boolean, width: number): Line {
  const mark = CAUSE[cause.status];
  return spread(
    line(
      span('picked', picked ? words`› ` : words`  `),
      span(mark.tone, words`${mark.glyph} ${fill(mark.word, 9)} `),
      picked ? strong(one(cause.title)) : plain(one(cause.title)),
    ),
    line(
      ...(cause.touches ? [span('accent', words`◆ pasted  `)] : []),
      faint(cut(one(cause.subject), Math.floor(width * 0.36))),
    ),
    width,
  );
}

/** Narrow lists have no room for the subject beside the title: it follows below. */
function twoRows(cause: Cause, picked: boolean, width: number): Line[] {
  const mark = CAUSE[cause.status];
  return [
    fitLine(
      line(
        span('picked', picked ? words`› ` : words`  `),
        span(mark.tone, words`${mark.glyph} `),
        picked ? strong(one(cause.title)) : plain(one(cause.title)),
      ),
      width,
    ),
    fitLine(
      line(
        plain(words`    `),
        span(mark.tone, mark.word),
        ...(cause.touches ? [span('accent', words` · ◆ pasted`)] : []),
        faint(words` · ${one(cause.subject)}`),
      ),
      width,
    ),
  ];
}

function summary(scene: Scene, width: number): Line {
  const judgement = scene.engine?.judgement ?? emptyJudgement;
  const mark: Mark = OUTCOME[judgement.outcome];
  const found = judgement.causes.filter((cause) => cause.status !== 'excluded').length;
  const number = found > 0 ? words` (${found})` : words``;
  const running = isRunning(scene.engine);
  // Until the end, only what was found can be said: what is not asked yet is no gap.
  const says = running && found === 0 ? [] : [span(mark.tone, words`${mark.glyph} ${mark.word}${number}`)];
  return spread(
    line(plain(running ? words`${spinner(scene.now)} Still looking  ` : words``), ...says),
    line(faint(coverageWords(running ? { ...judgement.coverage, unknown: 0 } : judgement.coverage, width < 70))),
    width,
  );
}

function nothing(scene: Scene, width: number): Line[] {
  const { outcome, nodes, checks } = scene.engine?.judgement ?? emptyJudgement;
  if (filterOf(scene, 'diagnosis')) return paragraph('faint', words`No cause matches the filter.`, width);
  if (outcome === 'healthy')
    return paragraph(
      'plain',
      words`Every check that applies was made and none found a fault. Press tab to read them.`,
      width,
    );
  const unreached = nodes.filter((node) => node.why !== undefined);
  const away = unreached.flatMap((node) =>
    paragraph('plain', words`? ${one(node.name)}: ${one(node.why ?? '')}`, width, 2),
  );
  // What was not asked yet is no gap before the looking has ended.
  if (isRunning(scene.engine))
    return [
      ...paragraph('plain', words`No cause yet. Each one appears here as soon as it shows.`, width),
      ...(away.length > 0 ? [EMPTY, line(strong(words`Not seen`)), ...away] : []),
    ];
  const gaps = unseen(checks);
  return [
    ...paragraph('plain', words`No cause was found in what could be seen; this does not mean healthy.`, width),
    ...(away.length + gaps.length > 0 ? [EMPTY, line(strong(words`Not seen`))] : []),
    ...away,
    ...gaps.flatMap(({ node, says, titles }) => [
      ...paragraph('plain', words`? ${one(node)}: ${one(says)}`, width, 2),
      ...titles.flatMap((title) => paragraph('faint', words`  – ${one(title)}`, width, 4)),
    ]),
  ];
}

/** The checks that could not be judged, together where one node has one reason for several. */
function unseen(checks: readonly CheckResult[]): { node: string; says: string; titles: string[] }[] {
  const gaps = new Map<string, { node: string; says: string; titles: string[] }>();
  for (const { verdict, node, says, title } of checks) {
    if (verdict !== 'unknown') continue;
    const key = JSON.stringify([node, says]);
    const gap = gaps.get(key) ?? { node, says, titles: [] };
    if (!gap.titles.includes(title)) gap.titles.push(title);
    gaps.set(key, gap);
  }
  return [...gaps.values()];
}

interface Layout {
  readonly detail: readonly Line[];
  readonly room: { readonly width: number; readonly height: number };
  readonly listRows: number;
  readonly wide: boolean;
  readonly listWidth: number;
}

const layout = perScene((scene: Scene): Layout => {
  const { width, height } = bodyOf(scene);
  const causes = shown(scene);
  const cause = chosen(scene);
  const wide = width >= WIDE - 2 && causes.length > 1;
  const listWidth = wide ? Math.min(56, Math.floor(width * 0.38)) : width;
  // One cause needs no list above its text.
  const listed = causes.length > 1 ? Math.min(causes.length, Math.max(3, Math.floor(height / 4))) : 0;
  const listRows = wide ? height - 2 : listed;
  const room = wide
    ? { width: width - listWidth - 3, height: height - 2 }
    : { width, height: height - 2 - listRows - (listRows > 0 ? 1 : 0) };
  const detail = cause ? causeLines(cause, scene, Math.min(PROSE, room.width)) : nothing(scene, room.width);
  return { detail, room, listRows, wide, listWidth };
});

function body(scene: Scene): Line[] {
  const { width, height } = bodyOf(scene);
  const { detail, room, listRows, wide, listWidth } = layout(scene);
  const causes = shown(scene);
  const picked = chosen(scene);
  const index = chosenIndex(causes.map(causeKey), picked && causeKey(picked));
  const start = scene.ui.scrolled['diagnosis/detail'] ?? 0;
  const text = windowOf(detail, start, room.height);
  const top = [summary(scene, width), EMPTY];
  if (wide) {
    const rows = causes.flatMap((cause) => twoRows(cause, cause === picked, listWidth));
    const list = windowOf(rows, startFor(rows.length, listRows, index * 2), listRows);
    return [...top, ...beside(list, text, listWidth, height - 2)];
  }
  if (listRows === 0) return [...top, ...text];
  const rows = causes.map((cause) => row(cause, cause === picked, width));
  const list = windowOf(rows, startFor(rows.length, listRows, index), listRows);
  const where = position(detail.length, room.height, start);
  const line3 = rule(words``, width, where === '' ? words`` : words`lines ${where}`);
  return [...top, ...list, line3, ...text];
}

export const diagnosisScreen: Screen = {
  id: 'diagnosis',
  title: words`Diagnosis`,
  filters: true,
  bindings: [
    ...listBindings('diagnosis', (scene) => shown(scene).map(causeKey)),
    {
      keys: ['enter'],
      shown: words`enter`,
      does: words`whole cause`,
      when: (scene) => chosen(scene) !== undefined,
      act: (scene) => {
        const cause = chosen(scene);
        return cause
          ? [
              { type: 'choose', list: 'diagnosis', id: causeKey(cause) },
              { type: 'push', screen: 'cause' },
            ]
          : [];
      },
    },
    fixBinding(chosen),
    { keys: ['tab'], shown: words`tab`, does: words`all checks`, act: () => [{ type: 'push', screen: 'checks' }] },
    {
      keys: ['r'],
      shown: words`r`,
      does: words`look again`,
      when: (scene) => !isRunning(scene.engine),
      act: (scene) =>
        refusal(scene) ?? [
          { type: 'send', intent: { type: 'look-again' } },
          { type: 'pop' },
          { type: 'push', screen: 'run' },
        ],
    },
    BUNDLE,
    ...pageBindings(
      'diagnosis/detail',
      (scene) => {
        const { detail, room } = layout(scene);
        return { count: detail.length, height: room.height };
      },
      { rows: false },
    ),
    // A single cause needs no moving in the list: its text takes those keys.
    ...pageBindings(
      'diagnosis/detail',
      (scene) => {
        const { detail, room } = layout(scene);
        return { count: detail.length, height: room.height };
      },
      { rows: true, when: (scene) => shown(scene).length <= 1 },
    ).map((binding) => ({ ...binding, quiet: true })),
  ],
  remark: (scene) => {
    const { detail, room, listRows } = layout(scene);
    return listRows === 0 ? pagePosition(detail.length, room.height, scene.ui.scrolled['diagnosis/detail']) : words``;
  },
  View: ({ scene }) => <Lines lines={body(scene)} />,
};
