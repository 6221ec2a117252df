import type { Answer, Question } from '../domain/question.ts';
import type { Role, SiteNode } from '../domain/site.ts';
import { each, type Look, said, unreached } from './look.ts';
import { openstackOf, PACKAGE_QUESTIONS, type PackageVersion, packagesOf } from './packages.ts';

/** What `inkling nodes` says of one node. */
export interface NodeRow {
  readonly name: string;
  readonly host: string;
  readonly roles: readonly Role[];
  readonly reached: boolean;
  /** Why it was not reached, or what Inkling may not do there, and what to do about it. */
  readonly why?: string;
  /** Login user. */
  readonly user?: string;
  /** How it becomes root; absent when it cannot. */
  readonly root?: 'is root' | 'sudo -n';
  /** Users of its services, and whether commands can run as them. */
  readonly actsAs: readonly { readonly user: string; readonly ok: boolean; readonly why?: string }[];
  readonly os?: string;
  /** `16.2.15 pacific`. */
  readonly ceph?: string;
  /** `cinder 21.3.1`. */
  readonly openstack: readonly string[];
  readonly packages: readonly PackageVersion[];
  /** Node's clock minus ours in seconds, and by how much that may be wrong (half of the trip). */
  readonly skew?: { readonly seconds: number; readonly plusMinus: number };
  /** Milliseconds until it had answered. */
  readonly ms: number;
}

/** Asked alone, on a connection that is already open: the shorter the trip, the surer the clock. */
export const CLOCK_QUESTIONS: readonly Question[] = [{ id: 'clock', argv: ['date', '+%s.%N'], deadline: 10 }];

const SERVICE_USERS = ['glance', 'cinder', 'nova'] as const;

/** What to ask a node of these roles. */
export function nodeQuestions(node: SiteNode): readonly Question[] {
  return [
    { id: 'user', argv: ['id', '-un'], deadline: 10 },
    { id: 'root', argv: ['id', '-u'], as: 'root', deadline: 10 },
    ...serviceUsers(node).map((user): Question => ({ id: `as ${user}`, argv: ['id', '-un'], as: user, deadline: 10 })),
    { id: 'os', argv: ['cat', '/etc/os-release'], deadline: 10 },
    { id: 'ceph', argv: ['ceph', '--version'], deadline: 15 },
    ...PACKAGE_QUESTIONS,
  ];
}

/** Users that its services run as. */
export const serviceUsers = (node: SiteNode): readonly string[] =>
  SERVICE_USERS.filter((user) => node.roles.some((role) => role.startsWith(`${user}-`)));

/** When the clock was asked: milliseconds since 1970 on our clock, before and after. */
export interface Trip {
  readonly startedAt: number;
  readonly endedAt: number;
}

/** The row of a node from its answers. */
export function nodeRow(node: SiteNode, answers: ReadonlyMap<string, Answer>, ms: number, trip?: Trip): NodeRow {
  const base = { name: node.name, host: hostOf(node), roles: node.roles, ms };
  const away = unreached(answers);
  if (away) return { ...base, reached: false, why: away.detail, actsAs: [], openstack: [], packages: [] };

  const root = answers.get('root');
  const actsAs = serviceUsers(node).map((user) => {
    const why = refusal(answers.get(`as ${user}`));
    return { user, ok: why === undefined, ...(why !== undefined && { why }) };
  });
  const rootless = refusal(root);
  const why = rootless ?? actsAs.find((a) => !a.ok)?.why ?? gap(answers);
  const packages = packagesOf(answers);
  const user = said(answers, 'user')?.trim();
  const os = /^PRETTY_NAME="?([^"\n]*)"?$/m.exec(said(answers, 'os') ?? '')?.[1];
  const ceph = /^ceph version (\S+) \([0-9a-f]+\) (\w+)/m.exec(said(answers, 'ceph') ?? '');
  const skew = trip && skewOf(said(answers, 'clock'), trip);
  return {
    ...base,
    reached: true,
    ...(why !== undefined && { why }),
    ...(user && { user }),
    ...(rootless === undefined && { root: user === 'root' ? ('is root' as const) : ('sudo -n' as const) }),
    actsAs,
    ...(os && { os }),
    ...(ceph && { ceph: `${ceph[1]} ${ceph[2]}` }),
    openstack: openstackOf(packages),
    packages,
    ...(skew && { skew }),
  };
}

function hostOf(node: SiteNode): string {
  const { host, port } = node.reach;
  if (port === undefined || port === 22) return host;
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/** Why a command could not run as its user; undefined when it did. */
function refusal(answer: Answer | undefined): string | undefined {
  if (answer === undefined) return 'it was not asked';
  if (answer.result === 'lost') return answer.detail;
  return answer.code === 0 ? undefined : (answer.stderr.trim().split('\n')[0] ?? `exit code ${answer.code}`);
}

/** Why the row has gaps: a question that was lost on the way. A program that is not installed is no gap. */
function gap(answers: ReadonlyMap<string, Answer>): string | undefined {
  const away = [...answers.values()].find((answer) => answer.result === 'lost' && answer.why !== 'missing');
  return away?.result === 'lost' ? away.detail : undefined;
}

/** The node read its clock about halfway through the trip. */
export function skewOf(clock: string | undefined, trip: Trip): NodeRow['skew'] {
  const seconds = Number(clock?.trim() || Number.NaN);
  if (!Number.isFinite(seconds)) return undefined;
  return {
    seconds: seconds - (trip.startedAt + trip.endedAt) / 2000,
    plusMinus: Math.max(0, trip.endedAt - trip.startedAt) / 2000,
  };
}

/** Looks at all nodes at once; a row as each is known, in the order they come back. `now`: milliseconds since 1970. */
export async function* lookAtNodes(
  nodes: readonly SiteNode[],
  look: Look,
  now: () => number = () => performance.timeOrigin + performance.now(),
): AsyncGenerator<NodeRow> {
  const ready: NodeRow[] = [];
  let wake = () => {};
  const all = each(nodes, 64, async (node) => {
    ready.push(await lookAtNode(node, look, now));
    wake();
  });
  for (let given = 0; given < nodes.length; given++) {
    while (ready.length === 0) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
    yield ready.shift() as NodeRow;
  }
  await all;
}

async function lookAtNode(node: SiteNode, look: Look, now: () => number): Promise<NodeRow> {
  const began = now();
  try {
    const answers = await look(node, nodeQuestions(node));
    const ms = now() - began;
    if (unreached(answers)) return nodeRow(node, answers, ms);
    const startedAt = now();
    const clock = await look(node, CLOCK_QUESTIONS);
    return nodeRow(node, new Map([...answers, ...clock]), ms, { startedAt, endedAt: now() });
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    return nodeRow(node, new Map([['user', { result: 'lost', why: 'unreachable', detail }]]), now() - began);
  }
}
