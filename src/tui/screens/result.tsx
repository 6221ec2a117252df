import { isRunning } from '../../domain/engine.ts';
import type { Verdict } from '../../domain/judgement.ts';
import type { FixState, StepState } from '../../domain/plan.ts';
import { type Printable, words } from '../../domain/printable.ts';
import { Lines } from '../components/Lines.tsx';
import { pageBindings } from '../input/movement.ts';
import type { Scene } from '../model.ts';
import { perScene } from '../per-scene.ts';
import { EMPTY, faint, fill, type Line, line, plain, rule, span, strong } from '../text/line.ts';
import { pagePosition, windowOf } from '../text/window.ts';
import { listed } from '../text/words.ts';
import { hanging, one, paragraph } from '../text/wrap.ts';
import { type Mark, STEP, spinner, VERDICT } from '../theme.ts';
import { bodyOf, type Screen } from './screen.ts';
import { stepRow } from './step-lines.ts';
import { titleOf } from './titles.ts';

interface Meaning {
  readonly mark: Mark;
  readonly means: Printable;
}

const RESULT: Readonly<Record<NonNullable<FixState['outcome']>, Meaning>> = {
  fixed: {
    mark: { ...VERDICT.pass, word: words`Fixed and verified` },
    means: words`The steps ran, and the checks that failed before pass now.`,
  },
  refused: {
    mark: { ...VERDICT.warn, word: words`Not started` },
    means: words`The plan does not fit what the nodes show now. Nothing was changed. Look again, then plan again.`,
  },
  declined: {
    mark: { ...VERDICT.skip, word: words`Declined` },
    means: words`You said no. Steps that had run are listed below.`,
  },
  'not-verified': {
    mark: { ...VERDICT.unknown, word: words`Applied, not verified` },
    means: words`The steps ran, but whether they helped could not be seen. Look again before you rely on it, or undo with u.`,
  },
  'rolled-back': {
    mark: { ...VERDICT.warn, word: words`Rolled back` },
    means: words`The steps were undone; what they had changed is as it was before.`,
  },
  'rollback-failed': {
    mark: { ...VERDICT.fail, word: words`Rollback failed` },
    means: words`Undoing did not work everywhere. The steps marked below are left to do by hand.`,
  },
};

/** Steps whose effect is still on a node, or may be, after a rollback went wrong. */
const leftOver = ({ status }: StepState): boolean =>
  status === 'undo-failed' || status === 'unknown' || status === 'failed';

function byHand(state: StepState, width: number): Line[] {
  const { step } = state;
  const mark = STEP[state.status];
  const how = (): Line[] => {
    switch (step.undo.how) {
      case 'run':
        return [
          ...paragraph('plain', one(step.undo.says), width, 4),
          ...step.undo.actions.flatMap((action) =>
            action.do === 'run'
              ? hanging([faint(words`    $ `)], 'plain', commandWords(action.argv, action.as), width)
              : [],
          ),
        ];
      case 'restore':
        return paragraph('plain', words`${one(step.undo.says)}: ${one(step.undo.path)}`, width, 4);
      case 'nothing':
        return paragraph('plain', words`nothing to undo, because ${one(step.undo.because)}`, width, 4);
      case 'impossible':
        return paragraph('warn', words`cannot be undone, because ${one(step.undo.because)}`, width, 4);
    }
  };
  return [
    ...hanging(
      [span(mark.tone, words`  ${mark.glyph} ${mark.word}  `)],
      'plain',
      words`${one(step.title)} on ${one(step.node)}`,
      width,
    ),
    ...(state.says ? paragraph('faint', one(state.says), width, 4) : []),
    ...how(),
  ];
}

const SAFE = /^[\w@%+=:,./-]+$/;

