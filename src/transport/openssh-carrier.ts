import { execa } from 'execa';
import type { Carrier, RunningScript, ScriptEnd, ScriptSink } from './carrier.ts';
import { pause } from './lane.ts';
import { EXEC } from './script.ts';

/** ssh's own words when the session was not opened: nothing was sent. All else leaves that in doubt. */
const NOT_OPENED = /Session open refused by peer/;
const NO_MASTER = /Control socket connect\(/;

/** Never a prompt: no terminal, no agent dialogue, not even from an ssh that ssh starts for a jump host. */
export const SILENT_ENV = { SSH_ASKPASS: '/bin/false', SSH_ASKPASS_REQUIRE: 'force' } as const;

/** Milliseconds between the end of a session and that of its master, when one causes the other. */
const LAST_WORDS = 500;

/** A running `ssh -M -N`. */
export interface Master {
  readonly exited: Promise<unknown>;
  kill(): void;
}

/** A connection held by a master process of the system's ssh; every script is a session of it. */
export class OpenSshCarrier implements Carrier {
  alive = true;
  private readonly running = new Set<() => void>();

  constructor(
    private readonly master: Master,
    private readonly socket: string,
  ) {
    master.exited.then(() => this.die());
  }

  /** Sessions end by themselves when their master does; what they have still in their pipes is read first. */
  private die(): void {
    this.alive = false;
    const left = [...this.running];
    setTimeout(() => {
      for (const drop of left) drop();
    }, LAST_WORDS).unref();
  }

  start(script: Buffer, sink: ScriptSink): RunningScript {
    if (!this.alive) return { ended: Promise.resolve({ how: 'gone', says: 'the connection is closed' }), kill() {} };
    // Without the master there is no other way: the proxy command keeps ssh from connecting by itself.
    const options = ['-F', 'none', '-S', this.socket, '-o', 'ProxyCommand=false', '-o', 'BatchMode=yes', '-T'];
    const child = execa('ssh', [...options, '--', 'inkling', EXEC], {
      buffer: false,
      encoding: 'buffer',
      reject: false,
      stdin: 'pipe',
      env: SILENT_ENV,
    });
    let early = '';
    let began = false;
    const ended = new Promise<ScriptEnd>((resolve) => {
      const drop = (): void => settle({ how: 'dropped', says: lastLine(early) || 'the connection was closed' });
      const settle = (end: ScriptEnd): void => {
        this.running.delete(drop);
        resolve(end);
      };
      this.running.add(drop);
      child.then((result) => {
        if (result.exitCode !== 255 && result.exitCode !== undefined) settle({ how: 'closed' });
        else if (!began && NOT_OPENED.test(early)) settle({ how: 'refused', says: 'session open refused' });
        else if (!began && NO_MASTER.test(early)) settle({ how: 'gone', says: 'the connection was closed' });
        else Promise.race([this.master.exited, pause(LAST_WORDS, undefined)]).then(drop);
      });
    });
    child.stdout.on('data', (bytes: Buffer) => {
      began = true;
      sink.stdout(bytes);
    });
    child.stderr.on('data', (bytes: Buffer) => {
      if (!began && early.length < 2000) early += bytes.toString('latin1');
      sink.stderr(bytes);
    });
    child.stdin.on('error', () => {});
    child.stdin.end(script);
    return { ended, kill: () => child.kill('SIGTERM') };
  }

  async close(): Promise<void> {
    this.die();
    this.master.kill();
    await this.master.exited;
  }
}

const lastLine = (text: string): string => text.trim().split('\n').at(-1)?.trim() ?? '';
