import { isUnknown } from '../../domain/fact.ts';
import type { Daemon } from '../../domain/site-state.ts';
import type { SystemdUnit } from '../../parsers/systemd-units.ts';
import type { Readings } from './readings.ts';

/** What a unit is for, by its name in Debian, RDO, devstack and cephadm. Services with a Ceph identity are told of elsewhere. */
const PARTS: readonly (readonly [part: string, names: RegExp])[] = [
  ['database', /^(mariadb|mysql|mysqld)$/],
  ['queue', /^rabbitmq-server$/],
  ['cache', /^memcached$/],
  ['identity', /^(keystone|openstack-keystone|devstack@keystone)$/],
  ['web', /^(apache2|httpd)$/],
  ['api', /^(openstack-)?(cinder-api|nova-api|placement-api|neutron-(api|server))$/],
  ['scheduling', /^(openstack-)?(cinder-scheduler|nova-scheduler|nova-conductor)$/],
  ['libvirt', /^(libvirtd|virtqemud|virtsecretd)$/],
  ['mon', /^ceph-(mon@|[0-9a-f-]{36}@mon\.)/],
  ['mgr', /^ceph-(mgr@|[0-9a-f-]{36}@mgr\.)/],
  ['osd', /^ceph-(osd@|[0-9a-f-]{36}@osd\.)/],
];

const MEANT_TO_RUN: ReadonlySet<string> = new Set(['enabled', 'enabled-runtime', 'generated', 'indirect', 'alias']);

export function daemons(readings: Readings): readonly Daemon[] {
  return readings.site.nodes.flatMap(({ name: node }) => {
    const units = readings.read<readonly SystemdUnit[]>('node-units', node);
    if (isUnknown(units)) return [];
    return units.value.flatMap(({ file_state, ...unit }): Daemon[] => {
      const part = PARTS.find(([, names]) => names.test(unit.name))?.[0];
      // A masked scheduler may be why nothing is scheduled, a masked libvirt why nothing starts; whatever else is masked, nobody wants.
      const masked =
        unit.load === 'masked' && (part === 'scheduling' || (part === 'libvirt' && !another(unit, units.value)));
      if (part === undefined || !(unit.load === 'loaded' || masked)) return [];
      // systemd starts libvirt's daemons when somebody knocks, and lets them end when nobody does.
      const knocked = units.value.find((u) => u.name === `${unit.name}.socket`);
      const listening = unit.active !== 'failed' && knocked?.active === 'active';
      return [
        {
          ...unit,
          ...(listening && { active: 'active' }),
          id: `${unit.name}@${node}`,
          node,
          part,
          mask: masked ? (file_state === 'masked-runtime' ? 'until-boot' : 'lasting') : 'none',
          enabled: MEANT_TO_RUN.has(file_state ?? '') || (knocked?.file_state ?? '') === 'enabled',
          from: units.from,
        },
      ];
    });
  });
}

/** libvirt is one daemon or several; where one way is used, the daemons of the other are often masked. */
const another = (unit: SystemdUnit, units: readonly SystemdUnit[]): boolean =>
  units.some(({ name, load }) => name !== unit.name && LIBVIRT.has(name) && load === 'loaded');

const LIBVIRT: ReadonlySet<string> = new Set(['libvirtd', 'virtqemud']);
