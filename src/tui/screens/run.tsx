import { cellWidth } from '../../domain/cells.ts';
import { type EngineState, isRunning, type NodeRun } from '../../domain/engine.ts';
import type { CheckResult, Verdict } from '../../domain/judgement.ts';
import { type Printable, words } from '../../domain/printable.ts';
import { Lines } from '../components/Lines.tsx';
import { pageBindings } from '../input/movement.ts';
import type { Scene } from '../model.ts';
import { perScene } from '../per-scene.ts';
import {
  EMPTY,
  faint,
  fill,
  fillLeft,
  fitLine,
  type Line,
  line,
  plain,
  repeated,
  rule,
  spaces,
  span,
  spread,
} from '../text/line.ts';
import { pagePosition, windowOf } from '../text/window.ts';
import { count, duration, share } from '../text/words.ts';
import { one, paragraph } from '../text/wrap.ts';
import { type Mark, spinner, VERDICT } from '../theme.ts';
import { BUNDLE } from './bundle-key.ts';
import { refusal } from './fix-start.ts';
import { OUTCOME } from './outcome.ts';
import { bodyOf, type Screen } from './screen.ts';

/** What a check shows: its verdict, or that its node has not finished answering yet. */
type Seen = Verdict | 'pending';

/** Worst first: what a cell shows when a check has several subjects on one node. */
const WORST: readonly Seen[] = ['fail', 'unknown', 'pending', 'warn', 'advice', 'pass', 'skip'];

const SEEN: Readonly<Record<Seen, Mark>> = {
  ...VERDICT,
  pending: { glyph: words`·`, word: words`to come`, tone: 'faint' },
};

const worst = (seen: readonly Seen[]): Seen | undefined => WORST.find((one) => seen.includes(one));

/** While nodes still answer, not knowing is no finding yet. */
function seenOf({ run }: EngineState): (result: CheckResult) => Seen {
  const finished = new Set(
    run.nodes.filter(({ status }) => status === 'done' || status === 'lost').map(({ name }) => name),
  );
  const all = run.phase !== 'looking' || finished.size === run.nodes.length;
  return ({ verdict, node }) => (verdict === 'unknown' && !all && !finished.has(node) ? 'pending' : verdict);
}

function nodeMark(node: NodeRun, now: number): Mark {
  const busy = (word: Printable): Mark => ({ glyph: spinner(now), word, tone: 'accent' });
  switch (node.status) {
    case 'waiting':
      return { glyph: words`○`, word: words`waiting`, tone: 'faint' };
    case 'connecting':
      return busy(words`connecting`);
    case 'asking':
      return busy(words`asking`);
    case 'lost':
      return { glyph: words`✗`, word: words`not reached`, tone: 'bad' };
    case 'done':
      return node.lost || node.answered < node.asked
        ? { glyph: words`?`, word: words`in part`, tone: 'warn' }
        : { glyph: words`✓`, word: words`done`, tone: 'good' };
  }
}

function nodeLines(node: NodeRun, index: number, nameWidth: number, scene: Scene, width: number): Line[] {
  const mark = nodeMark(node, scene.now);
  const elapsed = scene.wall - Date.parse(scene.engine?.run.startedAt ?? '');
  const tail = (): Line => {
    if (node.lost) return [faint(one(node.lost.detail))];
    const [oldest] = node.waiting;
    if (oldest !== undefined && node.status === 'asking') {
      const more = node.waiting.length > 1 ? words` and ${node.waiting.length - 1} more` : words``;
      return [faint(words`${duration(elapsed)}: waits for ${one(oldest)}${more}`)];
    }
    if (node.status === 'done') return [faint(words`${duration(node.ms)}, ${count(node.trips, words`trip`)}`)];
    return [];
  };
  const head = line(
    faint(words`${fillLeft(words`${index + 1}`, 2)} `),
    span(mark.tone, words`${mark.glyph} `),
    plain(words`${fill(one(node.name), nameWidth)}  `),
    span(mark.tone, words`${fill(mark.word, 12)}`),
    plain(words`${fillLeft(words`${node.answered} of ${node.asked}`, 9)}  `),
  );
  const headWidth = nameWidth + 30;
  const [detail] = tail();
  if (!detail) return [head];
  // A reason for not reaching a node is worth a second line; a command that is waited for is not.
  if (node.lost && detail.text.length > width - headWidth) return [head, ...paragraph('faint', detail.text, width, 5)];
  return [spread([...head, detail], [], width)];
}

/** Checks by rows, in the order in which they came, with their results by node. */
function byCheck(results: readonly CheckResult[]): Map<string, CheckResult[]> {
  const rows = new Map<string, CheckResult[]>();
  for (const result of results) rows.set(result.check, [...(rows.get(result.check) ?? []), result]);
  return rows;
}

const cell = (seen: Seen | undefined): Mark => SEEN[seen ?? 'pending'];

