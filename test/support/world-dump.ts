import type { PracticeLab } from '../../src/lab/index.ts';

/** What a node is, as root would see it there: every file with owner, mode and digest, but logs and what Inkling keeps. */
const FILES = `find /etc /var/lib -type f ! -path '/var/lib/inkling/*' -exec stat -c '%n %U:%G %a' {} + | sort
find /etc /var/lib -type f ! -path '/var/lib/inkling/*' -exec sha256sum {} + | sort`;

const CLUSTER = [
  'ceph auth export',
  'ceph config dump -f json',
  'ceph osd pool ls detail -f json',
  'ceph osd dump -f json',
  'ceph osd tree -f json',
] as const;

/** As libvirt has them in memory; what it has on disk are files like others. */
const SECRETS = `virsh secret-list
for u in $(virsh -q secret-list | awk '{print $1}'); do virsh secret-dumpxml $u; virsh secret-get-value $u 2>&1 | sha256sum; done`;

/** Changes by itself, or grows with every change: epochs, times, numbers of processes; an entry of the blocklist is made anew for an hour. */
const PASSING =
  /"(epoch|snap_epoch|modified|last_up_change|last_in_change|last_change|last_force_op_resend\w*|modified_at|\w*stamp|nonce|up_from|up_thru|last_clean_\w+|down_at|lost_at|crush_version|removed_snaps_queue)":\s*("[^"]*"|\d+)/g;

const BARRED_UNTIL = /("[^"]+:0\/\d+":)"20[^"]+"/g;

/**
 * The practice cluster in lines: files of all nodes, users with their keys and caps, pools, flags, OSDs, configuration, libvirt secrets and
 * which services run. Two dumps of the same cluster are equal.
 */
export async function worldDump(lab: PracticeLab): Promise<readonly string[]> {
  const lines: string[] = [];
  const add = async (node: string, command: string): Promise<void> => {
    const { code, stdout, stderr } = await lab.run(node, command);
    const text = stdout.replace(PASSING, '').replace(BARRED_UNTIL, '$1').trim();
    for (const line of text.split(/\n|(?<=[}\]]),/))
      lines.push(`${node} ${command.split('\n')[0]?.slice(0, 30)}: ${line}`);
    if (code !== 0) lines.push(`${node} ${command.slice(0, 30)}: exit ${code} ${stderr.trim()}`);
  };
  for (const { name, roles } of lab.site.nodes) {
    await add(name, FILES);
    await add(name, "systemctl list-units --all --plain --no-legend --no-pager | awk '{print $1, $3}' | sort");
    if (roles.includes('ceph-admin')) for (const command of CLUSTER) await add(name, command);
    if (roles.includes('nova-compute')) await add(name, SECRETS);
  }
  return lines;
}
