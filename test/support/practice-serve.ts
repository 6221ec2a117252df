import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import type { House } from './inkling.ts';

/** The practice cluster, served to any ssh client by the built program. */
export interface Served {
  readonly siteFile: string;
  readonly sshConfig: string;
  /** Text of its site file. */
  readonly site: string;
  readonly identity: string;
  port(node: string): number;
  /** Host key as in a known_hosts line: `type base64`. */
  hostKey(node: string): string;
  stop(): Promise<void>;
}

export async function servePractice(house: House, scenario: string): Promise<Served> {
  const running = house.start(['practice', 'serve', scenario, '--format', 'json']);
  let printed = '';
  running.child.stdout.on('data', (text: string) => {
    printed += text;
  });
  await running.printed('\n');
  const { site: siteFile, ssh_config: sshConfig, nodes } = JSON.parse(printed);
  const site = readFileSync(siteFile, 'utf8');
  const written = parse(site);
  const knownHosts = readFileSync(written.ssh.known_hosts, 'utf8').split('\n');
  const port = (node: string): number => nodes.find((n: { name: string }) => n.name === node).port;
  return {
    siteFile,
    sshConfig,
    site,
    identity: written.nodes[0].ssh.identity,
    port,
    hostKey: (node) =>
      knownHosts
        .find((line) => line.startsWith(`[127.0.0.1]:${port(node)} `))
        ?.split(' ')
        .slice(1, 3)
        .join(' ') ?? '',
    stop: async () => {
      running.child.kill('SIGTERM');
      await running.ended;
    },
  };
}
