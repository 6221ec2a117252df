import { complaint, type Parser, unparsed } from './parser.ts';

// 68bf7aa6-ac6c-4d4a-b180-a6b9b307b1e9 …          (virsh list --uuid; an empty line ends it)
export const uuids: Parser<readonly string[]> = (answer) =>
  answer.code === 0 && answer.stdout !== ''
    ? answer.stdout
        .split('\n')
        .flatMap((l) => /^\s*([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\s*$/i.exec(l)?.[1] ?? [])
    : unparsed(complaint(answer));

// Using library: libvirt 9.0.0 … Running hypervisor: QEMU 7.2.22          (virsh version)
export const virshVersion: Parser<{ readonly libvirt: string; readonly qemu: string }> = (answer) => {
  if (answer.code !== 0) return unparsed(complaint(answer));
  const libvirt = /library: libvirt (\d[\d.]*)/.exec(answer.stdout)?.[1];
  const qemu = /hypervisor: QEMU (\d[\d.]*)/.exec(answer.stdout)?.[1];
  return libvirt && qemu ? { libvirt, qemu } : unparsed('virsh named no version of libvirt and QEMU');
};

// <host><uuid>c2f2…</uuid><cpu><arch>x86_64</arch><model>kvm64</model> … <feature name='aes'/> …          (virsh capabilities)
export const capabilities: Parser<{
  readonly host_uuid: string;
  readonly cpu: string;
  readonly features: readonly string[];
  readonly machines: readonly string[];
}> = (answer) => {
  if (answer.code !== 0) return unparsed(complaint(answer));
  const host = /<host>.*?<\/host>/s.exec(answer.stdout)?.[0];
  const uuid = host && /<uuid>([^<]+)<\/uuid>/.exec(host)?.[1];
  if (!host || !uuid) return unparsed('the capabilities name no host');
  const cpu = /<cpu>.*?<\/cpu>/s.exec(host)?.[0] ?? '';
  return {
    host_uuid: uuid,
    cpu: /<model>([^<]+)<\/model>/.exec(cpu)?.[1] ?? '',
    features: [...cpu.matchAll(/<feature name='([^']+)'/g)].map((m) => m[1] as string),
    machines: [
      ...new Set(
        [...answer.stdout.matchAll(/<machine\b([^>]*)>([^<]+)<\/machine>/g)].flatMap(([, attributes, name]) => [
          name as string,
          ...(/canonical='([^']+)'/.exec(attributes as string)?.slice(1) ?? []),
        ]),
      ),
    ],
  };
};

export interface DomainXml {
  readonly name: string;
  readonly uuid: string;
  readonly machine: string;
  readonly disks: readonly {
    readonly device: string;
    readonly type: string;
    readonly protocol: string;
    readonly source: string;
    readonly cache: string;
    readonly user: string;
    readonly secret: string;
    readonly hosts: readonly string[];
  }[];
}

// <domain type='qemu' id='2'><name>instance-00000001</name> … <disk type='network' device='disk'> …          (virsh dumpxml)
export const domainXml: Parser<DomainXml> = (answer) => {
  if (answer.code !== 0) return unparsed(complaint(answer));
  const name = /<name>([^<]+)<\/name>/.exec(answer.stdout)?.[1];
  if (!/<domain\b/.test(answer.stdout) || name === undefined) return unparsed('the output describes no domain');
  return {
    name,
    uuid: /<uuid>([^<]+)<\/uuid>/.exec(answer.stdout)?.[1] ?? '',
    machine: /<type\b[^>]*\bmachine=['"]([^'"]+)['"]/.exec(answer.stdout)?.[1] ?? '',
    disks: [...answer.stdout.matchAll(/<disk\b.*?<\/disk>/gs)].map(([whole]) => disk(whole)),
  };
};

function disk(xml: string): DomainXml['disks'][number] {
  // What lies below a disk (backing files, a mirror under way) is not the disk.
  const own = xml.replace(/<(backingStore|mirror)\b[^>]*[^/]>.*<\/\1>/s, '');
  const attribute = (tag: string, name: string): string =>
    new RegExp(`<${tag}\\b[^>]*\\b${name}=['"]([^'"]*)['"]`).exec(own)?.[1] ?? '';
  const source = attribute('source', 'name') || attribute('source', 'file') || attribute('source', 'dev');
  return {
    device: attribute('disk', 'device') || 'disk',
    type: attribute('disk', 'type'),
    protocol: attribute('source', 'protocol'),
    source,
    cache: attribute('driver', 'cache'),
    user: attribute('auth', 'username'),
    secret: attribute('secret', 'uuid'),
    hosts: [...own.matchAll(/<host\b[^>]*\bname=['"]([^'"]+)['"]/g)].map((m) =>
      (m[1] as string).replace(/^\[|\]$/g, ''),
    ),
  };
}
