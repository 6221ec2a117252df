// npm run bench [-- --rounds N] [fleet] [frame] [practice] [redact]: wall times as ratios, from one run on one machine.
import { execFileSync } from 'node:child_process';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { spawn as spawnPty } from '@lydell/node-pty';
import { NODES, script, startFleet } from './fleet.mjs';
import { median, rounds, table, timed } from './measure.mjs';
import { practice } from './practice.mjs';

const root = join(import.meta.dirname, '..');
const inkling = [process.execPath, join(root, 'bin', 'inkling.cjs')];
const args = process.argv.slice(2);
const option = args.indexOf('--rounds');
const ROUNDS = option === -1 ? 5 : Number(args[option + 1]);
const wants = (name) =>
  !args.some((arg) => ['fleet', 'frame', 'practice', 'redact'].includes(arg)) || args.includes(name);

const has = (program) => {
  try {
    execFileSync('which', [program], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};
const seconds = (ms) => `${(ms / 1000).toFixed(2)} s`;
const spread = (times) => `${seconds(Math.min(...times))} … ${seconds(Math.max(...times))}`;

/** Runs and insists on the whole result: a tool that skipped half of its work is not fast. */
async function insist(name, command, options, isWhole) {
  const result = await timed(command, options);
  if (!isWhole(result)) {
    throw new Error(
      `${name} did not do the whole job (exit ${result.code}):\n${(result.stderr || result.stdout).slice(0, 2000)}`,
    );
  }
  return result.ms;
}

async function fleet() {
  const missing = ['clush', 'parallel-ssh'].filter((program) => !has(program));
  if (missing.length > 0) throw new Error(`missing: ${missing.join(', ')}. apt-get install clustershell pssh`);
  const made = await startFleet();
  try {
    const lines = (await timed(['sh', made.script])).stdout.split('\n').length - 1;
    const enough = ({ code, stdout }) => code === 0 && stdout.split('\n').length > NODES * lines * 0.9;
    let asked = 0;
    const check = [
      ...inkling,
      'check',
      'fleet',
      '--site',
      made.site,
      '--playbooks',
      join(import.meta.dirname, 'playbooks'),
    ];
    const contestants = [
      () =>
        insist('inkling', [...check, '--format', 'json'], {}, ({ stdout }) => {
          const { coverage } = JSON.parse(stdout);
          asked = coverage.asked;
          return coverage.nodes_reached === NODES && coverage.answered === asked && asked >= NODES * script().length;
        }),
      () =>
        insist(
          'clush',
          ['clush', '-f', String(NODES), '-o', `-F ${made.sshConfig}`, '-w', made.list, '/bin/sh -s'],
          { stdin: made.script },
          enough,
        ),
      () =>
        insist(
          'parallel-ssh',
          [
            'parallel-ssh',
            '-p',
            String(NODES),
            '-x',
            `-F ${made.sshConfig}`,
            '-h',
            made.hosts,
            '-t',
            '0',
            '-I',
            '-i',
            '/bin/sh -s',
          ],
          { stdin: made.script },
          enough,
        ),
    ];
    const [ours, clush, pssh] = await rounds(ROUNDS, contestants);
    const row = (name, times) => [
      name,
      seconds(median(times)),
      spread(times),
      (median(times) / median(clush)).toFixed(2),
    ];
    console.log(
      `\n${NODES} addresses of one sshd, ${script().length} commands each, ${ROUNDS} rounds (Inkling asked ${asked} questions)\n`,
    );
    console.log(
      table(
        ['tool', 'median', 'range', 'of clush'],
        [row('inkling check', ours), row('clush', clush), row('parallel-ssh', pssh)],
      ),
    );
  } finally {
    await made.stop();
  }
}

/** Milliseconds until a terminal shows the first letters of the program. */
function firstFrame() {
  return new Promise((resolve, reject) => {
    const started = performance.now();
    const { PATH, HOME } = process.env;
    const pty = spawnPty(inkling[0], inkling.slice(1), {
      cols: 100,
      rows: 30,
      env: { PATH, HOME, TERM: 'xterm-256color' },
    });
    let output = '';
    let shown = false;
    pty.onData((data) => {
      output += data;
      // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are what has to go
      if (shown || !/[A-Za-z]{3}/.test(output.replace(/\u001b(\[[0-9;?<>=]*[A-Za-z]|\][^\u0007]*\u0007|.)/g, '')))
        return;
      shown = true;
      resolve(performance.now() - started);
      pty.kill('SIGTERM');
    });
    pty.onExit(() => shown || reject(new Error(`Inkling ended before it showed anything: ${output}`)));
  });
}

async function frame() {
  const empty = () => timed([process.execPath, '-e', '0']).then(({ ms }) => ms);
  const version = () => insist('inkling', [...inkling, '--version'], {}, ({ code }) => code === 0);
  const [none, words, frames] = await rounds(ROUNDS * 2, [empty, version, firstFrame]);
  const row = (name, times) => [name, seconds(median(times)), spread(times), seconds(median(times) - median(none))];
  console.log(`\nTime to the first frame, ${ROUNDS * 2} rounds\n`);
  console.log(
    table(
      ['what', 'median', 'range', 'above node -e 0'],
      [row('node -e 0', none), row('inkling --version', words), row('inkling, first frame', frames)],
    ),
  );
}

console.log(`Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model}`);
if (wants('fleet')) await fleet();
if (wants('frame')) await frame();
if (wants('practice')) await practice(inkling, ROUNDS);
if (wants('redact')) {
  const { redact } = await import('./redact.mjs');
  console.log(`\nTaking secrets out of 200 MB of logs\n\n${redact(inkling)}`);
}