/** One glyph per node while there is room for all nodes, else how many nodes gave which verdict. */
function matrix(engine: EngineState, width: number): Line[] {
  const { nodes } = engine.run;
  const seen = seenOf(engine);
  const inOrder = [...byCheck(engine.judgement.checks).values()].map((results) => ({
    results,
    all: worst(results.map(seen)),
  }));
  // While it fills in, rows keep their places; afterwards what failed comes first.
  const rows =
    engine.run.phase === 'looking'
      ? inOrder
      : inOrder.toSorted((a, b) => WORST.indexOf(a.all ?? 'skip') - WORST.indexOf(b.all ?? 'skip'));
  const asGrid = nodes.length * 3 <= width / 2;
  const longest = Math.max(...rows.map(({ results }) => cellWidth(one(results[0]?.title ?? ''))));
  const titleWidth = Math.min(longest, asGrid ? width - nodes.length * 3 - 2 : Math.floor(width * 0.6));
  const heads = asGrid
    ? [line(plain(spaces(titleWidth + 2)), faint(joined(nodes.map((_, index) => fillLeft(words`${index + 1}`, 3)))))]
    : [];
  const body = rows.map(({ results, all }): Line => {
    const title = plain(fill(one(results[0]?.title ?? ''), titleWidth));
    const lead = span(cell(all).tone, words`${cell(all).glyph} `);
    if (asGrid) {
      const cells = nodes.map((node) => {
        const { glyph, tone } = cell(worst(results.filter((result) => result.node === node.name).map(seen)));
        return span(tone, words`  ${glyph}`);
      });
      return [lead, title, ...cells];
    }
    const counts = WORST.flatMap((verdict) => {
      const nodesWith = new Set(results.filter((result) => seen(result) === verdict).map((result) => result.node)).size;
      const { glyph, tone } = SEEN[verdict];
      return nodesWith > 0 ? [span(tone, words` ${glyph} ${nodesWith}`)] : [];
    });
    return fitLine([lead, title, plain(words`  `), ...counts], width);
  });
  return [...heads, ...body];
}

const joined = (parts: readonly Printable[]): Printable => parts.reduce((all, part) => words`${all}${part}`, words``);

function tally(engine: EngineState): Line {
  const all = engine.judgement.checks.map(seenOf(engine));
  const parts = WORST.flatMap((kind) => {
    const n = all.filter((seen) => seen === kind).length;
    const { glyph, word, tone } = SEEN[kind];
    return n > 0 ? [span(tone, words`${glyph} ${n} ${word}`), plain(words`   `)] : [];
  });
  return parts.slice(0, -1);
}

function progress(engine: EngineState, width: number): Line {
  const asked = engine.run.nodes.reduce((sum, node) => sum + node.asked, 0);
  const answered = engine.run.nodes.reduce((sum, node) => sum + node.answered, 0);
  const settled = engine.run.nodes.filter((node) => node.status === 'done' || node.status === 'lost').length;
  const left = words`${answered} of ${count(asked, words`answer`)}  `;
  const right = words`  ${share(answered, asked)}   ${settled} of ${count(engine.run.nodes.length, words`node`)} finished`;
  const room = Math.max(4, width - left.length - right.length);
  const filled = asked === 0 ? 0 : Math.floor((room * answered) / asked);
  return line(
    plain(left),
    span('accent', repeated(words`━`, filled)),
    faint(repeated(words`─`, room - filled)),
    plain(right),
  );
}

/** What came of it, in one line that says where to go on. */
function result(engine: EngineState, width: number): Line[] {
  const { phase, error } = engine.run;
  if (phase === 'failed')
    return paragraph('bad', words`✗ Inkling itself failed: ${one(error ?? 'no reason given')}`, width);
  if (phase === 'stopped') return [line(span('warn', words`! Stopped before everything was seen.`))];
  if (phase !== 'judged') return [];
  const mark = OUTCOME[engine.judgement.outcome];
  const [first] = engine.judgement.causes;
  return [
    line(span(mark.tone, words`${mark.glyph} ${mark.word}`), plain(first ? words`: ${one(first.title)}` : words``)),
  ];
}

const lines = perScene((scene: Scene): readonly Line[] => {
  const { engine } = scene;
  const { width } = bodyOf(scene);
  if (!engine)
    return scene.ui.starting
      ? [line(plain(words`${spinner(scene.now)} Starting …`))]
      : [line(faint(words`No run yet.`))];
  const names = engine.run.nodes.map((node) => one(node.name));
  const nameWidth = Math.min(24, Math.max(4, ...names.map((name) => name.length)));
  const checks = engine.judgement.checks;
  const done = result(engine, width);
  return [
    ...scene.ui.warnings.flatMap((says) => paragraph('warn', words`! ${says}`, width, 2)),
    progress(engine, width),
    ...(done.length > 0 ? [EMPTY, ...done] : []),
    EMPTY,
    rule(words`Nodes`, width),
    ...engine.run.nodes.flatMap((node, index) => nodeLines(node, index, nameWidth, scene, width)),
    EMPTY,
    rule(words`Checks`, width),
    ...(checks.length === 0
      ? [line(faint(isRunning(engine) ? words`They are judged as the answers come in.` : words`None was judged.`))]
      : [tally(engine), ...matrix(engine, width)]),
  ];
});

export const runScreen: Screen = {
  id: 'run',
  title: words`Run`,
  bindings: [
    {
      keys: ['enter', 'tab'],
      shown: words`enter`,
      does: words`diagnosis`,
      when: (scene) => scene.engine !== undefined,
      act: () => [{ type: 'push', screen: 'diagnosis' }],
    },
    ...pageBindings('run', (scene) => ({ count: lines(scene).length, height: bodyOf(scene).height }), { rows: true }),
    {
      keys: ['r'],
      shown: words`r`,
      does: words`look again`,
      when: (scene) => scene.engine !== undefined && !isRunning(scene.engine),
      act: (scene) => refusal(scene) ?? [{ type: 'send', intent: { type: 'look-again' } }],
    },
    BUNDLE,
  ],
  remark: (scene) => pagePosition(lines(scene).length, bodyOf(scene).height, scene.ui.scrolled.run),
  View: ({ scene }) => <Lines lines={windowOf(lines(scene), scene.ui.scrolled.run ?? 0, bodyOf(scene).height)} />,
};
