import { gzipSync } from 'node:zlib';
import { CEPH } from './kinds/ceph.ts';
import { DEPLOYMENT } from './kinds/deployment.ts';
import { HOSTS } from './kinds/hosts.ts';
import { OPENSTACK } from './kinds/openstack.ts';
import { OPERATORS } from './kinds/operators.ts';
import { WEB } from './kinds/web.ts';
import { b64, linesOf } from './pieces.ts';

/** One file as it is met in this field, with what must go and what must stay. */
export interface Sample {
  readonly kind: string;
  readonly origin?: string;
  readonly text: string | Buffer;
  /** Every one of them must be gone, in any encoding. */
  readonly secrets: readonly string[];
  /** Every one of them must still be there. */
  readonly keep: readonly string[];
}

const ALNUM = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const B64URL = `${ALNUM}-_`;
const HEX = '0123456789abcdef';

/** Fresh values out of one seed. */
export class Fresh {
  #state: number;

  constructor(seed: number) {
    this.#state = seed | 0;
  }

  /** 0 … n - 1, mulberry32. */
  int(n: number): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % n;
  }

  from(letters: string, n: number): string {
    return Array.from({ length: n }, () => letters.charAt(this.int(letters.length))).join('');
  }

  bytes(n: number): Buffer {
    return Buffer.from(Array.from({ length: n }, () => this.int(256)));
  }

  /** As kolla and pwgen make them. */
  password(): string {
    return `${this.from(ALNUM, 14 + this.int(20))}${this.int(10)}a${this.int(10)}Z`;
  }

  /** As people make them: signs, but none that ends a bare word. */
  typed(): string {
    return `${this.from('ABCDEFGHJK', 1)}${this.from('abcdefghijk', 4)}${this.from('!@%^*_+~-', 2)}${this.from('0123456789', 4)}${this.from('xyzXYZ', 3)}`;
  }

  /** Signs that have to be escaped nearly everywhere. */
  nasty(): string {
    return `q${this.from(ALNUM, 6)}"${this.from(ALNUM, 3)}\\${this.from(ALNUM, 2)}&<${this.from(ALNUM, 4)}'9`;
  }

  cephx(type: 1 | 2 = 1): string {
    const length = type === 1 ? 16 : 32;
    const head = Buffer.alloc(12);
    head.writeUInt16LE(type, 0);
    head.writeUInt32LE(1_600_000_000 + this.int(200_000_000), 2);
    head.writeUInt32LE(this.int(999_999_999), 6);
    head.writeUInt16LE(length, 10);
    return Buffer.concat([head, this.bytes(length)]).toString('base64');
  }

  fernet(): string {
    return `gAAAAAB${this.from(B64URL, 173)}==`;
  }

  jwt(): string {
    const part = (o: object): string => Buffer.from(JSON.stringify(o)).toString('base64url');
    return `${part({ alg: 'RS256', typ: 'JWT' })}.${part({ sub: this.hex(12), exp: this.int(1e9) })}.${this.from(B64URL, 86)}`;
  }

  hex(n: number): string {
    return this.from(HEX, n);
  }

  uuid(): string {
    return [8, 4, 4, 4, 12].map((n) => this.hex(n)).join('-');
  }

  pem(label: string, bytes = 600): { text: string; body: string } {
    const body = Buffer.concat([Buffer.from([0x30, 0x82]), this.bytes(bytes)]).toString('base64');
    const lines = body.match(/.{1,64}/g) ?? [];
    return { text: [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`].join('\n'), body };
  }
}

export type Make = (f: Fresh) => Omit<Sample, 'kind'>;

const MAKE: Readonly<Record<string, Make>> = {
  ...CEPH,
  ...OPENSTACK,
  ...HOSTS,
  ...WEB,
  ...DEPLOYMENT,
  ...OPERATORS,
  keyring: (f) => {
    const [key, uuid] = [f.cephx(), f.uuid()];
    return {
      text: `[client.cinder]\n\tkey = ${key}\n\tcaps mgr = "profile rbd"\n\tcaps mon = "profile rbd"\n\tcaps osd = "profile rbd pool=volumes, profile rbd-read-only pool=images"\n# ${uuid}\n`,
      secrets: [key],
      keep: ['profile rbd pool=volumes, profile rbd-read-only pool=images', '[client.cinder]', uuid],
    };
  },
  'keyring aes256k': (f) => {
    const key = f.cephx(2);
    return { text: `[client.glance]\n    key = ${key}\n`, secrets: [key], keep: ['[client.glance]'] };
  },
  'keyring damaged': (f) => {
    const key = f.cephx().slice(0, 25);
    return { text: `[client.nova]\nkey = ${key}\n`, secrets: [key], keep: ['key = '] };
  },
  'ceph auth ls': (f) => {
    const [a, b] = [f.cephx(), f.cephx(2)];
    return {
      origin: 'ceph auth ls',
      text: `osd.0\n\tkey: ${a}\n\tcaps: [mgr] allow profile osd\n\tcaps: [mon] allow profile osd\n\tcaps: [osd] allow *\nclient.admin\n\tkey: ${b}\n\tcaps: [mds] allow *\n`,
      secrets: [a, b],
      keep: ['caps: [osd] allow *', 'osd.0', 'client.admin', 'allow profile osd'],
    };
  },
  'ceph auth json': (f) => {
    const key = f.cephx();
    return {
      origin: 'ceph auth get client.cinder -f json',
      text: JSON.stringify([
        { entity: 'client.cinder', key, caps: { mon: 'profile rbd', osd: 'profile rbd pool=volumes' } },
      ]),
      secrets: [key],
      keep: ['client.cinder', 'profile rbd pool=volumes'],
    };
  },
  'ceph auth xml': (f) => {
    const key = f.cephx(2);
    return {
      text: `<auth_dump><auth_entity><entity>client.x</entity><key>${key}</key><caps><mon>allow r</mon></caps></auth_entity></auth_dump>`,
      secrets: [key],
      keep: ['<entity>client.x</entity>', '<mon>allow r</mon>'],
    };
  },
  'ceph auth get-key': (f) => {
    const key = f.cephx();
    return { origin: 'ceph auth get-key client.nova', text: key, secrets: [key], keep: [] };
  },
  'bare key, error': () => ({
    origin: 'ceph auth get-key client.nobody',
    text: "Error ENOENT: don't have client.nobody\n",
    secrets: [],
    keep: ["Error ENOENT: don't have client.nobody"],
  }),
  'virsh secret-get-value': (f) => {
    const value = b64(f.password());
    return { origin: `virsh secret-get-value ${f.uuid()}`, text: `${value}\n\n`, secrets: [value], keep: [] };
  },
  'libvirt secret file': (f) => {
    const [key, uuid] = [f.cephx(), f.uuid()];
    return { origin: `/etc/libvirt/secrets/${uuid}.base64`, text: key, secrets: [key], keep: [] };
  },
  'libvirt secret xml': (f) => {
    const uuid = f.uuid();
    const text = `<secret ephemeral='no' private='no'>\n  <uuid>${uuid}</uuid>\n  <usage type='ceph'>\n    <name>client.cinder secret</name>\n  </usage>\n</secret>\n`;
    return { origin: `virsh secret-dumpxml ${uuid}`, text, secrets: [], keep: [text] };
  },
  'virsh secret-list': (f) => {
    const uuid = f.uuid();
    return {
      origin: 'virsh secret-list',
      text: ` UUID                                   Usage\n-----\n ${uuid}   ceph client.cinder secret\n`,
      secrets: [],
      keep: [uuid, 'ceph client.cinder secret'],
    };
  },
  'domain xml': (f) => {
    const [uuid, vnc, volume] = [f.uuid(), f.password().slice(0, 8), f.uuid()];
    return {
      text: `<disk type='network' device='disk'>\n  <auth username='cinder'>\n    <secret type='ceph' uuid='${uuid}'/>\n  </auth>\n  <source protocol='rbd' name='volumes/volume-${volume}' index='1'/>\n</disk>\n<graphics type='vnc' port='5900' listen='10.0.0.4' passwd='${vnc}x9'/>\n`,
      secrets: [`${vnc}x9`],
      keep: [`<secret type='ceph' uuid='${uuid}'/>`, `volume-${volume}`, "<auth username='cinder'>"],
    };
  },
  'nova.conf': (f) => {
    const [db, rabbit, api, uuid] = [f.password(), f.password(), f.password(), f.uuid()];
    return {
      origin: '/etc/nova/nova.conf',
      text: `[DEFAULT]\ntransport_url = rabbit://openstack:${rabbit}@10.0.0.1:5672,openstack:${rabbit}@10.0.0.2:5672//\n[database]\nconnection = mysql+pymysql://nova:${db}@10.0.0.9/nova?charset=utf8\n[keystone_authtoken]\nusername = nova\npassword = ${api}\nmemcached_servers = 10.0.0.1:11211\n[libvirt]\nimages_type = rbd\nrbd_user = nova\nrbd_secret_uuid = ${uuid}\n#password = <None>\nadmin_token =\n`,
      secrets: [db, rabbit, api],
      keep: [
        uuid,
        'rabbit://openstack:',
        '@10.0.0.2:5672//',
        'mysql+pymysql://nova:',
        '@10.0.0.9/nova?charset=utf8',
        '#password = <None>',
        'admin_token =\n',
        'memcached_servers = 10.0.0.1:11211',
      ],
    };
  },
  'oslo with signs': (f) => {
    const password = `${f.typed()} and #;%%`;
    return {
      origin: '/etc/cinder/cinder.conf',
      text: `[nova]\npassword = ${password}\nregion_name = RegionOne\n`,
      secrets: [password, password.slice(0, 12)],
      keep: ['region_name = RegionOne'],
    };
  },
  'oslo secrets': (f) => {
    const [a, b, c, d, e] = [f.password(), f.hex(32), f.uuid(), f.hex(64), f.password()];
    return {
      text: `[keystone_authtoken]\nmemcache_security_strategy = ENCRYPT\nmemcache_secret_key = ${a}\n[DEFAULT]\nmetadata_proxy_shared_secret = ${c}\nauth_encryption_key = ${b}\nadmin_password = ${e}\n[key_manager]\nbackend = barbican\nfixed_key = ${d}\n[token]\nprovider = fernet\nmax_active_keys = 3\n`,
      secrets: [a, b, c, d, e],
      keep: ['memcache_security_strategy = ENCRYPT', 'provider = fernet', 'max_active_keys = 3', 'backend = barbican'],
    };
  },
  'option dump': (f) => {
    const request = `req-${f.uuid()}`;
    const text = `2026-05-01 10:00:00.001 7 DEBUG oslo_service.service [None ${request} - - - - -] keystone_authtoken.password = **** log_opt_values /usr/lib/python3/dist-packages/oslo_config/cfg.py:2609\n2026-05-01 10:00:00.001 7 DEBUG oslo_service.service [-] database.connection = **** log_opt_values\n2026-05-01 10:00:00.002 7 DEBUG oslo_service.service [-] transport_url = **** log_opt_values\n`;
    return { text, secrets: [], keep: [text] };
  },
  'glance multi-store': (f) => {
    const [key, swift] = [f.password(), f.typed().replaceAll('@', 'b').replaceAll('%', 'c')];
    return {
      text: `[s3]\ns3_store_access_key = AK${f.from('ABCDEFGHIJ23456789', 18)}\ns3_store_secret_key = ${key}\n[swift]\nswift_store_config_file = /etc/glance/swift.conf\n[ref1]\nuser = service:glance\nkey = AQ${swift}\nlocation = swift+http://service:glance:${swift}@10.0.0.5:5000/v3/container/x\n`,
      secrets: [key, swift],
      keep: ['swift_store_config_file = /etc/glance/swift.conf', '@10.0.0.5:5000/v3/container/x'],
    };
  },
  openrc: (f) => {
    const password = f.typed();
    return {
      text: `export OS_PROJECT_NAME=admin\nexport OS_USERNAME=admin\nexport OS_PASSWORD=${password}\nexport OS_AUTH_URL=http://10.0.0.1:5000/v3\nexport OS_REGION_NAME=RegionOne\n`,
      secrets: [password],
      keep: ['export OS_AUTH_URL=http://10.0.0.1:5000/v3', 'OS_PROJECT_NAME=admin', 'OS_REGION_NAME=RegionOne'],
    };
  },
  'openrc quoted': (f) => {
    const password = f.nasty().replaceAll("'", '');
    return {
      text: `export OS_USERNAME='admin'\nexport OS_PASSWORD='${password}'\nunset OS_TOKEN\n`,
      secrets: [password],
      keep: ['unset OS_TOKEN', "OS_USERNAME='admin'"],
    };
  },
  'openrc prompt': () => {
    const text =
      'echo "Please enter your OpenStack Password: "\nread -sr OS_PASSWORD_INPUT\nexport OS_PASSWORD=$OS_PASSWORD_INPUT\n';
    return { text, secrets: [], keep: [text] };
  },
  'clouds.yaml': (f) => {
    const [password, secret, id] = [f.password(), f.password(), f.hex(32)];
    return {
      origin: '/etc/openstack/clouds.yaml',
      text: `clouds:\n  prod:\n    auth:\n      auth_url: https://10.0.0.1:5000/v3\n      username: "admin"\n      password: "${password}"\n      project_id: ${id}\n  app:\n    auth_type: v3applicationcredential\n    auth:\n      application_credential_id: ${id}\n      application_credential_secret: ${secret}   # rotated\n    region_name: RegionOne\n`,
      secrets: [password, secret],
      keep: [id, 'auth_type: v3applicationcredential', 'region_name: RegionOne', 'auth_url: https://10.0.0.1:5000/v3'],
    };
  },
  'kolla passwords.yml': (f) => {
    const [a, b, c, uuid] = [f.password(), f.password(), f.password(), f.uuid()];
    return {
      text: `---\ndatabase_password: ${a}\nkeystone_admin_password: ${b}\ncinder_rbd_secret_uuid: ${uuid}\nrbd_secret_uuid: ${uuid}\nhaproxy_password: ${c}\nmariadb_backup_database_password:\n`,
      secrets: [a, b, c],
      keep: [`cinder_rbd_secret_uuid: ${uuid}`, `\nrbd_secret_uuid: ${uuid}`, 'mariadb_backup_database_password:'],
    };
  },
  'kolla ssh key': (f) => {
    const { text, body } = f.pem('PRIVATE KEY');
    const block = text
      .split('\n')
      .map((line) => `    ${line}`)
      .join('\n');
    return {
      text: `kolla_ssh_key:\n  private_key: |\n${block}\n  public_key: ssh-rsa AAAAB3NzaC1yc2E${f.from(ALNUM, 120)} kolla\nnext: value\n`,
      secrets: linesOf(body),
      keep: ['public_key: ssh-rsa AAAAB3NzaC1yc2E', 'next: value'],
    };
  },
  'yaml block': (f) => {
    const secret = f.password();
    return {
      text: `stringData:\n  password: |\n    ${secret}\n  user: |\n    cinder\n`,
      secrets: [secret],
      keep: ['cinder'],
    };
  },
  'ps of qemu': (f) => {
    const [key, secret, uuid] = [f.cephx(), b64(f.bytes(32).toString('latin1')), f.uuid()];
    return {
      text: `qemu  12345 12.0 /usr/bin/qemu-system-x86_64 -name guest=instance-0000002a -uuid ${uuid} -object secret,id=virtio-disk0-secret0,data=${secret},keyid=masterKey0,iv=${b64(f.bytes(16).toString('latin1')).slice(0, 22)}==,format=base64 -drive file=rbd:vms/${uuid}_disk:id=nova:key=${key}:auth_supported=cephx\\;none:mon_host=10.0.0.1\\:6789,format=raw -vnc 0.0.0.0:0\n`,
      secrets: [key, secret],
      keep: [`rbd:vms/${uuid}_disk:id=nova:`, 'auth_supported=cephx', 'instance-0000002a', 'keyid=masterKey0'],
    };
  },
  'qemu json object': (f) => {
    const secret = b64(f.password());
    return {
      text: `-object {"qom-type":"secret","id":"libvirt-1-storage-auth-secret0","data":"${secret}","keyid":"masterKey0","iv":"x","format":"base64"} -blockdev {"driver":"rbd","pool":"vms","user":"nova","auth-client-required":["cephx","none"],"key-secret":"libvirt-1-storage-auth-secret0"}`,
      secrets: [secret],
      keep: ['"qom-type":"secret","id":"libvirt-1-storage-auth-secret0"', '"auth-client-required":["cephx","none"]'],
    };
  },
  'ps of clients': (f) => {
    const [a, b, c, d] = [f.password(), f.password(), f.password(), f.fernet()];
    return {
      text: `root 1 mysql -h db1 -u root -p${a} nova\nroot 2 mysqldump --password=${b} --all-databases\nops 3 openstack --os-username admin --os-password ${c} volume list\nops 4 openstack --os-token ${d} --os-url http://10.0.0.1:8776/v3 volume list\n`,
      secrets: [a, b, c, d],
      keep: [
        'mysql -h db1 -u root -p',
        ' nova\n',
        '--all-databases',
        '--os-username admin',
        'http://10.0.0.1:8776/v3 volume list',
      ],
    };
  },
  'ps with environment': (f) => {
    const password = f.typed();
    return {
      text: `cinder 88 /usr/bin/python3 /usr/bin/cinder-volume --config-file /etc/cinder/cinder.conf LANG=C.UTF-8 OS_PASSWORD=${password} PWD=/var/lib/cinder HOME=/var/lib/cinder\n`,
      secrets: [password],
      keep: ['PWD=/var/lib/cinder', 'HOME=/var/lib/cinder', '--config-file /etc/cinder/cinder.conf'],
    };
  },
  'python argv': (f) => {
    const [a, b] = [f.password(), f.password()];
    return {
      text: `DEBUG oslo_concurrency.processutils [-] Running cmd (subprocess): ['mysql', '-u', 'root', '-p${a}', '-e', 'select 1'] execute\nCalled with ["openstack", "--os-password", "${b}", "server", "list"]\n`,
      secrets: [a, b],
      keep: ["'-e', 'select 1'", '"server", "list"'],
    };
  },
  'sudo log': (f) => {
    const [key, password, uuid] = [f.cephx(), f.password(), f.uuid()];
    return {
      text: `May  1 10:00:00 compute-1 sudo:      ops : TTY=pts/0 ; PWD=/home/ops ; USER=root ; COMMAND=/usr/bin/virsh secret-set-value --secret ${uuid} --base64 ${key}\nMay  1 10:01:00 controller sudo[77]: ops : PWD=/root ; USER=root ; COMMAND=/usr/sbin/rabbitmqctl change_password openstack ${password}\n`,
      secrets: [key, password],
      keep: [uuid, 'TTY=pts/0 ; PWD=/home/ops ; USER=root', 'change_password openstack '],
    };
  },
  'shell history': (f) => {
    const [a, b, c, d] = [f.password(), f.typed(), f.password(), f.password()];
    return {
      text: `sshpass -p ${a} ssh root@10.0.0.3\ncurl -s -u admin:${b} https://10.0.0.1:8443/api/health\necho "root:${c}" | chpasswd\nrabbitmqctl add_user openstack ${d}\nrabbitmqctl set_permissions openstack ".*" ".*" ".*"\n`,
      secrets: [a, b, c, d],
      keep: ['ssh root@10.0.0.3', 'https://10.0.0.1:8443/api/health', 'set_permissions openstack ".*"'],
    };
  },
  'json in json': (f) => {
    const [password, id] = [f.nasty(), f.uuid()];
    const inner = JSON.stringify({ auth: { password, user: 'nova' }, volume_id: id });
    return {
      text: JSON.stringify({ message: `REQ: ${JSON.stringify({ body: inner })}` }),
      secrets: [password],
      keep: [id, 'nova'],
    };
  },
  'keystone request': (f) => {
    const [password, id] = [f.nasty(), f.hex(32)];
    const body = JSON.stringify({
      auth: {
        identity: {
          methods: ['password'],
          password: { user: { name: 'glance', domain: { id: 'default' }, password } },
        },
        scope: { project: { id } },
      },
    });
    return {
      text: `RESP BODY: ${body}\n`,
      secrets: [password],
      keep: [id, '"methods":["password"]', '"name":"glance"'],
    };
  },
  'cinder connection info': (f) => {
    const [chap, secret, volume] = [f.password(), f.password(), f.uuid()];
    return {
      text: `DEBUG nova.virt.libvirt.driver [None req-${f.uuid()} - -] connection_info={'driver_volume_type': 'iscsi', 'data': {'auth_method': 'CHAP', 'auth_username': 'u', 'auth_password': '${chap}', 'target_portal': '10.0.0.7:3260', 'volume_id': '${volume}', 'secret_type': 'ceph', 'secret_uuid': None, 'keyring': '[client.cinder]\\n\\tkey = ${f.cephx()}\\n'}}\nconnection_info={"auth_password": "${secret}", "hosts": ["10.0.0.1"]}\n`,
      secrets: [chap, secret],
      keep: [
        volume,
        "'auth_method': 'CHAP'",
        "'secret_type': 'ceph', 'secret_uuid': None",
        "'target_portal': '10.0.0.7:3260'",
      ],
    };
  },
  'rbd connection info': (f) => {
    const [uuid, key] = [f.uuid(), f.cephx()];
    return {
      text: `{'name': 'volumes/volume-${uuid}', 'auth_enabled': True, 'auth_username': 'cinder', 'secret_type': 'ceph', 'secret_uuid': '${uuid}', 'keyring': "[client.cinder]\\n\\tkey = ${key}\\n\\tcaps mon = \\"profile rbd\\"\\n", 'discard': True}`,
      secrets: [key],
      keep: [`'secret_uuid': '${uuid}'`, "'auth_username': 'cinder'", 'profile rbd'],
    };
  },
  'curl headers': (f) => {
    const [token, basic, secret] = [f.fernet(), f.typed(), f.hex(32)];
    return {
      text: `curl -g -i -X GET http://10.0.0.1:8774/v2.1/servers -H "Accept: application/json" -H "X-Auth-Token: ${token}"\n> Authorization: Basic ${b64(`nova:${basic}`)}\n> X-Auth-Token: ${secret}\n< X-Openstack-Request-Id: req-${f.uuid()}\n`,
      secrets: [token, basic, secret],
      keep: ['-H "Accept: application/json"', 'X-Openstack-Request-Id: req-', 'http://10.0.0.1:8774/v2.1/servers'],
    };
  },
  'masked token': (f) => {
    const digest = f.hex(64);
    const text = `-H "X-Auth-Token: {SHA256}${digest}" -H "User-Agent: python-novaclient"\n`;
    return { text, secrets: [], keep: ['"User-Agent: python-novaclient"'] };
  },
  'token issue table': (f) => {
    const [token, id] = [f.fernet(), f.hex(32)];
    return {
      text: `+------------+------+\n| Field      | Value |\n+------------+------+\n| expires    | 2026-05-01T10:00:00+0000 |\n| id         | ${token} |\n| project_id | ${id} |\n+------------+------+\n`,
      secrets: [token],
      keep: [id, '2026-05-01T10:00:00+0000', '| Field      | Value |'],
    };
  },
  'ec2 credentials table': (f) => {
    const [access, secret, project] = [f.hex(32), f.hex(32), f.hex(32)];
    return {
      text: `+------+------+------+\n| Access | Secret | Project ID |\n+------+------+------+\n| ${access} | ${secret} | ${project} |\n+------+------+------+\n`,
      secrets: [secret],
      keep: [project, '| Access | Secret | Project ID |'],
    };
  },
  'property table': (f) => {
    const [password, id] = [f.password(), f.uuid()];
    return {
      text: `+-----------+-------+\n| Field     | Value |\n+-----------+-------+\n| adminPass | ${password} |\n| id        | ${id} |\n| key_name  | ops-laptop |\n+-----------+-------+\n`,
      secrets: [password],
      keep: [id, 'ops-laptop', 'adminPass'],
    };
  },
  'radosgw user': (f) => {
    const [access, secret] = [f.from('ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789', 20), f.from(ALNUM, 40)];
    return {
      text: JSON.stringify(
        {
          user_id: 'glance',
          keys: [{ user: 'glance', access_key: `${access.slice(0, 18)}7A`, secret_key: `${secret}` }],
          caps: [],
          max_buckets: 1000,
        },
        null,
        4,
      ),
      secrets: [secret],
      keep: ['"user_id": "glance"', '"max_buckets": 1000'],
    };
  },
  shadow: (f) => {
    const hash = `$6$${f.from(ALNUM, 8)}$${f.from(`${ALNUM}./`, 86)}`;
    const yescrypt = `$y$j9T$${f.from(ALNUM, 22)}$${f.from(`${ALNUM}./`, 43)}`;
    return {
      origin: '/etc/shadow',
      text: `root:${hash}:19000:0:99999:7:::\ndaemon:*:19000:0:99999:7:::\nops:${yescrypt}:19000:0:99999:7:::\nnova:!:19000::::::\n`,
      secrets: [hash, yescrypt],
      keep: ['daemon:*:19000:0:99999:7:::', 'nova:!:19000::::::', ':19000:0:99999:7:::'],
    };
  },
  'my.cnf': (f) => {
    const [a, b] = [f.typed(), f.password()];
    return {
      origin: '/root/.my.cnf',
      text: `[client]\nuser=root\npassword="${a}"\nsocket=/run/mysqld/mysqld.sock\n[mysqld]\nwsrep_sst_auth=sst:${b}\nwsrep_sst_method=mariabackup\n`,
      secrets: [a, b],
      keep: ['user=root', 'socket=/run/mysqld/mysqld.sock', 'wsrep_sst_method=mariabackup'],
    };
  },
  sql: (f) => {
    const [a, b, hash] = [f.password(), f.password(), `*${f.from('0123456789ABCDEF', 40)}`];
    return {
      text: `GRANT ALL PRIVILEGES ON nova.* TO 'nova'@'%' IDENTIFIED BY '${a}';\nCREATE USER 'cinder'@'%' IDENTIFIED BY '${b}';\nGRANT USAGE ON *.* TO 'x'@'%' IDENTIFIED BY PASSWORD '${hash}'\n`,
      secrets: [a, b, hash],
      keep: ["'nova'@'%' IDENTIFIED BY '", "CREATE USER 'cinder'@'%'"],
    };
  },
  'mysql error': () => {
    const text =
      "ERROR 1045 (28000): Access denied for user 'nova'@'controller' (using password: YES)\n(pymysql.err.OperationalError) (1045, \"Access denied for user 'nova'@'10.0.0.1' (using password: NO)\")\n";
    return { text, secrets: [], keep: [text] };
  },
  'rabbit conf': (f) => {
    const [a, b, c] = [f.password(), f.password(), f.from('ABCDEFGHIJKLMNOPQRSTUVWXYZ', 20)];
    return {
      text: `default_user = openstack\ndefault_pass = ${a}\n%% [{rabbit, [{default_user, <<"openstack">>}, {default_pass, <<"${b}">>}]}].\nRABBITMQ_ERLANG_COOKIE=${c}9x\nlisteners.tcp.1 = 0.0.0.0:5672\n`,
      secrets: [a, b, `${c}9x`],
      keep: ['default_user = openstack', '{default_user, <<"openstack">>}', 'listeners.tcp.1 = 0.0.0.0:5672'],
    };
  },
  'erlang cookie': (f) => {
    const cookie = f.from('ABCDEFGHIJKLMNOPQRSTUVWXYZ', 20);
    return { origin: '/var/lib/rabbitmq/.erlang.cookie', text: cookie, secrets: [cookie], keep: [] };
  },
  'redis and keepalived': (f) => {
    const [a, b] = [f.password(), f.password().slice(0, 12)];
    return {
      text: `requirepass ${a}\nmaxmemory 256mb\nvrrp_instance VI_1 {\n  authentication {\n    auth_type PASS\n    auth_pass ${b}\n  }\n}\n`,
      secrets: [a, b],
      keep: ['auth_type PASS', 'maxmemory 256mb'],
    };
  },
  haproxy: (f) => {
    const [a, b] = [f.password(), f.password()];
    return {
      text: `userlist ops\n  user admin insecure-password ${a}\nlisten stats\n  stats enable\n  stats auth haproxy:${b}\n  stats uri /\n`,
      secrets: [a, b],
      keep: ['stats auth haproxy:', 'stats uri /'],
    };
  },
  netrc: (f) => {
    const password = f.password();
    return {
      text: `machine registry.example login ci password ${password}\n`,
      secrets: [password],
      keep: ['machine registry.example login ci password '],
    };
  },
  'docker config': (f) => {
    const password = f.password();
    return {
      text: JSON.stringify({ auths: { 'registry.example': { auth: b64(`ci:${password}`) } } }),
      secrets: [password],
      keep: ['registry.example'],
    };
  },
  'docker inspect': (f) => {
    const password = f.typed();
    return {
      text: JSON.stringify(
        { Config: { Env: ['PATH=/usr/bin', `OS_PASSWORD=${password}`, 'LANG=C'], Image: `sha256:${f.hex(64)}` } },
        null,
        2,
      ),
      secrets: [password],
      keep: ['PATH=/usr/bin', 'LANG=C', 'sha256:'],
    };
  },
  kubeconfig: (f) => {
    const [key, cert, token] = [b64(f.pem('RSA PRIVATE KEY').text), b64(f.pem('CERTIFICATE').text), f.jwt()];
    return {
      text: `users:\n- name: admin\n  user:\n    client-certificate-data: ${cert}\n    client-key-data: ${key}\n    token: ${token}\n`,
      secrets: [key, token],
      keep: [cert, 'name: admin'],
    };
  },
  'kubernetes secret': (f) => {
    const key = f.cephx();
    return {
      text: `apiVersion: v1\ndata:\n  userID: ${b64('cinder')}\n  userKey: ${b64(key)}\nkind: Secret\nmetadata:\n  name: csi-rbd-secret\n  uid: ${f.uuid()}\ntype: Opaque\n`,
      secrets: [key],
      keep: [`userID: ${b64('cinder')}`, 'name: csi-rbd-secret'],
    };
  },
  'private key': (f) => {
    const { text, body } = f.pem('RSA PRIVATE KEY');
    return { text: `${text}\n`, secrets: linesOf(body), keep: ['-----BEGIN RSA PRIVATE KEY-----'] };
  },
  'ssh private key': (f) => {
    const body = b64(`openssh-key-v1\0${f.bytes(300).toString('latin1')}`);
    const lines = body.match(/.{1,70}/g) ?? [];
    return {
      text: `-----BEGIN OPENSSH PRIVATE KEY-----\n${lines.join('\n')}\n-----END OPENSSH PRIVATE KEY-----\n`,
      secrets: lines,
      keep: ['OPENSSH PRIVATE KEY'],
    };
  },
  'private key in json': (f) => {
    const { text, body } = f.pem('EC PRIVATE KEY', 120);
    return {
      text: JSON.stringify({ private_key: text, fingerprint: f.hex(32) }),
      secrets: linesOf(body),
      keep: ['fingerprint'],
    };
  },
  'private key in a log': (f) => {
    const { text, body } = f.pem('PRIVATE KEY', 200);
    const lines = text.split('\n').map((line) => `May  1 10:00:00 controller nova-api[12]: ${line}`);
    return {
      text: `${lines.join('\n')}\nMay  1 10:00:01 controller nova-api[12]: started\n`,
      secrets: linesOf(body),
      keep: ['nova-api[12]: started'],
    };
  },
  certificate: (f) => {
    const { text } = f.pem('CERTIFICATE', 700);
    return { text: `${text}\n`, secrets: [], keep: [text] };
  },
  'public keys': (f) => {
    const text = `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI${f.from(ALNUM, 43)} ops@laptop\nssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQ${f.from(ALNUM, 300)} root@ceph-mon-1\n256 SHA256:${f.from(ALNUM, 43)} root@x (ED25519)\n`;
    return { text, secrets: [], keep: [text] };
  },
  'fernet key file': (f) => {
    const key = f.bytes(32).toString('base64url').padEnd(44, '=');
    return { origin: '/etc/keystone/fernet-keys/0', text: key, secrets: [key], keep: [] };
  },
  'base64 of a keyring': (f) => {
    const key = f.cephx();
    const lines =
      b64(`[client.admin]\n\tkey = ${key}\n\tcaps mon = "allow *"\n\tcaps osd = "allow *"\n`).match(/.{1,76}/g) ?? [];
    return {
      origin: 'base64 /etc/ceph/ceph.client.admin.keyring',
      text: `${lines.join('\n')}\n`,
      secrets: [key, ...lines],
      keep: [],
    };
  },
  'base64 that is harmless': (f) => {
    const text = `user_data: ${b64('#cloud-config\npackages: [ceph-common, qemu-guest-agent]\n')}\nchecksum: ${f.bytes(32).toString('base64')}\n`;
    return { text, secrets: [], keep: [text] };
  },
  'cloud-init in base64': (f) => {
    const password = f.password();
    const data = b64(`#cloud-config\nchpasswd:\n  expire: false\npassword: ${password}\n`);
    return {
      text: `{"OS-EXT-SRV-ATTR:user_data": "${data}", "OS-EXT-SRV-ATTR:hostname": "vm1"}`,
      secrets: [password, data],
      keep: ['"OS-EXT-SRV-ATTR:hostname": "vm1"'],
    };
  },
  'gzip in base64': (f) => {
    const password = f.password();
    return {
      text: `content: ${gzipSync(`[database]\nconnection = mysql://nova:${password}@db/nova\n`).toString('base64')}\nencoding: gz+b64\n`,
      secrets: [password],
      keep: ['encoding: gz+b64'],
    };
  },
  'key over two lines': (f) => {
    const key = f.cephx();
    const at = 6 + f.int(30);
    return {
      text: `output of ceph auth print-key client.nova on ceph-mon-1, in a narrow window: ${key.slice(0, at)}\n${key.slice(at)}\ndone\n`,
      secrets: [key, key.slice(-20)],
      keep: ['done'],
    };
  },
  'utf-16': (f) => {
    const password = f.password();
    return {
      text: Buffer.from(`\ufeff[DEFAULT]\r\npassword = ${password}\r\nhost = compute-1\r\n`, 'utf16le'),
      secrets: [password],
      keep: [Buffer.from('host = compute-1', 'utf16le').toString('latin1')],
    };
  },
  'password with letters of its own': (f) => {
    const password = `pä${f.from(ALNUM, 8)}ß€${f.int(10)}`;
    return {
      text: `password = ${password}\n{"note": ${JSON.stringify(password)}}\n`,
      secrets: [password],
      keep: ['"note"'],
    };
  },
  'ids and digests': (f) => {
    const text = `fsid = ${f.uuid()}\nimage ${f.uuid()} md5 ${f.hex(32)} sha256 ${f.hex(64)} sha1 ${f.hex(40)}\n[None req-${f.uuid()} ${f.hex(32)} ${f.hex(32)} - - default default] [instance: ${f.uuid()}] Attaching volume ${f.uuid()} to /dev/vdb\nceph version 18.2.7 (${f.hex(40)}) reef (stable)\nopenstack-nova-api-29.2.0-1.el9.noarch git ${f.hex(7)}\netag: ${f.hex(32)}\ncookie hash      : ${f.bytes(16).toString('base64')}\n`;
    return { text, secrets: [], keep: [text] };
  },
  'error lines': (f) => {
    const uuid = f.uuid();
    const text = `libvirt.libvirtError: Secret not found: no secret with matching uuid '${uuid}'\nauth: unable to find a keyring on /etc/ceph/ceph.client.nova.keyring: (2) No such file or directory\nmonclient(hunting): handle_auth_bad_method server allowed_methods [2] but i only support [2]\nkeystoneauth1.exceptions.http.Unauthorized: The request you have made requires authentication. (HTTP 401)\nrados.PermissionError: [errno 13] RADOS permission denied (error connecting to the cluster)\nToken expired: please log in again\npassword: incorrect\nThe password has expired; reset password: required\n`;
    return { text, secrets: [], keep: [text] };
  },
  'harmless options': () => {
    const text =
      '[token]\nexpiration = 3600\ntoken_cache_time = 300\nmax_token_size = 255\nallow_expired_window = 172800\n[ssl]\nkeyfile = /etc/ssl/private/api.key\nssl_key_file=/etc/x.pem\n[DEFAULT]\nkey_name = ops\nsecret_backend = barbican\npassword_hash_algorithm = bcrypt\nservice_token_roles = service\nservice_token_roles_required = true\nadmin_password =\nos_password: <redacted>\nkeyring = /etc/ceph/$cluster.$name.keyring\ncephx_require_signatures = true\nauth_client_required = cephx\nuse_password = true\ninject_password = False\nrabbit_password = %(rabbit)s\nnova_password: "{{ nova_keystone_password }}"\n';
    return { origin: '/etc/x/x.conf', text, secrets: [], keep: [text] };
  },
  'sealed values': (f) => {
    const text = `[client.cinder]\n\tkey = sealed:${f.hex(16)}:aes\n`;
    return { text, secrets: [], keep: [text] };
  },
  'ceph error with a key': (f) => {
    const key = `${f.cephx().slice(0, 30)}`;
    return {
      text: `auth: error setting modifier for [client.x] type=key val=${key}: Malformed input [buffer:3]\n`,
      secrets: [key],
      keep: ['Malformed input', '[client.x]'],
    };
  },
  'mount options': (f) => {
    const [key, password] = [f.cephx(), f.password()];
    return {
      text: `10.0.0.1:6789:/ on /mnt/cephfs type ceph (rw,relatime,name=admin,secret=${key},acl)\n//nas/x /mnt cifs username=ops,password=${password},vers=3.0 0 0\n`,
      secrets: [key, password],
      keep: ['(rw,relatime,name=admin,secret=', ',acl)', ',vers=3.0 0 0'],
    };
  },
  'systemd unit': (f) => {
    const password = f.typed();
    return {
      text: `[Service]\nEnvironment="OS_PASSWORD=${password}" "LANG=C"\nExecStart=/usr/bin/exporter --web.listen-address=:9100\n`,
      secrets: [password],
      keep: ['"LANG=C"', '--web.listen-address=:9100'],
    };
  },
  'web form': (f) => {
    const password = f.nasty();
    return {
      text: `POST /auth/login username=admin&password=${encodeURIComponent(password)}&region=default HTTP/1.1\n`,
      secrets: [password],
      keep: ['username=admin&password=', 'region=default'],
    };
  },
  'presigned url': (f) => {
    const [signature, access] = [f.hex(64), `AKIA${f.from('ABCDEFGHIJ234567', 16)}`];
    return {
      text: `GET https://s3.example/images/x?X-Amz-Credential=${access}%2F20260501&X-Amz-Date=20260501T000000Z&X-Amz-Signature=${signature}A1\n`,
      secrets: [access],
      keep: ['X-Amz-Date=20260501T000000Z'],
    };
  },
  'ansible and terraform': (f) => {
    const [a, b] = [f.password(), f.password()];
    return {
      text: `controller ansible_host=10.0.0.1 ansible_user=ops ansible_become_pass=${a}\nprovider "openstack" {\n  user_name = "admin"\n  password  = "${b}"\n  region    = "RegionOne"\n}\n`,
      secrets: [a, b],
      keep: ['ansible_user=ops', 'user_name = "admin"', 'region    = "RegionOne"'],
    };
  },
  'heat and horizon': (f) => {
    const [a, b] = [f.password(), f.password()];
    return {
      text: `SECRET_KEY = '${a}'\nDATABASES = {'default': {'ENGINE': 'django.db.backends.mysql', 'PASSWORD': '${b}', 'HOST': '10.0.0.9'}}\nOPENSTACK_KEYSTONE_DEFAULT_ROLE = "member"\n`,
      secrets: [a, b],
      keep: ["'ENGINE': 'django.db.backends.mysql'", 'OPENSTACK_KEYSTONE_DEFAULT_ROLE = "member"'],
    };
  },
  'xml passwords': (f) => {
    const password = f.nasty();
    const xml = password.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
    return {
      text: `<server>\n  <adminPass>${xml}</adminPass>\n  <name>vm-1</name>\n</server>\n`,
      secrets: [password],
      keep: ['<name>vm-1</name>'],
    };
  },
  'grep output': (f) => {
    const [password, uuid] = [f.password(), f.uuid()];
    return {
      origin: 'grep -rn -e password -e secret /etc/cinder',
      text: `/etc/cinder/cinder.conf:12:password = ${password}\n/etc/cinder/cinder.conf:40:rbd_secret_uuid = ${uuid}\n`,
      secrets: [password],
      keep: [uuid, '/etc/cinder/cinder.conf:12:password = '],
    };
  },
  diff: (f) => {
    const [a, b] = [f.password(), f.password()];
    return {
      text: `--- a/nova.conf\n+++ b/nova.conf\n@@ -3,2 +3,2 @@\n-password = ${a}\n+password = ${b}\n region = x\n`,
      secrets: [a, b],
      keep: ['@@ -3,2 +3,2 @@', ' region = x'],
    };
  },
  'multi-line command': (f) => {
    const password = f.password();
    return {
      text: `openstack user create --domain default \\\n  --password \\\n  ${password} \\\n  --email x@example.org glance\n`,
      secrets: [password],
      keep: ['--email x@example.org glance'],
    };
  },
};

export const KINDS = Object.keys(MAKE);

export function sample(kind: string, fresh: Fresh): Sample {
  const make = MAKE[kind];
  if (make === undefined) throw new Error(`no such kind: ${kind}`);
  return { kind, ...make(fresh) };
}
