import { randomBytes } from 'node:crypto';
import { type Answered, type Command, type Lost, lost } from '../domain/question.ts';
import type { SiteNode } from '../domain/site.ts';
import { commandName, nodeName, unaskedOf } from './answer.ts';
import { type Carrier, isLost } from './carrier.ts';
import { type Conversation, converse } from './conversation.ts';
import type { Limit } from './limit.ts';
import { buildScript } from './script.ts';
import type { SessionKeys } from './seal.ts';
import type { Timing } from './timing.ts';

/** What a lane needs of its link. */
export interface LaneLink {
  readonly node: SiteNode;
  readonly keys: SessionKeys;
  readonly timing: Timing;
  /** Channels open at once on this host. */
  readonly channels: Limit;
  /** The live carrier, or a new one when the last is gone. */
  carrier(): Promise<Carrier | Lost>;
  countTrip(): void;
}

/** How often a node may refuse a session, or a link be gone before it was of use, until we believe that it means it. */
const PATIENCE = { refused: 10, gone: 3 } as const;

/**
 * Asks the questions of one lane in one script. Each is answered exactly once. `again`: read-only questions that a dropped link left
 * unanswered are asked once more.
 */
export async function runLane(
  link: LaneLink,
  questions: readonly Command[],
  again: boolean,
  signal: AbortSignal | undefined,
  emit: (answered: Answered) => void,
): Promise<void> {
  let pending = rejectImpossible(link, questions, emit);
  let drops = 0;
  let refusals = 0;
  while (pending.length > 0) {
    const turn = await takeTurn(link, pending, signal, emit);
    if (isLost(turn)) return loseAll(pending, turn, emit);
    pending = pending.filter((_, index) => !turn.answered.has(index));
    if (turn.hung.size > 0) pending = skipHung(link, pending, turn.hung, emit);
    const { how } = turn.end;
    if (how === 'done' || pending.length === 0) continue;
    if (how === 'cancelled') return loseAll(pending, cancelled(link.node), emit);
    if (how === 'refused' || how === 'gone') {
      const lose = how === 'refused' ? noSession : noLink;
      if (++refusals > PATIENCE[how]) return loseAll(pending, lose(link.node, turn.end.says), emit);
      await pause(Math.min(1000, 30 * 2 ** refusals) * (0.5 + Math.random()), signal);
      continue;
    }
    if (!turn.began && how !== 'dropped') return loseAll(pending, noShell(link.node, turn), emit);
    if (how === 'abandoned' && again) continue;
    if (again && ++drops === 1) continue;
    return loseAll(
      pending,
      dropped(link.node, pending, how === 'dropped' ? turn.end.says : 'its shell ended early', again),
      emit,
    );
  }
}

async function takeTurn(
  link: LaneLink,
  questions: readonly Command[],
  signal: AbortSignal | undefined,
  emit: (answered: Answered) => void,
): Promise<Conversation | Lost> {
  await link.channels.acquire();
  try {
    if (signal?.aborted) return cancelled(link.node);
    const carrier = await link.carrier();
    if (isLost(carrier)) return carrier;
    const nonce = randomBytes(16).toString('hex');
    const mark = randomBytes(16).toString('hex');
    const script = buildScript(questions, { become: link.node.become, nonce, mark, keys: link.keys });
    const turn = await converse(carrier, {
      node: link.node,
      questions,
      nonce,
      script,
      timing: link.timing,
      signal,
      emit,
    });
    script.fill(0);
    if (turn.end.how === 'refused') link.channels.lower(link.channels.inUse - 1);
    else if (turn.end.how !== 'gone') link.countTrip();
    return turn;
  } finally {
    link.channels.release();
  }
}

/** A NUL or a bad user name can be in no command line: said at once, and the others are asked. */
function rejectImpossible(
  link: LaneLink,
  questions: readonly Command[],
  emit: (answered: Answered) => void,
): Command[] {
  return questions.filter((question) => {
    const wrong = question.argv.some((word) => word.includes('\0'))
      ? 'an argument holds a NUL byte'
      : question.as !== undefined && !/^[A-Za-z0-9_][A-Za-z0-9_.-]*\$?$/.test(question.as)
        ? `"${question.as}" is no user name`
        : question.stdin !== undefined && question.seal !== undefined
          ? 'a command with standard input cannot be sealed'
          : undefined;
    if (wrong === undefined) return true;
    const detail = `On ${nodeName(link.node)} \`${commandName(question)}\` was not asked: ${wrong}; correct the site or playbook it comes from.`;
    emit({ id: question.id, answer: lost('skipped', detail) });
    return false;
  });
}

function skipHung(
  link: LaneLink,
  questions: readonly Command[],
  hung: ReadonlySet<string>,
  emit: (answered: Answered) => void,
): Command[] {
  return questions.filter((question) => {
    if (question.family === undefined || !hung.has(question.family)) return true;
    emit({ id: question.id, answer: unaskedOf('skip', question, link.node) });
    return false;
  });
}

function loseAll(questions: readonly Command[], answer: Lost, emit: (answered: Answered) => void): void {
  for (const question of questions) emit({ id: question.id, answer });
}

export const cancelled = (node: SiteNode): Lost =>
  lost('cancelled', `Stopped before ${nodeName(node)} had answered; look again when you want to know.`);

const noSession = (node: SiteNode, says: string): Lost =>
  lost(
    'refused',
    `${nodeName(node)} lets you log in but opens no session (${says}); raise MaxSessions in its sshd_config, or close other sessions.`,
  );

const noLink = (node: SiteNode, says: string): Lost =>
  lost(
    'dropped',
    `The connection to ${nodeName(node)} broke (${says}) each time before anything was sent; check the network and the node, then look again.`,
  );

function noShell(node: SiteNode, turn: Conversation): Lost {
  const said = turn.early.replace(/\s+/g, ' ').trim();
  const how =
    turn.end.how === 'abandoned' ? 'did not start /bin/sh in time' : 'ended the session without running /bin/sh';
  return lost(
    // Not `timeout`: that is said of a program that hangs, which is an observation.
    turn.end.how === 'abandoned' ? 'unreachable' : 'auth',
    `${nodeName(node)} ${how}${said ? ` and said "${said.slice(0, 160)}"` : ''}; check the login shell and the login scripts of ${node.reach.user ?? 'the login user'}.`,
  );
}

function dropped(node: SiteNode, pending: readonly Command[], says: string, readOnly: boolean): Lost {
  const first = pending[0];
  const what = readOnly
    ? 'twice before it had answered; check the network and the node, then look again'
    : `while \`${first ? commandName(first) : 'a command'}\` was under way: it may have happened; read the node's state before you go on`;
  return lost('dropped', `The connection to ${nodeName(node)} broke (${says}) ${what}.`);
}

export function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms);
    function done(): void {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    }
    signal?.addEventListener('abort', done, { once: true });
    if (signal?.aborted) done();
  });
}
