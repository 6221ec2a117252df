import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Role, Site } from '../domain/site.ts';
import { leadingTo, type Start } from './guide-steps.ts';
import { inventory } from './inventory.ts';
import { KeyFolder } from './key-folder.ts';
import { periodicTasks } from './periodic.ts';
import { startUnit } from './services.ts';
import type { LoginShell as Login } from './shell/login-shell.ts';
import { newKeyPair } from './ssh-keys.ts';
import type { SshServer } from './ssh-server.ts';
import { DEPLOYED_AGO, emptyWorld, healthyWorld } from './world/healthy.ts';
import { nodeOf, type World } from './world/world.ts';

export { GUIDE, GUIDE_STEPS, type GuideCommand, type GuideStep, STARTS, type Start } from './guide-steps.ts';

export interface Fault {
  /** Node to break. */
  readonly on: string;
  /** Shell command, run there as root. */
  readonly run: string;
}

export interface LabOptions {
  /** Where practice begins; the known-good cluster unless given. */
  readonly start?: Start;
  readonly faults?: readonly Fault[];
  /** Real seconds for each second a program waits; 1 unless given. Tests that meet a hang give less. */
  readonly pace?: number;
}

export interface PracticeLab {
  /** An ordinary site whose nodes happen to be served on 127.0.0.1. */
  readonly site: Site;
  /** Where its key lies; goes when the cluster is closed. */
  readonly folder: string;
  /** Runs a shell command on a node, as root unless told otherwise. Throws RangeError for a node or user that is not there. */
  run(node: string, command: string, user?: string): Promise<{ code: number; stdout: string; stderr: string }>;
  /** The data it holds now: pools, images, snapshots, volumes, servers. */
  inventory(): readonly { readonly key: string; readonly title: string }[];
  /** A login on a node, which keeps folder, variables and user from line to line. Throws RangeError as `run` does. */
  login(node: string, user?: string): Login;
  close(): Promise<void>;
}

const ROLES: Readonly<Record<string, readonly Role[]>> = {
  'ceph-mon-1': ['ceph-admin', 'ceph-mon', 'ceph-osd'],
  controller: [
    'glance-api',
    'cinder-api',
    'cinder-scheduler',
    'cinder-volume',
    'cinder-backup',
    'nova-api',
    'nova-conductor',
    'nova-scheduler',
  ],
  'compute-1': ['nova-compute'],
  'compute-2': ['nova-compute'],
};

/**
 * Starts the practice cluster: four nodes behind real SSH servers, healthy but for the faults given.
 * Throws when a fault's command fails, with what it said.
 */
export async function startLab(options: LabOptions = {}): Promise<PracticeLab> {
  const [library, { Shells }, { serve }, { LoginShell }] = await Promise.all([
    import('just-bash'),
    import('./shell/node-shell.ts'),
    import('./ssh-server.ts'),
    import('./shell/login-shell.ts'),
  ]);
  const start = options.start ?? 'healthy';
  const world = start === 'healthy' ? healthyWorld() : emptyWorld();
  for (const node of world.nodes.values())
    for (const unit of node.units.values()) if (unit.enabled) startUnit(world, node, unit.name);
  world.clock.skip(DEPLOYED_AGO);
  const shells = new Shells(library, world, { pace: options.pace ?? 1, skip: false });
  // A fault's `sleep` gives the real cluster time to notice; here time itself is moved.
  const hasty = shells.withPatience({ pace: 0, skip: true });
  for (const step of start === 'healthy' ? [] : leadingTo(start)) await act(world, hasty, step);
  for (const fault of options.faults ?? []) await act(world, hasty, fault);
  periodicTasks(world);
  const folder = new KeyFolder();
  const servers: SshServer[] = [];
  const closing = new AbortController();
  const close = async (): Promise<void> => {
    closing.abort();
    folder.remove();
    await Promise.all(servers.map((s) => s.close()));
  };
  try {
    const client = newKeyPair('practice');
    const identity = join(folder.path, 'id_ed25519');
    const knownHosts = join(folder.path, 'known_hosts');
    const lines: string[] = [];
    const nodes: Site['nodes'][number][] = [];
    for (const node of world.nodes.values()) {
      const host = newKeyPair(node.name);
      const server = await serve(world, node, shells, host.privateKey, client.blob);
      servers.push(server);
      lines.push(`[127.0.0.1]:${server.port} ssh-ed25519 ${host.blob.toString('base64')}
`);
      const reach = {
        host: '127.0.0.1',
        port: server.port,
        user: 'ops',
        identity: [identity],
        knownHosts: [knownHosts],
      };
      nodes.push({ name: node.name, roles: ROLES[node.name] ?? [], reach, become: 'sudo' });
    }
    await writeFile(identity, client.privateKey, { mode: 0o600 });
    await writeFile(knownHosts, lines.join(''), { mode: 0o600 });
    return {
      site: { name: 'practice', nodes },
      folder: folder.path,
      run: async (name, command, user = 'root') => {
        const node = nodeOf(world, name);
        const who = node.accounts.identity(user);
        if (!who) throw new RangeError(`The practice node ${name} has no user ${user}.`);
        const { code, stdout, stderr } = await shells.script(node, command, {
          identity: who,
          reads: 'bash',
          signal: closing.signal,
        });
        return { code, stdout: Buffer.from(stdout, 'latin1').toString(), stderr };
      },
      inventory: () => inventory(world),
      login: (name, user = 'ops') => {
        const node = nodeOf(world, name);
        const who = node.accounts.identity(user);
        if (!who) throw new RangeError(`The practice node ${name} has no user ${user}.`);
        return new LoginShell(world, shells, node, who);
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function act(world: World, shells: import('./shell/node-shell.ts').Shells, fault: Fault): Promise<void> {
  const { code, stderr } = await shells.script(nodeOf(world, fault.on), fault.run, { reads: 'bash' });
  if (code !== 0)
    throw new Error(
      `The fault could not be made: \`${fault.run}\` on ${fault.on} ended with ${code}: ${stderr.trim()}`,
    );
}
