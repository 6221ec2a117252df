/**
 * What may leave the node of a command's stdout. A seal is a filter that runs on the node, so that what it hides never travels:
 * - `keyring`: cephx keys in keyring text (`key = …`, also behind `path:line:`) become `sealed:<digest>:<kind>`;
 * - `value`: the whole output, one cephx key, becomes `sealed:<digest>:<kind>`;
 * - `config`: credentials in INI text (passwords, connection URLs, tokens) become `sealed-<digest>`;
 * - `log`: in lines of a log, keys, long base64, credentials of URLs and what follows `password=`, `token:` and the like become `sealed`,
 *   or `sealed-<digest>` where a configuration that the same node was asked for has the value.
 *
 * `<digest>` is keyed by a random key of the session (equal keys give equal digests within one run, and nothing more);
 * `<kind>` is `aes` (40 characters), `aes256k` (60), `empty` or `malformed`.
 */
export type Seal = 'keyring' | 'value' | 'config' | 'log';

/** One thing to ask of one node. `argv` is data: no shell ever reads it. */
export interface Question {
  readonly id: string;
  readonly argv: readonly [string, ...string[]];
  /** `root` or a service user; absent: the login user. */
  readonly as?: string;
  /** Seconds the program may take on the node; it is then ended and the answer is `lost: timeout`. */
  readonly deadline: number;
  readonly seal?: Seal;
  /** For a log: programs that print configuration of the same node. What is secret there is hidden in the log wherever it stands. */
  readonly hides?: readonly Pick<Question, 'argv' | 'as' | 'deadline'>[];
  /** Bytes of stdout kept, head and tail; more are counted, not kept. Default 8 MiB. */
  readonly maxBytes?: number;
  /** Questions of one lane run one after another; at most four lanes of a node run side by side. */
  readonly lane?: string;
  /** When one question of this family times out on the node, the rest of the family is skipped: they would hang as well. */
  readonly family?: string;
}

/** A change, or anything else that may act: a question that may also have standard input. Only the fix path builds these. */
export interface Command extends Question {
  /** Bytes for the program's stdin. They travel inside the script on the channel's stdin: never argv, environment or a file. */
  readonly stdin?: Uint8Array;
}

/** Why a question has no answer. Never to be read as pass or fail. */
export type LostWhy =
  | 'refused' // nothing listens
  | 'unreachable' // no route, name unknown, black hole
  | 'hostkey' // unknown, changed or revoked host key
  | 'auth' // SSH login refused
  | 'denied' // sudo said no
  | 'dropped' // the link died before the end mark
  | 'timeout' // the deadline passed; the program may still run on the node
  | 'skipped' // an earlier question of its family timed out
  | 'missing' // the program is not installed on the node
  | 'absent' // recorded evidence has no answer to it
  | 'cancelled'; // the operator stopped the run

export interface Lost {
  readonly result: 'lost';
  readonly why: LostWhy;
  /** One sentence for the operator: what happened and what to do. */
  readonly detail: string;
}

export interface Exited {
  readonly result: 'exited';
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Bytes that came but were not kept. */
  readonly dropped: number;
  /** Milliseconds on the node. */
  readonly ms: number;
}

export type Answer = Exited | Lost;

export interface Answered {
  readonly id: string;
  readonly answer: Answer;
  /** When it was given (ISO 8601), where that was not just now. */
  readonly at?: string;
  /** Milliseconds from asking to then, where that was not now. */
  readonly waited?: number;
}

export const lost = (why: LostWhy, detail: string): Lost => ({ result: 'lost', why, detail });

/** The command as an operator would type it on the node. */
export function commandLine(question: Pick<Question, 'argv' | 'as'>): string {
  const words = question.argv
    .map((a) => (/^[\w@%+=:,./-]+$/.test(a) ? a : `'${a.replaceAll("'", `'\\''`)}'`))
    .join(' ');
  if (question.as === undefined) return words;
  return question.as === 'root' ? `sudo ${words}` : `sudo -u ${question.as} ${words}`;
}
