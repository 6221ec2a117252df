import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { Bash } from 'just-bash';
import { describe, expect, it } from 'vitest';
import type { Question, Seal } from '../../src/domain/question.ts';
import { buildScript } from '../../src/transport/script.ts';
import { digestOf, sessionKeys } from '../../src/transport/seal.ts';

const KEYS = sessionKeys(Buffer.alloc(32, 5));
const KEY = 'AQBhfWlnAAAAABAAu3jQx5Uq0uRvfX/m8i4oPg==';
const LONG = 'AgBhfWlnAAAAACAAu3jQx5Uq0uRvfX/m8i4oPg7jQx5Uq0uRvfX+m8i4oPg=';
const NONCE = 'f'.repeat(32);
const sealed = (value: string, kind: string): string => `sealed:${digestOf(KEYS, value)}:${kind}`;
/** What stands for a value of a configuration. */
const hid = (value: string): string => `sealed-${digestOf(KEYS, value)}`;

type Run = (script: string) => Promise<string>;
const native =
  (...command: [string, ...string[]]): Run =>
  async (script) =>
    execFileSync(command[0], [...command.slice(1), '-s'], {
      input: script,
      stdio: ['pipe', 'pipe', 'ignore'],
    }).toString();
const practice: Run = async (script) => (await new Bash().exec(script)).stdout;
const has = (program: string): boolean => {
  try {
    execFileSync('sh', ['-c', `command -v ${program}`], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};
const SHELLS: [string, Run, boolean][] = [
  ['dash', native('dash'), has('dash')],
  ['bash', native('bash'), has('bash')],
  ['busybox', native('busybox', 'sh'), has('busybox')],
  ['the practice shell', practice, true],
];

const printing = (text: string): Pick<Question, 'argv' | 'deadline'> => ({ argv: ['printf', '%s', text], deadline: 5 });

/** What leaves the node on standard output of programs that print `texts`, all asked by one script. */
const leave = (run: Run, seal: Seal, texts: readonly string[]): Promise<string[]> =>
  asked(
    run,
    texts.map((text, n) => ({ id: `${n}`, ...printing(text), seal })),
  );

async function asked(run: Run, questions: readonly Question[]): Promise<string[]> {
  const context = { become: 'root', nonce: NONCE, mark: 'e'.repeat(32), keys: KEYS } as const;
  const out = await run(buildScript(questions, context).toString());
  const [, ...bodies] = out.split(new RegExp(`\n${NONCE} (?:s|e \\d+ 0 \\d*)\n`));
  if (bodies.length !== questions.length + 1) throw new Error(`not all answered: ${out}`);
  return bodies.slice(0, -1);
}

const KEYRING: [string, string][] = [
  [
    `[client.cinder]\n\tkey = ${KEY}\n\tcaps mon = "profile rbd"\n`,
    `[client.cinder]\n\tkey = ${sealed(KEY, 'aes')}\n\tcaps mon = "profile rbd"\n`,
  ],
  [`/etc/ceph/k:2:\tkey = ${KEY}  \n`, `/etc/ceph/k:2:\tkey = ${sealed(KEY, 'aes')}\n`],
  [`key=${LONG}\n`, `key=${sealed(LONG, 'aes256k')}\n`],
  ['key =\n', `key =${sealed('', 'empty')}\n`],
  ['key = AQBh broken one\n', `key = ${sealed('AQBh broken one', 'malformed')}\n`],
  ['key = hunter2\n', `key = ${sealed('hunter2', 'malformed')}\n`],
  [`  key: ${KEY}\n`, `  key: ${sealed(KEY, 'aes')}\n`],
  [
    `{"entity":"client.x","key":"${KEY}","caps":{}}\n`,
    `{"entity":"client.x","key":"${sealed(KEY, 'aes')}","caps":{}}\n`,
  ],
  [
    `bare ${KEY} and x${KEY.slice(0, 28)} end\n`,
    `bare ${sealed(KEY, 'aes')} and x${sealed(KEY.slice(0, 28), 'malformed')} end\n`,
  ],
  ['caps osd = "profile rbd pool=volumes"\n', 'caps osd = "profile rbd pool=volumes"\n'],
];
const VALUE: [string, string][] = [
  [`${KEY}\n`, `${sealed(KEY, 'aes')}\n`],
  [`\n  ${KEY}\t\n\n`, `${sealed(KEY, 'aes')}\n`],
  [LONG, `${sealed(LONG, 'aes256k')}\n`],
  ['', `${sealed('', 'empty')}\n`],
  [`${KEY.slice(1)}\n`, `${sealed(KEY.slice(1), 'malformed')}\n`],
  ['two  words\n', `${sealed('two words', 'malformed')}\n`],
  [`* ${KEY}\n`, `${sealed(`* ${KEY}`, 'malformed')}\n`],
];
const CONFIG: [string, string][] = [
  ['transport_url = rabbit://openstack:pw@h:5672/\n', `transport_url = rabbit://${hid('pw')}@h:5672\n`],
  [
    'transport_url = rabbit://o:pw@h1:5672,o:pw@h2:5672/\n',
    `transport_url = ${hid('rabbit://o:pw@h1:5672,o:pw@h2:5672/')}\n`,
  ],
  ['transport_url = rabbit://o:p@w@h:5672/\n', `transport_url = ${hid('rabbit://o:p@w@h:5672/')}\n`],
  ['transport_url = rabbit://o:p"w@h:5672/\n', `transport_url = ${hid('rabbit://o:p"w@h:5672/')}\n`],
  [
    'transport_url = rabbit://o:pw@h:5672/v?secret=x\n  more\n',
    `transport_url = rabbit://${hid('pw')}@h:5672\n ${hid('more')}\n`,
  ],
  [
    'password = hunter2\n   more of it\nrbd_user = cinder\n',
    `password = ${hid('hunter2')}\n ${hid('more of it')}\nrbd_user = cinder\n`,
  ],
  ['# admin_password = old\n', `# admin_password = ${hid('old')}\n`],
  [
    'rbd_secret_uuid = 457eb676-33da-42ec-9a8c-9293d545c337\n',
    'rbd_secret_uuid = 457eb676-33da-42ec-9a8c-9293d545c337\n',
  ],
  ['/etc/nova/nova.conf:12:rbd_secret_uuid=457eb676\n', '/etc/nova/nova.conf:12:rbd_secret_uuid=457eb676\n'],
  ['/etc/nova/nova.conf:13:admin_password=x y z\n', `/etc/nova/nova.conf:13:admin_password=${hid('x y z')}\n`],
  [
    '/etc/nova/nova.conf-14-metadata_proxy_shared_secret = s\n',
    `/etc/nova/nova.conf-14-metadata_proxy_shared_secret = ${hid('s')}\n`,
  ],
  ['connection = mysql+pymysql://nova:pw@controller/nova\n', `connection = mysql+pymysql://${hid('pw')}@controller\n`],
  ['password =\n', 'password =\n'],
  [
    'auth_type = password\nauth_url = http://controller:5000/\n',
    'auth_type = password\nauth_url = http://controller:5000/\n',
  ],
  [
    'service_token_roles = service\nsend_service_user_token = true\n',
    'service_token_roles = service\nsend_service_user_token = true\n',
  ],
  ['backend_url=redis://:pw@host:1\n', `backend_url=redis://${hid('pw')}@host:1\n`],
  ['live_migration_uri = qemu+ssh://nova@%s/system\n', 'live_migration_uri = qemu+ssh://nova@%s/system\n'],
  ['foo = {"password": "zzz"}\n', `foo = {"password": ${hid('zzz"}')}\n`],
  ['export OS_PASSWORD=secret123\n', `export OS_PASSWORD=${hid('secret123')}\n`],
  ['memcache_secret_key = s\n', `memcache_secret_key = ${hid('s')}\n`],
  [`comment ${KEY} in passing\n`, `comment ${hid(KEY)} in passing\n`],
  ['-----BEGIN RSA PRIVATE KEY-----\nMII\n-----END RSA PRIVATE KEY-----\nx = 1\n', 'sealed\nsealed\nsealed\nx = 1\n'],
  [
    'images_rbd_ceph_conf=/etc/ceph/ceph.conf\n[token]\nprovider = fernet\n',
    'images_rbd_ceph_conf=/etc/ceph/ceph.conf\n[token]\nprovider = fernet\n',
  ],
];
const LOG: [string, string][] = [
  [
    `2026-11-22 16:53:23.198 5986 ERROR x auth: error setting modifier for [client.glance] type=key val=${KEY}x: Malformed input\n`,
    '2026-11-22 16:53:23.198 5986 ERROR x auth: error setting modifier for [client.glance] type=key val=sealed\n',
  ],
  [
    '7f4f 0 cephx server client.cinder:  unexpected key: req.key=e57ff91daaec4c15 expected_key=ea44079716c57f09\n',
    '7f4f 0 cephx server client.cinder:  unexpected key: req.key=sealed expected_key=sealed\n',
  ],
  [
    'AMQP server on rabbit://openstack:pw@h:5672 is unreachable\n',
    'AMQP server on rabbit://sealed@h:5672 is unreachable\n',
  ],
  ['{"adminPass": "hunter2", "name": "vm"}\n', '{"adminPass": "sealed", "name": "vm"}\n'],
  ["connect(user='x', password='hun ter2', host='h')\n", "connect(user='x', password='sealed', host='h')\n"],
  ['curl -H "X-Auth-Token: gAAAAABn-x_y" http://h\n', 'curl -H "X-Auth-Token: sealed" http://h\n'],
  ['X-Service-Token: gAAAAABn-x_y and more\n', 'X-Service-Token: sealed and more\n'],
  ['Authorization: Basic b3BzOnB3 x\n', 'Authorization: sealed\n'],
  ['\tkey = AQBh broken one\n', '\tkey = sealed\n'],
  [`bare ${KEY} and 8811d9710c094e49aba24af5992234fa\n`, 'bare sealed and 8811d9710c094e49aba24af5992234fa\n'],
  ['{"qom-type":"secret","data":"9eao5F8qtkGt+seB1HYivWIxbtwUu6MQtg=="}\n', '{"qom-type":"secret","data":"sealed"}\n'],
  [
    "Secret not found: no secret with matching uuid '457eb676-33da-42ec-9a8c-9293d545c337'\n",
    "Secret not found: no secret with matching uuid '457eb676-33da-42ec-9a8c-9293d545c337'\n",
  ],
  ['Invalid secret: secret is private\n', 'Invalid secret: secret is private\n'],
  [
    'auth: unable to find a keyring on /etc/ceph/ceph.client.glance.keyring: (2) No such file or directory\n',
    'auth: unable to find a keyring on /etc/ceph/ceph.client.glance.keyring: (2) No such file or directory\n',
  ],
  ['rbd_secret_uuid = 457eb676-33da\n', 'rbd_secret_uuid = 457eb676-33da\n'],
  ['-----BEGIN RSA PRIVATE KEY-----\nMII\n-----END RSA PRIVATE KEY-----\nx\n', 'sealed\nsealed\nsealed\nx\n'],
];

describe.each(SHELLS)('seals under %s', (name, run, present) => {
  if (!present) console.log(`skipped: seals under ${name}, because it is not installed`);
  it.skipIf(!present).each<[Seal, [string, string][]]>([
    ['keyring', KEYRING],
    ['value', VALUE],
    ['config', CONFIG],
    ['log', LOG],
  ])('%s hides what it must and nothing else', async (seal, cases) => {
    const texts = cases.map(([text]) => text);
    expect(await leave(run, seal, texts)).toEqual(cases.map(([, expected]) => expected));
  });
});

describe.each(SHELLS)('a configuration and the logs of its node, under %s', (_name, run, present) => {
  const file = printing(`[DEFAULT]
transport_url = rabbit://openstack:Kr4ken%40deep@h1:5672,openstack:Squ1d-of-old@h2:5672/
# admin_password = Cuttle-f1sh
[keystone_authtoken]
password = "Oct0pus ink.77"
username = cinder-admin
[nova]
password = openstack
auth_key = /etc/nova/key-file
rbd_secret_uuid = 457eb676-33da-42ec-9a8c-9293d545c337
private_key =
  N4utilus-shell
`);
  const log =
    printing(`login with Oct0pus ink.77 and Oct0pus ink.778, Kr4ken@deep (Kr4ken%40deep), 'Squ1d-of-old', Cuttle-f1sh
cinder-admin of openstack reads /etc/nova/key-file, 457eb676-33da-42ec-9a8c-9293d545c337, Oct0pus; N4utilus-shell
`);
  const old = hid('Cuttle-f1sh');
  const [password, rabbit, second] = [hid('Oct0pus ink.77'), hid('Kr4ken@deep'), hid('Squ1d-of-old')];
  const hidden = `login with ${password} and ${password}8, ${rabbit} (${rabbit}), '${second}', ${old}
cinder-admin of openstack reads /etc/nova/key-file, 457eb676-33da-42ec-9a8c-9293d545c337, Oct0pus; ${hid('N4utilus-shell')}
`;

  it.skipIf(!present)('what the one keeps secret is hidden in the others, wherever it stands', async () => {
    const [, after] = await asked(run, [
      { id: 'conf', ...file, seal: 'config' },
      { id: 'log', ...log, seal: 'log', hides: [file] },
    ]);
    expect(after).toBe(hidden);
    expect(await asked(run, [{ id: 'log', ...log, seal: 'log', hides: [file] }])).toEqual([hidden]);
  });

  it.skipIf(!present)(
    'a secret has one token in all that is asked together, too short a one for logs included',
    async () => {
      const cinder = printing('connection = mysql+pymysql://cinder:a%40b@db/cinder\npassword = fish\n');
      const nova = printing('[neutron]\npassword = "a@b"\n[placement]\npassword = \'fish\'\n');
      const log = printing('tried mysql+pymysql://cinder:a%40b@db/cinder, a@b; password=fish, password=other, fish\n');
      const table = [
        { id: 'cinder', ...cinder, seal: 'config' } as const,
        { id: 'nova', ...nova, seal: 'config' } as const,
      ];
      expect(await asked(run, [...table, { id: 'log', ...log, seal: 'log' }])).toEqual([
        `connection = mysql+pymysql://${hid('a@b')}@db\npassword = ${hid('fish')}\n`,
        `[neutron]\npassword = ${hid('a@b')}\n[placement]\npassword = ${hid('fish')}\n`,
        `tried mysql+pymysql://${hid('a@b')}@db/cinder, a@b; password=${hid('fish')}, password=sealed, fish\n`,
      ]);
    },
  );

  it.skipIf(!present)('one that cannot be read hides nothing, and the log still comes', async () => {
    const gone = { argv: ['cat', '/nowhere/cinder.conf'], deadline: 5 } as const;
    expect(await asked(run, [{ id: 'log', ...printing('fine\n'), seal: 'log', hides: [gone] }])).toEqual(['fine\n']);
  });
});

describe('seals', () => {
  const base64 = fc.string({ unit: fc.constantFrom(...'ABCDEFGHabcdefgh0123456789+/'), minLength: 24, maxLength: 24 });
  const around = fc.string({ unit: fc.constantFrom(...' \t=:,"\'[]#\nkey/.-x'), maxLength: 12 });

  it('let no key through, whatever stands around it', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(base64, around, around), { minLength: 12, maxLength: 16 }), async (cases) => {
        const keys = cases.map(([random]) => `AQBhfWlnAAAAABAA${random.slice(0, 22)}==`);
        const texts = cases.map(([, before, after], n) => before + keys[n] + after);
        for (const seal of ['keyring', 'value', 'config', 'log'] as const) {
          const all = (await leave(native('sh'), seal, texts)).join('');
          for (const key of keys) expect(all).not.toContain(key.slice(4, 24));
        }
      }),
      { numRuns: 3 },
    );
  });

  it('give equal digests in one session and others in another', () => {
    const again = sessionKeys(Buffer.alloc(32, 5));
    expect(digestOf(again, KEY)).toBe(digestOf(KEYS, KEY));
    expect(digestOf(sessionKeys(Buffer.alloc(32, 6)), KEY)).not.toBe(digestOf(KEYS, KEY));
  });
});
