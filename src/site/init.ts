import { type Answer, type LostWhy, lost } from '../domain/question.ts';
import type { Become, Reach, Site, SiteNode } from '../domain/site.ts';
import { decideRoles, FILE_QUESTIONS, IDENTITY_QUESTIONS, type RoleReason } from './decide.ts';
import { each, type Look, said, unreached } from './look.ts';

/** What `inkling init` starts from. */
export interface Wanted {
  /** `[user@]host[:port]` or ssh aliases. */
  readonly hosts: readonly string[];
  /** For all of them: `config`, `identity`, `knownHosts`, `client`. */
  readonly reach?: Partial<Reach>;
}

export interface FoundNode {
  readonly node: SiteNode;
  /** All names that were given for this machine, its node's name first. */
  readonly aliases: readonly string[];
  readonly roles: readonly RoleReason[];
  readonly notes: readonly string[];
}

export interface Unreachable {
  readonly name: string;
  readonly host: string;
  readonly why: LostWhy;
  /** What happened and what to do. */
  readonly detail: string;
}

export interface Proposal {
  readonly site: Site;
  readonly found: readonly FoundNode[];
  readonly unreachable: readonly Unreachable[];
  /** Reached, but nothing of Ceph or OpenStack is on them; they are not in the site. */
  readonly leftOut: readonly FoundNode[];
}

/** Hosts → nodes to look at, each once. Throws an Error that names a host which cannot be one. */
export function candidates(wanted: Wanted): SiteNode[] {
  const nodes = wanted.hosts.map((text) => candidate(text, wanted.reach ?? {}));
  return nodes.filter((node, i) => nodes.findIndex((other) => other.name === node.name) === i);
}

function candidate(text: string, reach: Partial<Reach>): SiteNode {
  const parts =
    /^(?:(?<user>[A-Za-z0-9._+\\-]+)@)?(?:\[(?<v6>[0-9A-Fa-f:.%]+)\]|(?<host>[A-Za-z0-9._-]+))(?::(?<port>\d{1,5}))?$/.exec(
      text,
    )?.groups;
  const host = parts?.v6 ?? parts?.host;
  const port = parts?.port === undefined ? undefined : Number(parts.port);
  if (
    host === undefined ||
    text.startsWith('-') ||
    host.startsWith('-') ||
    (port !== undefined && (port < 1 || port > 65535))
  ) {
    throw new Error(`"${text}" is no host. Expected an ssh alias, or [user@]host[:port]`);
  }
  const user = parts?.user;
  return {
    name: nodeNameOf(port === undefined || port === 22 ? host : `${host}-${port}`),
    roles: [],
    reach: { ...reach, host, alias: host, ...(port !== undefined && { port }), ...(user !== undefined && { user }) },
    become: 'sudo',
  };
}

const nodeNameOf = (text: string): string =>
  text
    .replace(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/^[^A-Za-z0-9]+/, '')
    .slice(0, 63);

interface Seen {
  readonly node: SiteNode;
  readonly answers: ReadonlyMap<string, Answer>;
}

/** Looks at every candidate, read-only, and proposes a site: one node per machine, with the roles its services show. */
export async function proposeSite(name: string, nodes: readonly SiteNode[], look: Look): Promise<Proposal> {
  const seen = await each(nodes, 32, (node) => lookAt(node, look));
  const unreachable: Unreachable[] = [];
  const reached: Seen[] = [];
  for (const one of seen) {
    const why = unreached(one.answers);
    if (!why) reached.push(one);
    else unreachable.push({ name: one.node.name, host: one.node.reach.host, why: why.why, detail: why.detail });
  }
  const all = machines(reached).map(foundNode);
  const found = all.filter((f) => f.roles.length > 0);
  return {
    site: { name, nodes: found.map((f) => f.node) },
    found,
    unreachable,
    leftOut: all.filter((f) => f.roles.length === 0),
  };
}

async function lookAt(node: SiteNode, look: Look): Promise<Seen> {
  try {
    const first = await look(node, IDENTITY_QUESTIONS);
    if (unreached(first)) return { node, answers: first };
    const become: Become = said(first, 'uid')?.trim() === '0' ? 'root' : 'sudo';
    const able = { ...node, become };
    return { node: able, answers: new Map([...first, ...(await look(able, FILE_QUESTIONS))]) };
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    return { node, answers: new Map([['uid', lost('unreachable', detail)]]) };
  }
}

/**
 * Groups of names that lead to the same machine. The machine id alone does not decide: machines cloned from one image
 * share it. The host name has to agree.
 */
function machines(seen: readonly Seen[]): Seen[][] {
  const groups = new Map<string, Seen[]>();
  for (const one of seen) {
    const id = said(one.answers, 'machine-id')?.trim();
    const host = said(one.answers, 'hostname')?.trim();
    const key = id && host ? `${id} ${host}` : `only ${one.node.name}`;
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return [...groups.values()];
}

function foundNode(group: readonly Seen[]): FoundNode {
  const hostname = said(group[0]?.answers ?? new Map(), 'hostname')?.trim() ?? '';
  const short = hostname.split('.')[0];
  const chosen =
    group.find((s) => s.node.name === hostname) ?? group.find((s) => s.node.name === short) ?? (group[0] as Seen);
  const { roles, notes } = decideRoles(chosen.answers);
  const others = group.filter((s) => s !== chosen).map((s) => s.node.name);
  return {
    node: { ...chosen.node, roles: roles.map((r) => r.role) },
    aliases: [chosen.node.name, ...others],
    roles,
    notes: [...(others.length > 0 ? [`${others.join(', ')}: the same machine`] : []), ...notes],
  };
}

/** Comment lines for `writeSite`: why each node has its roles. */
export const siteNotes = (found: readonly FoundNode[]): ReadonlyMap<string, readonly string[]> =>
  new Map(found.map((f) => [f.node.name, [...f.roles.map((r) => `${r.role}: ${r.because}`), ...f.notes]]));
