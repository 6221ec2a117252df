import type { Prompt } from '../../domain/engine.ts';
import type { StepState } from '../../domain/plan.ts';
import { type Printable, words } from '../../domain/printable.ts';
import { Lines } from '../components/Lines.tsx';
import { type PromptRules, wasRead } from '../input/prompt-guard.ts';
import type { Act, Scene } from '../model.ts';
import {
  EMPTY,
  faint,
  fitLine,
  type Line,
  line,
  lineWidth,
  plain,
  repeated,
  spaces,
  span,
  strong,
} from '../text/line.ts';
import { pagePosition, windowOf } from '../text/window.ts';
import { hanging, one, paragraph } from '../text/wrap.ts';
import type { Tone } from '../theme.ts';
import { bodyOf, tooSmall } from './screen.ts';
import { stepLines, undoWords } from './step-lines.ts';

type Asked = Prompt | { readonly kind: 'undo-fix'; readonly id: string; readonly typed?: undefined };

/** The question that waits for an answer: the run's, else the screens' own. */
export function promptOf(scene: Scene): Asked | undefined {
  if (!scene.ui.prompt || scene.ui.prompt.answered) return undefined;
  if (scene.engine?.prompt) return scene.engine.prompt;
  return scene.ui.ask ? { kind: scene.ui.ask, id: scene.ui.ask } : undefined;
}

export function actsOf(asked: Asked, yes: boolean): readonly Act[] {
  if (asked.kind !== 'undo-fix') return [{ type: 'send', intent: { type: 'answer', prompt: asked.id, yes } }];
  if (!yes) return [];
  return [
    { type: 'send', intent: { type: 'undo-fix' } },
    { type: 'replace', screen: 'fix' },
  ];
}

interface Question {
  readonly title: Printable;
  readonly tone: Tone;
  readonly body: readonly Line[];
  readonly ask: Printable;
}

function hostKeyQuestion({ key }: Extract<Prompt, { kind: 'trust-host-key' }>, width: number): Question {
  const field = (name: Printable, text: string) => hanging([faint(name)], 'strong', one(text), width);
  return {
    title: words`Unknown host key: ${one(key.node)}`,
    tone: 'warn',
    body: [
      ...paragraph(
        'plain',
        words`No known_hosts file has a key for this node. Nothing has been sent to it yet.`,
        width,
      ),
      EMPTY,
      ...field(words`  node         `, key.node),
      ...field(words`  address      `, key.host),
      ...field(words`  key type     `, key.type),
      ...field(words`  fingerprint  `, key.fingerprint),
      EMPTY,
      ...paragraph(
        'plain',
        words`Compare the fingerprint with what the node itself says on its console: ssh-keygen -lf /etc/ssh/ssh_host_*_key.pub`,
        width,
      ),
    ],
    ask: words`Trust this key?`,
  };
}

function stepQuestion(state: StepState, index: number, count: number, width: number): Question {
  const danger = state.step.risk === 'disruptive' || state.step.risk === 'destructive';
  return {
    title: words`Step ${index + 1} of ${count} on ${one(state.step.node)}`,
    tone: danger ? 'bad' : 'accent',
    body: [...paragraph('strong', one(state.step.title), width), EMPTY, ...stepLines(state, width)],
    ask: words`Do this on ${one(state.step.node)} now?`,
  };
}

function undoQuestion(scene: Scene, width: number): Question {
  const done = scene.engine?.fix?.steps.filter(({ status }) => status === 'done').reverse() ?? [];
  return {
    title: words`Undo the fix`,
    tone: 'warn',
    body: [
      ...paragraph('plain', words`The steps that ran are undone, the last one first:`, width),
      EMPTY,
      ...done.flatMap(({ step }) =>
        hanging(
          [span('accent', words`  ${one(step.node)}  `)],
          'plain',
          words`${one(step.title)}: ${undoWords(step)}`,
          width,
        ),
      ),
    ],
    ask: words`Undo it now?`,
  };
}

function questionOf(scene: Scene, asked: Asked, width: number): Question {
  if (asked.kind === 'trust-host-key') return hostKeyQuestion(asked, width);
  if (asked.kind === 'undo-fix') return undoQuestion(scene, width);
  const steps = scene.engine?.fix?.steps ?? [];
  const index = steps.findIndex(({ step }) => step.id === asked.stepId);
  const state = steps[index];
  return state
    ? stepQuestion(state, index, steps.length, width)
    : {
        title: words`Unknown step`,
        tone: 'bad',
        body: paragraph('bad', words`The step ${one(asked.stepId)} is not in the plan. Refuse it.`, width),
        ask: words`Refuse`,
      };
}

