import { complaint, type Parser, unparsed } from './parser.ts';

/**
 * RPM packages under the names that Debian has for what is in them. RDO keeps all of Cinder's services in one package, and
 * Glance's in another (openstack-cinder.spec and openstack-glance.spec of rdo-packages); RHEL splits QEMU into qemu-kvm-*,
 * Fedora and SUSE into qemu-*. Ceph's own packages have the same names in both families.
 */
const DEBIAN_NAMES: ReadonlyMap<string, readonly string[]> = new Map([
  ['openstack-glance', ['glance-api']],
  ['openstack-cinder', ['cinder-volume', 'cinder-backup']],
  ['openstack-nova-compute', ['nova-compute']],
  ['libvirt-daemon', ['libvirt-daemon-system']],
  ['qemu-kvm-core', ['qemu-system-x86']],
  ['qemu-system-x86-core', ['qemu-system-x86']],
  ['qemu-x86', ['qemu-system-x86']],
  ['qemu-kvm-block-rbd', ['qemu-block-extra']],
  ['qemu-block-rbd', ['qemu-block-extra']],
]);

/**
 * Installed packages and their versions with epoch, by Debian's name. Both package managers leave with an error when one name is
 * not installed and print the rest; rpm says so for each on standard output, and says the same of all of them when it cannot
 * open its database: only its standard error then tells the difference.
 */
// ceph-common 16.2.15+ds-0+deb12u2 ii                  (dpkg-query -W -f '${Package} ${Version} ${db:Status-Abbrev}\n' …)
// ceph-common 2:18.2.4-1.el9s ii                       (rpm -q --qf '%{NAME} %|EPOCH?{%{EPOCH}:}|%{VERSION}-%{RELEASE} ii\n' …)
export const packages: Parser<Readonly<Record<string, string>>> = (answer) => {
  const found = answer.stdout
    .split('\n')
    .map((l) => /^(\S+) (\S+) [a-z]i\s*$/.exec(l))
    .filter((m): m is RegExpExecArray => m !== null)
    .flatMap(([, name = '', version = '']) => (DEBIAN_NAMES.get(name) ?? [name]).map((n) => [n, version] as const));
  const missing =
    /no packages found matching/.test(answer.stderr) || /^package .* is not installed$/m.test(answer.stdout);
  const odd = (answer.code !== 0 && !missing) || /^error: /m.test(answer.stderr);
  return odd ? unparsed(complaint({ ...answer, stdout: '' })) : Object.fromEntries(found);
};
