import type { Make } from '../corpus.ts';
import { b64 } from '../pieces.ts';

const UPPER = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';

/** `hexdump -C`. */
function dump(text: string): string {
  const lines = text.match(/[\s\S]{1,16}/g) ?? [];
  return lines
    .map((part, i) => {
      const bytes = [...Buffer.from(part)];
      const digits = bytes.map((c) => c.toString(16).padStart(2, '0')).join(' ');
      const letters = bytes.map((c) => (c >= 32 && c < 127 ? String.fromCharCode(c) : '.')).join('');
      return `${(i * 16).toString(16).padStart(8, '0')}  ${digits.padEnd(49)} |${letters}|\n`;
    })
    .join('');
}

/** What people type, note and hand on. */
export const OPERATORS: Readonly<Record<string, Make>> = {
  'values set by name': (f) => {
    const [a, b, c, d, e, g] = [f.password(), f.password(), f.password(), f.password(), f.hex(32), f.password()];
    return {
      origin: '/root/.bash_history',
      text: `ceph dashboard set-grafana-api-password ${a}\nceph config set mgr mgr/dashboard/GRAFANA_API_PASSWORD ${b}\ncrudini --set /etc/nova/nova.conf keystone_authtoken password ${c}\nset -x OS_PASSWORD ${d}\nhttp-request add-header X-Auth-Token ${e}\nceph dashboard set-rgw-api-secret-key -i /tmp/x\necho -n "${g}" > /root/pw.txt\ncurl -u a:${a} x; curl -u b:${g} y\nvirsh set-user-password vm1 root ${b}\n`,
      secrets: [a, b, c, d, e, g],
      keep: ['set-rgw-api-secret-key -i /tmp/x', 'keystone_authtoken password ', '> /root/pw.txt', 'vm1 root '],
    };
  },
  'notes of people': (f) => {
    const [a, b, c, d] = [f.password(), f.password(), f.password(), f.password()];
    return {
      text: `The admin password is \`${a}\`.\nthe new rabbit password is ${b} and the db one is unchanged.\nDashboard login: admin / ${c}\nDB root password - ${d}\nthe password is wrong\nYour password is not set.\nlogin: ops\n`,
      secrets: [a, b, c, d],
      keep: ['the password is wrong', 'Your password is not set.', 'and the db one is unchanged', 'login: ops'],
    };
  },
  'blocks whose name makes all in them secret': (f) => {
    const [a, b, c, d] = [f.uuid(), f.uuid(), f.typed(), f.bytes(32).toString('base64')];
    return {
      text: `acl {\n  tokens {\n    initial_management = "${a}"\n    agent = "${b}"\n  }\n  node = "n-1a"\n}\nencrypt = "${d}"\nsecrets:\n  kind: v2-store\n  nova: ${c}\nregion: de-1\n`,
      secrets: [a, b, c, d],
      keep: ['node = "n-1a"', 'kind: v2-store', 'region: de-1'],
    };
  },
  'scripts that type': (f) => {
    const [a, b, c] = [f.typed(), f.typed(), f.password()];
    return {
      text: `#!/usr/bin/expect -f\nexpect "assword:"\nsend "${a}\\r"\nexpect "#"\nsend "show clock 24h\\r"\nexpect {\n  "*assphrase*" { send -- "${b}\\n" }\n}\nchild.expect('[Pp]assword:')\nchild.sendline('${c}')\nchild.sendline('show version2')\n`,
      secrets: [a, b, c],
      keep: ['show clock 24h', 'show version2'],
    };
  },
  'keys of time servers': (f) => {
    const [a, b] = [f.hex(40), f.password()];
    return {
      origin: '/etc/chrony/chrony.keys',
      text: `# 1 SHA1 example\n1 SHA1 HEX:${a}\n20 MD5 ${b}\n`,
      secrets: [a, b],
      keep: ['# 1 SHA1 example', '1 SHA1 '],
    };
  },
  'what is asked and told on a console': (f) => {
    const [a, b, c, d, e, g] = [f.password(), f.typed(), f.password(), f.typed(), f.hex(30), f.typed()];
    return {
      text: `$ nova get-password vm-3 ~/.ssh/id_rsa\n${a}\n$ date\nThe root password there is still ${b}, says Ann.\nThe controller is root / ${c} and its rack is A / B12.\nracadm -r h1 -u root -p '${d}' getsysinfo\nRetrieved secret payload b'${e}7a9Z' for a volume\necho "${g}" | ceph dashboard set-grafana-api-password -i -\nthe password policy for users is strict2\n`,
      secrets: [a, b, c, d, e, g],
      keep: ['its rack is A / B12', 'users is strict2', 'set-grafana-api-password -i -'],
    };
  },
  'logins in the environment and in queries': (f) => {
    const [a, b] = [f.password(), f.password()];
    const pair = b64(`robot:${a}`);
    return {
      text: `REGISTRY_AUTH="${pair}"\ncurl "http://influx:8086/write?db=ceph&u=tele&p=${b}" -d x\ncurl "http://h/?page=2&p=3"\nOS_AUTH=none\n`,
      secrets: [a, pair, b],
      keep: ['page=2&p=3', 'OS_AUTH=none', 'db=ceph&u=tele&p='],
    };
  },
  'what is handed over': (f) => {
    const [a, b, c, d, e, g, h] = [
      f.password(),
      f.password(),
      f.password(),
      f.password(),
      f.password(),
      f.password(),
      f.uuid(),
    ];
    const id = f.from(UPPER, 20);
    return {
      origin: '/root/creds.csv',
      text: `RabbitMQ user openstack -> ${a}\nDB: nova_api / ${b}\n|| System || User || Password ||\n| Horizon | admin | ${c} |\n\nresource "random_password" "db" {\n  ~ result = "${d}" -> "${e}"\n    keepers = "v2-2026"\n}\nv4 credential scope = ${id}/20260303/us-east-1/s3/aws4_request\nfsid,,,${h}\nvault_rabbit: ${g}\nuser nova -> role admin2\naccount swift / AUTH_4c342171\ntokens:\n  expires_in: 86400s\nlogin root / tty1\nmount /dev/sda1 on / type ext4\n`,
      secrets: [a, b, c, d, e, id, g],
      keep: [
        '| Horizon | admin | ',
        'keepers = "v2-2026"',
        h,
        'role admin2',
        '/20260303/us-east-1/s3/aws4_request',
        'AUTH_4c342171',
        '86400s',
        'root / tty1',
        'on / type ext4',
      ],
    };
  },
  'whose password it is': (f) => {
    const chosen = () => `aB3${f.password()}`;
    const [a, b, c, d] = [chosen(), chosen(), chosen(), chosen()];
    return {
      origin: '/root/handover.md',
      text: `- rabbit pw is now ${a}\n- the ipmi password of compute-2: ${b}\nThe password for ops-db = ${c}\npassword on db1 was: '${d}'\nInvalid password for user: Admin01\npassword for volume: volume-0a1B2c\npassword of compute-3: unchanged\npassword for nova: see /root/Notes7\n`,
      secrets: [a, b, c, d],
      keep: [
        'Invalid password for user: Admin01',
        'volume-0a1B2c',
        'password of compute-3: unchanged',
        'see /root/Notes7',
        'the ipmi password of compute-2: ',
      ],
    };
  },
  'masks of others': () => {
    const text = `"password": "(redacted)"\npassword = <redacted>\nsecrets: "***stripped***"\nkeyfile=***stripped***\n"password": "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"\npasswd: [FILTERED]\nOS_PASSWORD=--hidden--\nRABBIT_PASS:  <set to the key 'pw' in secret 'rabbit'>  Optional: false\nvirSecretSetValue: secret=0x7f11, value=0x7faa\npassword = keystone.auth.plugins.password.Password\nvncviewer -passwd /root/.vnc/passwd host:1\n`;
    return { text, secrets: [], keep: text.split('\n') };
  },
  'programs hand on': () => {
    const text = `auth = v3.Password(url, password=CONF.password, token=self.auth_token)\npassword = getpass.getpass()\ntoken = os.environ.get("OS_TOKEN")\nclient = Client(secret=client_secret, password=password)\nsecret_key = config["secret_key"]\nheaders = {'X-Auth-Token': self.auth_token, 'Accept': 'x'}\n`;
    return { text, secrets: [], keep: text.split('\n') };
  },
  'hexdump of a keyring': (f) => {
    const key = f.cephx();
    const text = dump(`[client.x]\n\tkey = ${key}\n`);
    const harmless = dump('volume-12345 and nothing else');
    return {
      text: `${text}\n${harmless}`,
      secrets: [...text.split('\n').slice(1, 4), key],
      keep: [harmless],
    };
  },
  'logs that write ends of lines': (f) => {
    const [a, b, c] = [f.password(), f.password(), f.cephx()];
    const inner = `[x]\npassword = ${a}\nuser = glance\n`;
    return {
      text: `May  1 app[1]: password = ${b}#012user = nova\n${JSON.stringify({ log: inner, stream: 'stdout' })}\n${JSON.stringify({ log: `admin_password: ${b}\n` })}\n${JSON.stringify({ log: `[client.a]\n\tkey = ${c}\n` })}\n`,
      secrets: [a, b, c],
      keep: ['#012user = nova', '\\nuser = glance\\n', '"stream":"stdout"'],
    };
  },
  'tokens in paths and objects': (f) => {
    const [a, b, c] = [f.hex(32), f.hex(32), f.hex(32)];
    return {
      text: `GET /v2.0/tokens/${a} HTTP/1.1\n${JSON.stringify({ access: { token: { expires: 'x', id: b, tenant: { id: c } } } }, null, 2)}\n`,
      secrets: [a, b],
      keep: [c, '"expires": "x"', 'GET /v2.0/tokens/'],
    };
  },
  'a token over cells': (f) => {
    const token = f.fernet();
    const parts = token.match(/.{1,44}/g) ?? [];
    return {
      text: `| id         | ${parts[0]} |\n${parts
        .slice(1)
        .map((part) => `|            | ${part} |\n`)
        .join('')}| project_id | ${f.hex(32)} |\n`,
      secrets: parts.filter((part) => part.length > 20),
      keep: ['| project_id | '],
    };
  },
  'a certificate and its key': (f) => {
    const [cert, key] = [f.pem('CERTIFICATE'), f.pem('PRIVATE KEY')];
    return {
      text: JSON.stringify({ 'rgw/cert/x': `${cert.text}\n${key.text}\n`, n: 1 }),
      secrets: (key.body.match(/.{1,64}/g) ?? []).slice(0, -1),
      keep: [JSON.stringify(cert.text).slice(1, -1), '"n":1'],
    };
  },
  'shared keys of transports': (f) => {
    const [a, b, c] = [b64(f.password()), f.hex(64), f.password()];
    return {
      text: `nvme connect --dhchap-secret=DHHC-1:00:${a}:\nluks-${f.uuid()}: 0 20930560 crypt aes-xts-plain64 ${b} 0 252:1 32768\nluks-${f.uuid()}: 0 2 crypt aes-xts-plain64 ${'0'.repeat(64)} 0 252:1\nmc alias set rgw http://rgw ${f.from(UPPER, 20)} ${c}\n`,
      secrets: [a, b, c],
      keep: ['crypt aes-xts-plain64 ', `aes-xts-plain64 ${'0'.repeat(64)} 0`, 'alias set rgw http://rgw '],
    };
  },
  'neighbours of secrets': (f) => {
    const [a, b, c, d, e] = [f.typed(), f.typed(), f.typed(), f.typed(), f.hex(40)];
    const line = f.bytes(48).toString('base64');
    return {
      text: `{\n  "rgw_admin_password": "${a}",\n  "passwords": [\n    "${b}"\n  ],\n  "token":\n  "${e}",\n  "client_keys": "{\\"client.x\\":{\\"secret\\":\\"${c}\\",\\"cap_mon\\":\\"profile rbd\\"}}",\n  "update_password": "always",\n  "mgr/restful/keys/admin": "${d}",\n  "private_key": [\n    "-----BEGIN PRIVATE KEY-----",\n    "${line}",\n    "-----END PRIVATE KEY-----"\n  ]\n}\n`,
      secrets: [a, b, c, d, e, line],
      keep: ['"rgw_admin_password": "', 'profile rbd', '"always"'],
    };
  },
  'rows cut out of a table': (f) => {
    const [a, b] = [f.typed(), f.typed()];
    return {
      origin: 'openstack server show x',
      text: `| adminPass | ${a} |\n| hostId | ${f.hex(56)} |\n| key_name | mine |\n+---------+-----+\n| Field   | Value |\n+---------+-----+\n| Payload | ${b} |\n`,
      secrets: [a, b],
      keep: ['| hostId |', '| key_name | mine |'],
    };
  },
  'a key written in YAML without a bar': (f) => {
    const [a, b] = [f.bytes(48).toString('base64'), f.bytes(48).toString('base64')];
    return {
      text: `ssh:\n  private_key: '-----BEGIN RSA PRIVATE KEY-----\n\n    ${a}\n\n    ${b}\n\n    -----END RSA PRIVATE KEY-----\n\n    '\n  name: x\nlist:\n  passwords:\n  - ${f.typed()}\n`,
      secrets: [a, b],
      keep: ['  name: x'],
    };
  },
  'what a dashboard shows': (f) => {
    const key = f.from('ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789', 20);
    return {
      origin: 'ceph dashboard get-rgw-api-access-key',
      text: `{"default.rgw": "${key}"}\n`,
      secrets: [key],
      keep: ['"default.rgw"'],
    };
  },
  'words of many programs': (f) => {
    const plain = (): string => `Kraken${f.hex(8)}x`;
    const [a, b, c, d, e, g] = [plain(), plain(), plain(), f.bytes(33).toString('base64'), plain(), f.hex(64)];
    return {
      text: `DEBUG Connecting to AMQP server on openstack:${a}@10.0.0.1:5672\n    tcp-check send AUTH\\ ${b}\\r\\n\n{ssl_options, [{keyfile, "/etc/k.pem"}, {password, "${c}"}]}\nvault operator unseal ${d}\nnode.session.auth.password_in = ${e}\n{'X-Instance-ID': 'x', 'X-Instance-ID-Signature': '${g}'}\namqp://openstack:**@10.0.0.1:5672// refused\nadmin-secret:    40 bytes\nexistingSecret: mariadb-secret\nSECRET_KEY = secret_key.read_from_file('/var/lib/x/.secret_key_store')\n/mnt ceph name=b,secretfile=/etc/ceph/b.secret 0 0\n`,
      secrets: [a, b, c, d, e, g],
      keep: [
        'openstack:**@',
        '40 bytes',
        'mariadb-secret',
        '/var/lib/x/.secret_key_store',
        'b.secret 0 0',
        '/etc/k.pem',
      ],
    };
  },
  'values behind other words': (f) => {
    const [a, b, c, d, e, g] = [f.password(), f.password(), f.uuid(), f.password(), f.password(), f.password()];
    return {
      origin: '/root/.bash_history',
      text: `ceph dashboard set-rgw-api-secret-key -i <(echo -n ${a})\nvirsh qemu-monitor-command vm --hmp 'set_password vnc ${b}'\nceph config-key set mgr/restful/keys/api ${c}\nclass { 'x': password => Sensitive('${d}') }\nUser(password=SecretStr('${e}'), name='x')\nadmin_credentials="admin:${g}"\nset_password not implemented by driver\nceph dashboard set-rgw-api-access-key -i <(cat /root/key)\nname=Sensitive(true)\n`,
      secrets: [a, b, c, d, e, g],
      keep: ['set_password not implemented by driver', '-i <(cat /root/key)', "name='x'", 'mgr/restful/keys/api '],
    };
  },
  'pairs of YAML in their long form': (f) => {
    const [a, b] = [f.password(), f.password()];
    return {
      text: `? password\n: ${a}\n? region\n: RegionOne\nnext:\n  ? admin_password\n  : '${b}'\n  after: thing-2\n`,
      secrets: [a, b],
      keep: [': RegionOne', 'after: thing-2', '? password'],
    };
  },
  'a table within a list': (f) => {
    const [a, b] = [f.password(), f.password()];
    return {
      text: `3. Look.\n4. | host | user | password |\n   |------|------|----------|\n   | bmc1 | root | ${a} |\n   | bmc2 | root | ${b} |\n5. | is a bar\n`,
      secrets: [a, b],
      keep: ['4. | host | user | password |', '| bmc2 | root | ', '5. | is a bar'],
    };
  },
  'a transcript of a shell': (f) => {
    const [a, b, c, d] = [f.password(), f.bytes(32).toString('base64'), f.cephx(), f.password()];
    return {
      text: `$ sudo cat /etc/cinder/.db_password\n${a}\n$ hostname\nctl-01\n# cat /etc/keystone/fernet-keys/0\n${b}\nroot@mon1:~# ceph auth get-key client.cinder\n${c}\n[root@ctl2 ~]# echo $OS_PASSWORD\n${d}\n[root@ctl2 ~]# cat /etc/hostname\nctl-02\n# The password of the database\nsection-one\n$ cat /etc/glance/.secret\ncat: /etc/glance/.secret: No such file or directory\n`,
      secrets: [a, b, c, d],
      keep: ['ctl-01', 'ctl-02', 'section-one', 'No such file or directory', '/etc/cinder/.db_password'],
    };
  },
  'words that nobody reads as words': (f) => {
    const [a, b] = [`Tiger!${f.hex(8)}Q`, `${f.hex(9)}gK4x${f.hex(9)}`];
    return {
      text: `osd.3 dmcrypt secret ${a}\nthe old password ${b}.\nsecret ${f.uuid()} is private\nno password prompt, Secret libvirt-1-auth, password authentication\n`,
      secrets: [a, b],
      keep: ['is private', 'password prompt', 'Secret libvirt-1-auth', 'password authentication'],
    };
  },
  'what a debugger shows': (f) => {
    const a = f.password();
    return {
      text: `$1 = {user = 0x55d0 "nova", password = 0x7f3a10 "${a}", host = 0x55e0 "db1", key = 0x0}\n`,
      secrets: [a],
      keep: ['0x55d0 "nova"', '0x55e0 "db1"', 'key = 0x0'],
    };
  },
  'cells of a page': (f) => {
    const [a, b] = [f.password(), f.password()];
    return {
      text: `<tr><td>Password</td><td><code>${a}</code></td></tr><tr><td>Pool</td><td>volumes</td></tr>\n<dl><dt>admin_password:</dt>\n<dd>${b}</dd><dt>region</dt><dd>RegionOne</dd></dl>\n<p>The <b>password</b> is unchanged.</p>\n`,
      secrets: [a, b],
      keep: ['<td>volumes</td>', '<dd>RegionOne</dd>', 'is unchanged.'],
    };
  },
  'logins and keys of other services': (f) => {
    const [a, b] = [f.password(), f.hex(32)];
    return {
      text: `ETCDCTL_USER=root:${a}\nDOCKER_USER=42407:42407\nuser: nova:nova\nrouting_key: ${b}\nrouting_key: cinder-volume\nrouting_key=reply_${f.hex(16)}\n`,
      secrets: [a, b],
      keep: ['42407:42407', 'nova:nova', 'cinder-volume', 'routing_key=reply_'],
    };
  },
};
