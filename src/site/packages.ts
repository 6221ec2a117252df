import type { Answer, Question } from '../domain/question.ts';
import { said } from './look.ts';

export interface PackageVersion {
  readonly name: string;
  /** As the package manager has it: `2:21.3.1-1~deb12u1`. */
  readonly version: string;
}

const DEBIAN = [
  ...['ceph-common', 'librbd1', 'python3-rados', 'python3-rbd', 'glance-api', 'python3-glance-store'],
  ...['cinder-api', 'cinder-scheduler', 'cinder-volume', 'cinder-backup', 'python3-os-brick'],
  ...['nova-api', 'nova-conductor', 'nova-scheduler', 'nova-compute', 'libvirt-daemon', 'qemu-block-extra'],
];
const RPM = [
  ...['ceph-common', 'librbd1', 'python3-rados', 'python3-rbd', 'openstack-glance', 'python3-glance-store'],
  ...['openstack-cinder', 'python3-os-brick', 'openstack-nova-api', 'openstack-nova-conductor'],
  ...['openstack-nova-scheduler', 'openstack-nova-compute', 'libvirt-daemon', 'qemu-kvm-block-rbd'],
];

/** A machine has one of the two; the other is `missing`. Both leave with 1 when one package is absent, and print the rest. */
export const PACKAGE_QUESTIONS: readonly Question[] = [
  {
    id: 'dpkg',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: dpkg's own format
    argv: ['dpkg-query', '-W', '-f', '${db:Status-Status} ${Package} ${Version}\\n', ...DEBIAN],
    deadline: 15,
  },
  { id: 'rpm', argv: ['rpm', '-q', '--qf', 'installed %{NAME} %{VERSION}-%{RELEASE}\\n', ...RPM], deadline: 20 },
];

export function packagesOf(answers: ReadonlyMap<string, Answer>): PackageVersion[] {
  const lines = `${said(answers, 'dpkg') ?? ''}\n${said(answers, 'rpm') ?? ''}`.split('\n');
  return lines.flatMap((line) => {
    const [, name, version] = /^installed (\S+) (\S+)$/.exec(line) ?? [];
    return name && version ? [{ name, version }] : [];
  });
}

/** `cinder 21.3.1`: each project once, without epoch and packager's revision. */
export function openstackOf(packages: readonly PackageVersion[]): string[] {
  const versions = new Map<string, string>();
  for (const { name, version } of packages) {
    const project = /^(?:openstack-)?(glance|cinder|nova)(?:-(?!store)|$)/.exec(name)?.[1];
    if (project && !versions.has(project)) versions.set(project, version.replace(/^\d+:/, '').replace(/-[^-]*$/, ''));
  }
  return [...versions].map(([project, version]) => `${project} ${version}`);
}
