import { gzipSync } from 'node:zlib';
import type { Make } from '../corpus.ts';
import { b64 } from '../pieces.ts';

const ALNUM = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

export const WEB: Readonly<Record<string, Make>> = {
  'signed addresses': (f) => {
    const [a, b, c, d] = [f.hex(40), f.hex(64), f.from(ALNUM, 27), f.from(ALNUM, 40)];
    return {
      text: `GET /v1/AUTH_${f.hex(32)}/c/o?temp_url_sig=${a}&temp_url_expires=1767225600 HTTP/1.1\nGET https://s3.example/b/k?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Date=20260501T000000Z&X-Amz-Expires=3600&X-Amz-SignedHeaders=host&X-Amz-Signature=${b}\nGET /b/k?AWSAccessKeyId=${f.from('ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789', 20)}&Expires=1767225600&Signature=${c}%3D\nAuthorization: AWS4-HMAC-SHA256 Credential=AKIA${f.from('ABCDEFGHIJ234567', 16)}/20260501/us-east-1/s3/aws4_request, SignedHeaders=host;x-amz-date, Signature=${b}\nX-Account-Meta-Temp-URL-Key: ${d}\nhttp://ctl:6080/vnc_auto.html?path=%3Ftoken%3D${f.uuid()}\n`,
      secrets: [a, b, c, d],
      keep: [
        'temp_url_expires=1767225600',
        'X-Amz-Date=20260501T000000Z&X-Amz-Expires=3600',
        'Expires=1767225600',
        'SignedHeaders=host',
      ],
    };
  },
  'console addresses': (f) => {
    const [a, b] = [f.uuid(), f.uuid()];
    return {
      text: `| novnc | http://ctl:6080/vnc_auto.html?path=%3Ftoken%3D${a} |\nspice_auto.html?token=${b}&title=vm\n`,
      secrets: [a, b],
      keep: ['http://ctl:6080/vnc_auto.html', 'title=vm'],
    };
  },
  'cookies and bearer': (f) => {
    const [a, b, c, d, e] = [f.from(ALNUM, 32), f.from(ALNUM, 64), f.jwt(), f.jwt(), f.typed()];
    return {
      text: `Cookie: sessionid=${a}; csrftoken=${b}\nSet-Cookie: token=${c}; Path=/; HttpOnly; Secure\nauthorization: Bearer ${d}\nProxy-Authorization: Basic ${b64(`ops:${e}`)}\n{"headers":{"Authorization":["Bearer ${c}"],"Accept":["*/*"]}}\nWWW-Authenticate: Keystone uri="http://ctl:5000"\nWWW-Authenticate: Bearer realm="https://auth.example/token",service="registry"\n`,
      secrets: [a, b, c, d, e],
      keep: [
        '"Accept":["*/*"]',
        'WWW-Authenticate: Keystone uri="http://ctl:5000"',
        'realm="https://auth.example/token"',
      ],
    };
  },
  'escaped three deep': (f) => {
    const [a, b] = [f.nasty(), f.password()];
    const inner = JSON.stringify({ password: a, keyring: `[client.x]\n\tkey = ${f.cephx()}\n`, n: 1 });
    return {
      text: `${JSON.stringify({ m: JSON.stringify({ body: inner, oslo: { message: inner } }) })}\n'{\\'auth_password\\': \\'${b}\\', \\'x\\': 1}'\n`,
      secrets: [a, b],
      keep: ["\\'x\\': 1"],
    };
  },
  'oslo messages': (f) => {
    const [a, token] = [f.password(), f.fernet()];
    const message = JSON.stringify({
      _context_auth_token: token,
      _context_user_id: f.hex(32),
      _msg_id: f.hex(32),
      args: { admin_password: a, instance: { uuid: f.uuid() } },
      method: 'build_and_run_instance',
    });
    return {
      text: `received message: ${JSON.stringify({ 'oslo.version': '2.0', 'oslo.message': message })}\n`,
      secrets: [a, token],
      keep: ['build_and_run_instance', 'oslo.version'],
    };
  },
  'encodings of one password': (f) => {
    const a = f.typed();
    const bytes = Buffer.from(a);
    return {
      text: `admin_password = ${a}\nbase64 ${bytes.toString('base64')} end\nhex ${bytes.toString('hex')} end\nurl ${encodeURIComponent(a)} end\npair ${b64(`admin:${a}`)} end\nxxd ${(bytes.toString('hex').match(/.{1,4}/g) ?? []).join(' ')} end\nreversed stays\n`,
      secrets: [a],
      keep: ['base64 ', 'hex ', 'reversed stays'],
    };
  },
  'yaml of many shapes': (f) => {
    const [a1, d2] = [f.password(), f.password()];
    const [a, b, c, d, e, g] = [f.password(), f.typed(), f.password(), f.password(), f.password(), f.password()];
    return {
      text: `conf:\n  password: &pw ${a}\n  again: *pw\n  keystone_authtoken: {username: nova, password: ${b.replaceAll('%', 'x').replaceAll('*', 'x').replaceAll('!', 'x').replaceAll('@', 'x')}, region: R}\n  secret_key: >-\n    ${c}\n  token: !!str "${d}"\n  "admin_password" : "${e}"\n  'token' : '${g}'\n  secrets:\n    - ${a1}\n    - name: x\n  env:\n    - name: DB_PASSWORD\n      value: ${d2}\n    - name: LOG_LEVEL\n      value: debug\n  secretName: tls-x\n  secretRef:\n    name: keystone\n  passwordSecret:\n    key: pw\n    name: db\n`,
      secrets: [a, c, d, e, g, a1, d2],
      keep: ['region: R', 'name: LOG_LEVEL', 'value: debug', 'secretName: tls-x', 'name: keystone', 'again: *pw'],
    };
  },
  'environment lists in json': (f) => {
    const [a, b] = [f.password(), f.password()];
    return {
      origin: 'kubectl get pod -o json',
      text: JSON.stringify(
        {
          spec: {
            containers: [
              {
                env: [
                  { name: 'MYSQL_PASSWORD', value: a },
                  { name: 'LOG_LEVEL', value: 'debug' },
                  { name: 'API_TOKEN', valueFrom: { secretKeyRef: { key: 'token', name: 'x' } } },
                ],
                args: ['--db-password', b, '--v=2'],
              },
            ],
          },
        },
        null,
        2,
      ),
      secrets: [a, b],
      keep: ['"value": "debug"', '"key": "token"', '--v=2', '"MYSQL_PASSWORD"'],
    };
  },
  'key and value apart': (f) => {
    const [a3] = [f.password()];
    const [a, b, c] = [f.password(), f.password(), f.password()];
    return {
      text: `<entry><key>admin_password</key><value>${a}</value></entry>\n<property name="password" value="${b}"/>\n<option name='secret'>${c}</option>\n<param name="timeout" value="30"/>\n{"key": "db_password", "value": "${a3}"}\n{"Key":"Name","Value":"vm-1"}\n`,
      secrets: [a, b, c, a3],
      keep: ['<param name="timeout" value="30"/>', '{"Key":"Name","Value":"vm-1"}'],
    };
  },
  'gzip file': (f) => {
    const a = f.password();
    const inner = gzipSync(`2026-05-01 DEBUG admin_pass=${a}\n`);
    return { text: `note: ${inner.toString('base64')}\n`, secrets: [a], keep: ['note: '] };
  },
  'windows guests': (f) => {
    const [a, b] = [f.password(), f.password()];
    return {
      text: `<UserAccounts><AdministratorPassword><Value>${a}</Value><PlainText>true</PlainText></AdministratorPassword></UserAccounts>\n<Password>\n  <Value>${b}</Value>\n</Password>\nnet user ops ${a}5 /add\n`,
      secrets: [a, b],
      keep: ['<PlainText>true</PlainText>'],
    };
  },
  'grafana and prometheus': (f) => {
    const [a4] = [f.password()];
    const [a, b, c, d] = [f.password(), f.password(), `glsa_${f.from(ALNUM, 32)}_${f.hex(8)}`, f.password()];
    return {
      text: `[security]\nadmin_user = admin\nadmin_password = ${a}\nsecret_key = ${b}\n[auth.ldap]\nallow_sign_up = true\nscrape_configs:\n- job_name: x\n  basic_auth:\n    username: p\n    password: ${d}\n  authorization:\n    credentials: ${a4}\n  bearer_token_file: /var/run/token\n  metrics_path: /metrics\napi key ${c}\n`,
      secrets: [a, b, c, d, a4],
      keep: [
        'admin_user = admin',
        'bearer_token_file: /var/run/token',
        'metrics_path: /metrics',
        'allow_sign_up = true',
      ],
    };
  },
  'harmless base64 and sums': (f) => {
    const text = `sha256:${f.hex(64)}\nmd5sum ${f.hex(32)}  cirros.img\n${f.hex(128)}  x.iso\netag: "${f.hex(32)}"\nintegrity sha512-${f.bytes(64).toString('base64')}\ncommit ${f.hex(40)}\nindex ${f.hex(7)}..${f.hex(7)} 100644\nContent-MD5: ${f.bytes(16).toString('base64')}\nSHA256:${f.bytes(32).toString('base64').replace('=', '')} root@x (RSA)\nMD5:${(f.hex(32).match(/../g) ?? []).join(':')}\naudit_ids: ["${f.bytes(16).toString('base64url')}"]\nX-Trans-Id: tx${f.hex(21)}-00${f.hex(8)}\nos_hash_algo: sha512\nos_hash_value: ${f.hex(128)}\nimg_signature_hash_method = SHA-256\nproject_id = ${f.hex(32)}\ndigest: ${f.bytes(24).toString('base64')}\nimage: quay.io/ceph/ceph@sha256:${f.hex(64)}\nbuild-id=${f.hex(40)}\nmachine-id ${f.hex(32)}\nwwn naa.${f.hex(16)}\nserial: ${f.uuid()}\nssl_certificate_sha1 ${(f.hex(40).toUpperCase().match(/../g) ?? []).join(':')}\nx509 fingerprint=${f.hex(40)}\n`;
    return { text, secrets: [], keep: text.split('\n') };
  },
  'one line of everything': (f) => {
    const [a, b, c, d] = [f.password(), f.password(), f.cephx(), f.password()];
    return {
      text: `x: user=nova password=${a} host=ctl;token=${b};mode=rw [key=${c}] (pass: ${d}) password_min_length=8, token_expiry=3600, secret_uuid=${f.uuid()}, keyring=/etc/ceph/k url=http://u:${a}@h/ n=3\n`,
      secrets: [a, b, c, d],
      keep: [
        'user=nova',
        'host=ctl',
        'mode=rw',
        'password_min_length=8, token_expiry=3600',
        'keyring=/etc/ceph/k',
        'n=3',
      ],
    };
  },
};
