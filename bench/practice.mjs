// The practice cluster: memory of `inkling practice serve`, and how soon its shell answers. Run by `npm run bench -- practice`.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { median, table, timed } from './measure.mjs';

const COMMANDS = ['true', 'ceph -s', 'cat /etc/ceph/ceph.conf', 'for i in 1 2 3; do rbd -p images ls | head -1; done'];

const resident = (pid) => Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;

/** The first line of NDJSON that `practice serve` prints: where its nodes are. */
const firstLine = (child) =>
  new Promise((resolve, reject) => {
    let text = '';
    child.stdout.on('data', (data) => {
      text += data;
      if (text.includes('\n')) resolve(JSON.parse(text.slice(0, text.indexOf('\n'))));
    });
    child.once('exit', () => reject(new Error('the practice cluster ended')));
  });

/** Milliseconds that one connection needs for many commands, for each: processes of the client are not counted. */
async function answers(served, command) {
  const count = 50;
  const text = `for n in $(seq ${count}); do ${command}; done >/dev/null`;
  const { ms } = await timed(['ssh', '-F', served.ssh_config, 'ceph-mon-1', `sudo bash -c ${quote(text)}`]);
  const { ms: empty } = await timed(['ssh', '-F', served.ssh_config, 'ceph-mon-1', 'true']);
  return Math.max(0, ms - empty) / count;
}

const quote = (text) => `'${text.replaceAll("'", `'\\''`)}'`;

export async function practice(inkling, rounds) {
  const child = spawn(inkling[0], [...inkling.slice(1), 'practice', 'serve', '--format', 'ndjson'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const served = await firstLine(child);
    const rows = [['memory when ready', `${resident(child.pid).toFixed(0)} MiB`]];
    for (const command of COMMANDS) {
      const times = [];
      for (let round = 0; round < rounds; round++) times.push(await answers(served, command));
      rows.push([`\`${command}\``, `${median(times).toFixed(1)} ms`]);
    }
    rows.push(['memory after all of them', `${resident(child.pid).toFixed(0)} MiB`]);
    console.log(`\nThe practice cluster, four nodes, ${rounds} rounds\n`);
    console.log(table(['what', 'median'], rows));
  } finally {
    child.kill('SIGTERM');
    await new Promise((resolve) => child.once('exit', resolve));
  }
}
