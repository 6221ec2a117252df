import { isUnknown, known, type Maybe, unknown } from '../../domain/fact.ts';
import type { Service, Unit } from '../../domain/services.ts';
import { configSources, elsewhere, inReadingOrder } from '../../openstack/config-sources.ts';
import { heldBack } from '../../openstack/heartbeat.ts';
import { IDENTITIES } from '../../openstack/identities.ts';
import { logSink } from '../../openstack/log-sinks.ts';
import { type OsloConfig, readOslo } from '../../openstack/oslo.ts';
import type { NumberedLine } from '../../parsers/config-files.ts';
import type { LogReading } from '../../parsers/log-lines.ts';
import type { SystemdUnit } from '../../parsers/systemd-units.ts';
import { slips } from './options.ts';
import { map, type Reading, type Readings } from './readings.ts';

export interface ServiceOnNode extends Service {
  readonly oslo: Maybe<Reading<OsloConfig>>;
}

/** Services that present a Ceph identity, one for each node that has the role. */
export function services(readings: Readings): readonly ServiceOnNode[] {
  return Object.keys(IDENTITIES).flatMap((service) =>
    readings.withRole(service).map((node) => {
      const id = `${service}@${node}`;
      const unit = unitOf(readings, service, node);
      const silent = map(readings.read<LogReading>('service-log', node, `${service}@${node}`), ({ events }) =>
        isUnknown(unit) ? unit : heldBack(events, unit.since),
      );
      const sources = configSources(service, runningAs(readings, service, node), known(unit)?.command ?? '');
      const away = elsewhere(service, sources);
      const oslo = map(configLines(readings, service, node, away), (value, from) => {
        const lines = inReadingOrder(value, sources);
        return lines.length === 0
          ? unknown(`${node} has no configuration of ${service} where packages put it`, 'unparsed', from)
          : { value: readOslo(lines), from };
      });
      return {
        id,
        node,
        service,
        oslo,
        config: isUnknown(oslo)
          ? oslo
          : {
              files: oslo.value.files,
              problems: oslo.value.problems,
              slips: slips(oslo.value, service),
              from: oslo.from,
            },
        unit,
        held_back: silent,
        waits_for_restart: (known(silent) ?? []).length > 0,
        config_elsewhere: away,
        log: logSink(service, known(oslo)?.value, known(unit)),
      };
    }),
  );
}

/** Command line of the service's process; undefined when none runs or nobody could look. */
function runningAs(readings: Readings, service: string, node: string): string | undefined {
  const running = readings.read<readonly string[]>('service-commands', node);
  if (isUnknown(running)) return undefined;
  return running.value.find((line) => line.split(/\s+/).some((word) => word.split('/').at(-1) === service));
}

/** Lines of the files where packages put them, and of those that only the command line names. */
function configLines(
  readings: Readings,
  service: string,
  node: string,
  away: readonly string[],
): Maybe<Reading<readonly NumberedLine[]>> {
  const usual = readings.read<readonly NumberedLine[]>(`${service}-config`, node);
  if (away.length === 0 || isUnknown(usual)) return usual;
  const more = readings.read<readonly NumberedLine[]>('service-config-elsewhere', node, `${service}@${node}`);
  if (isUnknown(more)) return more;
  return { value: [...usual.value, ...more.value], from: [...usual.from, ...more.from] };
}

/** The unit under whichever name this distribution uses. */
function unitOf(readings: Readings, service: string, node: string): Maybe<Unit> {
  return map(readings.read<readonly SystemdUnit[]>(`${service}-unit`, node), (units, from) => {
    const unit = units.find((u) => u.load === 'loaded') ?? units.find((u) => u.load === 'masked');
    return unit ? { ...unit, from } : unknown(`${node} has no unit for ${service}`, 'unparsed', from);
  });
}
