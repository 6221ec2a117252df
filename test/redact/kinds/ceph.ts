import type { Fresh, Make } from '../corpus.ts';
import { b64 } from '../pieces.ts';

const ALNUM = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const UPPER = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';

/** An SSH identity as `ceph cephadm` keeps it. */
const identity = (f: Fresh): { text: string; lines: string[] } => {
  const body = b64(`openssh-key-v1\0\0\0\0\0${f.bytes(300).toString('latin1')}`);
  const lines = body.match(/.{1,70}/g) ?? [];
  return {
    text: `-----BEGIN OPENSSH PRIVATE KEY-----\n${lines.join('\n')}\n-----END OPENSSH PRIVATE KEY-----`,
    lines: lines.slice(2),
  };
};

export const CEPH: Readonly<Record<string, Make>> = {
  'ceph auth export': (f) => {
    const [a, b, c] = [f.cephx(2), f.cephx(), f.cephx(2)];
    return {
      origin: 'ceph auth export',
      text: `[mds.cephfs.a]\n\tkey = ${a}\n\tcaps mds = "allow"\n[client.bootstrap-osd]\n\tkey = ${b}\n\tcaps mon = "allow profile bootstrap-osd"\n[client.cinder-backup]\n\tkey = ${c}\n\tpending key = ${f.cephx()}\n\tcaps osd = "profile rbd pool=backups"\nexport auth(key=${a})\n`,
      secrets: [a, b, c],
      keep: ['caps mon = "allow profile bootstrap-osd"', 'caps osd = "profile rbd pool=backups"', 'export auth(key='],
    };
  },
  'ceph auth xml list': (f) => {
    const [a, b] = [f.cephx(), f.cephx(2)];
    return {
      origin: 'ceph auth ls --format xml-pretty',
      text: `<auth>\n    <auth_dump>\n        <auth_entity>\n            <entity>osd.0</entity>\n            <key>${a}</key>\n            <caps>\n                <mgr>allow profile osd</mgr>\n            </caps>\n        </auth_entity>\n        <auth_entity>\n            <entity>client.nova</entity>\n            <key>\n                ${b}\n            </key>\n        </auth_entity>\n    </auth_dump>\n</auth>\n`,
      secrets: [a, b],
      keep: ['<entity>client.nova</entity>', '<mgr>allow profile osd</mgr>'],
    };
  },
  'a log of commands and their answers': (f) => {
    const [key, other, osd, lv] = [f.bytes(96).toString('base64'), f.bytes(96).toString('base64'), f.uuid(), f.uuid()];
    const log = '[2026-11-20 03:12:44,101][ceph_volume.process][INFO  ]';
    return {
      origin: '/var/log/ceph/ceph-volume.log',
      text: `${log} Running command: /usr/bin/ceph --name client.osd-lockbox.${osd} config-key get dm-crypt/osd/${osd}/luks\n${log} stdout ${key}\n${log} Running command: /sbin/blkid -s UUID -o value /dev/mapper/luks-1\n${log} stdout ${lv}\n${log} Running command: /usr/bin/lsblk -n -o NAME -p /dev/mapper/luks-1\n${log} stdout /dev/mapper/luks-1-of-disk-sdb\nNov 20 osd1 ceph-volume[1]: Running command: ceph config-key get dm-crypt/osd/2/luks\nNov 20 osd1 ceph-volume[1]:  stderr: no hint\nNov 20 osd1 ceph-volume[1]:  stdout: ${other}\n`,
      secrets: [key, other],
      keep: [osd, lv, '/dev/mapper/luks-1-of-disk-sdb', 'stderr: no hint'],
    };
  },
  'audit of what is kept in the monitors': (f) => {
    const [a, b, c] = [f.bytes(32).toString('base64'), f.bytes(32).toString('base64'), f.bytes(32).toString('base64')];
    return {
      origin: '/var/log/ceph/ceph.audit.log',
      text: `2026-11-20T03:12:44.1 mon.a (mon.0) 7 : audit [INF] from='client.? 10.0.0.1:0/1' entity='client.admin' cmd='[{"prefix": "config-key set", "key": "mgr/dashboard/key", "val": "${a}"}]': finished\n2026-11-20T03:12:45.1 mon.a (mon.0) 8 : audit [INF] cmd=[{"prefix":"config-key put","key":"rgw/cert/rgw.a.key","val":"${b}"}]: dispatch\n2026-11-20T03:12:46.1 mon.a (mon.0) 9 : audit [INF] cmd=[{"prefix":"config-key set","key":"mgr/cephadm/inventory","val":"{}"}]: dispatch\n2026-11-20T03:12:46.2 mon.a (mon.0) 9 : audit [INF] cmd=[{"prefix":"config set","name":"osd_memory_target","value":"4294967296"}]: dispatch\n2026-11-20T03:12:46.3 mon.a : {"key":"shard","val":"a1b2c3d4e5f6a7"}\nceph config-key set mgr/x/y ${c}\n`,
      secrets: [a, b, c],
      keep: ['"val":"{}"', '"value":"4294967296"', '"val":"a1b2c3d4e5f6a7"', 'mgr/dashboard/key'],
    };
  },
  'ceph config dump': (f) => {
    const [a, b, c] = [f.password(), f.password(), f.typed()];
    return {
      origin: 'ceph config dump',
      text: `WHO                       MASK  LEVEL     OPTION                                 VALUE                                     RO\nglobal                          basic     container_image                        quay.io/ceph/ceph@sha256:${f.hex(64)}  *\nglobal                          advanced  mon_allow_pool_delete                  true\nmgr                             advanced  mgr/dashboard/GRAFANA_API_PASSWORD     ${a}                        *\nmgr                             advanced  mgr/dashboard/RGW_API_SECRET_KEY       ${b}                   *\nclient.rgw.a                    basic     rgw_keystone_admin_password            ${c}                       *\nclient.rgw.a                    basic     rgw_keystone_admin_user                swift-proxy                               *\nclient.rgw.a                    basic     rgw_keystone_token_cache_size          10000                                     *\nosd                             advanced  osd_memory_target                      4294967296\n`,
      secrets: [a, b, c],
      keep: ['swift-proxy', '10000', '4294967296', 'container_image', 'mon_allow_pool_delete                  true'],
    };
  },
  'ceph config dump json': (f) => {
    const [a, b] = [f.password(), f.password()];
    return {
      origin: 'ceph config dump -f json-pretty',
      text: JSON.stringify(
        [
          { section: 'client.rgw', name: 'rgw_keystone_admin_password', value: a, level: 'basic', mask: '' },
          { section: 'mgr', name: 'mgr/dashboard/ALERTMANAGER_API_PASSWORD', value: b, level: 'advanced', mask: '' },
          { section: 'client.rgw', name: 'rgw_keystone_url', value: 'https://10.0.0.1:5000', level: 'basic' },
          { section: 'global', name: 'auth_client_required', value: 'cephx', level: 'advanced' },
          { section: 'client.rgw', name: 'rgw_keystone_token_cache_size', value: '10000', level: 'advanced' },
        ],
        null,
        4,
      ),
      secrets: [a, b],
      keep: ['https://10.0.0.1:5000', '"value": "cephx"', '"rgw_keystone_token_cache_size"', '"10000"'],
    };
  },
  'config-key dump': (f) => {
    const [luks, rgw, key] = [f.bytes(96).toString('base64'), f.password(), identity(f)];
    const [hash, cephx, reg, jwt] = [`$2b$12$${f.from(`${ALNUM}./`, 53)}`, f.cephx(), f.password(), f.password()];
    const uuid = f.uuid();
    return {
      origin: 'ceph config-key dump',
      text: JSON.stringify(
        {
          'config-history/1/+mgr/mgr/cephadm/container_image': 'quay.io/ceph/ceph:v19',
          [`dm-crypt/osd/${uuid}/luks`]: luks,
          'mgr/cephadm/ssh_identity_key': key.text,
          'mgr/cephadm/ssh_identity_pub': `ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABgQ${f.from(ALNUM, 120)} ceph-${uuid}`,
          'mgr/cephadm/registry_credentials': JSON.stringify({
            url: 'registry.example',
            username: 'ci',
            password: reg,
          }),
          'mgr/dashboard/accessdb_v2': JSON.stringify({
            users: { admin: { username: 'admin', password: hash, roles: ['administrator'], lastUpdate: 1767225600 } },
          }),
          'mgr/dashboard/jwt_secret': jwt,
          'mgr/dashboard/RGW_API_SECRET_KEY': rgw,
          'mgr/cephadm/keyring.client.glance': cephx,
          'mgr/telemetry/report_id': f.uuid(),
        },
        null,
        4,
      ),
      secrets: [luks, rgw, hash, cephx, reg, jwt, ...key.lines],
      keep: [
        `dm-crypt/osd/${uuid}/luks`,
        'quay.io/ceph/ceph:v19',
        `ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABgQ`,
        'ceph-',
        'registry.example',
      ],
    };
  },
  'config-key get of an identity': (f) => {
    const key = identity(f);
    return {
      origin: 'ceph config-key get mgr/cephadm/ssh_identity_key',
      text: `${key.text}\n`,
      secrets: key.lines,
      keep: [],
    };
  },
  'cephadm spec': (f) => {
    const [ax, by] = [f.password(), f.password()];
    const [a, b, c, d] = [f.password(), f.password(), f.password(), f.typed()];
    return {
      origin: 'ceph orch ls --export',
      text: `service_type: grafana\nservice_name: grafana\nplacement:\n  hosts:\n  - ceph-mon-1\nspec:\n  initial_admin_password: ${a}\n  anonymous_access: false\n---\nservice_type: iscsi\nservice_id: igw\nspec:\n  api_user: admin\n  api_password: ${b}\n  pool: iscsi\n---\nservice_type: ingress\nspec:\n  backend_service: rgw.x\n  frontend_port: 443\n  keepalived_password: ${c}\n  monitor_user: admin\n  monitor_password: '${d.replaceAll("'", '')}'\n---\nservice_type: snmp-gateway\nspec:\n  credentials:\n    snmp_community: ${ax}\n    snmp_v3_auth_username: ceph\n    snmp_v3_auth_password: ${by}\n`,
      secrets: [a, b, c, d, ax, by],
      keep: [
        'frontend_port: 443',
        'monitor_user: admin',
        'pool: iscsi',
        'anonymous_access: false',
        'snmp_v3_auth_username: ceph',
      ],
    };
  },
  'rook secrets': (f) => {
    const [mon, admin, csi] = [f.cephx(), f.cephx(2), f.cephx()];
    const fsid = f.uuid();
    return {
      origin: 'kubectl -n rook-ceph get secret -o yaml',
      text: `apiVersion: v1\nitems:\n- apiVersion: v1\n  data:\n    admin-secret: ${b64(admin)}\n    ceph-secret: ${b64(admin)}\n    ceph-username: ${b64('client.admin')}\n    cluster-name: ${b64('rook-ceph')}\n    fsid: ${b64(fsid)}\n    mon-secret: ${b64(mon)}\n  kind: Secret\n  metadata:\n    name: rook-ceph-mon\n    resourceVersion: "3491"\n    uid: ${f.uuid()}\n  type: kubernetes.io/rook\n- data:\n    userID: ${b64('csi-rbd-node')}\n    userKey: ${b64(csi)}\n  kind: Secret\n`,
      secrets: [mon, admin, csi],
      keep: [
        b64('client.admin'),
        b64(fsid),
        b64('rook-ceph'),
        'name: rook-ceph-mon',
        b64('csi-rbd-node'),
        'resourceVersion: "3491"',
      ],
    };
  },
  'kubernetes secrets as json': (f) => {
    const [a, b, c] = [f.typed(), f.password(), f.password()];
    return {
      text: JSON.stringify({
        apiVersion: 'v1',
        kind: 'Secret',
        type: 'Opaque',
        metadata: { name: 'cinder-creds', labels: { app: 'cinder' }, uid: f.uuid() },
        data: { OS_PASSWORD: b64(a), DB_ROOT: b64(b), OS_USERNAME: b64('cinder') },
        stringData: { anything: c },
      }),
      secrets: [a, b, c],
      keep: ['cinder-creds', '"app":"cinder"'],
    };
  },
  'kubernetes opaque data': (f) => {
    const [a, b] = [f.password(), f.bytes(32).toString('base64')];
    return {
      origin: 'kubectl get secret keystone -o yaml',
      text: `apiVersion: v1\nkind: Secret\nmetadata:\n  name: keystone\n  namespace: openstack\ndata:\n  AdminDb: ${b64(a)}\n  FernetKeys0: ${b}\ntype: Opaque\n`,
      secrets: [a, b],
      keep: ['name: keystone', 'namespace: openstack', 'type: Opaque'],
    };
  },
  'kubernetes config map stays': (f) => {
    const text = `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: rook-ceph-mon-endpoints\ndata:\n  data: a=10.0.0.1:6789,b=10.0.0.2:6789\n  maxMonId: "2"\n  mapping: '{"node":{"a":{"Name":"k1","Hostname":"k1","Address":"10.0.0.1"}}}'\n  csi-cluster-config-json: '[{"clusterID":"${f.uuid()}","monitors":["10.0.0.1:6789"]}]'\n`;
    return { text, secrets: [], keep: [text] };
  },
  'rgw user info': (f) => {
    const [access, secret, swift] = [f.from(UPPER, 20), f.from(ALNUM, 40), f.from(ALNUM, 40)];
    return {
      origin: 'radosgw-admin user info --uid=glance',
      text: JSON.stringify(
        {
          user_id: 'glance',
          display_name: 'Glance',
          suspended: 0,
          max_buckets: 1000,
          subusers: [{ id: 'glance:swift', permissions: 'full-control' }],
          keys: [
            {
              user: 'glance',
              access_key: access,
              secret_key: secret,
              active: true,
              create_date: '2026-01-01T00:00:00Z',
            },
          ],
          swift_keys: [{ user: 'glance:swift', secret_key: swift }],
          caps: [{ type: 'users', perm: 'read' }],
          mfa_ids: [],
        },
        null,
        4,
      ),
      secrets: [access, secret, swift],
      keep: ['"user_id": "glance"', '"id": "glance:swift"', '"perm": "read"', '"create_date": "2026-01-01T00:00:00Z"'],
    };
  },
  'rgw commands': (f) => {
    const [access, secret, b] = [f.from(UPPER, 20), f.from(ALNUM, 40), f.from(ALNUM, 40)];
    return {
      origin: '/root/.bash_history',
      text: `radosgw-admin user create --uid=nova --display-name=Nova --access-key=${access} --secret=${secret}\nradosgw-admin key create --uid nova --key-type s3 --access-key ${access} --secret-key ${b}\naws configure set aws_secret_access_key ${secret}\nrbd map volumes/x --id cinder --keyring /etc/ceph/ceph.client.cinder.keyring\n`,
      secrets: [access, secret, b],
      keep: [
        '--uid=nova --display-name=Nova',
        '--keyring /etc/ceph/ceph.client.cinder.keyring',
        'rbd map volumes/x --id cinder',
      ],
    };
  },
  'realm and zone': (f) => {
    const [access, secret] = [f.from(UPPER, 20), f.from(ALNUM, 40)];
    const id = f.uuid();
    return {
      origin: 'radosgw-admin zone get',
      text: JSON.stringify(
        {
          id,
          name: 'default',
          domain_root: 'default.rgw.meta:root',
          system_key: { access_key: access, secret_key: secret },
          placement_pools: [{ key: 'default-placement', val: { index_pool: 'default.rgw.buckets.index' } }],
        },
        null,
        4,
      ),
      secrets: [access, secret],
      keep: [id, '"key": "default-placement"', '"default.rgw.buckets.index"'],
    };
  },
  'gateway.conf': (f) => {
    const [a, b] = [f.password(), f.password()];
    return {
      origin: '/etc/ceph/iscsi-gateway.cfg',
      text: `[config]\ncluster_name = ceph\ngateway_keyring = ceph.client.admin.keyring\napi_secure = false\napi_user = admin\napi_password = ${a}\ntrusted_ip_list = 10.0.0.1,10.0.0.2\n# CHAP: auth username=myiscsi password=${b}\n`,
      secrets: [a, b],
      keep: ['gateway_keyring = ceph.client.admin.keyring', 'api_user = admin', 'trusted_ip_list = 10.0.0.1,10.0.0.2'],
    };
  },
  'gwcli and targetcli': (f) => {
    const [a, b, c, d] = [f.password().slice(0, 14), f.password().slice(0, 15), f.password(), f.password()];
    return {
      text: `o- host-groups ... [Hosts : 1]\n/iscsi-target...t/hosts> auth username=iqn1user password=${a}\n/iscsi> set auth userid=u1 password=${b} mutual_userid=m mutual_password=${c}\nnode.session.auth.authmethod = CHAP\nnode.session.auth.username = u\nnode.session.auth.password = ${d}\nnode.session.auth.password_in = ${c}\nincominguser joe ${b}z\n`,
      secrets: [a, b, c, d],
      keep: ['node.session.auth.authmethod = CHAP', 'node.session.auth.username = u', 'username=iqn1user'],
    };
  },
  'rbd map and sysfs': (f) => {
    const [a, b] = [f.cephx(), f.cephx(2)];
    return {
      text: `[ 12.345] rbd: rbd0: capacity 1073741824 features 0x3d\nlibceph: mon0 (1)10.0.0.1:6789 session established\necho "10.0.0.1:6789 name=admin,secret=${a} rbd foo" > /sys/bus/rbd/add\nmount -t ceph admin@.cephfs=/ /mnt -o secret=${b},mon_addr=10.0.0.1:6789/10.0.0.2:6789\nmount -t ceph 10.0.0.1:/ /mnt -o name=fs,secretfile=/etc/ceph/fs.secret,fs=cephfs\n`,
      secrets: [a, b],
      keep: ['capacity 1073741824', 'secretfile=/etc/ceph/fs.secret,fs=cephfs', 'mon_addr=10.0.0.1:6789/10.0.0.2:6789'],
    };
  },
  'ceph audit log': (f) => {
    const [a, b] = [f.cephx(), f.password()];
    return {
      origin: '/var/log/ceph/ceph.audit.log',
      text: `2026-05-01T10:00:00.000000+0000 mon.a (mon.0) 77 : audit [INF] from='client.? 10.0.0.1:0/12' entity='client.admin' cmd='[{"prefix":"auth import","key":"x"}]': finished\n2026-05-01T10:00:00.000000+0000 mon.a (mon.0) 78 : audit [DBG] from='client.? ' entity='client.admin' cmd=[{"prefix": "config-key set", "key": "mgr/x/ceph_key", "val": "${a}"}]: dispatch\n2026-05-01T10:00:01.000000+0000 mon.a (mon.0) 79 : audit [INF] from='mgr.1 ' cmd='[{"prefix":"config set","who":"mgr","name":"mgr/dashboard/GRAFANA_API_PASSWORD","value":"${b}"}]': finished\n2026-05-01T10:00:02.000000+0000 mon.a (mon.0) 80 : audit [INF] from='client.1' entity='client.admin' cmd=[{"prefix": "osd pool application enable", "pool": "volumes", "app": "rbd"}]: dispatch\n`,
      secrets: [a, b],
      keep: [
        '"prefix": "osd pool application enable", "pool": "volumes"',
        '"name":"mgr/dashboard/GRAFANA_API_PASSWORD"',
        '"prefix": "config-key set"',
      ],
    };
  },
  'ceph looks alike': (f) => {
    const text = `  id: ${f.uuid()}\n{"fsid":"${f.uuid()}","election_epoch":12,"quorum_names":["a"],"monmap":{"epoch":3}}\nrbd image 'volume-${f.uuid()}':\n\tblock_name_prefix: rbd_data.${f.hex(12)}\n\tid: ${f.hex(12)}\n\tkey: rbd_id.volume-1\nWatchers:\n\twatcher=10.0.0.1:0/3241234123 client.${f.int(99999)} cookie=18446462598732840961\nLocker        ID                    Address\nclient.4567   auto 18446462598732840961  10.0.0.1:0/22\nlockdep: cookie 140234567890\npg 3.1f is stuck inactive, last acting [2,1,0]\nobject rbd_data.${f.hex(12)}.${f.hex(16)} key '' snap head\nomap key: rbd_directory name_volume-1 -> id ${f.hex(12)}\nmgr/dashboard/ssl_server_port 8443\nauth_cluster_required = cephx\ncephx_service_ticket_ttl = 3600.000000\nmon_auth_keyring missing keyring, cannot use cephx for authentication\nkeyring: /etc/ceph/ceph.client.admin.keyring\nosd.3 boot nonce=3848 secret_id=12 global_id 24131 rotating key renewed\n2026-05-01T10:00:00 7f00 -1 auth: error reading file: /var/lib/ceph/mgr/keyring: bufferlist::read_file(...) failed\n`;
    return { text, secrets: [], keep: text.split('\n') };
  },
  'crash and tell': (f) => {
    const text = JSON.stringify(
      {
        crash_id: `2026-05-01T10:00:00.000000Z_${f.uuid()}`,
        stack_sig: f.hex(64),
        backtrace: ['/lib64/libc.so.6(+0x54db0) [0x7f1a]', '(ceph::__ceph_assert_fail(char const*)+0x188)'],
        process_name: 'ceph-osd',
        archived: '',
        utsname_hostname: 'ceph-osd-1',
        os_id: 'centos',
        ceph_version: `18.2.7 (${f.hex(40)})`,
      },
      null,
      4,
    );
    return { text, secrets: [], keep: text.split('\n') };
  },
  'key of a wrapped terminal in json': (f) => {
    const [a, b] = [f.cephx(), f.cephx(2)];
    return {
      origin: 'ceph auth ls -f json',
      text: `{"auth_dump":[{"entity":"client.nova","key":"${a.slice(0, 17)}\n${a.slice(17)}","caps":{"mon":"profile rbd"}},{"entity":"osd.1","key":"${b.slice(0, 33)}\r\n${b.slice(33)}","caps":{}}]}\n`,
      secrets: [a, b],
      keep: ['"caps":{"mon":"profile rbd"}', '"entity":"osd.1"'],
    };
  },
  'libvirt secrets as files': (f) => {
    const [raw, uuid] = [f.cephx(2), f.uuid()];
    return {
      origin: 'grep -r . /etc/libvirt/secrets/',
      text: `/etc/libvirt/secrets/${uuid}.xml:<secret ephemeral='no' private='no'>\n/etc/libvirt/secrets/${uuid}.xml:  <uuid>${uuid}</uuid>\n/etc/libvirt/secrets/${uuid}.xml:    <name>client.nova secret</name>\n/etc/libvirt/secrets/${uuid}.base64:${raw}\n`,
      secrets: [raw],
      keep: [uuid, '<name>client.nova secret</name>'],
    };
  },
  'virsh session': (f) => {
    const [a, b, uuid] = [f.cephx(), b64(f.password()), f.uuid()];
    return {
      origin: 'script of a terminal',
      text: `root@compute-1:~# virsh secret-set-value --secret ${uuid} --base64 "$(cat client.nova.key)"\nSecret value set\nroot@compute-1:~# virsh secret-get-value ${uuid}\n${a}\n\nroot@compute-1:~# virsh secret-set-value ${uuid} ${b}\nSecret value set\n`,
      secrets: [a, b],
      keep: [uuid, 'Secret value set', '"$(cat client.nova.key)"'],
    };
  },
  'qemu monitor and process': (f) => {
    const [a, b, vnc, uuid, key] = [
      f.bytes(32).toString('base64'),
      f.bytes(48).toString('base64'),
      f.password().slice(0, 8),
      f.uuid(),
      f.cephx(),
    ];
    const iv = f.bytes(16).toString('base64');
    return {
      origin: `/var/log/libvirt/qemu/instance-0000000a.log`,
      text: `LC_ALL=C \\\nPATH=/usr/bin \\\n/usr/bin/qemu-system-x86_64 \\\n-name guest=instance-0000000a,debug-threads=on \\\n-S \\\n-object '{"qom-type":"secret","id":"masterKey0","format":"raw","file":"/var/lib/libvirt/qemu/domain-1-instance-0000000a/master-key.aes"}' \\\n-uuid ${uuid} \\\n-object '{"qom-type":"secret","id":"libvirt-2-auth-secret0","data":"${a}","keyid":"masterKey0","iv":"${iv}","format":"base64"}' \\\n-blockdev '{"driver":"rbd","pool":"vms","image":"${uuid}_disk","server":[{"host":"10.0.0.1","port":"6789"}],"user":"nova","auth-client-required":["cephx","none"],"key-secret":"libvirt-2-auth-secret0","node-name":"libvirt-2-storage"}' \\\n-object secret,id=sec0,data=${b},keyid=masterKey0,iv=${iv},format=base64 \\\n-drive 'file=rbd:vms/${uuid}_disk:id=nova:key=${key}:auth_supported=cephx\\;none:mon_host=10.0.0.1\\:6789,file.password-secret=sec0,format=raw' \\\n-vnc 10.0.0.4:0,password-secret=vnc0 \\\n-sandbox on,obsolete=deny\n{"execute":"set_password","arguments":{"protocol":"vnc","password":"${vnc}Zz9","connected":"keep"}}\n`,
      secrets: [a, b, `${vnc}Zz9`, key],
      keep: [
        uuid,
        'password-secret=vnc0',
        'file.password-secret=sec0',
        '"key-secret":"libvirt-2-auth-secret0"',
        '-sandbox on,obsolete=deny',
        'master-key.aes',
        '"auth-client-required":["cephx","none"]',
      ],
    };
  },
  'a key before the prompt': (f) => {
    const key = f.cephx();
    return {
      text: `root@mon1:~# ceph auth print-key client.nova\n${key}root@mon1:~# rbd ls vms\n[client.nova]\n\tkey = ${key}\n`,
      secrets: [key],
      keep: ['root@mon1:~# rbd ls vms'],
    };
  },
};
