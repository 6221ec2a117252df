import type { Session } from '../../ceph-client.ts';
import type { Call, Result } from '../../shell/program.ts';
import type { MonRight } from '../../world/cephx.ts';
import type { Cluster } from '../../world/cluster.ts';
import { isActive } from '../../world/world.ts';

/** One ceph command being answered. */
export interface Request {
  readonly call: Call;
  readonly cluster: Cluster;
  readonly session: Session;
  /** Words after the command's own. */
  readonly words: readonly string[];
  readonly json: boolean;
  readonly pretty: boolean;
  /** Bytes given by `-i`. */
  readonly input: string | undefined;
  readonly flags: ReadonlySet<string>;
}

export interface Answer {
  /** Written to stdout, or to the file of `-o`. */
  readonly out?: string;
  readonly err?: string;
  /** Ceph's error number: exit code, and the name before the text. */
  readonly errno?: number;
}

export interface CephCommand {
  readonly words: string;
  readonly right: MonRight | 'mgr';
  /** Arguments for the audit log, by name. */
  readonly audit?: (words: readonly string[]) => Record<string, unknown>;
  answer(request: Request): Answer | Promise<Answer>;
}

const NAMES: Readonly<Record<number, string>> = {
  1: 'EPERM',
  2: 'ENOENT',
  11: 'EAGAIN',
  13: 'EACCES',
  16: 'EBUSY',
  17: 'EEXIST',
  22: 'EINVAL',
  34: 'ERANGE',
  95: 'EOPNOTSUPP',
};

export const error = (errno: number, text: string): Answer => ({
  errno,
  err: `Error ${NAMES[errno] ?? errno}: ${text}\n`,
});

/** JSON on a line of its own after an empty one, as the mon's answers are printed. */
export const document = (value: unknown, newline = false): Answer => ({
  out: `\n${JSON.stringify(value)}${newline ? '\n' : ''}`,
});

/** The manager's answers carry its state of knowledge around them. */
export const managed = (name: string, value: unknown): Answer => ({
  out: `\n{"pg_ready":true,"${name}":${JSON.stringify(value)}\n}`,
});

export const managerUp = (call: Call): boolean =>
  isActive(call.world.nodes.get(call.world.cluster.monName), `ceph-mgr@${call.world.cluster.monName}.service`);

export const toResult = (answer: Answer): Result => ({
  code: answer.errno ?? 0,
  stdout: answer.out ?? '',
  stderr: answer.err ?? '',
});
