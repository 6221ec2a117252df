import { fail, has, last, ok, type Result } from '../shell/program.ts';
import { FileError, STRERROR } from '../world/file-tree.ts';
import type { Domain, LabNode } from '../world/world.ts';
import { readInput } from './input.ts';
import { type Job, trouble } from './virsh.ts';

function domainOf({ options, hypervisor }: Job): Domain | Result {
  const word = options.rest[1] ?? last(options, 'domain');
  if (word === undefined) return fail(1, `error: command '${options.rest[0]}' requires <domain> option\n`);
  const found = hypervisor.domains.find((d) => d.name === word || d.uuid === word || String(d.id) === word);
  return found ?? trouble(`failed to get domain '${word}'`);
}

function list({ options, hypervisor }: Job): Result {
  const domains = hypervisor.domains.filter((d) => has(options, 'all') || d.state === 'running');
  if (has(options, 'name')) return ok(`${domains.map((d) => `${d.name}\n`).join('')}\n`);
  if (has(options, 'uuid')) return ok(`${domains.map((d) => `${d.uuid}\n`).join('')}\n`);
  if (domains.length === 0) return ok(' Id   Name   State\n--------------------\n\n');
  const width = Math.max(4, ...domains.map((d) => d.name.length));
  const rows = domains.map(
    (d) => ` ${String(d.state === 'running' ? d.id : '-').padEnd(4)} ${d.name.padEnd(width + 2)} ${d.state}\n`,
  );
  return ok(` Id   ${'Name'.padEnd(width + 2)} State\n${'-'.repeat(width + 18)}\n${rows.join('')}\n`);
}

/** A new definition replaces one that does not run; a running one keeps what it was started with. */
function define({ options, call, hypervisor }: Job): Result {
  const path = last(options, 'file') ?? options.rest[1];
  if (path === undefined) return fail(1, "error: command 'define' requires <file> option\n");
  let xml: string;
  try {
    xml = readInput(call, path).toString();
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    return trouble(`Failed to open file '${path}': ${STRERROR[error.code]}`);
  }
  const name = /<name>([^<]+)<\/name>/.exec(xml)?.[1];
  const uuid = /<uuid>([^<]+)<\/uuid>/.exec(xml)?.[1];
  if (name === undefined || uuid === undefined)
    return trouble(`Failed to define domain from ${path}`, 'XML error: name and uuid are needed');
  const known = hypervisor.domains.find((d) => d.uuid === uuid);
  if (known?.state === 'shut off') known.xml = xml;
  if (!known) hypervisor.domains.push({ id: hypervisor.domains.length + 1, name, uuid, state: 'shut off', xml });
  return ok(`Domain '${name}' defined from ${path}\n\n`);
}

const turn =
  (state: Domain['state'], done: string) =>
  (job: Job): Result => {
    const domain = domainOf(job);
    if ('code' in domain) return domain;
    if (domain.state === state)
      return state === 'running'
        ? trouble('Domain is already active')
        : trouble(
            `Failed to destroy domain '${domain.name}'`,
            'Requested operation is not valid: domain is not running',
          );
    domain.state = state;
    return ok(`Domain '${domain.name}' ${done}\n\n`);
  };

/** A file as a further disk. */
function attachDisk(job: Job): Result {
  const domain = domainOf(job);
  if ('code' in domain) return domain;
  const [, , source, target] = job.options.rest;
  const disk = `    <disk type='file' device='disk'>\n      <driver name='qemu' type='raw'/>\n      <source file='${source}'/>\n      <target dev='${target}' bus='virtio'/>\n    </disk>\n`;
  domain.xml = domain.xml.replace('  </devices>', `${disk}  </devices>`);
  return ok('Disk attached successfully\n\n');
}

