const CINDER = '457eb676-33da-42ec-9a8c-9293d545c337';

const delay = (share: number, seconds: number): string =>
  `--osd_debug_inject_dispatch_delay_probability=${share} --osd_debug_inject_dispatch_delay_duration=${seconds}`;

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
  'secret-wrong-key': [
    { on: 'compute-2', run: `. /root/keys.env; virsh secret-set-value --secret ${CINDER} --base64 $NOVA_KEY` },
  ],
  'secret-uuid-mismatch': [
    {
      on: 'controller',
      run: "sed -i 's/^rbd_secret_uuid = .*/rbd_secret_uuid = 11111111-2222-3333-4444-555555555555/' /etc/cinder/cinder.conf; systemctl restart cinder-volume; sleep 6",
    },
  ],
  'nova-guide-secret': [
    {
      on: 'compute-2',
      run: `sed -i 's/^rbd_secret_uuid = .*/rbd_secret_uuid = ${CINDER}/' /etc/nova/nova.conf; systemctl restart nova-compute; sleep 6`,
    },
  ],
  'nova-guide-force-raw': [
    {
      on: 'compute-2',
      run: "sed -i 's/^\\[DEFAULT\\]/[DEFAULT]\\nforce_raw_images = False/' /etc/nova/nova.conf; systemctl restart nova-compute; sleep 70",
    },
  ],
  'osd-down': [{ on: 'ceph-mon-1', run: 'systemctl stop ceph-osd@2; sleep 8' }],
  'osd-slow': [{ on: 'ceph-mon-1', run: `ceph tell osd.1 injectargs '${delay(0.2, 0.05)}'; sleep 5` }],
  'osd-very-slow': [{ on: 'ceph-mon-1', run: `ceph tell osd.1 injectargs '${delay(1, 0.06)}'; sleep 5` }],
  'cluster-full': [
    {
      on: 'ceph-mon-1',
      run: 'ceph osd set-nearfull-ratio 0.01; ceph osd set-backfillfull-ratio 0.015; ceph osd set-full-ratio 0.02; sleep 8',
    },
  ],
  'compute2-keyring-missing': [{ on: 'compute-2', run: 'rm /etc/ceph/ceph.client.nova.keyring' }],
  'compute2-conf-missing': [{ on: 'compute-2', run: 'rm /etc/ceph/ceph.conf' }],
  'libvirt-tcp-closed': [
    {
      on: 'compute-2',
      run: 'systemctl stop libvirtd.service; systemctl disable -q --now libvirtd-tcp.socket; systemctl start libvirtd.service; systemctl restart nova-compute; sleep 12',
    },
  ],
  'compute2-unresolvable': [{ on: 'compute-1', run: "sed -i '/ compute-2$/d' /etc/hosts" }],
  'compute2-secret-undefined': [{ on: 'compute-2', run: 'virsh secret-undefine c7c3d5a0-6f2e-4a64-9d53-0b7d4e6a1f02' }],
  'image-qcow2': [],
  'direct-url-off': [
    {
      on: 'controller',
      run: "sed -i 's/^show_image_direct_url = .*/show_image_direct_url = False/; s/^show_multiple_locations = .*/show_multiple_locations = False/' /etc/glance/glance-api.conf; systemctl restart glance-api; sleep 6",
    },
  ],
  'cinder-caps-no-images': [
    {
      on: 'ceph-mon-1',
      run: "ceph auth caps client.cinder mon 'profile rbd' osd 'profile rbd pool=volumes, profile rbd pool=vms' mgr 'profile rbd pool=volumes, profile rbd pool=vms'",
    },
  ],
};