/** Where the answer is given. The focused button is marked by arrows, not by colour alone. */
function answerLines(scene: Scene, asked: Asked, ask: Printable, width: number): Line[] {
  const ui = scene.ui.prompt;
  if (!ui) return [];
  const early = scene.now < ui.guardUntil;
  if (asked.typed !== undefined) {
    const wanted = one(asked.typed);
    return [
      ...paragraph('strong', words`${ask} Type ${wanted} and press enter. Esc refuses.`, width),
      line(span('accent', words`  > `), plain(one(ui.typed)), span('accent', early ? words`…` : words`▏`)),
    ];
  }
  const button = (name: Printable, focused: boolean) =>
    focused ? span('picked', words`▸ ${name} ◂`) : faint(words`  ${name}  `);
  return [
    ...paragraph('strong', ask, width),
    line(
      plain(words` `),
      button(words`No`, ui.focus === 'no'),
      plain(words`   `),
      button(words`Yes`, ui.focus === 'yes'),
      faint(early ? words`   …` : words``),
    ),
  ];
}

function framed(title: Printable, tone: Tone, lines: readonly Line[], width: number): Line[] {
  const inner = width - 4;
  const head = fitLine([span(tone, words`╭─ `), strong(title), plain(words` `)], width - 2);
  const side = span(tone, words`│`);
  return [
    [...head, span(tone, words`${repeated(words`─`, width - 1 - lineWidth(head))}╮`)],
    ...lines.map((row): Line => {
      const cut = fitLine(row, inner);
      return [side, plain(words` `), ...cut, plain(spaces(inner - lineWidth(cut) + 1)), side];
    }),
    [span(tone, words`╰${repeated(words`─`, width - 2)}╯`)],
  ];
}

/** Fewer rows at once than this are nothing to read by. */
const SMALLEST_PAGE = 3;

interface Dialog {
  readonly lines: readonly Line[];
  readonly fits: boolean;
  readonly page?: PromptRules['page'];
}

function dialog(scene: Scene, asked: Asked): Dialog {
  const { width, height } = bodyOf(scene);
  const inner = width - 4;
  const { title, tone, body, ask } = questionOf(scene, asked, inner);
  const answer = answerLines(scene, asked, ask, inner);
  const whole = [...body, EMPTY, ...answer];
  // On a low terminal the empty rows go before the question has to.
  const lines = whole.length + 2 <= height ? whole : whole.filter((row) => row !== EMPTY);
  if (lines.length + 2 <= height) return { lines: framed(title, tone, lines, width), fits: true };
  const unread = paragraph('warn', words`Yes can be said once you have read to the end. Esc refuses.`, inner);
  const foot = Math.max(answer.length, unread.length);
  const page = { count: body.length, height: height - 3 - foot };
  const ui = scene.ui.prompt;
  if (!ui || page.height < SMALLEST_PAGE) return { lines: framed(title, tone, lines, width), fits: false };
  const inPages = [
    ...windowOf(body, ui.from, page.height),
    line(faint(words`── ${pagePosition(page.count, page.height, ui.from)} ──`)),
    ...windowOf(wasRead(ui, { fits: false, page }) ? answer : unread, 0, foot),
  ];
  return { lines: framed(title, tone, inPages, width), fits: false, page };
}

/** A prompt of which not all was on the screen takes no yes. */
export function rulesOf(scene: Scene, asked: Asked): PromptRules {
  const { fits, page }: Pick<Dialog, 'fits' | 'page'> = tooSmall(scene.ui.size)
    ? { fits: false }
    : dialog(scene, asked);
  return { fits, ...(page && { page }), ...(asked.typed !== undefined && { typed: asked.typed }) };
}

export function PromptView({ scene, asked }: { readonly scene: Scene; readonly asked: Asked }) {
  const { height, width } = bodyOf(scene);
  const { lines, fits, page } = dialog(scene, asked);
  if (fits || page) return <Lines lines={windowOf(lines, 0, height)} />;
  const refusal = [
    ...paragraph(
      'warn',
      words`! This question needs ${lines.length + 4} rows to be read whole; the terminal has ${scene.ui.size.rows}.`,
      width,
    ),
    ...paragraph('plain', words`Make the terminal larger to answer it. Esc refuses.`, width),
    EMPTY,
  ];
  return <Lines lines={[...refusal, ...windowOf(lines, 0, height - refusal.length)]} />;
}
