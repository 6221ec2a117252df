/** What a node does in the integration. Decides which probes it is asked. */
export const ROLES = [
  'ceph-admin',
  'ceph-mon',
  'ceph-osd',
  'glance-api',
  'cinder-api',
  'cinder-scheduler',
  'cinder-volume',
  'cinder-backup',
  'nova-api',
  'nova-conductor',
  'nova-scheduler',
  'nova-compute',
] as const;

export type Role = (typeof ROLES)[number];

/**
 * How to reach a node by SSH. With `alias`, the user's ssh configuration decides whatever is not given here.
 * Paths are absolute (`~` already expanded).
 */
export interface Reach {
  readonly host: string;
  readonly alias?: string;
  readonly port?: number;
  readonly user?: string;
  readonly identity?: readonly string[];
  /** Name or address of the jump host, `[user@]host[:port]`, as ssh's ProxyJump. */
  readonly jump?: string;
  /** ssh_config file, as `ssh -F`. */
  readonly config?: string;
  readonly knownHosts?: readonly string[];
  /** Which client carries the connection; `auto` takes the in-process one unless the ssh configuration needs the system's. */
  readonly client?: 'auto' | 'ssh2' | 'openssh';
}

/** How to act as root or as a service user: `sudo -n`, or the login already is root and `runuser` will do. */
export type Become = 'sudo' | 'root';

export interface SiteNode {
  readonly name: string;
  readonly roles: readonly Role[];
  readonly reach: Reach;
  readonly become: Become;
}

export interface Site {
  readonly name: string;
  readonly nodes: readonly SiteNode[];
}
