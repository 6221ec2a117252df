/** Unix accounts of a node. Ids are those of the Debian packages. */
export interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
  readonly shell: string;
}

export interface Group {
  readonly name: string;
  readonly gid: number;
  readonly members: readonly string[];
}

/** Who a program runs as. */
export interface Identity {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly groups: readonly number[];
  readonly home: string;
}

export class Accounts {
  constructor(
    readonly users: readonly Account[],
    readonly groups: readonly Group[],
  ) {}

  /** By name or number. */
  user(name: string): Account | undefined {
    return this.users.find((u) => u.name === name || String(u.uid) === name);
  }

  group(name: string): Group | undefined {
    return this.groups.find((g) => g.name === name || String(g.gid) === name);
  }

  userName(uid: number): string {
    return this.users.find((u) => u.uid === uid)?.name ?? 'UNKNOWN';
  }

  groupName(gid: number): string {
    return this.groups.find((g) => g.gid === gid)?.name ?? 'UNKNOWN';
  }

  identity(name: string): Identity | undefined {
    const user = this.user(name);
    if (!user) return undefined;
    const more = this.groups.filter((g) => g.members.includes(user.name)).map((g) => g.gid);
    const groups = [user.gid, ...more.filter((gid) => gid !== user.gid)];
    return { name: user.name, uid: user.uid, gid: user.gid, groups, home: user.home };
  }
}

const account = (name: string, uid: number, home: string, shell = '/usr/sbin/nologin'): Account => ({
  name,
  uid,
  gid: uid,
  home,
  shell,
});

const COMMON = [
  account('root', 0, '/root', '/bin/bash'),
  account('daemon', 1, '/usr/sbin'),
  account('nobody', 65534, '/nonexistent'),
  account('sshd', 101, '/run/sshd'),
  account('ceph', 64045, '/var/lib/ceph'),
  account('ops', 2000, '/home/ops', '/bin/bash'),
];

const SERVICE = {
  nova: account('nova', 64060, '/var/lib/nova'),
  cinder: account('cinder', 64061, '/var/lib/cinder'),
  glance: account('glance', 64062, '/var/lib/glance'),
  keystone: account('keystone', 105, '/var/lib/keystone'),
  'libvirt-qemu': account('libvirt-qemu', 64055, '/var/lib/libvirt'),
} as const;

/** Root, ops and the package users, and the service users named. */
export function accountsWith(services: readonly (keyof typeof SERVICE)[]): Accounts {
  const users = [...COMMON, ...services.map((s) => SERVICE[s])];
  const groups: Group[] = users.map((u) => ({
    name: u.name === 'nobody' ? 'nogroup' : u.name,
    gid: u.gid,
    members: [],
  }));
  groups.push({ name: 'adm', gid: 4, members: [] }, { name: 'shadow', gid: 42, members: [] });
  if (services.includes('libvirt-qemu')) groups.push({ name: 'libvirt', gid: 109, members: ['nova'] });
  return new Accounts(users, groups);
}
