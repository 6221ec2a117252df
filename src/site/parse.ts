import { dirname, resolve } from 'node:path';
import { formatProblem, type Positioned, type Problem, readPositioned } from '../domain/positioned.ts';
import type { Reach, Site, SiteNode } from '../domain/site.ts';
import { type NodeText, type SiteText, siteSchema } from './schema.ts';

export type SiteRead =
  | { readonly ok: true; readonly site: Site; readonly warnings: readonly string[] }
  /** Each entry is one whole message: what is wrong, where, what to do. */
  | { readonly ok: false; readonly says: readonly string[] };

/** Text of a site file → site. `home` replaces a leading `~`; other relative paths start at the file's folder. */
export function parseSite(text: string, file: string, home: string): SiteRead {
  const read = readPositioned(siteSchema, text, file);
  if (!read.ok) return { ok: false, says: read.problems.map(formatProblem) };
  const expand = (path: string): string =>
    path === '~' || path.startsWith('~/') ? resolve(home, path.slice(2)) : resolve(dirname(file), path);
  const nodes = read.value.nodes.map((node) => siteNode(node, read.value, expand));
  const problems = conflicts(nodes, read);
  if (problems.length > 0) return { ok: false, says: problems.map(formatProblem) };
  return { ok: true, site: { name: read.value.name, nodes }, warnings: doubts(nodes, file) };
}

function siteNode(node: NodeText, site: SiteText, expand: (path: string) => string): SiteNode {
  return { name: node.name, roles: node.roles, reach: reachOf(node, site, expand), become: node.become };
}

function reachOf(node: NodeText, site: SiteText, expand: (path: string) => string): Reach {
  const given = typeof node.ssh === 'string' ? { alias: node.ssh } : (node.ssh ?? {});
  const alias = given.alias ?? (given.host === undefined ? node.name : undefined);
  const host = given.host ?? alias ?? node.name;
  const { port, user, jump } = given;
  const config = given.config ?? site.ssh?.config;
  const knownHosts = given.known_hosts ?? site.ssh?.known_hosts;
  const client = given.client ?? site.ssh?.client;
  return {
    host,
    ...(alias !== undefined && { alias }),
    ...(port !== undefined && { port }),
    ...(user !== undefined && { user }),
    ...(given.identity !== undefined && { identity: list(given.identity).map(expand) }),
    ...(jump !== undefined && { jump }),
    ...(config !== undefined && { config: expand(config) }),
    ...(knownHosts !== undefined && { knownHosts: list(knownHosts).map(expand) }),
    ...(client !== undefined && { client }),
  };
}

const list = <T>(value: T | readonly T[]): readonly T[] => (Array.isArray(value) ? value : [value]) as readonly T[];

/** Where a node listens, as far as the file says: two nodes may share an address behind different jump hosts or ports. */
export const addressOf = (reach: Reach): string =>
  [reach.host.toLowerCase(), reach.port ?? (reach.alias === undefined ? 22 : ''), reach.jump ?? ''].join(' ');

function conflicts(nodes: readonly SiteNode[], read: Extract<Positioned<SiteText>, { ok: true }>): Problem[] {
  const problems: Problem[] = [];
  const names = new Map<string, number>();
  const addresses = new Map<string, number>();
  const line = (path: (string | number)[]): string => read.positionOf(path).split(':').at(-2) ?? '?';
  for (const [i, node] of nodes.entries()) {
    const sameName = names.get(node.name.toLowerCase());
    const sameAddress = addresses.get(addressOf(node.reach));
    if (sameName !== undefined) {
      problems.push(
        read.problemAt(
          ['nodes', i, 'name'],
          `the node "${node.name}" is already on line ${line(['nodes', sameName, 'name'])}`,
          'Give all roles of a machine to one node',
        ),
      );
    } else if (sameAddress !== undefined) {
      problems.push(
        read.problemAt(
          ['nodes', i, 'ssh'],
          `${node.reach.host} is already how "${nodes[sameAddress]?.name}" is reached (line ${line(['nodes', sameAddress, 'name'])})`,
          'Give all roles of a machine to one node',
        ),
      );
    }
    names.set(node.name.toLowerCase(), sameName ?? i);
    addresses.set(addressOf(node.reach), sameAddress ?? i);
    for (const [j, role] of node.roles.entries()) {
      if (node.roles.indexOf(role) < j) {
        problems.push(read.problemAt(['nodes', i, 'roles', j], `the role ${role} is given twice`, 'Remove one'));
      }
    }
  }
  return problems;
}

/** What is allowed, and will leave gaps in what can be seen. */
function doubts(nodes: readonly SiteNode[], file: string): string[] {
  const said: string[] = [];
  if (!nodes.some((n) => n.roles.includes('ceph-admin'))) {
    said.push(
      `${file}: no node has the role ceph-admin, so the cluster's own view (users, caps, pools, health) stays unknown. ` +
        'Give it to a node where /etc/ceph holds the admin keyring',
    );
  }
  for (const node of nodes) {
    if (node.roles.length === 0)
      said.push(`${file}: the node "${node.name}" has no roles, so it is hardly asked anything`);
  }
  return said;
}
