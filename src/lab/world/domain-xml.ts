/** An instance with one disk of its own in Ceph, as nova-compute 26.2 defines it. */
export const domainXml = (of: {
  readonly name: string;
  readonly uuid: string;
  readonly title: string;
  readonly pool: string;
  readonly monitor: string;
  readonly image: string;
  /** Who the disk is opened as: client name without `client.`, and the libvirt secret with its key. */
  readonly user: string;
  readonly secret: string;
}): string => `<domain type='qemu' id='1'>
  <name>${of.name}</name>
  <uuid>${of.uuid}</uuid>
  <metadata>
    <nova:instance xmlns:nova="http://openstack.org/xmlns/libvirt/nova/1.1">
      <nova:package version="26.2.2"/>
      <nova:name>${of.title}</nova:name>
      <nova:root type="image" uuid="${of.image}"/>
    </nova:instance>
  </metadata>
  <memory unit='KiB'>131072</memory>
  <currentMemory unit='KiB'>131072</currentMemory>
  <vcpu placement='static'>1</vcpu>
  <os>
    <type arch='x86_64' machine='pc-i440fx-7.2'>hvm</type>
    <boot dev='hd'/>
    <smbios mode='sysinfo'/>
  </os>
  <features>
    <acpi/>
    <apic/>
    <vmcoreinfo state='on'/>
  </features>
  <cpu mode='custom' match='exact' check='full'>
    <model fallback='forbid'>qemu64</model>
    <topology sockets='1' dies='1' cores='1' threads='1'/>
  </cpu>
  <clock offset='utc'/>
  <on_poweroff>destroy</on_poweroff>
  <on_reboot>restart</on_reboot>
  <on_crash>destroy</on_crash>
  <devices>
    <emulator>/usr/bin/qemu-system-x86_64</emulator>
    <disk type='network' device='disk'>
      <driver name='qemu' type='raw' cache='writeback'/>
      <auth username='${of.user}'>
        <secret type='ceph' uuid='${of.secret}'/>
      </auth>
      <source protocol='rbd' name='${of.pool}/${of.uuid}_disk' index='1'>
        <host name='${of.monitor}' port='6789'/>
      </source>
      <target dev='vda' bus='virtio'/>
      <alias name='virtio-disk0'/>
    </disk>
    <serial type='pty'>
      <log file='/var/lib/nova/instances/${of.uuid}/console.log' append='off'/>
    </serial>
  </devices>
</domain>
`;

/** A volume as a further disk. */
export const volumeXml = (of: {
  readonly pool: string;
  readonly image: string;
  readonly monitor: string;
  readonly user: string;
  readonly secret: string;
  readonly device: string;
  readonly volume: string;
}): string => `    <disk type='network' device='disk'>
      <driver name='qemu' type='raw' cache='writeback' discard='unmap'/>
      <auth username='${of.user}'>
        <secret type='ceph' uuid='${of.secret}'/>
      </auth>
      <source protocol='rbd' name='${of.pool}/${of.image}' index='2'>
        <host name='${of.monitor}' port='6789'/>
      </source>
      <target dev='${of.device.replace('/dev/', '')}' bus='virtio'/>
      <serial>${of.volume}</serial>
    </disk>
`;
