import { allowsPool } from '../world/cephx.ts';
import { reach, reachesOsds } from '../world/network.ts';
import type { LabNode, World } from '../world/world.ts';

/** A disk in Ceph as a domain's XML describes it. */
export interface GuestDisk {
  readonly pool: string;
  readonly image: string;
  /** Client name without `client.`. */
  readonly user: string;
  /** UUID of the libvirt secret that has its key. */
  readonly secret: string;
}

/** `secret`: libvirt refuses before QEMU is asked. `qemu`: what QEMU's rbd driver says. `waits`: QEMU gets no answer. */
export type Opened =
  | { readonly how: 'open' }
  | { readonly how: 'waits' }
  | { readonly how: 'secret' | 'qemu'; readonly error: string };

/** What QEMU meets when it opens a disk: key from the secret, not from a keyring; the monitors from the XML, not from ceph.conf. */
export function openDisk(world: World, node: LabNode, disk: GuestDisk): Opened {
  const secret = node.hypervisor?.secrets.get(disk.secret);
  if (!secret) return { how: 'secret', error: `Secret not found: no secret with matching uuid '${disk.secret}'` };
  if (!secret.value) return { how: 'secret', error: `Secret not found: secret '${disk.secret}' does not have a value` };
  if (!node.packages.has('qemu-block-extra')) return { how: 'qemu', error: "Unknown driver 'rbd'" };
  const { cluster } = world;
  if (reach(world, node, cluster.monAddress, 6789) !== 'open') return { how: 'waits' };
  const known = cluster.auth.get(`client.${disk.user}`);
  if (!known || known.key !== secret.value.toString('base64') || known.caps.mon === undefined)
    return { how: 'qemu', error: 'error connecting: Permission denied' };
  const pool = cluster.pool(disk.pool);
  if (!pool) return { how: 'qemu', error: `error opening pool ${disk.pool}: No such file or directory` };
  if (!cluster.isActive(pool) || cluster.flags.has('pauserd') || !reachesOsds(world, node)) return { how: 'waits' };
  const reading = `error reading header from ${disk.image}`;
  if (!allowsPool(known.caps.osd ?? '', pool.name, 'read'))
    return { how: 'qemu', error: `${reading}: Operation not permitted` };
  if (!pool.images.has(disk.image)) return { how: 'qemu', error: `${reading}: No such file or directory` };
  return { how: 'open' };
}
