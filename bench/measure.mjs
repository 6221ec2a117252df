import { spawn } from 'node:child_process';
import { openSync } from 'node:fs';

export const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

/** Runs a program to its end. Milliseconds, exit code and what it wrote on stdout. */
export function timed([program, ...args], { stdin, env } = {}) {
  return new Promise((resolve, reject) => {
    const started = performance.now();
    const child = spawn(program, args, {
      stdio: [stdin === undefined ? 'ignore' : openSync(stdin, 'r'), 'pipe', 'pipe'],
      env: { ...process.env, ...env },
    });
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (data) => {
      stdout += data;
    });
    child.stderr.on('data', (data) => {
      stderr += data;
    });
    child.once('error', reject);
    child.once('close', (code) => resolve({ ms: performance.now() - started, code, stdout, stderr }));
  });
}

/** Runs every contestant once a round, in turn, so that a busy moment of the machine hits all of them. */
export async function rounds(n, contestants) {
  const times = contestants.map(() => []);
  for (let round = 0; round <= n; round++) {
    for (const [i, run] of contestants.entries()) {
      const ms = await run();
      // The first round only warms caches.
      if (round > 0) times[i].push(ms);
    }
  }
  return times;
}

/** A table in Markdown, columns padded. */
export function table(head, rows) {
  const all = [head, ...rows];
  const widths = head.map((_, i) => Math.max(...all.map((row) => row[i].length)));
  const line = (row) => `| ${row.map((cell, i) => cell.padEnd(widths[i])).join(' | ')} |`;
  return [line(head), `| ${widths.map((w) => '-'.repeat(w)).join(' | ')} |`, ...rows.map(line)].join('\n');
}
