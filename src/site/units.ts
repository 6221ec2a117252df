import type { Role } from '../domain/site.ts';

/** One line of `systemctl list-units --plain --no-legend`. */
export interface UnitState {
  readonly unit: string;
  readonly load: string;
  readonly active: string;
  readonly sub: string;
}

/** Patterns for `systemctl`: what the distributions, DevStack and cephadm call the services. */
export const UNIT_PATTERNS: readonly string[] = [
  'ceph*.service',
  'glance*.service',
  'cinder*.service',
  'nova*.service',
  'openstack-*.service',
  'devstack@*.service',
];

const DEVSTACK: Readonly<Record<string, Role>> = {
  'g-api': 'glance-api',
  'c-api': 'cinder-api',
  'c-sch': 'cinder-scheduler',
  'c-vol': 'cinder-volume',
  'c-bak': 'cinder-backup',
  'n-api': 'nova-api',
  'n-sch': 'nova-scheduler',
  'n-super-cond': 'nova-conductor',
  'n-cond-cell1': 'nova-conductor',
  'n-cpu': 'nova-compute',
};

/** The role that a unit of this name does the work of. */
export function roleOfUnit(unit: string): Role | undefined {
  const name = unit.replace(/\.service$/, '');
  const ceph = /^ceph-(?:(mon|osd)@.|[0-9a-f-]{36}@(mon|osd)\.)/.exec(name);
  if (ceph) return (ceph[1] ?? ceph[2]) === 'mon' ? 'ceph-mon' : 'ceph-osd';
  const devstack = /^devstack@(.+)$/.exec(name)?.[1];
  if (devstack !== undefined) return DEVSTACK[devstack];
  const openstack =
    /^(?:openstack-)?(glance-api|cinder-(?:api|scheduler|volume|backup)|nova-(?:api|conductor|scheduler|compute))$/.exec(
      name,
    );
  return openstack?.[1] as Role | undefined;
}

export function parseUnits(stdout: string): UnitState[] {
  return stdout.split('\n').flatMap((line) => {
    // A failed unit has a dot before its name on some versions.
    const [unit, load, active, sub] = line.replace(/^[^\w]+/, '').split(/\s+/);
    return unit && load && active && sub ? [{ unit, load, active, sub }] : [];
  });
}

/** Names of `systemctl list-unit-files --plain --no-legend --state=enabled`. */
export const parseEnabled = (stdout: string): ReadonlySet<string> =>
  new Set(stdout.split('\n').flatMap((line) => line.split(/\s+/)[0] || []));
