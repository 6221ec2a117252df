import type { ConfigOption, FileCopy } from '../../domain/site-state.ts';
import { isMasked } from '../../openstack/masked.ts';
import { SHARED_OPTIONS } from '../../openstack/rbd-options.ts';

/** Sections of ceph.conf that clients read; those of daemons rightly differ between nodes. */
const CLIENT_SECTION = /^(global|client(\..+)?)$/;
/** Told to daemons only, though it stands in [global]. */
const DAEMON_OPTION = /^(mon_initial_members|host|osd_|public_network|cluster_network|public_addr|cluster_addr)/;

const shared = (o: ConfigOption): boolean =>
  o.service === 'ceph' ? CLIENT_SECTION.test(o.section) && !DAEMON_OPTION.test(o.option) : SHARED_OPTIONS.has(o.option);

const UNSET = 'not set';

/** Configurations that several nodes share, and where one has it otherwise than most. */
export function copies(options: readonly ConfigOption[]): readonly FileCopy[] {
  const kinds = Map.groupBy(options, (o) => (o.service === 'ceph' ? o.file : o.service));
  return [...kinds].flatMap(([kind, all]) => {
    const nodes = [...new Set(all.map((o) => o.node))].sort();
    if (nodes.length < 2) return [];
    const judged = all.filter(shared);
    const names = [...new Set(judged.map(nameOf))].sort();
    const table = new Map(judged.map((o) => [`${o.node}\n${nameOf(o)}`, o]));
    const value = (node: string, name: string): string => table.get(`${node}\n${name}`)?.value ?? UNSET;
    return nodes.map((node): FileCopy => {
      const own = all.find((o) => o.node === node) as ConfigOption;
      const differences = names.flatMap((name) => {
        const usual = most(nodes.map((n) => value(n, name)));
        if (value(node, name) === usual || isMasked(value(node, name)) || isMasked(usual)) return [];
        const other = nodes.find((n) => value(n, name) === usual) ?? '';
        return [`${name} is ${value(node, name)} here and ${usual} on ${other}`];
      });
      return { id: `${kind}@${node}`, node, path: own.file, copies: nodes.length, differences, from: own.from };
    });
  });
}

const nameOf = (o: ConfigOption): string => `[${o.section}] ${o.option}`;

/** The value that most have; of as many, the first. */
function most(values: readonly string[]): string {
  const counts = [...Map.groupBy(values, (v) => v)].map(([v, all]) => [v, all.length] as const);
  return counts.toSorted((a, b) => b[1] - a[1])[0]?.[0] ?? UNSET;
}