/** Takes a disk off, by its target or its source. */
function detachDisk(job: Job): Result {
  const domain = domainOf(job);
  if ('code' in domain) return domain;
  const wanted = job.options.rest[2] ?? '';
  const disks = domain.xml.match(/ *<disk [\s\S]*?<\/disk>\n/g) ?? [];
  const disk = disks.find((d) => d.includes(`dev='${wanted}'`) || d.includes(`file='${wanted}'`));
  if (wanted === '' || disk === undefined) return trouble(`No disk found whose source path or target is ${wanted}`);
  domain.xml = domain.xml.replace(disk, '');
  return ok('Disk detached successfully\n\n');
}

const upstream = (node: LabNode, name: string, known: Readonly<Record<string, string>>): string => {
  const version = /^(?:\d+:)?(\d+(?:\.\d+)*)/.exec(node.packages.get(name) ?? '')?.[1] ?? '0';
  return known[version] ?? (version.split('.').length < 3 ? `${version}.0` : version);
};

const libvirtVersion = (node: LabNode): string => upstream(node, 'libvirt-daemon', {});
const qemuVersion = (node: LabNode): string => upstream(node, 'qemu-system-x86', { '7.2': '7.2.22' });

/** Machine types of a QEMU: its own version and those of the years before it. */
function machines(node: LabNode): readonly string[] {
  const [major = 0, minor = 0] = qemuVersion(node).split('.').map(Number);
  const versions = Array.from({ length: 12 }, (_, back) => major * 3 + minor - back).map(
    (n) => `${Math.floor(n / 3)}.${n % 3}`,
  );
  return versions.flatMap((v) => [`pc-i440fx-${v}`, `pc-q35-${v}`]);
}

/** SMBIOS of a machine that many share, as those of one chassis or one image do. */
const SMBIOS_UUID = '03000200-0400-0500-0006-000700080009';

function capabilities({ node }: Job): Result {
  const text = (path: string): string => node.files.read(node.root, path).toString();
  const uuid = /^\s*host_uuid\s*=\s*"([^"]+)"/m.exec(text('/etc/libvirt/libvirtd.conf'))?.[1] ?? SMBIOS_UUID;
  const features = /^flags\s*:\s*(.*)$/m.exec(text('/proc/cpuinfo'))?.[1]?.split(/\s+/) ?? [];
  const own = machines(node);
  return ok(`<capabilities>

  <host>
    <uuid>${uuid}</uuid>
    <cpu>
      <arch>x86_64</arch>
      <model>kvm64</model>
      <vendor>AMD</vendor>
${features.map((f) => `      <feature name='${f}'/>\n`).join('')}    </cpu>
    <migration_features>
      <live/>
      <uri_transports>
        <uri_transport>tcp</uri_transport>
        <uri_transport>rdma</uri_transport>
      </uri_transports>
    </migration_features>
  </host>

  <guest>
    <os_type>hvm</os_type>
    <arch name='x86_64'>
      <wordsize>64</wordsize>
      <emulator>/usr/bin/qemu-system-x86_64</emulator>
${own.map((m) => `      <machine maxCpus='255'>${m}</machine>\n`).join('')}      <machine canonical='${own[0]}' maxCpus='255'>pc</machine>
      <domain type='qemu'/>
    </arch>
  </guest>

</capabilities>

`);
}

export const DOMAIN_VERBS: Readonly<Record<string, (job: Job) => Result>> = {
  list,
  dumpxml: (job) => {
    const domain = domainOf(job);
    return 'code' in domain ? domain : ok(`${domain.xml}\n`);
  },
  define,
  start: turn('running', 'started'),
  destroy: turn('shut off', 'destroyed'),
  'attach-disk': attachDisk,
  'detach-disk': detachDisk,
  capabilities,
  version: ({ node }) =>
    ok(
      `Compiled against library: libvirt ${libvirtVersion(node)}\nUsing library: libvirt ${libvirtVersion(node)}\nUsing API: QEMU ${libvirtVersion(node)}\nRunning hypervisor: QEMU ${qemuVersion(node)}\n\n`,
    ),
};
