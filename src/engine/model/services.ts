import { isUnknown, known, type Maybe, unknown } from '../../domain/fact.ts';
import type { Service, Unit } from '../../domain/model.ts';
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
      const oslo = map(readings.read<readonly NumberedLine[]>(`${service}-config`, node), (lines, from) =>
        lines.length === 0
          ? unknown(`${node} has no configuration of ${service} where packages put it`, 'unparsed', from)
          : { value: readOslo(lines), from },
      );
      const unit = unitOf(readings, service, node);
      const silent = map(readings.read<LogReading>('service-log', node, `${service}@${node}`), ({ events }) =>
        isUnknown(unit) ? unit : heldBack(events, unit.since),
      );
      return {
        id: `${service}@${node}`,
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
        log: logSink(service, known(oslo)?.value, known(unit)),
      };
    }),
  );
}

/** The unit under whichever name this distribution uses. */
function unitOf(readings: Readings, service: string, node: string): Maybe<Unit> {
  return map(readings.read<readonly SystemdUnit[]>(`${service}-unit`, node), (units, from) => {
    const unit = units.find((u) => u.load === 'loaded') ?? units.find((u) => u.load === 'masked');
    return unit ? { ...unit, from } : unknown(`${node} has no unit for ${service}`, 'unparsed', from);
  });
}
