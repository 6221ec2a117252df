import { NODES, onNode } from './real-lab.ts';

/** What a repair may change on any node: files with owner, mode and access list, libvirt secrets, what runs. Secrets as digests. */
const NODE = `for f in $(find /etc/ceph /etc/glance /etc/cinder /etc/nova /etc/libvirt /etc/hosts /etc/systemd/system -xdev 2>/dev/null | sort); do
  stat -c '%N %U:%G %a' "$f"
  [ -L "$f" ] || getfacl -pcn "$f" 2>/dev/null | grep -v '^$' | tr '\\n' ' '
  [ -f "$f" ] && sha256sum < "$f"
done
for u in $(virsh -q secret-list 2>/dev/null | awk '{print $1}'); do virsh secret-dumpxml "$u"; virsh -q secret-get-value "$u" | sha256sum; done
systemctl list-units --all --plain --no-legend 'glance*' 'cinder*' 'nova*' 'libvirtd*' 'ceph-*' | awk '{print $1, $2, $3, $4}'`;

/** And in the cluster: users with caps, pools, flags, options, OSDs. Numbers that only count changes are left out. */
const CLUSTER = `ceph auth export 2>/dev/null | python3 -c '
import hashlib, re, sys
print(re.sub("key = (.*)", lambda key: "key " + hashlib.sha256(key[1].encode()).hexdigest(), sys.stdin.read()))'
ceph osd pool ls detail -f json | python3 -c '
import json, sys
kept = ("pool_name", "type", "size", "min_size", "crush_rule", "quota_max_bytes", "quota_max_objects", "application_metadata", "flags_names")
for p in json.load(sys.stdin): print(json.dumps({k: p.get(k) for k in kept}, sort_keys=True))'
ceph config dump -f json | python3 -c '
import json, sys
for o in json.load(sys.stdin): print(o["section"], o["mask"], o["name"], o["value"])'
ceph osd dump -f json | python3 -c '
import json, sys
d = json.load(sys.stdin)
print(d["flags"], d["full_ratio"], d["nearfull_ratio"], d["backfillfull_ratio"])
for o in d["osds"]: print(o["osd"], o["up"], o["in"], o["weight"])'
for o in 0 1 2; do ceph tell osd.$o config diff -f json 2>/dev/null | python3 -c '
import json, sys
for name, of in sorted(json.load(sys.stdin)["diff"].items()):
  if "override" in of: print(name, of["override"])'; done`;

/** The whole of it, a line for each thing, ready to be compared. */
export async function siteState(): Promise<readonly string[]> {
  const lines: string[] = [];
  for (const node of NODES) {
    const { code, stdout } = await onNode(node, NODE);
    if (code === 255) throw new Error(`${node} cannot be read`);
    lines.push(...stdout.split('\n').map((line) => `${node}: ${line}`));
  }
  const { stdout } = await onNode('ceph-mon-1', CLUSTER);
  return [...lines, ...stdout.split('\n').map((line) => `cluster: ${line}`)];
}