/** A command as it can be pasted into a shell on the node. */
function commandWords(argv: readonly string[], as?: string): Printable {
  const quoted = argv.map((word) => (SAFE.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`)).join(' ');
  return one(as ? `sudo -u ${as} ${quoted}` : quoted);
}

const SEEN: readonly Verdict[] = ['fail', 'unknown', 'warn', 'advice', 'pass'];

/** Each check that decides whether the fix helped: where it passes now, and what it says where it does not. */
function verified(scene: Scene, fix: FixState, width: number): Line[] {
  const rows = [...new Set(fix.plan.verify)].flatMap((id) => {
    const results = scene.engine?.judgement.checks.filter((check) => check.check === id) ?? [];
    const title = titleOf(scene, id);
    const row = (verdict: Verdict, text: Printable) => {
      const { tone, glyph, word } = VERDICT[verdict];
      return hanging([span(tone, words`  ${glyph} ${fill(word, 7)}  `)], 'plain', words`${title}: ${text}`, width);
    };
    const seen = SEEN.flatMap((verdict) => {
      const these = results.filter((check) => check.verdict === verdict);
      // Several subjects on a node may say the same.
      const said = new Set(these.map((check) => words`${one(check.node)}: ${one(check.says)}`));
      if (verdict !== 'pass') return [...said].flatMap((text) => row(verdict, text));
      return these.length > 0 ? row(verdict, listed([...new Set(these.map((check) => check.node))].map(one))) : [];
    });
    if (seen.length > 0) return seen;
    // What the check was about is gone with the fault: a pool that is no longer missing cannot have been renamed.
    return results.length > 0
      ? row('skip', words`does not apply any more`)
      : row('unknown', words`not checked again yet`);
  });
  return rows.length === 0 ? [] : [EMPTY, line(strong(words`Checked afterwards`)), ...rows];
}

const lines = perScene((scene: Scene): readonly Line[] => {
  const { width } = bodyOf(scene);
  const fix = scene.engine?.fix;
  if (!fix) return [line(faint(words`No fix was made in this run.`))];
  if (!fix.outcome) return [line(plain(words`${spinner(scene.now)} Not finished yet.`))];
  const { mark, means } = RESULT[fix.outcome];
  const left = fix.outcome === 'fixed' || fix.outcome === 'rolled-back' ? [] : fix.steps.filter(leftOver);
  return [
    ...hanging([span(mark.tone, words`${mark.glyph} ${mark.word}  `)], 'strong', one(fix.plan.title), width),
    ...paragraph('plain', means, width),
    ...(fix.says ? paragraph('plain', one(fix.says), width) : []),
    ...(left.length > 0
      ? [EMPTY, line(strong(words`To do by hand`)), ...left.flatMap((state) => byHand(state, width))]
      : []),
    ...verified(scene, fix, width),
    EMPTY,
    rule(words`Steps`, width),
    ...fix.steps.map((state, index) => stepRow(state, index, false, fix.steps, width)),
  ];
});

const undoable = (scene: Scene): boolean =>
  scene.engine?.fix?.phase === 'done' &&
  !isRunning(scene.engine) &&
  scene.engine.fix.steps.some(({ status }) => status === 'done');

export const resultScreen: Screen = {
  id: 'result',
  title: words`Result`,
  bindings: [
    {
      keys: ['r', 'enter'],
      shown: words`r`,
      does: words`look again`,
      when: (scene) => !isRunning(scene.engine),
      act: () => [
        { type: 'send', intent: { type: 'look-again' } },
        { type: 'replace', screen: 'run' },
      ],
    },
    {
      keys: ['u'],
      shown: words`u`,
      does: words`undo the fix`,
      when: undoable,
      act: (scene) => [{ type: 'ask', ask: 'undo-fix', at: scene.now }],
    },
    ...pageBindings('result', (scene) => ({ count: lines(scene).length, height: bodyOf(scene).height }), {
      rows: true,
    }),
  ],
  remark: (scene) => pagePosition(lines(scene).length, bodyOf(scene).height, scene.ui.scrolled.result),
  View: ({ scene }) => <Lines lines={windowOf(lines(scene), scene.ui.scrolled.result ?? 0, bodyOf(scene).height)} />,
};
