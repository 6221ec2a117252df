import type { Domain, DomainState } from '../../domain/computes.ts';
import { isUnknown } from '../../domain/fact.ts';
import type { DomainXml } from '../../parsers/libvirt.ts';
import { map, type Readings } from './readings.ts';

/** So many running instances of each compute are looked at: the oldest and the newest differ most, if any do. */
const SAMPLE = 3;

export function domains(readings: Readings): readonly Domain[] {
  return readings.withRole('nova-compute').flatMap((node) => {
    const running = readings.read<readonly string[]>('libvirt-running', node);
    return isUnknown(running) ? [] : sample(running.value).map((uuid) => domain(readings, node, uuid));
  });
}

/** virsh lists them in the order in which they were started. */
const sample = (all: readonly string[]): readonly string[] =>
  all.length <= SAMPLE ? all : [all[0], all[Math.floor(all.length / 2)], all.at(-1)].filter((u) => u !== undefined);

function domain(readings: Readings, node: string, uuid: string): Domain {
  const id = `${uuid}@${node}`;
  return {
    id,
    node,
    uuid,
    state: map(readings.read<DomainXml>('domain-xml', node, id), (xml, from): DomainState => {
      const ceph = xml.disks.filter((d) => d.protocol === 'rbd');
      return {
        name: xml.name,
        machine: xml.machine,
        disks: xml.disks,
        mon_hosts: [...new Set(ceph.flatMap((d) => d.hosts))],
        logins: [
          ...new Map(
            ceph
              .filter((d) => d.secret !== '')
              .map((d) => [`${d.user} ${d.secret}`, { user: d.user, secret: d.secret }]),
          ).values(),
        ],
        local: xml.disks.filter((d) => d.device === 'disk' && d.type === 'file').map((d) => d.source),
        from,
      };
    }),
  };
}
