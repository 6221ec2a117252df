import { isRunning } from '../../domain/engine.ts';
import type { FixState } from '../../domain/plan.ts';
import { type Printable, words } from '../../domain/printable.ts';
import { Lines } from '../components/Lines.tsx';
import { chosenIndex, listBindings, pageBindings } from '../input/movement.ts';
import type { Scene } from '../model.ts';
import { EMPTY, faint, type Line, line, plain, rule, span, spread } from '../text/line.ts';
import { position, startFor, windowOf } from '../text/window.ts';
import { count, duration, listed } from '../text/words.ts';
import { hanging, one, paragraph } from '../text/wrap.ts';
import { spinner, type Tone } from '../theme.ts';
import { planKey, refusal, WANTED } from './fix-start.ts';
import { bodyOf, type Screen } from './screen.ts';
import { stepLines, stepRow } from './step-lines.ts';
import { titleOf } from './titles.ts';

/** The run's fix, unless it is an older one than the operator asked for last. */
function fixOf(scene: Scene): FixState | undefined {
  const fix = scene.engine?.fix;
  const wanted = scene.ui.chosen[WANTED];
  return fix && (!wanted || wanted === planKey(fix.plan) || isRunning(scene.engine)) ? fix : undefined;
}
const ids = (scene: Scene): readonly string[] => fixOf(scene)?.steps.map(({ step }) => step.id) ?? [];

/** Begun by an earlier process; nothing moves until the operator decides. */
const brokenOff = (scene: Scene): boolean => {
  const phase = fixOf(scene)?.phase;
  return phase !== undefined && phase !== 'planned' && phase !== 'done' && !isRunning(scene.engine);
};

function phaseLine(fix: FixState, { now, engine }: Scene): Line {
  const busy = (text: Printable): Line => line(span('accent', words`${spinner(now)} ${text}`));
  if (fix.phase === 'planned' && engine?.run.recorded !== undefined)
    return line(span('warn', words`○ shown only: recorded answers cannot be changed`));
  switch (fix.phase) {
    case 'planned':
      return line(plain(words`○ planned, nothing changed yet`));
    case 'gating':
      return busy(words`checking that the fault is still there`);
    case 'applying':
      return busy(words`applying`);
    case 'verifying':
      return busy(words`verifying that it helped`);
    case 'undoing':
      return busy(words`undoing`);
    case 'done':
      return line(plain(words`finished`));
  }
}

/** Which step is looked at: the chosen one, else the one that runs, else the first. */
function current(scene: Scene, fix: FixState): number {
  const chosen = scene.ui.chosen.fix;
  if (chosen !== undefined && fix.phase === 'planned') return chosenIndex(ids(scene), chosen);
  const running = fix.steps.findIndex(({ status }) => status === 'running');
  return running >= 0 ? running : chosenIndex(ids(scene), chosen);
}

const around = (scene: Scene, width: number, tone: Tone, lead: Printable, checks: readonly string[]): Line[] =>
  checks.length === 0
    ? []
    : hanging([faint(lead)], tone, listed([...new Set(checks)].map((id) => titleOf(scene, id))), width);

function layout(scene: Scene, fix: FixState) {
  const { width, height } = bodyOf(scene);
  const seconds = fix.steps.reduce((sum, { step }) => sum + step.seconds, 0);
  const head: Line[] = [
    ...paragraph('strong', one(fix.plan.title), width),
    spread(
      brokenOff(scene)
        ? line(span('warn', words`! broken off; the nodes were read again: go on, or take it back`))
        : phaseLine(fix, scene),
      line(
        faint(
          words`${count(fix.steps.length, words`step`)}, about ${duration(seconds * 1_000)}, plan ${one(fix.plan.hash.slice(0, 8))}`,
        ),
      ),
      width,
    ),
    ...(fix.says ? hanging([plain(words`! `)], 'warn', one(fix.says), width) : []),
    EMPTY,
  ];
  const index = current(scene, fix);
  const state = fix.steps[index];
  const detail = [
    ...(state ? stepLines(state, width) : []),
    EMPTY,
    ...around(scene, width, 'faint', words`Before  must still fail:  `, fix.plan.gate),
    ...around(scene, width, 'faint', words`After   must pass:        `, fix.plan.verify),
    ...(fix.plan.canary
      ? hanging(
          [faint(words`        canary:           `)],
          'faint',
          words`every service user makes an RBD image of 4 MiB in its pools and removes it`,
          width,
        )
      : []),
  ];
  const listRows = Math.min(fix.steps.length, Math.max(3, Math.floor((height - head.length) / 3)));
  return { head, index, detail, listRows, room: Math.max(1, height - head.length - listRows - 1) };
}

