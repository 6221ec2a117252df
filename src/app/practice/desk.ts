import { StringDecoder } from 'node:string_decoder';
import type { Entry } from '../../domain/practice.ts';
import type { Link, Transport } from '../../domain/transport.ts';
import type { PracticeLab } from '../../lab/index.ts';
import type { LoginShell } from '../../lab/shell/login-shell.ts';
import { createTransport } from '../../transport/index.ts';

/** Where the files lie that the guide is about. */
const FOLDERS = ['/etc/ceph', '/etc/glance', '/etc/cinder', '/etc/nova', '/etc/libvirt', '/var/log', '/root', '/tmp'];
const MOST_PATHS = 200;

/** What a command has written so far. */
export interface Written {
  readonly stdout: string;
  readonly stderr: string;
}

/** A practice cluster with a login of root on each node. Goals and looks reach it as they reach any site: over SSH. */
export class Desk {
  readonly lab: PracticeLab;
  readonly transport: Transport;
  readonly links = new Map<string, Link>();
  readonly #logins = new Map<string, LoginShell>();

  constructor(lab: PracticeLab) {
    this.lab = lab;
    this.transport = createTransport({ trust: () => Promise.resolve(false) });
  }

  get nodes(): readonly string[] {
    return this.lab.site.nodes.map((n) => n.name);
  }

  /** Runs what was typed; `heard` gets all that it has written so far, each time there is more. */
  async run(
    node: string,
    command: string,
    signal: AbortSignal,
    heard: (so: Written) => void = () => {},
  ): Promise<Extract<Entry, { kind: 'command' }>> {
    const said = { stdout: '', stderr: '' };
    const into = (stream: keyof Written): ((bytes: Buffer) => void) => {
      const decoder = new StringDecoder('utf8');
      return (bytes) => {
        said[stream] += decoder.write(bytes);
        heard({ ...said });
      };
    };
    const streams = { stdout: into('stdout'), stderr: into('stderr') };
    const code = await this.#login(node).run(command, streams, signal);
    return { kind: 'command', node, command, ...said, ...(signal.aborted ? { why: 'stopped' } : { code }) };
  }

  /** Files of a node that are worth naming. */
  async paths(node: string): Promise<readonly string[]> {
    const { stdout } = await this.lab.run(node, `find ${FOLDERS.join(' ')} -type f 2>/dev/null`);
    return stdout.split('\n').filter(Boolean).sort().slice(0, MOST_PATHS);
  }

  async close(): Promise<void> {
    await Promise.all([...this.links.values()].map((l) => l.close()));
    await this.transport.close();
    await this.lab.close();
  }

  /** Whoever left with `exit` logs in again with the next command. */
  #login(node: string): LoginShell {
    const open = this.#logins.get(node);
    if (open && !open.ended) return open;
    const fresh = this.lab.login(node, 'root');
    this.#logins.set(node, fresh);
    return fresh;
  }
}
