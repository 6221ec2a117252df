import type { Make } from '../corpus.ts';
import { b64, linesOf } from '../pieces.ts';

export const OPENSTACK: Readonly<Record<string, Make>> = {
  'neutron.conf': (f) => {
    const [a, b, c, d, s] = [f.password(), f.password(), f.password(), f.password(), f.typed()];
    return {
      origin: '/etc/neutron/neutron.conf',
      text: `[DEFAULT]\ncore_plugin = ml2\ntransport_url=rabbit://openstack:${a}@ctl1:5672,openstack:${b}@ctl2:5672,openstack:${a}@ctl3:5672/%2Fneutron?ssl=1\nnova_metadata_host = 10.0.0.1\n[nova]\nauth_url = http://10.0.0.1:5000\nauth_type = password\nproject_domain_name = Default\npassword = ${c}\n[placement]\nPassword=${d}\n[database]\nconnection = mysql+pymysql://neutron:${s.replaceAll('@', '%40').replaceAll('^', '%5E')}@10.0.0.9:3306/neutron\nslave_connection = postgresql+psycopg2://neutron:${b}@10.0.0.8/neutron\nmax_pool_size = 10\n`,
      secrets: [a, b, c, d],
      keep: [
        'auth_url = http://10.0.0.1:5000',
        'auth_type = password',
        '@ctl2:5672,openstack:',
        '/%2Fneutron?ssl=1',
        'max_pool_size = 10',
        '@10.0.0.8/neutron',
      ],
    };
  },
  'metadata agent': (f) => {
    const [a, b] = [f.typed(), f.password()];
    return {
      origin: '/etc/neutron/metadata_agent.ini',
      text: `[DEFAULT]\nnova_metadata_host = ctl\nmetadata_proxy_shared_secret = ${a}\n#metadata_proxy_shared_secret =\n[ovs]\novsdb_connection = tcp:127.0.0.1:6640\n[cache]\nmemcache_password = ${b}\nbackend = dogpile.cache.memcached\n`,
      secrets: [a, b],
      keep: ['nova_metadata_host = ctl', '#metadata_proxy_shared_secret =\n', 'ovsdb_connection = tcp:127.0.0.1:6640'],
    };
  },
  'cinder back ends': (f) => {
    const [a, b, c, d, e] = [f.typed(), f.password(), f.password(), f.password(), f.password()];
    const uuid = f.uuid();
    return {
      origin: '/etc/cinder/cinder.conf',
      text: `[rbd-1]\nvolume_driver = cinder.volume.drivers.rbd.RBDDriver\nrbd_pool = volumes\nrbd_user = cinder\nrbd_secret_uuid = ${uuid}\nrbd_ceph_conf = /etc/ceph/ceph.conf\nbackup_ceph_user = cinder-backup\n[san-1]\nsan_ip = 10.0.0.7\nsan_login = root\nsan_password = ${a}\nsan_private_key = /etc/cinder/id_rsa\nuse_chap_auth = True\nchap_username = cinder\nchap_password = ${b}\nnetapp_password = "${c}"\nhpe3par_api_url = https://10.0.0.7:8080/api/v1\nhpe3par_password=${d}\npure_api_token = ${f.uuid()}\n[nova]\nauth_section = keystone_authtoken\n[key_manager]\nfixed_key = ${f.hex(64)}\n[barbican]\nauth_endpoint = http://ctl:5000\n[backend_defaults]\nxtremio_array_busy_retry_count = 5\nunity_password: ${e}\n`,
      secrets: [a, b, c, d, e],
      keep: [
        uuid,
        'rbd_user = cinder',
        'san_private_key = /etc/cinder/id_rsa',
        'use_chap_auth = True',
        'https://10.0.0.7:8080/api/v1',
        'auth_section = keystone_authtoken',
      ],
    };
  },
  'kolla globals': (f) => {
    const text = `kolla_base_distro: "rocky"\nenable_cinder_backup: "yes"\nceph_cinder_keyring: "ceph.client.cinder.keyring"\nceph_nova_user: "nova"\ncinder_pool_name: "volumes"\nkolla_enable_tls_internal: "no"\nkeystone_token_provider: 'fernet'\nfernet_token_expiry: 86400\nfernet_token_allow_expired_window: 172800\nkeystone_admin_user: admin\ndocker_registry_username: ci\nkolla_copy_ca_into_containers: "yes"\nceph_glance_keyring: ceph.client.glance.keyring\nkolla_ssh_key_type: rsa\n`;
    void f;
    return { origin: '/etc/kolla/globals.yml', text, secrets: [], keep: text.split('\n') };
  },
  'kolla passwords in full': (f) => {
    const [a, b, c, d, e] = [f.password(), f.hex(32), f.password(), f.password(), f.password()];
    const [uuid, key] = [f.uuid(), f.pem('RSA PRIVATE KEY', 700)];
    return {
      origin: '/etc/kolla/passwords.yml',
      text: `barbican_crypto_key: ${b64(b)}\nbarbican_p11_password: ${a}\ncinder_rbd_secret_uuid: ${uuid}\nrbd_secret_uuid: ${f.uuid()}\nhacluster_authkey: ${c}\nheat_domain_admin_password: ${d}\nhorizon_secret_key: ${e}\nironic_inspector_database_password: null\nkeystone_ssh_key:\n  private_key: |\n${key.text
        .split('\n')
        .map((l) => `    ${l}`)
        .join(
          '\n',
        )}\n  public_key: ssh-rsa AAAAB3NzaC1yc2E${f.hex(90)} root@deploy\nlibvirt_sasl_password: ${a}q\nmemcache_secret_key: ${b}\nmetadata_secret: ${c}m\nosprofiler_secret: ${d}o\nredis_master_password: ${e}r\nrabbitmq_cluster_cookie: ${a}k\nkeepalived_password: ${c}v\nprometheus_alertmanager_password: ${e}p\n`,
      secrets: [a, b, c, d, e, ...linesOf(key.body).slice(1)],
      keep: [uuid, 'ironic_inspector_database_password: null', 'public_key: ssh-rsa AAAAB3NzaC1yc2E', 'root@deploy'],
    };
  },
  'ansible vault': (f) => {
    const lines = Array.from({ length: 6 }, () => f.hex(80));
    return {
      origin: '/etc/kolla/group_vars/all.yml',
      text: `nova_keystone_password: !vault |\n          $ANSIBLE_VAULT;1.1;AES256\n${lines.map((l) => `          ${l}`).join('\n')}\nneutron_plugin: ovn\n`,
      secrets: lines,
      keep: ['neutron_plugin: ovn', 'nova_keystone_password: !vault |'],
    };
  },
  'vault file': (f) => {
    const lines = Array.from({ length: 4 }, () => f.hex(80));
    return {
      origin: '/root/secrets.yml',
      text: `$ANSIBLE_VAULT;1.2;AES256;prod\n${lines.join('\n')}\n`,
      secrets: lines,
      keep: ['$ANSIBLE_VAULT;1.2;AES256;prod'],
    };
  },
  'environments of processes': (f) => {
    const [a, b, c, d] = [f.typed(), f.fernet(), f.password(), f.password()];
    return {
      origin: 'cat /proc/4242/environ',
      text: `LANG=C.UTF-8\0OS_AUTH_URL=http://10.0.0.1:5000/v3\0OS_PASSWORD=${a}\0OS_TOKEN=${b}\0OS_USERNAME=admin\0MYSQL_ROOT_PASSWORD=${c}\0PATH=/usr/bin:/bin\0RABBITMQ_DEFAULT_PASS=${d}\0SSH_AUTH_SOCK=/run/user/0/agent\0XDG_SESSION_ID=12\0`,
      secrets: [a, b, c, d],
      keep: [
        'OS_AUTH_URL=http://10.0.0.1:5000/v3',
        'OS_USERNAME=admin',
        'PATH=/usr/bin:/bin',
        'SSH_AUTH_SOCK=/run/user/0/agent',
        'XDG_SESSION_ID=12',
      ],
    };
  },
  'systemctl show': (f) => {
    const [a, b] = [f.password(), f.typed().replaceAll('%', 'p')];
    return {
      origin: 'systemctl show -p Environment -p ExecStart glance-api',
      text: `Environment=LANG=C OS_PASSWORD=${a} "OS_ADMIN_PASSWORD=${b}" PYTHONUNBUFFERED=1\nEnvironmentFiles=/etc/default/glance (ignore_errors=yes)\nExecStart={ path=/usr/bin/glance-api ; argv[]=/usr/bin/glance-api --config-file /etc/glance/glance-api.conf ; pid=77 ; code=(null) ; status=0/0 }\nKeyringMode=private\n`,
      secrets: [a, b],
      keep: [
        'PYTHONUNBUFFERED=1',
        'EnvironmentFiles=/etc/default/glance',
        '--config-file /etc/glance/glance-api.conf',
        'KeyringMode=private',
      ],
    };
  },
  'docker inspect of kolla': (f) => {
    const [a, b] = [f.password(), f.typed()];
    const digest = f.hex(64);
    return {
      origin: 'docker inspect mariadb',
      text: JSON.stringify(
        [
          {
            Id: digest,
            Image: `sha256:${digest}`,
            Args: ['--config', '/etc/x.conf', '--password', a, '--wsrep-new-cluster'],
            Config: {
              Env: ['KOLLA_CONFIG_STRATEGY=COPY_ALWAYS', `MYSQL_ROOT_PASSWORD=${b}`, 'KOLLA_SERVICE_NAME=mariadb'],
              Cmd: ['kolla_start'],
            },
            NetworkSettings: { SandboxKey: '/var/run/docker/netns/default', MacAddress: '02:42:ac:11:00:02' },
          },
        ],
        null,
        4,
      ),
      secrets: [a, b],
      keep: [digest, 'KOLLA_SERVICE_NAME=mariadb', '/var/run/docker/netns/default', '--wsrep-new-cluster'],
    };
  },
  'nova debug log': (f) => {
    const [token, password, uuid, chap] = [f.fernet(), f.password(), f.uuid(), f.password()];
    const digest = f.hex(64);
    return {
      origin: '/var/log/nova/nova-compute.log',
      text: `2026-05-01 10:00:00.123 7 DEBUG keystoneauth.session [None req-${uuid} ${f.hex(32)} ${f.hex(32)} - - default default] REQ: curl -g -i -X GET http://10.0.0.1:8776/v3/${f.hex(32)}/volumes/${uuid} -H "Accept: application/json" -H "User-Agent: python-cinderclient" -H "X-Auth-Token: {SHA256}${digest}" -H "X-OpenStack-Request-ID: req-${uuid}" _http_log_request /usr/lib/python3/dist-packages/keystoneauth1/session.py:506\n2026-05-01 10:00:00.223 7 DEBUG urllib3.connectionpool [-] send: b'GET /v3 HTTP/1.1\\r\\nHost: ctl\\r\\nX-Auth-Token: ${token}\\r\\nAccept: */*\\r\\n\\r\\n'\n2026-05-01 10:00:00.224 7 DEBUG keystoneauth.session [-] RESP: [201] Content-Length: 4102 X-Subject-Token: ${token} x-openstack-request-id: req-${uuid}\n2026-05-01 10:00:00.300 7 DEBUG os_brick.initiator [-] ==> connect_volume: call {'connection_properties': {'auth_method': 'CHAP', 'auth_username': 'x', 'auth_password': '${chap}', 'target_lun': 1, 'encrypted': False}} trace_logging_wrapper\n2026-05-01 10:00:01.000 7 DEBUG nova.virt.libvirt [-] admin_pass=${password} key_name=ops userdata=None\n2026-05-01 10:00:01.000 7 DEBUG oslo_service.service [-] neutron.metadata_proxy_shared_secret = **** log_opt_values\n`,
      secrets: [token, password, chap],
      keep: [
        `{SHA256}${digest}`,
        uuid,
        "'auth_method': 'CHAP'",
        "'target_lun': 1, 'encrypted': False",
        'key_name=ops userdata=None',
        'metadata_proxy_shared_secret = ****',
        'x-openstack-request-id: req-',
      ],
    };
  },
  'requests log of uuid tokens': (f) => {
    const [a, b, c] = [f.hex(32), f.hex(32), f.hex(32)];
    return {
      text: `header: X-Subject-Token: ${a}\n{'X-Auth-Token': '${b}', 'X-Project-Id': '${f.hex(32)}', 'Content-Type': 'application/json'}\nX_AUTH_TOKEN=${c} X_USER_ID=${f.hex(32)}\nHTTP_X_SERVICE_TOKEN: ${c}\nVary: X-Auth-Token\nAccess-Control-Allow-Headers: X-Auth-Token, X-Openstack-Request-Id, X-Subject-Token\n`,
      secrets: [a, b, c],
      keep: [
        "'X-Project-Id': '",
        "'Content-Type': 'application/json'",
        'X_USER_ID=',
        'Vary: X-Auth-Token',
        'Access-Control-Allow-Headers: X-Auth-Token, X-Openstack-Request-Id, X-Subject-Token',
      ],
    };
  },
  'traceback with locals': (f) => {
    const [a, b, c] = [f.nasty(), f.password(), f.cephx()];
    const repr = `'${a.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
    return {
      text: `Traceback (most recent call last):\n  File "/usr/lib/python3/dist-packages/cinder/volume/drivers/rbd.py", line 330, in _connect\n    client.connect()\n        client = <rados.Rados object at 0x7f00>\n        password = ${repr}\n        self = <cinder.volume.drivers.rbd.RBDDriver object at 0x7f01>\n        args = ('admin', 'x')\n        kwargs = {'password': ${repr}, 'timeout': 5, 'secret_key': u'${b}', 'auth': HTTPBasicAuth(user='u', password='${b}')}\n        conf = Namespace(key='${c}', name='client.x', token_expiry=3600)\nrados.ObjectNotFound: [errno 2] RADOS object not found (error connecting to the cluster)\n`,
      secrets: [a, b, c],
      keep: [
        '<rados.Rados object at 0x7f00>',
        "'timeout': 5",
        "name='client.x', token_expiry=3600",
        'RADOS object not found',
        "user='u'",
      ],
    };
  },
  'journald json': (f) => {
    const [a, token, c] = [f.password(), f.fernet(), f.typed()];
    return {
      origin: 'journalctl -u nova-api -o json',
      text: `${JSON.stringify({ _HOSTNAME: 'ctl', _BOOT_ID: f.hex(32), _MACHINE_ID: f.hex(32), __CURSOR: `s=${f.hex(32)};i=1f;b=${f.hex(32)};m=1;t=1;x=${f.hex(16)}`, _CMDLINE: `/usr/bin/python3 /usr/bin/x --password ${a} --debug`, MESSAGE: `Got {"access": {"token": {"id": "${token}"}}, "admin_pass": "${a}"}`, PRIORITY: '6' })}\n${JSON.stringify({ MESSAGE: [...Buffer.from(`connection mysql://nova:${c.replaceAll('@', 'x')}@db/nova \u001b[0m`)], PRIORITY: '3' })}\n`,
      secrets: [a, token],
      keep: ['"_HOSTNAME":"ctl"', '--debug', '"PRIORITY":"6"'],
    };
  },
  'openstack tables': (f) => {
    const [a, b, c, d] = [f.password(), f.password(), f.fernet(), f.hex(32)];
    const id = f.uuid();
    return {
      origin: 'openstack application credential create ops',
      text: `+--------------+------------------------------------------------------------------------------------------+\n| Field        | Value                                                                                    |\n+--------------+------------------------------------------------------------------------------------------+\n| description  | None                                                                                     |\n| id           | ${d}                                                         |\n| name         | ops                                                                                      |\n| secret       | ${a} |\n| unrestricted | False                                                                                    |\n+--------------+------------------------------------------------------------------------------------------+\n+-----------+--------------+-----------+\n| ID        | Password     | Name      |\n+-----------+--------------+-----------+\n| ${id} | ${b} | nova |\n+-----------+--------------+-----------+\n+----------------------+--------+\n| Property             | Value  |\n| Auth Token           | ${c} |\n| OS-SRV-USG:key       | x |\n+---+---+\n`,
      secrets: [a, b, c],
      keep: [
        id,
        d,
        '| name         | ops',
        '| unrestricted | False',
        '| ID        | Password     | Name      |',
        '| nova |',
      ],
    };
  },
  'openstack json and shell formats': (f) => {
    const [a, b, c] = [f.password(), f.password(), f.fernet()];
    return {
      text: `adminPass="${a}"\nOS_DCF_diskConfig="MANUAL"\nid="${f.uuid()}"\nadminpass: ${b}\nkey_name: ops\n"Field","Value"\n"adminPass","${b}"\n"id","${f.uuid()}"\nexpires="2026-05-01T10:00:00+0000"\n${JSON.stringify(
        [
          { Field: 'adminPass', Value: a },
          { Field: 'name', Value: 'vm-1' },
        ],
      )}\nid: ${c}\n`,
      secrets: [a, b, c],
      keep: [
        'OS_DCF_diskConfig="MANUAL"',
        'key_name: ops',
        '"Field","Value"',
        'expires="2026-05-01T10:00:00+0000"',
        '"Value":"vm-1"',
      ],
    };
  },
  'databases of services': (f) => {
    const [a, b, c] = [
      `$2b$12$${f.from('abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789./', 53)}`,
      f.password(),
      f.hex(32),
    ];
    return {
      origin: 'mysqldump keystone cinder',
      text: `-- MySQL dump 10.19  Distrib 10.11.6-MariaDB\nINSERT INTO \`password\` VALUES (1,1,NULL,0,'${a}',1767225600000000,NULL,'2026-01-01 00:00:00');\nINSERT INTO \`volumes\` (\`id\`, \`provider_auth\`, \`name\`) VALUES ('${f.uuid()}','CHAP user1 ${b}','volume-1');\nUPDATE credential SET encrypted_blob='${f.fernet()}', key_hash='${c}';\nINSERT INTO \`user\` VALUES ('${f.hex(32)}','{\\"email\\": \\"x@example.org\\", \\"password\\": \\"${b}\\"}',1,NULL);\nSET PASSWORD FOR 'nova'@'%' = PASSWORD('${b}');\nALTER USER cinder WITH PASSWORD '${b}';\n`,
      secrets: [a, b],
      keep: ['-- MySQL dump 10.19', "'volume-1'", "'2026-01-01 00:00:00'", 'x@example.org'],
    };
  },
  'query results': (f) => {
    const [a, b, c, d] = [f.password(), f.password(), f.password(), f.password()];
    const hash = `*${f.from('0123456789ABCDEF', 40)}`;
    return {
      origin: 'mysql and psql sessions',
      text: `mysql> select user, authentication_string from mysql.user;\n+--------+-------------------------------------------+\n| user   | authentication_string                     |\n+--------+-------------------------------------------+\n| nova   | ${hash} |\n+--------+-------------------------------------------+\n1 row in set (0.00 sec)\nMariaDB [cinder]> select * from x\\G\n*************************** 1. row ***************************\n      id: ${f.uuid()}\nprovider_auth: CHAP admin ${a}\n    password: ${b}\n    hostname: ctl\npsql=> select name, secret from app;\n  name  |  secret\n--------+----------------------\n cinder | ${c}\n glance | ${d}\n(2 rows)\n\nuser\tpassword\tdb\nnova\t${a}\tnova_api\n`,
      secrets: [hash, a, b, c, d],
      keep: [
        '| user   | authentication_string',
        '1 row in set (0.00 sec)',
        '    hostname: ctl',
        '  name  |  secret',
        '(2 rows)',
        ' cinder | ',
        'nova_api',
      ],
    };
  },
  'a pair of keys as a table': (f) => {
    const [access, secret, project] = [f.hex(32), f.hex(32), f.hex(32)];
    return {
      origin: 'openstack ec2 credentials create',
      text: `+------------+----------------------------------+\n| Field      | Value                            |\n+------------+----------------------------------+\n| access     | ${access} |\n| project_id | ${project} |\n| secret     | ${secret} |\n+------------+----------------------------------+\n`,
      secrets: [access, secret],
      keep: [project],
    };
  },
  'barbican and keystone credentials': (f) => {
    const [a, b, c] = [f.bytes(32).toString('base64'), f.hex(32), f.password()];
    return {
      text: `${JSON.stringify({ secret: { name: 'luks', payload: a, payload_content_type: 'application/octet-stream', payload_content_encoding: 'base64', algorithm: 'aes', bit_length: 256 } })}\n${JSON.stringify({ credential: { blob: JSON.stringify({ access: f.hex(32), secret: b }), type: 'ec2', user_id: f.hex(32) } })}\nsecret_href: http://ctl:9311/v1/secrets/${f.uuid()}\n${JSON.stringify({ trust: { id: f.hex(32), impersonation: true }, application_credential: { id: f.hex(32), secret: c } })}\n`,
      secrets: [a, b, c],
      keep: ['"algorithm":"aes","bit_length":256', 'secret_href: http://ctl:9311/v1/secrets/', '"impersonation":true'],
    };
  },
  'password rules and switches': (f) => {
    const text = `[security_compliance]\npassword_regex = ^(?=.*\\d)(?=.*[a-zA-Z]).{7,}$\npassword_regex_description = seven letters and a digit\npassword_min_length = 12\npassword_expires_days = 90\nunique_last_password_count = 5\nminimum_password_age = 1\nchange_password_upon_first_use = False\nlockout_failure_attempts = 6\n[identity]\npassword_hash_rounds = 12\nmax_password_length = 128\n[fernet_tokens]\nkey_repository = /etc/keystone/fernet-keys/\nmax_active_keys = 3\n[token]\ntoken_expiry = 3600\nprovider = fernet\nrevoke_by_id = False\n[oauth1]\nrequest_token_duration = 28800\naccess_token_duration = 86400\n[eventlet_server]\nadmin_bind_host = 0.0.0.0\n[barbican]\nsecret_uuid = ${f.uuid()}\nrbd_secret_uuid = ${f.uuid()}\nadmin_user = admin\nauth_url = https://keystone.example:5000/v3\nservice_token_roles = service\nsend_service_user_token = True\ntoken_auth_enabled = true\nkey_size = 256\nencryption_auth_url = http://ctl:5000/v3\ndelay_auth_decision = False\nsecret_store_plugin = store_crypto\nssh_hosts_key_file = /etc/cinder/known_hosts\nmemcache_secret_key_rotation_days = 30\npassword_file = /etc/nova/pw\npasswd_cmd = pass show x\nkeystone_ec2_url = http://ctl:5000/v3/ec2tokens\ntoken_cache_size = 10000\nhash_algorithms = md5\n`;
    return { origin: '/etc/keystone/keystone.conf', text, secrets: [], keep: text.split('\n') };
  },
  'talk of secrets': (f) => {
    const text = `Could not find secret ${f.uuid()}\nSecret ${f.uuid()} created\nInvalid password for user nova\nThe password you entered is too short\nToken validation failed: Token not found\nFailed to validate token\nKey nova not found in keyring\nAuthorization failed for token\nincorrect key format\nAccepted publickey for ops from 10.0.0.5 port 51414 ssh2: ED25519 SHA256:${f.bytes(32).toString('base64').replace('=', '')}\nFailed password for root from 10.0.0.7 port 4001 ssh2\nFailed password for invalid user admin from 10.0.0.7 port 4002 ssh2\npam_unix(sudo:session): session opened for user root(uid=0) by ops(uid=1000)\npam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=10.0.0.7\nserver-key: rbd_secret_uuid mismatch\nauth token expires: 2026-05-01T10:00:00Z\nPassword: \nEnter passphrase for key '/root/.ssh/id_rsa': \n[sudo] password for ops: \ntoken: valid\nsecret: libvirt has no secret\n`;
    return { origin: '/var/log/auth.log', text, secrets: [], keep: text.split('\n') };
  },
  'policies and pipelines': () => {
    const text = `[composite:osapi_compute]\nuse = call:nova.api.openstack.urlmap:urlmap_factory\n[filter:authtoken]\npaste.filter_factory = keystonemiddleware.auth_token:filter_factory\nfactory: keystonemiddleware.auth_token:filter_factory\n#"identity:get_access_token": "rule:admin_required"\n#"identity:list_access_tokens": "(role:reader and system_scope:all) or rule:owner"\n"os_compute_api:os-admin-password": "rule:project_member_or_admin"\n#"os_compute_api:os-server-password:show": "rule:project_reader_or_admin"\n# HTTP basic auth password file. (string value)\n2026-05-09 07:29:21 status unpacked python3-jwt:all 2.6.0-1\ndpkg: base-passwd: dependency problems, but configuring anyway as you requested:\nYou should set a password with usermod -p to unlock this user's password.\nDefaults\tmail_badpass\nDefaults\tsecure_path="/usr/local/sbin:/usr/sbin"\nops ALL=(ALL) NOPASSWD: ALL\nroot:x:0:0:root:/root:/bin/bash\nerror: Invalid secret: secret is private\npassword\trequired\tpam_unix.so\nsession\toptional\tpam_keyinit.so\npassword = <keystone-password>\nvirsh secret-set-value --secret $UUID --base64 "$KEY" \\\nprivate_key: /path/to/private/key\n`;
    return { text, secrets: [], keep: text.split('\n') };
  },
  'heat and trove': (f) => {
    const [a, b] = [f.password(), f.password()];
    return {
      text: `parameters:\n  db_password:\n    type: string\n    hidden: true\n    default: ${a}\n    constraints:\n      - length: { min: 8, max: 64 }\nresources:\n  user:\n    properties:\n      admin_pass: { get_param: db_password }\n      password: ${b}\n      user_data: |\n        #!/bin/bash\n        echo 'ops:${a}' | chpasswd\n        mysql -uroot -p'${b}' -e "select 1"\n`,
      secrets: [a, b],
      keep: [
        'type: string',
        'hidden: true',
        '{ get_param: db_password }',
        'length: { min: 8, max: 64 }',
        '-e "select 1"',
      ],
    };
  },
  'accounts of Swift with their groups': (f) => {
    const [a, b, c, d] = [f.password(), f.password(), f.password(), f.password()];
    return {
      origin: '/etc/swift/proxy-server.conf',
      text: `[filter:tempauth]\nuse = egg:swift#tempauth\nuser_admin_admin = ${a} .admin .reseller_admin\nuser_test_tester = ${b} .admin http://10.0.0.1:8080/v1/AUTH_x\nuser64_dW5kZXJfc2NvcmU_YV9i = ${c} .admin\nuser_test_tester3 = ${d}\n`,
      secrets: [a, b, c, d],
      keep: [' .admin .reseller_admin', ' .admin http://10.0.0.1:8080/v1/AUTH_x', 'user64_dW5kZXJfc2NvcmU_YV9i = '],
    };
  },
  'comments behind values': (f) => {
    const [a, b] = [f.password(), f.password()];
    return {
      origin: '/etc/nova/nova.conf',
      text: `[placement]\npassword = ${a}   # kept in the vault\n[neutron]\npassword = ${b} ; see the wiki\nthe value ${b} elsewhere\n`,
      secrets: [a, b],
      keep: ['# kept in the vault', '; see the wiki', ' elsewhere'],
    };
  },
};
