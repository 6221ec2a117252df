import { type Answer, type Answered, type Command, lost } from '../domain/question.ts';
import type { SiteNode } from '../domain/site.ts';
import { answerOf, commandName, nodeName, timeoutDetail, unaskedOf } from './answer.ts';
import { AwakeClock } from './awake.ts';
import { HeadAndTail } from './budget.ts';
import type { Carrier, ScriptEnd } from './carrier.ts';
import { Demultiplexer } from './frame.ts';
import type { Timing } from './timing.ts';

const DEFAULT_BUDGET = 8 * 1024 * 1024;
const STDERR_BUDGET = 1024 * 1024;
/** Bytes beyond the budget after which a program is stopped: its output will not become more useful. */
const FLOOD = 64 * 1024 * 1024;
const EARLY_TEXT = 400;
const LOOK_AGAIN_MS = 250;

export type ConversationEnd =
  | ScriptEnd
  | { readonly how: 'done' | 'cancelled' }
  /** The program being waited for was given up on: the script is gone, the questions after it are not asked yet. */
  | { readonly how: 'abandoned' };

export interface Conversation {
  readonly end: ConversationEnd;
  /** Indices answered. */
  readonly answered: ReadonlySet<number>;
  /** Families that hung. */
  readonly hung: ReadonlySet<string>;
  /** Did the script begin to run? */
  readonly began: boolean;
  /** What the node printed instead, when it did not. */
  readonly early: string;
}

export interface Asking {
  readonly node: SiteNode;
  readonly questions: readonly Command[];
  readonly nonce: string;
  readonly script: Buffer;
  readonly timing: Timing;
  readonly signal: AbortSignal | undefined;
  emit(answered: Answered): void;
}

class Kept {
  readonly stdout: HeadAndTail;
  readonly stderr = new HeadAndTail(STDERR_BUDGET);
  errorsEnded = false;
  mark: readonly string[] | undefined;
  constructor(budget: number) {
    this.stdout = new HeadAndTail(budget);
  }
}

/** Sends one script over a carrier and turns its two streams into answers, as each ends. Always settles. */
export async function converse(carrier: Carrier, asking: Asking): Promise<Conversation> {
  const { node, questions, signal, timing } = asking;
  const answered = new Set<number>();
  const hung = new Set<string>();
  const kept: (Kept | undefined)[] = questions.map((question) => new Kept(question.maxBytes ?? DEFAULT_BUDGET));
  let began = false;
  let early = '';
  let outIndex = 0;
  let errIndex = 0;
  const clock = new AwakeClock(LOOK_AGAIN_MS, () => watch());
  let since = clock.now();
  let lastByte = since;
  let stop: (end: ConversationEnd) => void = () => {};
  const stopped = new Promise<ConversationEnd>((resolve) => {
    stop = resolve;
  });

  const give = (index: number, answer: Answer): void => {
    const question = questions[index];
    if (question === undefined || answered.has(index)) return;
    answered.add(index);
    kept[index] = undefined;
    if (answer.result === 'lost' && answer.why === 'timeout' && question.family !== undefined)
      hung.add(question.family);
    asking.emit({ id: question.id, answer });
  };

  const finish = (index: number): void => {
    const frame = kept[index];
    const question = questions[index];
    if (!frame?.mark || !frame.errorsEnded || question === undefined) return;
    give(index, read(frame, frame.mark, question, node));
    if (answered.size === questions.length) stop({ how: 'done' });
  };

  const out = new Demultiplexer(asking.nonce, {
    data(bytes) {
      const frame = kept[outIndex];
      if (!frame) return;
      frame.stdout.push(bytes);
      if (frame.stdout.total > (questions[outIndex]?.maxBytes ?? DEFAULT_BUDGET) + FLOOD) abandon('flood');
    },
    mark(words) {
      const now = clock.now();
      if (words[0] === 's') began = true;
      else {
        const index = Number(words[1]);
        const frame = kept[index];
        if (frame) frame.mark = [...words.slice(2, 3), words[3] || String(Math.round(now - since))];
        outIndex = index + 1;
        finish(index);
      }
      since = now;
    },
  });
  const errors = new Demultiplexer(asking.nonce, {
    data: (bytes) => kept[errIndex]?.stderr.push(bytes),
    mark(words) {
      if (words[0] === 's') return;
      const index = Number(words[1]);
      const frame = kept[index];
      if (frame) frame.errorsEnded = true;
      errIndex = index + 1;
      finish(index);
    },
  });

  const abandon = (why: 'silent' | 'flood'): void => {
    const question = questions[outIndex];
    if (question === undefined || !began) {
      stop({ how: 'abandoned' });
      return;
    }
    const detail =
      why === 'silent'
        ? `${timeoutDetail(question, node)} It may still be running on the node.`
        : `On ${nodeName(node)} \`${commandName(question)}\` wrote more than ${FLOOD / 2 ** 20} MiB and was stopped; ask for less of it.`;
    give(outIndex, lost('timeout', detail));
    stop({ how: 'abandoned' });
  };

  const running = carrier.start(asking.script, {
    stdout(bytes) {
      lastByte = clock.now();
      if (!began && early.length < EARLY_TEXT) early += bytes.toString('latin1').slice(0, EARLY_TEXT);
      out.push(bytes);
    },
    stderr(bytes) {
      lastByte = clock.now();
      if (!began && early.length < EARLY_TEXT) early += bytes.toString('latin1').slice(0, EARLY_TEXT);
      errors.push(bytes);
    },
  });
  const watch = (): void => {
    const now = clock.now();
    const question = questions[outIndex];
    const upload = asking.script.length / 8;
    const limit = began && question ? secondsOf(question) * 1000 + timing.grace : timing.start + upload;
    // Bytes that still come on a slow link are no silence, up to a point.
    const silent = now - lastByte > timing.grace || now - since > 2 * limit + 60_000;
    if (now - since > limit && silent) abandon('silent');
  };
  const cancel = (): void => stop({ how: 'cancelled' });
  signal?.addEventListener('abort', cancel, { once: true });
  if (signal?.aborted) cancel();

  const end = await Promise.race([stopped, running.ended]);
  clock.stop();
  signal?.removeEventListener('abort', cancel);
  if (end.how === 'abandoned' || end.how === 'cancelled') running.kill();
  return { end: answered.size === questions.length ? { how: 'done' } : end, answered, hung, began, early };
}

function read(frame: Kept, mark: readonly string[], question: Command, node: SiteNode): Answer {
  const word = mark[0] ?? '';
  if (!/^\d+$/.test(word)) return unaskedOf(word, question, node);
  const stdout = frame.stdout.text();
  const stderr = frame.stderr.text();
  const said = question.seal ? stderr.text.replace(/^\n+|\n+(?=\n$)/g, '') : stderr.text;
  const raw = {
    code: Number(word),
    stdout: stdout.text,
    stderr: said,
    dropped: stdout.dropped + stderr.dropped,
    ms: Number(mark[1] ?? 0),
  };
  return answerOf(raw, question, node);
}

/** What it may take on the node, with what is read before it. */
const secondsOf = ({ deadline, hides = [] }: Command): number =>
  hides.reduce((sum, hidden) => sum + hidden.deadline, deadline);
