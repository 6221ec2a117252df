import { last, ok, type Program, parseArguments, unsupported } from '../../shell/program.ts';
import { endpointVerbs } from './endpoints.ts';
import { imageVerbs } from './images.ts';
import { networkVerbs } from './networks.ts';
import { serverVerbs } from './servers.ts';
import { apiDown, signIn } from './sign-in.ts';
import type { Verb } from './verb.ts';
import { volumeVerbs } from './volumes.ts';

const VERBS: Readonly<Record<string, Verb>> = {
  ...imageVerbs,
  ...volumeVerbs,
  ...serverVerbs,
  ...networkVerbs,
  ...endpointVerbs,
  'token issue': { api: ['keystone.service', 5000], run: (call) => unsupported(call, 'issuing tokens') },
};

const SPEC: Readonly<Record<string, string>> = {
  '-f': 'format=', '--format': 'format=', '-c': 'column=', '--column': 'column=', '--long': 'long', '--all-projects': 'all', '--noindent': 'noindent',
  '--fit-width': 'fit', '--file': 'file=', '--disk-format': 'disk-format=', '--container-format': 'container=', '--public': 'public',
  '--private': 'private', '--shared': 'shared', '--property': 'property=', '--size': 'size=', '--type': 'type=', '--image': 'image=',
  '--source': 'source=', '--volume': 'volume=', '--name': 'name=', '--force': 'force', '--incremental': 'incremental', '--flavor': 'flavor=',
  '--network': 'network=', '--nic': 'nic=', '--host': 'host=', '--availability-zone': 'zone=', '--wait': 'wait', '--live-migration': 'live', '--enable': 'enable', '--disable': 'disable',
  '--subnet-range': 'range=', '--ram': 'ram=', '--disk': 'disk=', '--vcpus': 'vcpus=', '--description': 'description=',
  '--os-compute-api-version': 'version=', '--os-volume-api-version': 'version=',
}; // biome-ignore format: a table

export const openstack: Program = async (call) => {
  if (call.args[0] === '--version') return ok('openstack 6.0.0\n');
  const options = parseArguments(call.args, SPEC);
  if (typeof options === 'string') return unsupported(call, `the option ${options}`);
  const name = [3, 2].map((n) => options.rest.slice(0, n).join(' ')).find((n) => n in VERBS);
  const verb = name === undefined ? undefined : VERBS[name];
  if (name === undefined || verb === undefined) return unsupported(call, `the command ${options.rest.join(' ')}`);
  const denied = await signIn(call);
  if (denied) return denied;
  const format = last(options, 'format');
  if (format !== undefined && !['json', 'value', 'table', 'yaml'].includes(format))
    return unsupported(call, `-f ${format}`);
  return apiDown(call, ...verb.api) ?? verb.run(call, options, options.rest.slice(name.split(' ').length));
};
