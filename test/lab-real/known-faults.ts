/** The lab's faults: the operation that then fails, the true cause, and whether Inkling repairs it. */
export interface Expected {
  readonly fault: string;
  readonly work: readonly string[];
  readonly cause: string;
  readonly fix: boolean;
  /** An operation that has to happen first: some faults show only in what was made under them. */
  readonly before?: readonly string[];
}

export const EXPECTED: readonly Expected[] = [
  { fault: 'glance-keyring-unreadable', work: ['image-upload'], cause: 'auth-keyring-unreadable', fix: true },
  { fault: 'glance-keyring-missing', work: ['image-upload'], cause: 'auth-keyring-missing', fix: true },
  { fault: 'cinder-caps-no-volumes', work: ['volume-create'], cause: 'auth-osd-caps-missing-pool', fix: true },
  { fault: 'cinder-stale-key', work: ['volume-create'], cause: 'auth-key-mismatch', fix: true },
  { fault: 'volumes-pool-missing', work: ['volume-create'], cause: 'pool-renamed', fix: true },
  { fault: 'vms-pool-no-application', work: ['boot'], cause: 'pool-app-tag-missing', fix: true },
  { fault: 'images-pool-missing', work: ['image-upload'], cause: 'pool-renamed', fix: true },
  { fault: 'secret-undefined', work: ['attach'], cause: 'attach-secret-missing', fix: true },
  { fault: 'secret-wrong-key', work: ['attach'], cause: 'attach-secret-stale-key', fix: true },
  { fault: 'secret-uuid-mismatch', work: ['attach'], cause: 'attach-secret-uuid-mismatch', fix: true },
  { fault: 'nova-guide-secret', work: ['boot'], cause: 'attach-secret-user-mismatch', fix: true },
  { fault: 'compute2-secret-undefined', work: ['migrate'], cause: 'attach-secret-missing', fix: true },
  { fault: 'mon-wrong-address', work: ['image-upload'], cause: 'net-mon-address-wrong', fix: true },
  { fault: 'images-quota-full', work: ['image-upload'], cause: 'pool-quota-reached', fix: true },
  { fault: 'compute2-keyring-missing', work: ['boot'], cause: 'auth-keyring-missing', fix: true },
  { fault: 'compute2-conf-missing', work: ['boot'], cause: 'auth-cephconf-missing', fix: true },
  { fault: 'libvirt-tcp-closed', work: ['migrate'], cause: 'lm-socket-closed', fix: true },
  { fault: 'compute2-unresolvable', work: ['migrate'], cause: 'lm-name-unresolvable', fix: true },
  { fault: 'nova-guide-force-raw', work: ['boot'], cause: 'attach-force-raw-refused', fix: true },
  { fault: 'cinder-caps-no-images', work: ['volume-from-image'], cause: 'cow-images-pool-unreadable', fix: true },
  { fault: 'osd-slow', work: ['image-upload'], cause: 'slow-osd-injects', fix: true },
  { fault: 'osd-very-slow', work: ['image-upload'], cause: 'slow-osd-injects', fix: true },
  { fault: 'direct-url-off', work: ['volume-from-image'], cause: 'cow-direct-url-hidden', fix: true },
  { fault: 'cluster-full', work: [], cause: 'cluster-full', fix: false },
  { fault: 'osds-two-down', work: [], cause: 'pool-pgs-inactive', fix: false },
  // Last: the copy is told of until a volume was made from a raw image, or for three minutes.
  {
    fault: 'image-qcow2',
    work: [],
    cause: 'cow-image-not-raw',
    fix: false,
    before: ['volume-from-image=lab-qcow2'],
  },
];
