import { type Answer, type Lost, type LostWhy, lost, type Question } from '../domain/question.ts';
import type { SiteNode } from '../domain/site.ts';
import { sudoersLine } from '../domain/sudoers.ts';

/** What came back of one question, before it is judged. */
export interface Raw {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly dropped: number;
  /** Milliseconds; by the node's clock where it has one. */
  readonly ms: number;
}

/** `controller (10.0.0.2)`: how details name a node. Its address is left out when the name says it. */
export function nodeName({ name, reach }: Pick<SiteNode, 'name' | 'reach'>): string {
  const { host, port } = reach;
  const address = `${host}${port === undefined || port === 22 ? '' : `:${port}`}`;
  return address === name ? name : `${name} (${address})`;
}

/** The command as an operator would type it, short. */
export function commandName(question: Question): string {
  const text = question.argv.join(' ');
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}

const REFUSALS = [
  /^sudo: (a password is required|a terminal is required|no tty present|sorry, you must have a tty|.*you must have a tty)/m,
  /^sudo: .*(is not allowed|unknown user|not in the sudoers)/m,
  /^Sorry, user \S+ (is not allowed|may not run)/m,
  /^\S+ is not (in the sudoers file|allowed to run sudo)/m,
  /^runuser: (user .* does not exist|may not be used by non-root|cannot set)/m,
];

/** Timeout's and sudo's words for a program that cannot be found; the program's own 127 is not among them. */
const NOT_FOUND = [
  /^timeout: (?:failed to run command|can't execute) [‘'"]?([^’'":]+)[’'"]?: No such file or directory/m,
  /^sudo: ([^:\s]+): command not found/m,
  /^runuser: failed to execute ([^:\s]+): No such file/m,
];
const SHELL_NOT_FOUND = /(?:^|: )([^\s:]+): (?:command )?not found$/m;
const WRAPPERS: ReadonlySet<string> = new Set(['timeout', 'sudo', 'runuser']);

const seconds = (question: Question): number => Math.max(1, Math.ceil(question.deadline));

/** `timeout` ends a program by 124, by 137 when TERM was not enough; busybox's by 143. A program may use those codes too, but sooner. */
export function timedOut(code: number, ms: number, question: Question): boolean {
  return (code === 124 || code === 137 || code === 143) && ms >= seconds(question) * 1000 - 60;
}

/** Reads an end mark seen: did the program answer, or did something between it and us speak? */
export function answerOf(raw: Raw, question: Question, node: SiteNode): Answer {
  const { code, stdout, stderr, dropped, ms } = raw;
  if (timedOut(code, ms, question)) return lost('timeout', timeoutDetail(question, node));
  if (stdout === '' && question.as !== undefined && code === 1 && REFUSALS.some((r) => r.test(stderr))) {
    return lost('denied', deniedDetail(question, node, stderr));
  }
  if (stdout === '' && (code === 127 || code === 1)) {
    const program = missingProgram(code, stderr, question);
    if (program !== undefined) {
      return lost(
        'missing',
        `On ${nodeName(node)} the program ${program} is not installed; install it there, or check the node's roles.`,
      );
    }
  }
  return { result: 'exited', code, stdout, stderr, dropped, ms };
}

function missingProgram(code: number, stderr: string, question: Question): string | undefined {
  if (code === 127) {
    const shell = SHELL_NOT_FOUND.exec(stderr)?.[1];
    if (shell !== undefined && (shell === question.argv[0] || WRAPPERS.has(shell))) return shell;
  } else if (question.as === undefined) return undefined;
  for (const pattern of NOT_FOUND) {
    const name = pattern.exec(stderr)?.[1];
    if (name !== undefined && (name === question.argv[0] || name === 'timeout')) return name;
  }
  return undefined;
}

export function timeoutDetail(question: Question, node: SiteNode): string {
  return `On ${nodeName(node)} \`${commandName(question)}\` did not end within ${seconds(question)} s and was stopped; what it waits for does not answer.`;
}

function deniedDetail(question: Question, node: SiteNode, stderr: string): string {
  const user = question.as ?? 'root';
  const said = stderr
    .split('\n')
    .filter((line) => REFUSALS.some((r) => r.test(line)))[0]
    ?.trim();
  const hint = /unknown user|does not exist/.test(said ?? '')
    ? `the user ${user} does not exist there; check the node's roles`
    : `allow it in sudoers: \`${sudoersLine(node.reach.user ?? 'LOGIN', { ...question, as: user })}\` (docs/sudoers has all)`;
  return `On ${nodeName(node)} \`${commandName(question)}\` may not run as ${user} (${said ?? 'refused'}): ${hint}.`;
}

const SEAL_FAILED: Readonly<Record<string, string>> = {
  '!printf': "the node's shell has no builtin printf, so a secret would show in the process list",
  '!size': 'the output is larger than 8 MiB or the program could not be watched to its end',
  '!awk': 'awk is missing on the node or failed',
  '!filter': 'the filter that hides secrets failed on the node (it needs awk, sed and sha256sum)',
};

/** A question that the script itself did not answer: its family hung before, or its seal failed. */
export function unaskedOf(word: string, question: Question, node: SiteNode): Lost {
  if (word === 'skip') {
    const family = question.family ?? 'same';
    return lost(
      'skipped',
      `On ${nodeName(node)} \`${commandName(question)}\` was not asked, because an earlier ${family} command there did not answer in time.`,
    );
  }
  const why: LostWhy = word === '!awk' || word === '!filter' ? 'missing' : 'denied';
  const reason = SEAL_FAILED[word] ?? 'the script reported something unknown';
  return lost(
    why,
    `On ${nodeName(node)} the output of \`${commandName(question)}\` was kept back: ${reason}; nothing of it was sent.`,
  );
}
