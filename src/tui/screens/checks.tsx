import { cellWidth } from '../../domain/cells.ts';
import type { CheckResult, Verdict } from '../../domain/judgement.ts';
import { words } from '../../domain/printable.ts';
import { Lines } from '../components/Lines.tsx';
import { chosenId, chosenIndex, listBindings, pageBindings } from '../input/movement.ts';
import type { Scene } from '../model.ts';
import { perScene } from '../per-scene.ts';
import { cut, EMPTY, faint, fill, type Line, line, plain, rule, span, spread, strong } from '../text/line.ts';
import { position, startFor, windowOf } from '../text/window.ts';
import { hanging, one, paragraph } from '../text/wrap.ts';
import { VERDICT } from '../theme.ts';
import { bodyOf, filterOf, matches, type Screen } from './screen.ts';

/** What needs a look comes first. */
const ORDER: readonly Verdict[] = ['fail', 'unknown', 'warn', 'advice', 'pass', 'skip'];

const idOf = (check: CheckResult) => JSON.stringify([check.check, check.subject, check.node]);

const shown = perScene((scene: Scene): readonly CheckResult[] =>
  (scene.engine?.judgement.checks ?? [])
    .filter((check) =>
      matches(
        filterOf(scene, 'checks'),
        check.title,
        check.check,
        check.verdict,
        check.node,
        check.subject,
        check.says,
      ),
    )
    .map((check, index) => ({ check, index }))
    .sort((a, b) => ORDER.indexOf(a.check.verdict) - ORDER.indexOf(b.check.verdict) || a.index - b.index)
    .map(({ check }) => check),
);

const ids = perScene((scene: Scene): readonly string[] => shown(scene).map(idOf));

const DETAIL = 7;

function detail(scene: Scene, check: CheckResult | undefined, width: number): Line[] {
  if (!check) return paragraph('faint', words`No check here.`, width);
  const commands = check.from.flatMap((id) => {
    const fact = scene.engine?.run.facts.get(id);
    return fact ? hanging([faint(words`$ `)], 'faint', one(`${fact.command}  (${fact.node})`), width) : [];
  });
  const mark = VERDICT[check.verdict];
  return [
    ...hanging([span(mark.tone, words`${mark.glyph} ${mark.word}  `)], 'plain', one(check.says), width),
    ...paragraph('faint', words`${one(check.check)} · ${one(check.subject)} · ${one(check.playbook)}`, width),
    ...commands,
  ];
}

function body(scene: Scene): Line[] {
  const { width, height } = bodyOf(scene);
  const checks = shown(scene);
  const index = chosenIndex(ids(scene), scene.ui.chosen.checks);
  const rows = height - DETAIL - 1;
  const start = startFor(checks.length, rows, index);
  const nodeWidth = Math.min(20, Math.max(0, ...checks.map((check) => cellWidth(one(check.node)))));
  const list = checks.slice(start, start + rows).map((check): Line => {
    const picked = check === checks[index];
    const mark = VERDICT[check.verdict];
    return spread(
      line(
        span('picked', picked ? words`› ` : words`  `),
        span(mark.tone, words`${mark.glyph} ${fill(mark.word, 7)} `),
        faint(words`${fill(one(check.node), nodeWidth)}  `),
        picked ? strong(one(check.title)) : plain(one(check.title)),
      ),
      line(faint(cut(one(check.subject), Math.floor(width * 0.36)))),
      width,
    );
  });
  const remark = position(checks.length, rows, start);
  return [
    ...windowOf(list, 0, rows),
    rule(words``, width, remark),
    ...windowOf(detail(scene, checks[index], width), scene.ui.scrolled['checks/detail'] ?? 0, DETAIL),
  ];
}

export const checksScreen: Screen = {
  id: 'checks',
  title: words`Checks`,
  filters: true,
  bindings: [
    ...listBindings('checks', ids),
    ...pageBindings(
      'checks/detail',
      (scene) => {
        const id = chosenId(scene, 'checks', ids(scene));
        const check = shown(scene).find((item) => idOf(item) === id);
        return { count: detail(scene, check, bodyOf(scene).width).length, height: DETAIL };
      },
      { rows: false },
    ),
    { keys: ['tab'], shown: words`tab`, does: words`causes`, act: () => [{ type: 'pop' }] },
  ],
  View: ({ scene }) => <Lines lines={scene.engine ? body(scene) : [EMPTY]} />,
};
