import type { Make } from '../corpus.ts';

const ALNUM = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** What deployment tools keep: TripleO, Juju, Puppet, Terraform, OpenStack-Ansible. */
export const DEPLOYMENT: Readonly<Record<string, Make>> = {
  'tripleo passwords': (f) => {
    const [a, b, c, d, e] = [f.password(), f.password(), f.cephx(), f.bytes(32).toString('base64url'), f.password()];
    const uuid = f.uuid();
    return {
      text: `parameter_defaults:\n  AdminToken: ${a}\n  CephClientKey: ${c}\n  CephClusterFSID: ${uuid}\n  SwiftHashSuffix: ${b}\n  KeystoneFernetKeys:\n    /etc/keystone/fernet-keys/0:\n      content: ${d}=\n    /etc/keystone/fernet-keys/1:\n      content: ${d}7=\n  RabbitCookie: ${e.replaceAll(/\d/g, 'Q')}\n`,
      secrets: [a, b, c, d, e.replaceAll(/\d/g, 'Q')],
      keep: [`CephClusterFSID: ${uuid}`, '/etc/keystone/fernet-keys/0:'],
    };
  },
  'hiera and puppet': (f) => {
    const [a, b, c, d] = [f.password(), f.password(), f.cephx(), f.password()];
    return {
      text: `nova::db::mysql::password: '${a}'\nglance::keystone::authtoken::password: ${b}\nceph::key::cinder::secret: '${c}'\nx::eyaml: 'ENC[PKCS7,${f.from(ALNUM, 60)}]'\nother::password: 'ENC[PKCS7,AAAA]'\nclass { '::nova::keystone::authtoken':\n  password => '${d}',\n  auth_url => 'http://k:5000',\n}\n`,
      secrets: [a, b, c, d],
      keep: ["other::password: 'ENC[PKCS7,AAAA]'", "auth_url => 'http://k:5000'", 'nova::db::mysql::password: '],
    };
  },
  'juju settings': (f) => {
    const [a, b, c] = [f.cephx(), f.password(), f.password()];
    return {
      text: `settings:\n  monitor-secret:\n    source: user\n    type: string\n    value: ${a}\n  admin-password:\n    default: None\n    source: user\n    type: string\n    value: ${b}\n  use-syslog:\n    value: false\nrelated:\n  data: {hostname: 10.0.0.5, password: ${c}, private-address: 10.0.0.5}\n`,
      secrets: [a, b, c],
      keep: ['value: false', 'default: None', 'hostname: 10.0.0.5'],
    };
  },
  'terraform sources and plans': (f) => {
    const [a, b, c, d, e] = [f.password(), f.password(), f.password(), f.password(), f.password()];
    return {
      text: `variable "db_password" {\n  type    = string\n  default = "${a}"\n}\nresource "x" "y" {\n  admin_pass = var.admin_pass\n  token = module.k.token\n}\n  + password = (sensitive value)\n  ~ admin_pass = "${b}" -> "${c}"\ntokens = ["${d}", "${e}"]\n`,
      secrets: [a, b, c, d, e],
      keep: ['admin_pass = var.admin_pass', 'token = module.k.token', '(sensitive value)', '" -> "'],
    };
  },
  'terraform state in lines': (f) => {
    const [a, b] = [f.password(), f.password()];
    const state = {
      outputs: { endpoint: { value: 'http://10.0.0.1:5000' }, admin_password: { value: b, sensitive: true } },
      resources: [
        { type: 'random_password', name: 'db', instances: [{ attributes: { id: 'none', length: 20, result: a } }] },
      ],
    };
    return { text: JSON.stringify(state, null, 2), secrets: [a, b], keep: ['http://10.0.0.1:5000', '"length": 20'] };
  },
  'lists in lines': (f) => {
    const [a, b, c] = [f.password(), f.password(), f.hex(32)];
    return {
      text: `{\n  "secrets": [\n    "${a}",\n    "${b}"\n  ],\n  "token":\n  "${c}",\n  "temp_url_keys": [\n    { "key": 0, "val": "${a}x" }\n  ],\n  "mfa_ids": []\n}\n`,
      secrets: [a, b, c],
      keep: ['"secrets": [', '"temp_url_keys": [', '"key": 0', '"mfa_ids": []'],
    };
  },
  'a key of a section': (f) => {
    const [a, b, c, d] = [f.password(), f.password(), f.password(), f.uuid()];
    return {
      text: `[swift]\ntype = swift\nkey = ${a}\nauth = http://10.0.0.1:5000/v3\n[p11_crypto_plugin]\nlogin = ${b}\n[filter:tempauth]\nuser_admin_admin = ${c} .admin\n[vault]\nroot_token_id = s.${c}\napprole_role_id = ${f.uuid()}\napprole_secret_id = ${d}\n`,
      secrets: [a, b, c, d],
      keep: ['auth = http://10.0.0.1:5000/v3', 'type = swift', 'approle_role_id = '],
    };
  },
  'addresses over lines': (f) => {
    const [a, b, c] = [f.password(), f.password(), f.password()];
    return {
      text: `transport_url =\n    rabbit://openstack:${a}@10.0.0.1:5672,\n    openstack:${b}@10.0.0.2:5672//\nDATA_SOURCE_NAME=exporter:${c}@(10.0.0.9:3306)/\n# Example: mysql://user:pass@host:port/dbname\n`,
      secrets: [a, b, c],
      keep: ['rabbit://openstack:', '@10.0.0.2:5672//', '@(10.0.0.9:3306)/', 'mysql://user:pass@host:port/dbname'],
    };
  },
};
