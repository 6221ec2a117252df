/** Beginnings of commands that the guide and its repairs are made of. */
export const PHRASES: readonly string[] = [
  'apt-get install -y ', 'cat /etc/ceph/ceph.conf', 'ceph -s', 'ceph health detail', 'ceph df', 'ceph osd tree', 'ceph osd pool ls detail',
  'ceph osd pool create ', 'ceph osd pool application enable ', 'ceph osd pool application get ', 'ceph osd pool get ', 'ceph osd pool set ',
  'ceph osd pool set-quota ', 'ceph osd pool get-quota ', 'ceph osd pool rename ', 'ceph osd lspools', 'ceph osd dump', 'ceph osd unset ',
  'ceph osd blocklist ls', 'ceph auth ls', 'ceph auth get client.', 'ceph auth get-key client.', 'ceph auth get-or-create client.',
  'ceph auth caps client.', 'ceph auth del client.', 'ceph config dump', 'ceph config get ', 'ceph config rm ', 'ceph config set ',
  'ceph mon dump', 'ceph mgr module enable ', 'ceph mgr module ls', 'ceph versions', 'ceph fsid', 'ceph --id ', 'chmod 640 ', 'chown ',
  'chgrp ', 'curl ', 'dpkg-query -W ', 'find /etc/ceph -ls', 'getent hosts ', 'grep -n ', 'hostname', 'iptables -S', 'ip address show', 'journalctl -u ',
  'ls -la /etc/ceph', 'openstack image create ', 'openstack image list', 'openstack image show ', 'openstack volume create ',
  'openstack volume list', 'openstack volume show ', 'openstack volume delete ', 'openstack volume service list', 'openstack volume type create ',
  'openstack volume type list', 'openstack volume type set ', 'openstack compute service list', 'openstack server create ', 'openstack server list',
  'openstack server show ', 'rbd pool init ', 'rbd ls -p ', 'rbd info ', 'rbd --id ', 'rbd children ', 'rbd trash ls ', 'sed -i ', 'ssh ', 'scp ', 'ss -ltn',
  'sudo -u cinder ', 'sudo -u glance ', 'sudo -u nova ', 'systemctl restart ', 'systemctl start ', 'systemctl status ', 'systemctl stop ', 'tail -n 50 ',
  'timedatectl', 'virsh list --all', 'virsh secret-list', 'virsh secret-define --file ', 'virsh secret-dumpxml ', 'virsh secret-get-value ',
  'virsh secret-set-value --secret ', 'virsh secret-undefine ',
]; // biome-ignore format: a list

/** Files of every node, until those of the node itself are known. */
const PATHS: readonly string[] = [
  '/etc/ceph/ceph.conf', '/etc/ceph/ceph.client.admin.keyring', '/etc/ceph/ceph.client.cinder.keyring', '/etc/ceph/ceph.client.cinder-backup.keyring',
  '/etc/ceph/ceph.client.glance.keyring', '/etc/ceph/ceph.client.nova.keyring', '/etc/cinder/cinder.conf', '/etc/glance/glance-api.conf', '/etc/hosts',
  '/etc/libvirt/libvirtd.conf', '/etc/libvirt/secrets/', '/etc/nova/nova.conf', '/etc/nova/nova-compute.conf', '/root/admin-openrc',
  '/var/log/ceph/', '/var/log/cinder/cinder-volume.log', '/var/log/cinder/cinder-backup.log', '/var/log/glance/glance-api.log',
  '/var/log/nova/nova-compute.log',
]; // biome-ignore format: a list

/** Units, pools, clients and the like that follow a command. */
const WORDS: readonly string[] = [
  'backups', 'ceph-mgr@ceph-mon-1', 'ceph-mon@ceph-mon-1', 'ceph-osd@0', 'ceph-osd@1', 'ceph-osd@2', 'cinder-backup', 'cinder-scheduler', 'cinder-volume',
  'client.cinder', 'client.cinder-backup', 'client.glance', 'client.nova', 'glance-api', 'images', 'libvirtd', 'nova-api', 'nova-compute', 'nova-conductor',
  'nova-scheduler', 'vms', 'volumes',
]; // biome-ignore format: a list

export interface Known {
  readonly nodes: readonly string[];
  readonly paths: readonly string[];
  readonly typed: readonly string[];
}

export interface Completion {
  readonly draft: string;
  /** What else it could be, when it is not one thing. */
  readonly options: readonly string[];
}

/** Completes what stands before the end of the line: a path, a node, a unit, or the whole line like one that is known. */
export function completed(draft: string, { nodes, paths, typed }: Known): Completion {
  const at = draft.search(/[^\s=:'"]*$/);
  const word = draft.slice(at);
  const head = draft.slice(0, at);
  if (word.startsWith('/'))
    return among(
      head,
      word,
      (paths.length > 0 ? paths : PATHS).map((path) => step(path, word)),
    );
  if (head.trim() !== '' && word !== '') {
    const names = [...nodes, ...WORDS].filter((name) => name.startsWith(word));
    if (names.length > 0) return among(head, word, names);
  }
  const lines = [...PHRASES, ...typed.filter((line) => !line.includes('\n'))];
  return among(
    '',
    draft,
    lines.filter((line) => line !== draft).map((line) => nextWord(line, draft)),
  );
}

/** A path up to the folder below what is typed. */
const step = (path: string, word: string): string => {
  const end = path.indexOf('/', word.length);
  return path.startsWith(word) && end >= 0 ? path.slice(0, end + 1) : path;
};

/** A known line up to the end of the word that is being typed. */
const nextWord = (line: string, draft: string): string => {
  const end = line.indexOf(' ', draft.length);
  return end < 0 ? line : line.slice(0, end + 1);
};

function among(head: string, word: string, candidates: readonly string[]): Completion {
  const fitting = [...new Set(candidates.filter((c) => c.startsWith(word)))].sort();
  if (fitting.length === 0) return { draft: head + word, options: [] };
  const shared = fitting.reduce((a, b) => {
    let n = 0;
    while (n < a.length && a[n] === b[n]) n++;
    return a.slice(0, n);
  });
  return { draft: head + shared, options: fitting.length > 1 && shared === word ? fitting : [] };
}
