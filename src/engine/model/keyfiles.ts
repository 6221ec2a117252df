import type { Consumer } from '../../domain/consumers.ts';
import { isUnknown } from '../../domain/fact.ts';
import type { KeyFile } from '../../domain/site-state.ts';
import type { StatLine } from '../../parsers/file-states.ts';
import type { KeyringSection } from '../../parsers/keyrings.ts';
import { distinct } from './distinct.ts';
import type { Readings } from './readings.ts';

/** Every key that lies in /etc/ceph of a node, whether a service there wants it or not. */
export function keyFiles(readings: Readings, consumers: readonly Consumer[]): readonly KeyFile[] {
  return readings.site.nodes.flatMap(({ name: node, roles }) => {
    const sections = readings.read<readonly KeyringSection[]>('etc-ceph-keyrings', node);
    const states = readings.read<readonly StatLine[]>('etc-ceph', node);
    if (isUnknown(sections) || isUnknown(states)) return [];
    return distinct(
      sections.value.map(({ path, entity, digest, kind }): KeyFile => {
        const state = states.value.find((s) => s.path === path);
        return {
          id: `${entity} in ${path}@${node}`,
          node,
          path,
          entity,
          digest,
          kind,
          mode: state?.mode ?? '',
          owner: state?.owner ?? '',
          group: state?.group ?? '',
          used: consumers.some((c) => c.node === node && c.entity === entity && c.keyring.path === path),
          roles,
          from: [...sections.from, ...states.from],
        };
      }),
    );
  });
}
