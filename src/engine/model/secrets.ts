import type { SecretUse } from '../../domain/consumers.ts';
import { isUnknown, type Maybe, unknown } from '../../domain/fact.ts';
import type { Identity } from '../../openstack/identities.ts';
import { isMasked } from '../../openstack/masked.ts';
import { distinct } from './distinct.ts';
import { map, type Readings } from './readings.ts';
import type { ServiceOnNode } from './services.ts';

/** Secrets that QEMU on each compute presents: one for each Cinder backend, one for Nova's own disks. */
export function secretUses(
  readings: Readings,
  declared: readonly { identity: Identity; service: ServiceOnNode }[],
): readonly SecretUse[] {
  const computes = readings.withRole('nova-compute');
  // Without rbd_secret_uuid Cinder takes the fsid of the cluster (cinder `drivers/rbd.py`, Zed and later).
  const status = readings.readOnce<unknown>('ceph-status', 'ceph-admin');
  const fsid = isUnknown(status) ? '' : String((status.value as { fsid?: unknown } | null)?.fsid ?? '');
  return distinct(
    declared.flatMap(({ identity, service }) => {
      const uuid = identity.secretUuid ?? (identity.service === 'cinder-volume' ? fsid : '');
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
  const hidden = says(/<secret\b[^>]*\bprivate=['"]yes['"]/);
  const stored = value('secret-stored');
  const masked = isMasked(uuid)
    ? unknown(`rbd_secret_uuid of ${identity.service} on ${configNode} is masked in what was recorded`)
    : undefined;
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
    written: identity.secretUuid !== undefined,
    listed:
      masked ?? map(readings.read<readonly { uuid: string; usage: string }[]>('secrets-listed', node), (all) => all),
    defined:
      masked ??
      map(readings.read<{ code: number; stderr: string }>('secret-defined', node, id), (r, from) =>
        r.code === 0
          ? { ok: true, says: 'defined', from }
          : /no secret with matching uuid/i.test(r.stderr)
            ? { ok: false, says: `no secret with uuid ${uuid}`, from }
            : unknown(`virsh on ${node}: ${r.stderr.trim().split('\n').at(-1) ?? `exit ${r.code}`}`, 'unparsed', from),
      ),
    // A private one cannot be asked of libvirt; its file is what libvirt was given.
    value:
      masked ?? (hidden === true && !isUnknown(stored) && stored.kind !== 'absent' ? stored : value('secret-value')),
    usage: map(
      readings.read<{ stdout: string }>('secret-defined', node, id),
      (r) => /<name>([^<]*)<\/name>/.exec(r.stdout)?.[1] ?? '',
    ),
    ephemeral: says(/<secret\b[^>]*\bephemeral=['"]yes['"]/),
    private: hidden,
    stored,
  };
}
