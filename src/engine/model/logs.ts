import { known, type Maybe } from '../../domain/fact.ts';
import type { LogRecord, ServiceLog } from '../../domain/logs.ts';
import type { Recognise } from '../../domain/playbook.ts';
import type { LogReading } from '../../parsers/log-lines.ts';
import { map, type Reading, type Readings } from './readings.ts';
import type { ServiceOnNode } from './services.ts';

/** Seconds of log that count. What was written before tells of a state that may be long gone. */
export const WINDOW = 3600;

const NOTHING: ReturnType<Recognise> = { signatures: [], named: [] };

/** The logs of services, monitors and hypervisors, each in the window and since the last start. */
export function logs(
  readings: Readings,
  services: readonly ServiceOnNode[],
  recognise: Recognise = () => NOTHING,
): readonly ServiceLog[] {
  const make = (
    service: string,
    node: string,
    unit: string,
    since: number | undefined,
    read: Maybe<Reading<LogReading>>,
  ) => ({
    id: `${service}@${node}`,
    node,
    service,
    unit,
    sources: known(read)?.value.sources ?? [],
    records: map(read, ({ now, events }, from): readonly LogRecord[] =>
      // Without the time of the last start nothing tells a line of this life from one of the last.
      since === undefined
        ? []
        : events
            .filter(({ at }) => at >= Math.max(since, now - WINDOW) && at <= now + 5)
            .map((event) => ({ ...event, node, service, ...recognise(event.text), from })),
    ),
  });
  return [
    ...services.map((s) =>
      make(
        s.service,
        s.node,
        s.log.units.split(' ')[0] ?? s.service,
        known(s.unit)?.since,
        readings.read<LogReading>('service-log', s.node, s.id),
      ),
    ),
    ...readings.withRole('ceph-mon').map((n) => make('ceph-mon', n, 'ceph-mon@*', 0, readings.read('mon-log', n))),
    ...readings.withRole('nova-compute').map((n) => make('libvirt', n, 'libvirtd', 0, readings.read('libvirt-log', n))),
  ];
}
