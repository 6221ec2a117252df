// The practice cluster: how soon its catalogue is there, memory of `inkling practice serve`, and how soon its shell answers. Run by `npm run bench -- practice`.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { spawn as spawnPty } from '@lydell/node-pty';
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
  const count = 200;
  const text = `for n in $(seq ${count}); do ${command}; done >/dev/null`;
  const { ms } = await timed(['ssh', '-F', served.ssh_config, 'ceph-mon-1', `sudo bash -c ${quote(text)}`]);
  const { ms: empty } = await timed(['ssh', '-F', served.ssh_config, 'ceph-mon-1', 'true']);
  return Math.max(0, ms - empty) / count;
}

const quote = (text) => `'${text.replaceAll("'", `'\\''`)}'`;

/** Milliseconds from the first letters on a terminal to the list of lessons and drills. */
function catalogue(inkling) {
  return new Promise((resolve, reject) => {
    const { PATH, HOME } = process.env;
    const pty = spawnPty(inkling[0], [...inkling.slice(1), 'practice'], {
      cols: 100,
      rows: 30,
      env: { PATH, HOME, TERM: 'xterm-256color' },
    });
    let output = '';
    let frame;
    pty.onData((data) => {
      output += data;
      // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are what has to go
      const letters = output.replace(/\u001b(\[[0-9;?<>=]*[A-Za-z]|\][^\u0007]*\u0007|.)/g, '');
      if (/[A-Za-z]{3}/.test(letters)) frame ??= performance.now();
      if (!letters.includes('Two faults at once')) return;
      resolve(performance.now() - frame);
      pty.kill('SIGTERM');
    });
    pty.onExit(() => reject(new Error(`Inkling ended before it listed its drills: ${output}`)));
  });
}

/** Memory of the cluster alone, without the command line around it. */
async function alone(nodes) {
  const { stdout, stderr } = await timed([process.execPath, join(import.meta.dirname, 'lab.mjs'), String(nodes)]);
  if (stdout === '') throw new Error(stderr);
  const { ready, after } = JSON.parse(stdout);
  return [`${nodes} nodes alone, ready; after a command on each`, `${ready.toFixed(0)}; ${after.toFixed(0)} MiB`];
}

export async function practice(inkling, rounds) {
  const child = spawn(inkling[0], [...inkling.slice(1), 'practice', 'serve', '--format', 'ndjson'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const served = await firstLine(child);
    const catalogues = [];
    for (let round = 0; round < rounds; round++) catalogues.push(await catalogue(inkling));
    const rows = [
      ['lessons and drills listed, after the first frame', `${(median(catalogues) / 1000).toFixed(2)} s`],
      ['memory when ready', `${resident(child.pid).toFixed(0)} MiB`],
    ];
    for (const command of COMMANDS) {
      const times = [];
      for (let round = 0; round < rounds; round++) times.push(await answers(served, command));
      rows.push([`\`${command}\``, `${median(times).toFixed(1)} ms`]);
    }
    rows.push(['memory after all of them', `${resident(child.pid).toFixed(0)} MiB`]);
    rows.push(await alone(4), await alone(500));
    console.log(`\nThe practice cluster, four nodes, ${rounds} rounds\n`);
    console.log(table(['what', 'median'], rows));
  } finally {
    child.kill('SIGTERM');
    await new Promise((resolve) => child.once('exit', resolve));
  }
}