function body(scene: Scene): Line[] {
  const { width, height } = bodyOf(scene);
  const fix = fixOf(scene);
  if (!fix) return [line(plain(words`${spinner(scene.now)} Making the plan …`))];
  const { head, index, detail, listRows, room } = layout(scene, fix);
  const rows = fix.steps.map((state, at) => stepRow(state, at, at === index, fix.steps, width));
  const start = scene.ui.scrolled['fix/detail'] ?? 0;
  const where = position(detail.length, room, start);
  return [
    ...head,
    ...windowOf(rows, startFor(rows.length, listRows, index), listRows),
    rule(words`Step ${index + 1} of ${fix.steps.length}`, width, where === '' ? words`` : words`lines ${where}`),
    ...windowOf(detail, start, room),
  ].slice(0, height);
}

const phaseIs =
  (...phases: readonly FixState['phase'][]) =>
  (scene: Scene): boolean =>
    phases.includes(fixOf(scene)?.phase ?? 'done');

export const fixScreen: Screen = {
  id: 'fix',
  title: words`Fix`,
  bindings: [
    {
      keys: ['a'],
      shown: words`a`,
      does: words`apply, step by step`,
      when: phaseIs('planned'),
      act: (scene) => refusal(scene) ?? [{ type: 'send', intent: { type: 'apply-fix' } }],
    },
    {
      keys: ['c'],
      shown: words`c`,
      does: words`with or without canary`,
      when: phaseIs('planned'),
      act: (scene) => {
        const plan = fixOf(scene)?.plan;
        if (!plan) return [];
        const { cause, subject, fix, canary } = plan;
        return [{ type: 'send', intent: { type: 'plan-fix', cause, subject, fix, ...(!canary && { canary: true }) } }];
      },
    },
    {
      keys: ['a'],
      shown: words`a`,
      does: words`go on`,
      when: brokenOff,
      act: () => [{ type: 'send', intent: { type: 'apply-fix' } }],
    },
    {
      keys: ['u'],
      shown: words`u`,
      does: words`take it back`,
      when: brokenOff,
      act: (scene) => [{ type: 'ask', ask: 'undo-fix', at: scene.now }],
    },
    ...listBindings('fix', ids),
    ...pageBindings(
      'fix/detail',
      (scene) => {
        const fix = fixOf(scene);
        if (!fix) return { count: 0, height: 1 };
        const { detail, room } = layout(scene, fix);
        return { count: detail.length, height: room };
      },
      { rows: false },
    ),
    {
      keys: ['x'],
      shown: words`x`,
      does: words`drop the plan`,
      when: phaseIs('planned'),
      act: () => [{ type: 'send', intent: { type: 'abandon-fix' } }, { type: 'pop' }],
    },
    {
      keys: ['enter'],
      shown: words`enter`,
      does: words`result`,
      when: (scene) => fixOf(scene)?.phase === 'done',
      act: () => [{ type: 'replace', screen: 'result' }],
    },
    {
      keys: ['q', 'escape', 'backspace'],
      shown: words`q`,
      does: words`back`,
      when: (scene) => isRunning(scene.engine),
      quiet: true,
      act: () => [
        {
          type: 'notice',
          notice: { tone: 'warn', text: words`The fix is under way. Ctrl-C stops it after the present step.` },
        },
      ],
    },
  ],
  View: ({ scene }) => <Lines lines={body(scene)} />,
};
