import type { Evidence } from '../../domain/evidence.ts';
import { lost } from '../../domain/question.ts';
import type { Role } from '../../domain/site.ts';
import { siteOf } from '../recorded.ts';
import { answerOf } from './answers.ts';
import { collectedAt, nodeName, outputOf } from './commands.ts';
import type { SosTree } from './tree.ts';

export { readSosTree, type SosTree } from './tree.ts';

export interface SosOptions {
  /** Role that a unit of this name does the work of. */
  readonly roleOf: (unit: string) => Role | undefined;
  /** Text without secrets: sos does not know all of them. */
  readonly clean: (text: string, origin: string) => string;
}

/** Sosreports of nodes as evidence: whatever they carry is an answer, everything else is unknown. */
export function sosEvidence(trees: readonly SosTree[], { roleOf, clean }: SosOptions): Evidence {
  const nodes = distinct(trees).map(([name, tree]) => ({ name, tree, roles: rolesOf(tree, roleOf) }));
  const byName = new Map(nodes.map(({ name, tree }) => [name, tree]));
  const times = nodes.flatMap(({ tree }) => collectedAt(tree)?.at ?? []);
  const startedAt = new Date((times.length > 0 ? Math.max(...times) : 0) * 1000).toISOString();
  return {
    from: `sosreport ${nodes.map(({ tree }) => tree.name).join(', ')}`,
    id: `sos-${startedAt.slice(0, 19).replace(/[-:]/g, '').replace('T', '-')}`,
    site: siteOf('sosreport', nodes),
    playbooks: [],
    startedAt,
    lost: new Map(),
    answer: (node, question) => {
      const tree = byName.get(node);
      const at = startedAt;
      if (tree === undefined) return { answer: lost('absent', `there is no sosreport of ${node}`), at };
      const answer = answerOf(tree, question);
      if (answer.result === 'lost') return { answer, at };
      return { answer: { ...answer, stdout: clean(answer.stdout, question.argv.join(' ')) }, at };
    },
  };
}

/** Two reports of hosts with one name are two nodes. */
function distinct(trees: readonly SosTree[]): readonly (readonly [string, SosTree])[] {
  const named = new Map<string, SosTree>();
  for (const tree of trees) {
    const own = nodeName(tree);
    let name = own;
    for (let number = 2; named.has(name); number += 1) name = `${own}-${number}`;
    named.set(name, tree);
  }
  return [...named];
}

/** By its services; where sos lists none, by its configuration. */
function rolesOf(tree: SosTree, roleOf: SosOptions['roleOf']): readonly Role[] {
  const listed = outputOf(tree, 'systemctl list-units --all', 'systemctl list-units') ?? '';
  const byUnit = listed.split('\n').flatMap((line) => roleOf(line.replace(/^[^\w]+/, '').split(/\s+/)[0] ?? '') ?? []);
  const has = (start: string): boolean => [...tree.files.keys()].some((path) => path.startsWith(start));
  const byFile: readonly (readonly [string, Role])[] = [
    ['etc/glance/glance-api.conf', 'glance-api'],
    ['var/log/cinder/cinder-volume.log', 'cinder-volume'],
    ['etc/nova/nova-compute.conf', 'nova-compute'],
    ['var/log/nova/nova-compute.log', 'nova-compute'],
  ];
  const admin = outputOf(tree, 'ceph status --format json-pretty', 'ceph health detail --format json-pretty');
  return [
    ...new Set<Role>([
      ...byUnit,
      ...byFile.flatMap(([file, role]) => (has(file) ? [role] : [])),
      ...(admin === undefined ? [] : (['ceph-admin'] as const)),
    ]),
  ];
}
