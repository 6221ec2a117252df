import type { Make } from '../corpus.ts';
import { b64, linesOf } from '../pieces.ts';

const ALNUM = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

export const HOSTS: Readonly<Record<string, Make>> = {
  'ps auxww': (f) => {
    const [a, b, c, d, e, g] = [f.password(), f.password(), f.password(), f.password(), f.password(), f.typed()];
    return {
      origin: 'ps auxww',
      text: `USER PID %CPU %MEM VSZ RSS TTY STAT START TIME COMMAND\nroot 77 0.0 0.1 1 1 ? Ss 10:00 0:00 /usr/sbin/mysqld --wsrep_sst_auth=sst:${a} --port=3306\nroot 78 0.0 0.1 1 1 ? S 10:00 0:00 rbd --id cinder --keyfile /etc/ceph/k map volumes/x\nroot 79 0.0 0.1 1 1 ? S 10:00 0:00 redis-server --requirepass ${b} --port 6379\nroot 80 0.0 0.1 1 1 ? S 10:00 0:00 ipmitool -I lanplus -H 10.1.0.2 -U admin -P ${c} chassis power status\nroot 81 0.0 0.1 1 1 ? S 10:00 0:00 ldapsearch -x -D cn=admin,dc=x -w ${d} -b dc=x\nroot 82 0.0 0.1 1 1 ? S 10:00 0:00 snmpget -v2c -c ${e} 10.0.0.1 sysName.0\nroot 83 0.0 0.1 1 1 ? S 10:00 0:00 snmpwalk -v3 -l authPriv -u ops -a SHA -A ${a}1 -x AES -X ${b}1 10.0.0.1\nroot 84 0.0 0.1 1 1 ? S 10:00 0:00 sshpass -p${c}1 ssh ops@ctl\nroot 85 0.0 0.1 1 1 ? S 10:00 0:00 curl -k --user ops:${g} https://ctl:8443/api\nroot 86 0.0 0.1 1 1 ? S 10:00 0:00 mysqladmin -uroot -p${d}1 ping\nroot 87 0.0 0.1 1 1 ? S 10:00 0:00 grep -p x -k y\nnova 88 0.0 0.1 1 1 ? S 10:00 0:00 /usr/bin/python3 /usr/bin/nova-compute --config-file=/etc/nova/nova.conf --log-file=/var/log/x\nroot 89 0.0 0.0 1 1 ? S 10:00 0:00 socat -d -d TCP4-LISTEN:5000 OPENSSL:10.0.0.1:5000,passphrase=${e}1,verify=0\n`,
      secrets: [a, b, c, d, e, g],
      keep: [
        '--port=3306',
        '--keyfile /etc/ceph/k map volumes/x',
        '--port 6379',
        '-U admin -P',
        'chassis power status',
        '-b dc=x',
        'sysName.0',
        'ssh ops@ctl',
        'https://ctl:8443/api',
        '--config-file=/etc/nova/nova.conf',
        '-a SHA -A',
        '-x AES -X',
        'grep -p x -k y',
      ],
    };
  },
  'sudo and auth logs': (f) => {
    const [a, b, c, d] = [f.cephx(), f.password(), f.password(), f.password()];
    return {
      origin: '/var/log/auth.log',
      text: `May  1 10:00:00 ctl sudo:      ops : TTY=pts/0 ; PWD=/home/ops ; USER=root ; COMMAND=/usr/bin/bash -c echo '${a}' > /etc/ceph/x.key\nMay  1 10:00:01 ctl sudo:      ops : PWD=/ ; USER=root ; ENV=OS_PASSWORD=${b} ; COMMAND=/usr/bin/openstack token issue\nMay  1 10:00:02 ctl sudo[9]:  ops : USER=root ; COMMAND=/usr/bin/mysql -uroot -p${c} -e SHOW STATUS\nMay  1 10:00:03 ctl sudo[9]:  ops : USER=root ; COMMAND=/usr/sbin/rabbitmqctl add_user nova ${d}\nMay  1 10:00:04 ctl passwd[12]: pam_unix(passwd:chauthtok): password changed for nova\nMay  1 10:00:05 ctl useradd[13]: new user: name=ops, UID=1001, GID=1001, home=/home/ops, shell=/bin/bash, from=/dev/pts/0\n`,
      secrets: [a, b, c, d],
      keep: [
        'TTY=pts/0 ; PWD=/home/ops',
        'openstack token issue',
        '-e SHOW STATUS',
        'password changed for nova',
        'name=ops, UID=1001',
      ],
    };
  },
  'linux audit': (f) => {
    const [a, b] = [f.password(), f.password()];
    const hex = Buffer.from(`mysql\0-uroot\0-p${b}`).toString('hex').toUpperCase();
    return {
      origin: '/var/log/audit/audit.log',
      text: `type=EXECVE msg=audit(1767225600.123:88): argc=4 a0="openstack" a1="--os-password" a2="${a}" a3="volume"\ntype=PROCTITLE msg=audit(1767225600.123:88): proctitle=${hex}\ntype=USER_AUTH msg=audit(1767225600.1:9): pid=1 uid=0 auid=4294967295 ses=4294967295 subj=system_u:system_r:sshd_t:s0 msg='op=PAM:authentication grantors=? acct="root" exe="/usr/sbin/sshd" res=failed'\ntype=CRYPTO_KEY_USER msg=audit(1767225600.1:9): op=destroy kind=server fp=SHA256:${f.hex(2)}:${f.hex(2)}:${f.hex(2)} direction=? spid=1 suid=0\ntype=SYSCALL msg=audit(1767225600.1:9): arch=c000003e syscall=59 key="secrets-watch"\n`,
      secrets: [a, b],
      keep: ['a1="--os-password"', 'a3="volume"', 'acct="root"', 'fp=SHA256:', 'key="secrets-watch"'],
    };
  },
  'shell histories': (f) => {
    const [a2, a3, b2, b3, c2, c3, d2, e2, g2] = [
      f.password(),
      f.password(),
      f.password(),
      f.password(),
      f.password(),
      f.password(),
      f.password(),
      f.password(),
      f.password(),
    ];
    const [a, b, c, d, e, g, h] = [
      f.password(),
      f.password(),
      f.password(),
      f.password(),
      f.password(),
      f.password(),
      f.jwt(),
    ];
    return {
      origin: '/root/.bash_history',
      text: `#1767225600\nexport OS_PASSWORD=${a}\nOS_TOKEN=${b} openstack volume list\nmysql -u root -p'${c}' -h db1\nPGPASSWORD=${d} psql -h db -U nova\ncurl -s -H "Authorization: Bearer ${h}" https://ctl:8443/api/health\ncurl -H 'X-Auth-Token: ${e}' http://ctl:8774/\nwget --user=ops --password=${g} http://x/y\ncurl -d '{"auth":{"passwordCredentials":{"username":"a","password":"${a2}"}}}' http://ctl:5000/v2.0/tokens\nhtpasswd -bc /etc/x ops ${b2}\necho ${c2} | passwd --stdin nova\nopenssl passwd -6 ${d2}\nopenssl enc -aes-256-cbc -k ${e2} -in a\nipmitool -H 10.0.0.1 -U root -P '${g2}' sol activate\nvirsh secret-define s.xml\nkinit admin@X <<< ${a3}\nsmbclient //nas/x -U ops%${b3}\ndocker login -u ci -p ${c3} registry.example\nceph dashboard ac-user-create admin -i /tmp/pw administrator\nrsync -avp /a /b\nssh -p 2222 ops@ctl\nmkdir -p /srv/x\ntar -xpf a.tar\n`,
      secrets: [a, b, c, d, e, g, h, a2, b2, c2, d2, e2, g2, a3, b3, c3],
      keep: [
        '#1767225600',
        'openstack volume list',
        '-h db1',
        'psql -h db -U nova',
        'https://ctl:8443/api/health',
        'http://ctl:5000/v2.0/tokens',
        'virsh secret-define s.xml',
        '-i /tmp/pw administrator',
        'rsync -avp /a /b',
        'ssh -p 2222 ops@ctl',
        'mkdir -p /srv/x',
        'tar -xpf a.tar',
        'registry.example',
      ],
    };
  },
  'password files': (f) => {
    const [a, b, c, d, e] = [
      f.password(),
      f.password(),
      f.typed().replaceAll(':', 'x'),
      f.from(`${ALNUM}./`, 22),
      f.password(),
    ];
    return {
      origin: 'several',
      text: `db1:5432:nova:nova:${a}\n*:*:*:postgres:${b}\nhttps://ci:${c.replaceAll('@', 'x').replaceAll('%', 'x').replaceAll('/', 'x')}@git.example\nadmin:$apr1$${f.from(ALNUM, 8)}$${d}\nops:{SHA}${f.bytes(20).toString('base64')}\nmachine registry.example\n  login ci\n  password ${e}\n`,
      secrets: [c.replaceAll('@', 'x').replaceAll('%', 'x').replaceAll('/', 'x'), d, e],
      keep: ['machine registry.example', '  login ci', '@git.example', 'db1:5432:nova:nova:'],
    };
  },
  pgpass: (f) => {
    const [a, b] = [f.password(), f.password()];
    return {
      origin: '/root/.pgpass',
      text: `# host:port:db:user:password\ndb1:5432:nova:nova:${a}\n*:*:*:postgres:${b}\n`,
      secrets: [a, b],
      keep: ['# host:port:db:user:password', 'db1:5432:nova:nova:', '*:*:*:postgres:'],
    };
  },
  'git credentials': (f) => {
    const [a, b] = [f.password(), `ghp_${f.from(ALNUM, 36)}`];
    return {
      origin: '/root/.git-credentials',
      text: `https://ops:${a}@git.example\nhttps://x-access-token:${b}@github.example/x.git\nurl = https://${b}@github.example/org/repo\n# commit ${f.hex(40)} ${f.hex(7)}\nurl = git@github.example:org/repo.git\n`,
      secrets: [a, b],
      keep: ['@git.example', 'git@github.example:org/repo.git', '# commit '],
    };
  },
  'user-data': (f) => {
    const [a6, a9, c7, c8] = [f.password(), f.password(), f.password(), f.password()];
    const [a, b, c, d] = [
      f.password(),
      `$6$rounds=4096$${f.from(ALNUM, 8)}$${f.from(`${ALNUM}./`, 86)}`,
      f.password(),
      f.pem('EC PRIVATE KEY', 118),
    ];
    return {
      origin: '/var/lib/cloud/instance/user-data.txt',
      text: `#cloud-config\nssh_pwauth: true\npassword: ${a}\nchpasswd:\n  expire: false\n  list: |\n    root:${c}\n    ops:${a9}\n  users:\n    - {name: nova, password: ${c8}, type: text}\nusers:\n  - name: ops\n    passwd: ${b}\n    hashed_passwd: ${b}\n    plain_text_passwd: '${c7}'\n    lock_passwd: false\n    ssh_authorized_keys:\n      - ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI${f.from(ALNUM, 43)} ops@laptop\nssh_keys:\n  ecdsa_private: |\n${d.text
        .split('\n')
        .map((l) => `    ${l}`)
        .join(
          '\n',
        )}\n  ecdsa_public: ecdsa-sha2-nistp256 AAAAE2VjZHNh${f.hex(60)}\nruncmd:\n  - [ sh, -c, "echo ops:${a6} | chpasswd" ]\nwrite_files:\n  - path: /etc/ceph/k\n    encoding: b64\n    content: ${b64(f.cephx())}\n`,
      secrets: [a, b, c, ...linesOf(d.body).slice(1), a9, a6, c8, c7],
      keep: [
        'ssh_pwauth: true',
        'expire: false',
        'lock_passwd: false',
        'ops@laptop',
        'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI',
        'ecdsa-sha2-nistp256 AAAAE2VjZHNh',
        'path: /etc/ceph/k',
        'name: ops',
        'type: text',
      ],
    };
  },
  'terraform state': (f) => {
    const [a, b, c, d] = [f.password(), f.password(), f.pem('RSA PRIVATE KEY', 500), f.password()];
    return {
      origin: 'terraform.tfstate',
      text: JSON.stringify(
        {
          version: 4,
          lineage: f.uuid(),
          outputs: {
            db_password: { value: a, type: 'string', sensitive: true },
            endpoint: { value: 'http://10.0.0.1', type: 'string' },
          },
          resources: [
            {
              type: 'openstack_compute_instance_v2',
              instances: [
                {
                  attributes: {
                    admin_pass: b,
                    id: f.uuid(),
                    key_pair: 'ops',
                    user_data: f.hex(40),
                    private_key_pem: c.text,
                    result: 'x',
                  },
                  sensitive_attributes: [],
                },
              ],
            },
            {
              type: 'random_password',
              instances: [{ attributes: { result: d, length: 24, bcrypt_hash: `$2a$10$${f.from(ALNUM, 53)}` } }],
            },
          ],
        },
        null,
        2,
      ),
      secrets: [a, b, ...linesOf(c.body).slice(1), d],
      keep: [
        '"sensitive": true',
        'http://10.0.0.1',
        '"key_pair": "ops"',
        'openstack_compute_instance_v2',
        '"length": 24',
      ],
    };
  },
  'private keys in odd places': (f) => {
    const [a, b, c, d] = [
      f.pem('ENCRYPTED PRIVATE KEY', 400),
      f.pem('PRIVATE KEY', 300),
      f.pem('RSA PRIVATE KEY', 300),
      f.pem('CERTIFICATE', 400),
    ];
    const pkcs1 = c.text.replace(
      '-----\n',
      '-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,0123456789ABCDEF0123456789ABCDEF\n\n',
    );
    return {
      text: `${a.text}\n${d.text}\nserver_key="${b.text.replaceAll('\n', '\\n')}\\n"\n${pkcs1
        .split('\n')
        .map((l) => `2026-05-01 10:00:00.000 7 ERROR octavia.certs [-] ${l}`)
        .join('\n')}\nafter the key\n> ${b.text.replaceAll('\n', '\n> ')}\n> bye\n`,
      secrets: [a, b, c].flatMap(({ body }) => linesOf(body).slice(1)),
      keep: [d.text, 'after the key', '> bye', 'server_key="'],
    };
  },
  'ssh keys with prefixes': (f) => {
    const body = b64(`openssh-key-v1\0\0\0${f.bytes(400).toString('latin1')}`);
    const lines = body.match(/.{1,70}/g) ?? [];
    const text = ['-----BEGIN OPENSSH PRIVATE KEY-----', ...lines, '-----END OPENSSH PRIVATE KEY-----'];
    const ec2 = `ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQC${f.from(ALNUM, 200)} Generated-by-Nova`;
    return {
      text: `${text.map((l, i) => `May  1 10:00:0${i % 10} ctl cloud-init[812]: ci-info: | ${l} |`).join('\n')}\n${ec2}\n-----BEGIN SSH HOST KEY KEYS-----\n${ec2}\n-----END SSH HOST KEY KEYS-----\n-----BEGIN PUBLIC KEY-----\n${f.pem('PUBLIC KEY', 100).body}\n-----END PUBLIC KEY-----\n`,
      secrets: lines.slice(2),
      keep: [ec2, 'SSH HOST KEY KEYS', '-----BEGIN PUBLIC KEY-----'],
    };
  },
  'haproxy, keepalived and friends': (f) => {
    const [a9, b9, cx] = [f.password(), f.password(), f.password()];
    const [a, b, d, e] = [f.password(), f.password(), f.password(), f.password()];
    return {
      origin: '/etc/haproxy/haproxy.cfg',
      text: `global\n  log /dev/log local0\n  stats socket /var/lib/haproxy/admin.sock mode 600\nuserlist x\n  user ops insecure-password ${a}\n  user enc password $6$${f.from(ALNUM, 8)}$${f.from(`${ALNUM}./`, 86)}\nlisten stats\n  stats auth admin:${b}\n  stats uri /haproxy?stats\nbackend b\n  option httpchk GET /\n  cookie SERVERID insert indirect nocache\n  server s1 10.0.0.1:80 check cookie s1\nvrrp_instance v {\n authentication {\n  auth_type PASS\n  auth_pass ${cx}\n }\n}\nrequirepass "${d}"\nmasterauth ${d}\nsentinel auth-pass mymaster ${d}\nrocommunity ${e} 10.0.0.0/8\ncom2sec readonly default ${e}\ncreateUser ops SHA "${a9}" AES "${b9}"\ncommunity = ${e}\n`,
      secrets: [a, b, cx, d, e, a9, b9],
      keep: [
        'stats uri /haproxy?stats',
        'cookie SERVERID insert indirect nocache',
        'check cookie s1',
        'auth_type PASS',
        '10.0.0.0/8',
        'option httpchk GET /',
      ],
    };
  },
  'rabbitmqctl and erlang': (f) => {
    const [cQ] = [f.password()];
    const [a, b, c] = [f.password(), f.password(), f.from('ABCDEFGHIJKLMNOPQRSTUVWXYZ', 20)];
    return {
      origin: 'rabbitmqctl report',
      text: `Status of node rabbit@ctl ...\n[{pid,77},\n {running_applications,[{rabbit,"RabbitMQ","3.12"}]},\n {default_user,<<"openstack">>},\n {default_pass,<<"${a}">>},\n {ssl_options,[{password,"${b}"},{verify,verify_peer}]}]\n-setcookie ${c}\nErlang cookie: ${cQ}\nListing users ...\nuser\ttags\nopenstack\t[administrator]\ncookie hash: ${f.bytes(16).toString('base64')}\nUser 'openstack' authenticated successfully\nmanagement.load_definitions = /etc/rabbitmq/d.json\n{"users":[{"name":"openstack","password_hash":"${f.bytes(36).toString('base64')}","hashing_algorithm":"rabbit_password_hashing_sha256","tags":"administrator"}]}\n`,
      secrets: [a, b, c, cQ],
      keep: [
        'rabbit@ctl',
        '{verify,verify_peer}',
        'openstack\t[administrator]',
        'cookie hash: ',
        '"hashing_algorithm":"rabbit_password_hashing_sha256"',
      ],
    };
  },
  'ldap and sssd': (f) => {
    const [a, b, c] = [f.password(), f.typed(), f.password()];
    return {
      origin: '/etc/sssd/sssd.conf',
      text: `[domain/x]\nldap_uri = ldaps://ldap.example\nldap_default_bind_dn = cn=bind,dc=x\nldap_default_authtok_type = password\nldap_default_authtok = ${a}\nldap_user_search_base = ou=people,dc=x\n[ldap]\nurl = ldap://localhost\nuser = cn=Manager,dc=x\npassword = ${b}\nbindpw ${c}\nrootbinddn cn=x\nuserPassword:: ${b64(`{SSHA}${f.hex(28)}`)}\nuserPassword: {SSHA}${f.from(ALNUM, 36)}\n`,
      secrets: [a, b, c],
      keep: [
        'ldap_uri = ldaps://ldap.example',
        'cn=bind,dc=x',
        'ldap_default_authtok_type = password',
        'rootbinddn cn=x',
        'ou=people,dc=x',
      ],
    };
  },
  'docker and podman logins': (f) => {
    const [a, b, c] = [f.password(), f.password(), f.jwt()];
    return {
      origin: '/root/.docker/config.json',
      text: JSON.stringify({
        auths: {
          'quay.io': { auth: b64(`robot$ci:${a}`) },
          'registry.example': { username: 'ci', password: b, email: 'x@example.org' },
        },
        credsStore: 'pass',
        HttpHeaders: { 'User-Agent': 'Docker-Client/24' },
        identitytoken: c,
      }),
      secrets: [a, b, c],
      keep: ['quay.io', '"credsStore":"pass"', 'Docker-Client/24', 'x@example.org'],
    };
  },
  'crlf and bom': (f) => {
    const [a, b] = [f.password(), f.typed()];
    return {
      origin: '/etc/glance/glance-api.conf',
      text: `\ufeff[DEFAULT]\r\ntransport_url = rabbit://o:${a}@h:5672/\r\n[glance_store]\r\nrbd_store_user = glance\r\ns3_store_secret_key = ${b}\r\nrbd_store_ceph_conf = /etc/ceph/ceph.conf\r\n`,
      secrets: [a, b],
      keep: ['@h:5672/\r\n', 'rbd_store_user = glance\r\n', 'rbd_store_ceph_conf = /etc/ceph/ceph.conf\r\n'],
    };
  },
  'a value before its name': (f) => {
    const [a, b] = [f.password(), f.password()];
    return {
      origin: '/var/lib/pacemaker/cib/cib.xml',
      text: `<instance_attributes>\n<nvpair value="${a}" name="password" id="z"/>\n<nvpair id="q" value="10.0.0.9" name="ipaddr"/>\n<nvpair name="passwd" value="${b}"/>\n</instance_attributes>\n`,
      secrets: [a, b],
      keep: ['name="password" id="z"/>', 'value="10.0.0.9"'],
    };
  },
  'rules of redis': (f) => {
    const [a, b] = [f.password(), f.hex(64)];
    return {
      text: `user default on >${a} ~* +@all\nuser ro on #${b} ~* +@read\nuser off off nopass\n`,
      secrets: [a, b],
      keep: [' ~* +@read', 'user off off nopass'],
    };
  },
  'services of PAM': () => {
    const text = `May  5 h passwd[2]: pam_unix(passwd:chauthtok): password changed for ops\nMay  5 h su: pam_unix(su-l:auth): authentication failure; logname=ops uid=1000\n`;
    return { text, secrets: [], keep: text.split('\n') };
  },
  'keys without a word of their owner': (f) => {
    const key = f.bytes(96).toString('base64');
    const text = (name: string) => `totem {\n  cluster_name: ceph\n  ${name}: ${key}\n}\n`;
    const pub = `AAAAB3NzaC1yc2EAAAADAQABAAABgQ${f.from('abcdefXYZ0123456789', 90)}`;
    return {
      origin: '/etc/corosync/corosync.conf',
      text: `${text('key')}ssh: {key: ${pub}}\nkey: backups/Ubuntu2204/2026-05-05T10-00-00Z/${f.from('abcdefXYZ0123456789', 60)}\n`,
      secrets: [key],
      keep: [pub, 'key: backups/Ubuntu2204/', 'cluster_name: ceph'],
    };
  },
};
