import { parse } from 'yaml';
import { type Reach, ROLES, type Site, type SiteNode } from '../domain/site.ts';

type Shared = Pick<Reach, 'config' | 'knownHosts' | 'client'>;

/**
 * Site → text of a site file. `notes` gives comment lines to stand above a node, such as why it has its roles; `missing`
 * hosts are named at the end, so that nobody takes the file for the whole site.
 */
export function writeSite(
  site: Site,
  notes: ReadonlyMap<string, readonly string[]> = new Map(),
  missing: readonly { readonly name: string; readonly detail: string }[] = [],
): string {
  const shared = sharedBy(site.nodes);
  const lines = [
    '# The machines of one Ceph + OpenStack integration, and what each does in it.',
    `# Roles: ${ROLES.slice(0, 6).join(', ')},`,
    `#   ${ROLES.slice(6).join(', ')}`,
    `name: ${scalar(site.name)}`,
  ];
  const ssh = connectionEntries(shared);
  if (ssh.length > 0) {
    lines.push('', '# For all nodes. Whatever is not given here or at a node, the ssh configuration decides.', 'ssh:');
    lines.push(...ssh.map((entry) => `  ${entry}`));
  }
  lines.push('', 'nodes:');
  for (const node of site.nodes) lines.push(...nodeLines(node, shared, notes.get(node.name) ?? []));
  for (const { name, detail } of missing)
    lines.push(`  # ${printableLine(`${name} is not in this site yet: ${detail}`)}`);
  return `${lines.join('\n')}\n`;
}

const printableLine = (text: string): string => text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, ' ');

function nodeLines(node: SiteNode, shared: Shared, notes: readonly string[]): string[] {
  return [
    ...notes.map((note) => `  # ${printableLine(note)}`),
    `  - name: ${scalar(node.name)}`,
    ...sshLines(node, shared),
    `    roles: [${node.roles.join(', ')}]`,
    ...(node.become === 'root' ? ['    become: root # the login is root; otherwise sudo -n is used'] : []),
  ];
}

function sshLines(node: SiteNode, shared: Shared): string[] {
  const { reach } = node;
  const own: Shared = {
    ...(reach.config !== shared.config && { config: reach.config }),
    ...(!sameList(reach.knownHosts, shared.knownHosts) && { knownHosts: reach.knownHosts }),
    ...(reach.client !== shared.client && { client: reach.client }),
  };
  const entries = [
    ...(reach.alias !== undefined ? [`alias: ${scalar(reach.alias)}`] : []),
    ...(reach.host !== reach.alias ? [`host: ${scalar(reach.host)}`] : []),
    ...(reach.port !== undefined ? [`port: ${reach.port}`] : []),
    ...(reach.user !== undefined ? [`user: ${scalar(reach.user)}`] : []),
    ...(reach.identity !== undefined ? [`identity: ${scalars(reach.identity)}`] : []),
    ...(reach.jump !== undefined ? [`jump: ${scalar(reach.jump)}`] : []),
    ...connectionEntries(own),
  ];
  if (entries.length === 1 && reach.alias !== undefined && reach.host === reach.alias) {
    return [`    ssh: ${scalar(reach.alias)}`];
  }
  return ['    ssh:', ...entries.map((entry) => `      ${entry}`)];
}

const connectionEntries = (c: Shared): string[] => [
  ...(c.config !== undefined ? [`config: ${scalar(c.config)}`] : []),
  ...(c.knownHosts !== undefined ? [`known_hosts: ${scalars(c.knownHosts)}`] : []),
  ...(c.client !== undefined ? [`client: ${c.client}`] : []),
];

/** What every node has in common is said once. */
function sharedBy(nodes: readonly SiteNode[]): Shared {
  const first = nodes[0]?.reach;
  if (!first) return {};
  const all = (same: (reach: Reach) => boolean): boolean => nodes.every((n) => same(n.reach));
  return {
    ...(all((r) => r.config === first.config) && { config: first.config }),
    ...(all((r) => sameList(r.knownHosts, first.knownHosts)) && { knownHosts: first.knownHosts }),
    ...(all((r) => r.client === first.client) && { client: first.client }),
  };
}

const sameList = (a: readonly string[] | undefined, b: readonly string[] | undefined): boolean =>
  a === b || (a !== undefined && b !== undefined && a.length === b.length && a.every((x, i) => x === b[i]));

/** Plain where YAML reads it back as the same text, else in double quotes. */
const scalar = (text: string): string =>
  /^[\w/~][\w./@-]*$/.test(text) && parse(text) === text ? text : JSON.stringify(text);
const scalars = (texts: readonly string[]): string =>
  texts.length === 1 ? scalar(texts[0] ?? '') : `[${texts.map((t) => JSON.stringify(t)).join(', ')}]`;
