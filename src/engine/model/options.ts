import { type ConfLine, readConf } from '../../ceph/conf.ts';
import type { Consumer } from '../../domain/consumers.ts';
import { isUnknown } from '../../domain/fact.ts';
import { distance } from '../../domain/nearest.ts';
import type { Backend, BackendDriver, ConfigOption } from '../../domain/site-state.ts';
import { type OsloConfig, type OsloOption, osloList, osloOption } from '../../openstack/oslo.ts';
import { BACKEND_OPTIONS, rbdOptions } from '../../openstack/rbd-options.ts';
import type { NumberedLine } from '../../parsers/config-files.ts';
import { distinct } from './distinct.ts';
import type { Readings } from './readings.ts';
import type { ServiceOnNode } from './services.ts';

/** Options in force: of the services' configuration, and of each ceph.conf that one of their clients reads. */
export function configOptions(
  readings: Readings,
  services: readonly ServiceOnNode[],
  consumers: readonly Consumer[],
): readonly ConfigOption[] {
  return distinct([...services.flatMap(ofService), ...consumers.flatMap((c) => ofCephConf(readings, c))]);
}

function ofService({ oslo, node, service }: ServiceOnNode): readonly ConfigOption[] {
  if (isUnknown(oslo)) return [];
  const config = oslo.value;
  return config.options
    .filter((o) => osloOption(config, o.section, o.option) === o)
    .map((o) => entity(o, node, service, oslo.from));
}

const entity = (o: OsloOption | ConfLine, node: string, service: string, from: ConfigOption['from']): ConfigOption => ({
  id: `${o.file}:${o.line}@${node}`,
  node,
  service,
  section: o.section,
  option: o.option,
  value: o.value,
  file: o.file,
  at: `${o.file}:${o.line}`,
  from,
});

/** Two letters: further away it is more likely another option than a slip of the pen. */
const SLIPS = 2;

/** Names that are no option of RBD's users and near one that is. Names far from all are other drivers' business. */
export function slips(config: OsloConfig, service: string): readonly string[] {
  const names = enabled(config);
  return config.options.flatMap((o) => {
    const known = rbdOptions(service, o.section, names);
    if (known.includes(o.option)) return [];
    const normal = o.option.toLowerCase().replaceAll('-', '_');
    const meant = known.find((name) => distance(normal, name, SLIPS) <= SLIPS);
    return meant === undefined ? [] : [`${o.option} (${o.file}:${o.line}) for ${meant}`];
  });
}

function ofCephConf(readings: Readings, consumer: Consumer): readonly ConfigOption[] {
  const listed = readings.read<readonly NumberedLine[]>('ceph-conf', consumer.node);
  const mine = (lines: readonly NumberedLine[]) => lines.filter((l) => l.file === consumer.conf_path);
  const own =
    !isUnknown(listed) && mine(listed.value).length > 0
      ? listed
      : readings.read<readonly NumberedLine[]>('consumer-conf', consumer.node, consumer.id);
  if (isUnknown(own)) return [];
  const { options } = readConf(mine(own.value));
  return options
    .filter((o, at) => !options.some((p, q) => q > at && p.section === o.section && p.option === o.option))
    .map((o) => entity(o, consumer.node, 'ceph', own.from));
}

/** Names in `enabled_backends`, without glance's `:type`. */
const enabled = (config: OsloConfig): readonly string[] =>
  osloList(osloOption(config, 'DEFAULT', 'enabled_backends')?.value).map((b) => (b.split(':')[0] as string).trim());

export function backends(services: readonly ServiceOnNode[]): readonly Backend[] {
  return services.flatMap(({ oslo, node, service }) => {
    const names = BACKEND_OPTIONS[service];
    if (isUnknown(oslo) || names === undefined) return [];
    const config = oslo.value;
    return enabled(config).map((name): Backend => {
      const has = (section: string, option: string) => osloOption(config, section, option) !== undefined;
      const stray = names
        .filter((o) => !has(name, o) && !has('backend_defaults', o))
        .flatMap((o) => osloOption(config, 'DEFAULT', o) ?? [])
        .map((o) => `${o.option} (${o.file}:${o.line})`);
      return {
        id: `${service} ${name}@${node}`,
        node,
        service,
        name,
        file: osloOption(config, 'DEFAULT', 'enabled_backends')?.file ?? '',
        written: config.options.some((o) => o.section.toLowerCase() === name.toLowerCase()),
        stray,
        ...driverOf(config, service, name),
        from: oslo.from,
      };
    });
  });
}

/** The driver of a backend whose section has a pool or a user of RBD. */
function driverOf(config: OsloConfig, service: string, name: string): { readonly driver?: BackendDriver } {
  const find = (option: string) => osloOption(config, name, option) ?? osloOption(config, 'backend_defaults', option);
  const list = osloOption(config, 'DEFAULT', 'enabled_backends');
  if (service === 'glance-api') {
    if (!list || !(find('rbd_store_pool') ?? find('rbd_store_user'))) return {};
    const meant = osloList(list.value).map((b) => ((b.split(':')[0] as string).trim() === name ? `${name}:rbd` : b));
    const value = osloList(list.value).join(',');
    return { driver: { option: list.option, section: list.section, file: list.file, value, meant: meant.join(',') } };
  }
  if (!(find('rbd_pool') ?? find('rbd_user'))) return {};
  const written = find('volume_driver');
  const value = written?.value ?? '';
  return {
    driver: {
      option: 'volume_driver',
      section: written?.section ?? name,
      file: written?.file ?? list?.file ?? '',
      value,
      meant: RBD_DRIVERS.test(value) ? value : 'cinder.volume.drivers.rbd.RBDDriver',
    },
  };
}

/** Cinder's own, and those that export RBD by iSCSI. */
const RBD_DRIVERS = /(^|\.)rbd\.RBDDriver$|rbd_iscsi/;
