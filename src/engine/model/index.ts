import type { Model, ModelNode } from '../../domain/model.ts';
import type { Library, Recognise } from '../../domain/playbook.ts';
import { clocks } from './clocks.ts';
import { clonePaths } from './clone-paths.ts';
import { clients, cluster, clusterAnswers, monmap, poolHistory, pools } from './cluster.ts';
import { capsChanges, central, osdMap, quorum } from './cluster-state.ts';
import { computes, migrationPairs } from './computes.ts';
import { consumers } from './consumers.ts';
import { copies } from './copies.ts';
import { daemons } from './daemons.ts';
import { domains } from './domains.ts';
import { creations, images } from './images.ts';
import { keyFiles } from './keyfiles.ts';
import { logs } from './logs.ts';
import { type NodeState, nodeState } from './node-state.ts';
import { backends, configOptions } from './options.ts';
import { activity, minCompatClient, osds } from './osds.ts';
import { endpoints, osdPaths } from './ports.ts';
import { map, type Observed, Readings } from './readings.ts';
import { records } from './records.ts';
import { routes } from './routes.ts';
import { services } from './services.ts';
import { settings } from './settings.ts';

/** Facts joined into one picture. Pure: the same facts always give the same model. */
export function buildModel(observed: Observed, probes: Library['probes'], recognise?: Recognise): Model {
  const readings = new Readings(observed, probes);
  const found = services(readings);
  const mons = monmap(readings);
  const seam = consumers(readings, found, mons);
  const hosts = computes(readings, found, seam.consumers);
  const options = configOptions(readings, found, seam.consumers);
  const barring = osdMap(readings);
  const units = daemons(readings);
  const stores = backends(found);
  const states = nodeState(readings, mons, barring);
  const times = clocks(readings);
  return {
    nodes: observed.site.nodes.map((n) => ({
      ...node(readings, n.name, n.roles, probes),
      ...times(n.name),
      ...states(n.name),
    })),
    services: found.map(({ oslo: _, ...service }) => service),
    cluster: cluster(readings),
    cluster_answers: clusterAnswers(readings),
    monmap: mons,
    pools: pools(readings, new Set(seam.uses.map((u) => u.pool))),
    clients: clients(readings),
    pool_changes: poolHistory(readings),
    ...seam,
    computes: hosts,
    pairs: migrationPairs(readings, hosts),
    domains: domains(readings),
    logs: logs(readings, found, recognise),
    images: images(readings, seam.uses),
    creations: creations(readings),
    paths: clonePaths(readings, found, seam),
    osds: osds(readings),
    ...settings(readings, seam),
    routes: routes(readings, seam.consumers),
    activity: activity(readings),
    min_compat_client: minCompatClient(readings),
    osdmap: barring,
    quorum: quorum(readings),
    caps_changes: capsChanges(readings),
    central: central(readings),
    options,
    backends: stores,
    daemons: units,
    records: records(readings, { daemons: units, options, backends: stores }),
    keyfiles: keyFiles(readings, seam.consumers),
    osdports: osdPaths(readings, seam.consumers),
    endpoints: endpoints(readings, options),
    copies: copies(options),
  };
}

function node(
  readings: Readings,
  name: string,
  roles: readonly string[],
  probes: Library['probes'],
): Omit<ModelNode, keyof NodeState | 'skew' | 'apart'> {
  return {
    name,
    roles,
    reached: readings.reached(name),
    facts: Object.fromEntries(
      Object.entries(probes).flatMap(([id, probe]) =>
        probe.each === undefined ? [[id, readings.read(id, name)]] : [],
      ),
    ),
    packages: map(readings.read<Record<string, string>>('packages', name), (versions, from) => ({ versions, from })),
  };
}
