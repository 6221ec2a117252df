import { isUnknown } from '../../domain/fact.ts';
import type { Backend, ConfigOption, Daemon, Records, StrayHost } from '../../domain/site-state.ts';
import type { Readings } from './readings.ts';

/** Workers report every 10 s; who has been silent for so long is taken for gone here. */
const SILENT = 45;

/** What Cinder and Nova remember of their workers, types and where things lie, if a database could be asked. */
export function records(
  readings: Readings,
  {
    daemons,
    options,
    backends,
  }: {
    readonly daemons: readonly Daemon[];
    readonly options: readonly ConfigOption[];
    readonly backends: readonly Backend[];
  },
): Records {
  const all = daemons
    .filter((d) => d.part === 'database')
    .map((d) => readings.read<readonly (readonly string[])[]>('database-records', d.node, d.id));
  const found = all.find((r) => !isUnknown(r) && r.value.length > 0);
  const rows = found === undefined || isUnknown(found) ? [] : found.value;
  const of = (kind: string) => rows.filter(([first]) => first === kind).map(([, ...rest]) => rest);
  const workers = of('worker').map(([service = '', host = '', disabled, down, age, reason = '']) => ({
    service,
    host,
    disabled: disabled === '1',
    forced_down: down === '1',
    reason,
    fresh: age !== undefined && Number(age) < SILENT,
  }));
  return {
    seen: rows.length > 0,
    workers,
    strays: strays(of('volumes'), workers, options, backends),
    instance_hosts: of('instances').map(([host = '']) => host),
    types: of('type').map(([name = '']) => name),
    type_backends: of('type-backend').map(([type = '', backend = '']) => ({ type, backend })),
    from: found === undefined || isUnknown(found) ? [] : found.from,
  };
}

const halves = (host: string): readonly [string, string] => {
  const at = host.lastIndexOf('@');
  return at < 0 ? [host, ''] : [host.slice(0, at), host.slice(at + 1)];
};

/**
 * Hosts of volumes whose queue nobody reads, because the configuration calls host or backend otherwise. One that merely is down is
 * none: its name is still configured.
 */
function strays(
  volumes: readonly (readonly string[])[],
  workers: Records['workers'],
  options: readonly ConfigOption[],
  backends: readonly Backend[],
): readonly StrayHost[] {
  const own = backends.filter((b) => b.service === 'cinder-volume');
  const named = options.filter(
    (o) =>
      // Options of one file that several services read are listed once.
      o.service.startsWith('cinder') &&
      ((o.option === 'host' && o.section === 'DEFAULT') ||
        (o.option === 'backend_host' && own.some((b) => b.name === o.section))),
  );
  const alive = workers.filter((w) => w.service === 'cinder-volume' && w.fresh);
  /** Do as many machines report for the backend as are configured for it? Then an older name is of none of them. */
  const complete = (backend: string): boolean =>
    new Set(alive.filter((w) => halves(w.host)[1] === backend).map((w) => w.host)).size >=
    new Set(own.filter((b) => b.name === backend).map((b) => b.node)).size;
  return volumes.flatMap(([host = '', count = '0']) => {
    if (own.length === 0) return [];
    const [machine, backend] = halves(host);
    const renamed = named.find((o) => o.value !== machine && (o.option === 'host' || o.section === backend));
    const lives = alive.some((w) => w.host === host) && renamed === undefined;
    if (lives) return [];
    const gone = !own.some((b) => b.name === backend);
    if (!gone && renamed === undefined && !complete(backend)) return [];
    return [
      {
        host,
        volumes: Number(count),
        backend_gone: gone,
        ...(renamed &&
          !gone && {
            option: renamed.option,
            section: renamed.section,
            file: renamed.file,
            node: renamed.node,
            value: renamed.value,
          }),
        machine,
        // What was made since under the new name would be lost in its turn.
        alone: renamed !== undefined && !volumes.some(([other = '']) => halves(other)[0] === renamed.value),
      },
    ];
  });
}
