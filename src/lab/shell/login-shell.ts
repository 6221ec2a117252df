import type { Identity } from '../world/accounts.ts';
import { nodeAt, reach, resolve } from '../world/network.ts';
import type { LabNode, World } from '../world/world.ts';
import type { Streams } from './file-view.ts';
import type { Shells } from './node-shell.ts';

/** One shell of several that lie over each other: `sudo -i` and `ssh NODE` put one on top, `exit` takes it off. */
interface Level {
  readonly node: LabNode;
  readonly who: Identity;
  cwd: string;
  env: Readonly<Record<string, string>>;
}

const BECOME_ROOT = /^sudo\s+(?:-i|-s|su|su\s+-|bash|-u\s+root\s+-i)$|^su(?:\s+-)?(?:\s+root)?$/;
const BECOME = /^sudo\s+-u\s+(\S+)\s+(?:-i|-s|bash|sh)$/;
const LEAVE = /^(?:exit|logout)(?:\s+(\d+))?$/;
const GO = /^ssh\s+(?:(\w[\w-]*)@)?([\w.-]+)$/;

/** What one types into at a practice node: it keeps folder, variables and user from line to line, as a login does. */
export class LoginShell {
  private readonly levels: Level[];
  private lastCode = 0;
  /** Lines typed, oldest first. */
  readonly history: string[] = [];

  constructor(
    private readonly world: World,
    private readonly shells: Shells,
    node: LabNode,
    who: Identity,
    env: Readonly<Record<string, string>> = {},
  ) {
    this.levels = [{ node, who, cwd: who.home, env }];
  }

  private get top(): Level {
    return this.levels.at(-1) as Level;
  }

  /** True after the last `exit`. */
  get ended(): boolean {
    return this.levels.length === 0;
  }

  get code(): number {
    return this.lastCode;
  }

  /** `ops@controller:~$ `. */
  get prompt(): string {
    if (this.ended) return '';
    const { node, who, cwd } = this.top;
    const at = cwd === who.home ? '~' : cwd.startsWith(`${who.home}/`) ? `~${cwd.slice(who.home.length)}` : cwd;
    return `${who.name}@${node.name}:${at}${who.uid === 0 ? '#' : '$'} `;
  }

  /** The node and user that the next line runs as. */
  get place(): { readonly node: string; readonly user: string } {
    return { node: this.top.node.name, user: this.top.who.name };
  }

  incomplete(text: string): boolean {
    return this.shells.isIncomplete(text);
  }

  /** Runs a line, or several that belong together. Gives its exit code; 130 when ended by the signal. */
  async run(text: string, streams: Streams, signal?: AbortSignal): Promise<number> {
    const line = text.trim();
    if (line !== '') this.history.push(text);
    this.lastCode = (await this.move(line, streams)) ?? (await this.execute(text, streams, signal));
    return this.lastCode;
  }

  /** Lines that change where one is; undefined for all others. */
  private async move(line: string, streams: Streams): Promise<number | undefined> {
    const { node, who } = this.top;
    const left = LEAVE.exec(line);
    if (left) {
      this.levels.pop();
      return Number(left[1] ?? this.lastCode);
    }
    const other = BECOME_ROOT.test(line) ? 'root' : BECOME.exec(line)?.[1];
    if (other !== undefined && (who.uid === 0 || who.name === 'ops')) {
      if (line.startsWith('su') && !line.startsWith('sudo') && who.uid !== 0) return undefined;
      const next = node.accounts.identity(other);
      if (next) this.levels.push({ node, who: next, cwd: next.home, env: {} });
      return next ? 0 : undefined;
    }
    const [, user = who.name, host = ''] = GO.exec(line) ?? [];
    const target = host === '' ? undefined : nodeAt(this.world, node, resolve(node, host) ?? '');
    if (!target || reach(this.world, node, host, 22) !== 'open') return undefined;
    const there = target.accounts.identity(user);
    const has = who.uid === 0 || (who.name === 'ops' && user === 'ops');
    if (!there || !has || (user !== 'root' && user !== 'ops')) {
      streams.stderr(Buffer.from(`${user}@${host}: Permission denied (publickey).\n`));
      return 255;
    }
    this.levels.push({ node: target, who: there, cwd: there.home, env: {} });
    return 0;
  }

  private async execute(text: string, streams: Streams, signal?: AbortSignal): Promise<number> {
    const { node, who, cwd, env } = this.top;
    // What `$?` is to the first of these lines.
    const before = this.lastCode === 0 ? '' : `(exit ${this.lastCode})\n`;
    const ran = await this.shells.script(node, before + text, {
      ...{ identity: who, cwd, env, streams, reads: 'bash' },
      ...(signal && { signal }),
    });
    if (signal?.aborted) return 130;
    if (ran.stdout !== '') streams.stdout(Buffer.from(ran.stdout, ran.bytes ? 'latin1' : 'utf8'));
    if (ran.stderr !== '') streams.stderr(Buffer.from(ran.stderr));
    if (ran.env) {
      this.top.env = ran.env;
      this.top.cwd = ran.env.PWD ?? cwd;
    }
    return ran.code;
  }
}
