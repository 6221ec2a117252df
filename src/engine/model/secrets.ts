import { type Maybe, unknown } from '../../domain/fact.ts';
import type { SecretUse } from '../../domain/model.ts';
import type { Identity } from '../../openstack/identities.ts';
import { distinct } from './distinct.ts';
import { map, type Readings } from './readings.ts';
import type { ServiceOnNode } from './services.ts';

/** Secrets that QEMU on each compute presents: one for each Cinder backend, one for Nova's own disks. */
export function secretUses(
  readings: Readings,
  declared: readonly { identity: Identity; service: ServiceOnNode }[],
): readonly SecretUse[] {
  const computes = readings.withRole('nova-compute');
  return distinct(
    declared.flatMap(({ identity, service }) => {
      const uuid = identity.secretUuid;
      if (!uuid) return [];
      const nodes = identity.service === 'nova-compute' ? [service.node] : computes;
      return nodes.map((node) => secretUse(readings, node, uuid, identity, service.node));
    }),
  );
}

function secretUse(readings: Readings, node: string, uuid: string, identity: Identity, configNode: string): SecretUse {
  const entity = `client.${identity.user}`;
  const id = `${uuid} for ${entity}@${node}`;
  const says = (attribute: RegExp): Maybe<boolean> =>
    map(readings.read<{ code: number; stdout: string }>('secret-defined', node, id), (r, from) =>
      r.code === 0 ? attribute.test(r.stdout) : unknown(`${node} has no secret ${uuid}`, 'unparsed', from),
    );
  const value = (probe: string) =>
    map(readings.read<{ digest: string; kind: string }>(probe, node, id), ({ digest, kind }, from) => ({
      digest,
      kind,
      from,
    }));
  return {
    id,
    node,
    uuid,
    entity,
    needed_by: `${identity.service} [${identity.section}]`,
    service: identity.service,
    section: identity.section,
    file: identity.secretFile ?? identity.file,
    config_node: configNode,
    listed: map(readings.read<readonly { uuid: string; usage: string }[]>('secrets-listed', node), (all) => all),
    defined: map(readings.read<{ code: number; stderr: string }>('secret-defined', node, id), (r, from) =>
      r.code === 0
        ? { ok: true, says: 'defined', from }
        : /no secret with matching uuid/i.test(r.stderr)
          ? { ok: false, says: `no secret with uuid ${uuid}`, from }
          : unknown(`virsh on ${node}: ${r.stderr.trim().split('\n').at(-1) ?? `exit ${r.code}`}`, 'unparsed', from),
    ),
    value: value('secret-value'),
    ephemeral: says(/<secret\b[^>]*\bephemeral=['"]yes['"]/),
    private: says(/<secret\b[^>]*\bprivate=['"]yes['"]/),
    stored: value('secret-stored'),
  };
}
