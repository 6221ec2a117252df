import { randomBytes } from 'node:crypto';
import type { Entry } from '../../domain/practice.ts';
import { type Answer, type Lost, lost } from '../../domain/question.ts';
import type { Link, Transport } from '../../domain/transport.ts';
import type { PracticeLab } from '../../lab/index.ts';
import { FRESH, remembered, remembering, type ShellMemory } from '../../lab/shell/shell-memory.ts';
import { createTransport } from '../../transport/index.ts';

/** No command of a learner needs longer; what hangs is stopped by hand. Seconds. */
const DEADLINE = 600;
/** Where the files lie that the guide is about. */
const FOLDERS = ['/etc/ceph', '/etc/glance', '/etc/cinder', '/etc/nova', '/etc/libvirt', '/var/log', '/root', '/tmp'];
const MOST_PATHS = 200;

/** A practice cluster with a shell on each node, reached the same way as any site: over SSH. */
export class Desk {
  readonly lab: PracticeLab;
  readonly transport: Transport;
  readonly links = new Map<string, Link>();
  readonly #memory = new Map<string, ShellMemory>();

  constructor(lab: PracticeLab) {
    this.lab = lab;
    this.transport = createTransport({ trust: () => Promise.resolve(false) });
  }

  get nodes(): readonly string[] {
    return this.lab.site.nodes.map((n) => n.name);
  }

  /** Runs what was typed, as root, in the node's shell. */
  async run(node: string, command: string, signal: AbortSignal): Promise<Extract<Entry, { kind: 'command' }>> {
    const marker = `--${randomBytes(8).toString('hex')}`;
    const before = this.#memory.get(node) ?? FRESH;
    const answer = await this.#ask(node, remembering(command, before, marker), signal);
    if (answer.result === 'lost')
      return { kind: 'command', node, command, stdout: '', stderr: '', why: reason(answer) };
    const { stdout, memory } = remembered(answer.stdout, marker, before);
    this.#memory.set(node, memory);
    return { kind: 'command', node, command, stdout, stderr: answer.stderr, code: answer.code };
  }

  /** Files of a node that are worth naming. */
  async paths(node: string, signal: AbortSignal): Promise<readonly string[]> {
    const answer = await this.#ask(node, `find ${FOLDERS.join(' ')} -type f 2>/dev/null`, signal);
    return answer.result === 'lost' ? [] : answer.stdout.split('\n').filter(Boolean).sort().slice(0, MOST_PATHS);
  }

  async close(): Promise<void> {
    await Promise.all([...this.links.values()].map((l) => l.close()));
    await this.transport.close();
    await this.lab.close();
  }

  async #ask(name: string, text: string, signal: AbortSignal): Promise<Answer> {
    const node = this.lab.site.nodes.find((n) => n.name === name);
    if (!node) return lost('unreachable', `there is no node ${name}`);
    const link = this.links.get(name) ?? (await this.transport.open(node, signal));
    if ('result' in link) return link;
    this.links.set(name, link);
    const command = { id: 'typed', argv: ['bash', '-c', text] as const, as: 'root', deadline: DEADLINE };
    return (await link.run(command, signal)).answer;
  }
}

const reason = (answer: Lost): string => (answer.why === 'cancelled' ? 'stopped' : answer.detail);
