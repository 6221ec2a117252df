import { createHash } from 'node:crypto';
import type { Call, Options, Result } from '../../shell/program.ts';
import { listOutput } from './output.ts';
import type { Verb } from './verb.ts';

const CATALOGUE = [
  ['keystone', 'identity', 'http://controller:5000/v3/'],
  ['nova', 'compute', 'http://controller:8774/v2.1'],
  ['neutron', 'network', 'http://controller:9696'],
  ['cinderv3', 'volumev3', 'http://controller:8776/v3/%(project_id)s'],
  ['glance', 'image', 'http://controller:9292'],
  ['placement', 'placement', 'http://controller:8778'],
] as const;

/** Three endpoints a service, by their ids, which are of this cloud alone. */
function list(call: Call, options: Options): Result {
  const rows = CATALOGUE.flatMap(([name, type, url]) =>
    ['public', 'internal', 'admin'].map((kind) => ({
      ID: createHash('md5').update(`${call.world.cloud.projectId} ${name} ${kind}`).digest('hex'),
      Region: 'RegionOne',
      'Service Name': name,
      'Service Type': type,
      Enabled: true,
      Interface: kind,
      URL: url,
    })),
  );
  return listOutput(
    rows.sort((a, b) => (a.ID < b.ID ? -1 : 1)),
    options,
  );
}

export const endpointVerbs: Readonly<Record<string, Verb>> = {
  'endpoint list': { api: ['keystone.service', 5000], run: list },
};
