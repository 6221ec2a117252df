import type { Compared } from './measure.ts';

interface Reason {
  readonly state?: RegExp;
  readonly node?: string;
  readonly name: RegExp;
  readonly because: string;
}

/** Where the practice cluster is knowingly not the real one, and why. */
export const REASONS: readonly Reason[] = [
  {
    name: /^more-log-json$/,
    because: 'what had been asked of the cluster before is another story',
  },
  {
    state: /^osds-two-down$|^osd-down$/,
    name: /^(health-detail|pg-dump-stuck)/,
    because: 'objects lie in other placement groups, so others are degraded',
  },
  {
    state: /^osd-down$/,
    name: /^osd-pool-ls-detail$/,
    because: 'snapshots deleted earlier on the real cluster were still being trimmed',
  },
  {
    name: /^ceph-id-nova-no-keyring-here$/,
    because: 'the real client now and then ends before its lines about the keyring are written',
  },
  {
    state: /^healthy$/,
    name: /^journal-/,
    because: 'what services logged before is another story',
  },
  {
    state: /^healthy$/,
    node: 'compute-1',
    name: /^virsh-list$/,
    because: 'the real instances had both moved to the other node',
  },
  {
    state: /^healthy$/,
    name: /^systemctl-status-(nova-compute|cinder-backup)$/,
    because: 'a helper process that an earlier attachment or backup left is not modelled',
  },
  {
    state: /^healthy$/,
    name: /^endpoint-list-json$/,
    because: 'endpoints are listed by their random ids',
  },
];

export const reasonFor = ({ state, node, recording }: Compared): string | undefined =>
  REASONS.find((r) => (r.state?.test(state) ?? true) && (r.node ?? node) === node && r.name.test(recording.name))
    ?.because;
