// The practice cluster alone, with as many nodes as are asked for: `node bench/lab.mjs NODES` prints its memory when it is ready and
// after a command on each node, in MiB.
import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const root = join(import.meta.dirname, '..');
/** The monitor and the controller; the rest are compute nodes. */
const OTHERS = 2;

const resident = () => Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]) / 1024;

/** Beside the packages that it needs: they are not bundled here. */
async function bundled() {
  const { build } = await import('esbuild');
  const outfile = join(root, 'dist', `bench-lab.${process.pid}.mjs`);
  await build({
    absWorkingDir: root,
    entryPoints: ['src/lab/index.ts'],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    packages: 'external',
    logLevel: 'warning',
  });
  return outfile;
}

if (process.argv[3] === undefined) {
  // Another process measures: what the bundler needed is not the cluster's.
  const file = await bundled();
  spawnSync(process.execPath, [import.meta.filename, process.argv[2] ?? '4', file], { stdio: 'inherit' });
  rmSync(file);
} else {
  const { startLab } = await import(pathToFileURL(process.argv[3]).href);
  const lab = await startLab({ computes: Number(process.argv[2]) - OTHERS });
  const ready = resident();
  for (const { name } of lab.site.nodes) await lab.run(name, 'cat /etc/ceph/ceph.conf; timeout 20 ceph --id nova -s');
  console.log(JSON.stringify({ nodes: lab.site.nodes.length, ready, after: resident() }));
  await lab.close();
}
