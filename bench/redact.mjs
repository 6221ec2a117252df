// How fast and in how much memory texts lose their secrets, and how long the worst 64 kB take.

import { spawnSync } from 'node:child_process';
import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redactor } from '../src/redact/index.ts';
import { table } from './measure.mjs';
import { logText } from './redact-text.mjs';

const MIB = 1024 * 1024;
const PIECE = 65_536;
const TIMES = 9;

/** One chunk of 64 kB and more that a scanner may stumble over. */
const HOSTILE = {
  'base64 letters': 'QUJDREVG',
  'one letter': 'a',
  'a line without end': 'x=1, name: y; ',
  'open quotes': 'password="',
  'quotes in quotes': '\\"password\\": \\"',
  'deep JSON': '{"password":[{"key":',
  'closed JSON': '"secret":"ab","n":1,',
  addresses: 'http://a:b@c ',
  'at signs': 'a@',
  'names of values': '"name":"password","value":"x",',
  angles: '<password><key>',
  bars: '| password | secret ',
  tabs: 'password\tsecret\n',
  armour: '-----BEGIN PRIVATE KEY-----\n',
  'armour without end': `-----BEGIN RSA PRIVATE KEY-----\n${'QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWZnaGlqa2xtbm9wcXJz\n'.repeat(40)}`,
  manifests: 'kind: Secret\ndata:\n  a: b\n',
  kinds: '"kind": "Secret", "data": {"a":"b"},',
  'rows of SQL': "insert into t (password, key) values ('a','b');\n",
  'one row of SQL': "insert into t (password) values ('a'),('b'),",
  programs: 'mysql -p echo | passwd identified by ',
  'broken keys': 'AQBAAAAAAAAAABAA',
  percents: '%70%61%73%73%3d%22',
  zeros: 'PASSWORD=a\0',
};

function worst() {
  const rows = [];
  for (const [name, unit] of Object.entries(HOSTILE)) {
    const chunk = Buffer.from(unit.repeat(Math.ceil((2 * PIECE) / unit.length)).slice(0, 2 * PIECE), 'latin1');
    let best = Infinity;
    for (let i = 0; i < TIMES; i++) {
      const redactor = new Redactor(Buffer.alloc(32, 1));
      redactor.text('password = Zx81-hq7Lmt2\n');
      const replacer = redactor.replace();
      const before = process.cpuUsage();
      replacer.write(chunk);
      replacer.end();
      const { user, system } = process.cpuUsage(before);
      // Two chunks: the first can only be done when the second has come.
      best = Math.min(best, (user + system) / 2000);
    }
    rows.push({ name, ms: best });
  }
  return rows.sort((a, b) => b.ms - a.ms);
}

/** Lines of a file counted the plain way: what reading alone costs on this machine now. */
function counted(file) {
  const script = `let n=0;for await(const p of process.stdin)for(let i=p.indexOf(10);i>=0;i=p.indexOf(10,i+1))n++;console.error(n)`;
  return run([process.execPath, '--input-type=module', '-e', script], file);
}

function run(command, file) {
  const input = openSync(file, 'r');
  const output = openSync('/dev/null', 'w');
  try {
    const usage = new URL('./usage.mjs', import.meta.url).href;
    const { stderr, status } = spawnSync(command[0], command.slice(1), {
      stdio: [input, output, 'pipe'],
      env: { ...process.env, NODE_OPTIONS: `--import=${usage}` },
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(`${command.join(' ')} ended with ${status}: ${stderr}`);
    const all = [...stderr.matchAll(/^usage (.*)$/gm)].map(([, json]) => JSON.parse(json));
    return { ms: Math.max(...all.map(({ ms }) => ms)), mib: Math.max(...all.map(({ mib }) => mib)) };
  } finally {
    closeSync(input);
    closeSync(output);
  }
}

export function redact(inkling, megabytes = 200) {
  const file = join(tmpdir(), `inkling-bench-${process.pid}.log`);
  try {
    const bytes = megabytes * 1_000_000;
    const out = openSync(file, 'wx', 0o600);
    for (const piece of logText(bytes)) writeSync(out, piece);
    closeSync(out);
    const took = run([...inkling, 'redact'], file);
    const plain = counted(file);
    const [slowest] = worst();
    return table(
      ['what', 'figure', 'aim'],
      [
        ['speed', `${(megabytes / (took.ms / 1000)).toFixed(1)} MB/s of processor time`, '10 MB/s'],
        ['memory', `${took.mib.toFixed(0)} MiB resident at most`, '200 MiB'],
        ['slowest 64 kB', `${slowest.ms.toFixed(1)} ms (${slowest.name})`, '50 ms'],
        ['counting lines', `${(took.ms / plain.ms).toFixed(0)} times faster in the same run`, '–'],
      ],
    );
  } finally {
    rmSync(file, { force: true });
  }
}

export { MIB, worst };
