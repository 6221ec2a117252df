/** Faults of the recordings: what was done to the real cluster, done to the practice one. */
export const FAULTS: Readonly<Record<string, readonly { on: string; run: string }[]>> = {
  healthy: [],
  'glance-keyring-unreadable': [
    {
      on: 'controller',
      run: 'chown root:root /etc/ceph/ceph.client.glance.keyring; chmod 600 /etc/ceph/ceph.client.glance.keyring',
    },
  ],
  'glance-keyring-missing': [{ on: 'controller', run: 'rm /etc/ceph/ceph.client.glance.keyring' }],
  'cinder-caps-no-volumes': [
    {
      on: 'ceph-mon-1',
      run: "ceph auth caps client.cinder mon 'profile rbd' osd 'profile rbd pool=vms, profile rbd-read-only pool=images' mgr 'profile rbd pool=volumes, profile rbd pool=vms'",
    },
  ],
  'cinder-stale-key': [
    {
      on: 'ceph-mon-1',
      run: 'K=$(ceph-authtool --gen-print-key); ceph auth get client.cinder 2>/dev/null | sed "s|key = .*|key = $K|" > /tmp/k; ceph auth import -i /tmp/k 2>&1; rm /tmp/k',
    },
  ],
  'volumes-pool-missing': [{ on: 'ceph-mon-1', run: 'ceph osd pool rename volumes volumes.away' }],
  'images-pool-missing': [{ on: 'ceph-mon-1', run: 'ceph osd pool rename images images.away' }],
  'vms-pool-no-application': [
    { on: 'ceph-mon-1', run: 'ceph osd pool application disable vms rbd --yes-i-really-mean-it' },
  ],
  'mon-wrong-address': [
    { on: 'controller', run: "sed -i 's/^mon_host = .*/mon_host = 10.77.0.250/' /etc/ceph/ceph.conf" },
  ],
  'images-quota-full': [{ on: 'ceph-mon-1', run: 'ceph osd pool set-quota images max_bytes 1048576; sleep 12' }],
  'osds-two-down': [{ on: 'ceph-mon-1', run: 'ceph osd set noout; systemctl stop ceph-osd@1 ceph-osd@2; sleep 90' }],
  'secret-undefined': [{ on: 'compute-2', run: 'virsh secret-undefine 457eb676-33da-42ec-9a8c-9293d545c337' }],
};
