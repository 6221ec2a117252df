import { randomUUID } from 'node:crypto';
import { type Call, fail, last, type Options, type Result } from '../../shell/program.ts';
import type { Flavor, Network } from '../../world/cloud.ts';
import { type Fields, listOutput, showOutput } from './output.ts';
import { isResult, NEUTRON, NOVA, noneFound, noneWith, one, shower, type Verb } from './verb.ts';

const networkFields = (call: Call, n: Network): Fields => ({
  ...{ admin_state_up: true, id: n.id, mtu: 1450, name: n.name, port_security_enabled: true },
  ...{ project_id: call.world.cloud.projectId, shared: false, status: 'ACTIVE', subnets: n.subnets.map((s) => s.id) },
});

function createNetwork(call: Call, options: Options, [name = '']: readonly string[]): Result {
  const network: Network = { id: randomUUID(), name, subnets: [] };
  call.world.cloud.networks.push(network);
  return showOutput(networkFields(call, network), options);
}

function createSubnet(call: Call, options: Options, [name = '']: readonly string[]): Result {
  const network = one(call.world.cloud.networks, last(options, 'network'), noneFound('Network'));
  if (isResult(network)) return network;
  const cidr = last(options, 'range') ?? '';
  const [, base] = /^(\d{1,3}\.\d{1,3}\.\d{1,3})\.\d{1,3}\/\d{1,2}$/.exec(cidr) ?? [];
  if (base === undefined) return fail(1, `Invalid input for cidr. Reason: '${cidr}' is not a valid IP subnet.\n`);
  const subnet = { id: randomUUID(), name, cidr };
  network.subnets.push(subnet);
  const pool = `${base}.2-${base}.254`;
  return showOutput(
    {
      ...{ allocation_pools: pool, cidr, enable_dhcp: true, gateway_ip: `${base}.1`, id: subnet.id },
      ip_version: 4,
      name,
      network_id: network.id,
    },
    options,
  );
}

const flavorFields = (_: Call, f: Flavor): Fields => ({
  ...{ 'OS-FLV-DISABLED:disabled': false, 'OS-FLV-EXT-DATA:ephemeral': 0, access_project_ids: null, description: null },
  ...{ disk: f.disk, id: f.id, name: f.name, 'os-flavor-access:is_public': true, properties: {}, ram: f.ram },
  ...{ rxtx_factor: 1, swap: 0, vcpus: f.vcpus },
});

function createFlavor(call: Call, options: Options, [name = '']: readonly string[]): Result {
  const { flavors } = call.world.cloud;
  if (flavors.some((f) => f.name === name))
    return fail(
      1,
      `ConflictException: 409: Client Error for url: http://controller:8774/v2.1/flavors, Flavor with name ${name} already exists.\n`,
    );
  const number = (option: string, fallback: number): number => Number(last(options, option) ?? fallback);
  const flavor = {
    id: randomUUID(),
    name,
    ram: number('ram', 256),
    disk: number('disk', 0),
    vcpus: number('vcpus', 1),
  };
  flavors.push(flavor);
  const { access_project_ids: _unseen, ...fields } = flavorFields(call, flavor);
  return showOutput(fields, options);
}

export const networkVerbs: Readonly<Record<string, Verb>> = {
  'network create': { api: NEUTRON, run: createNetwork },
  'network list': {
    api: NEUTRON,
    run: (call, options) =>
      listOutput(
        call.world.cloud.networks.map((n) => ({ ID: n.id, Name: n.name, Subnets: n.subnets.map((s) => s.id) })),
        options,
      ),
  },
  'network show': { api: NEUTRON, run: shower((c) => c.world.cloud.networks, networkFields, noneFound('Network')) },
  'subnet create': { api: NEUTRON, run: createSubnet },
  'flavor create': { api: NOVA, run: createFlavor },
  'flavor list': {
    api: NOVA,
    run: (call, options) =>
      listOutput(
        call.world.cloud.flavors.map((f) => ({
          ...{ ID: f.id, Name: f.name, RAM: f.ram, Disk: f.disk, Ephemeral: 0, VCPUs: f.vcpus, 'Is Public': true },
        })),
        options,
      ),
  },
  'flavor show': { api: NOVA, run: shower((c) => c.world.cloud.flavors, flavorFields, noneWith('flavor')) },
};
