import type { Client, ClientChannel } from 'ssh2';
import type { Carrier, RunningScript, ScriptEnd, ScriptSink } from './carrier.ts';
import { EXEC } from './script.ts';

/** A connection of the in-process client. */
export class Ssh2Carrier implements Carrier {
  alive = true;
  private says = 'the connection was closed';
  private readonly running = new Set<() => void>();

  constructor(
    private readonly client: Client,
    private readonly shut: () => void,
  ) {
    client.on('error', (error: Error) => {
      this.says = error.message;
      this.die();
    });
    client.on('end', () => this.die());
    client.on('close', () => this.die());
  }

  /** An open channel gets no event when its connection dies, so all are ended from here. */
  private die(): void {
    this.alive = false;
    for (const drop of this.running) drop();
    this.running.clear();
    this.shut();
  }

  start(script: Buffer, sink: ScriptSink): RunningScript {
    let channel: ClientChannel | undefined;
    let killed = false;
    let resolveEnd: (end: ScriptEnd) => void = () => {};
    const ended = new Promise<ScriptEnd>((resolve) => {
      resolveEnd = resolve;
    });
    const drop = (): void => settle({ how: channel ? 'dropped' : 'gone', says: this.says });
    const settle = (end: ScriptEnd): void => {
      this.running.delete(drop);
      resolveEnd(end);
    };
    this.running.add(drop);
    if (!this.alive) drop();
    const kill = (): void => {
      killed = true;
      if (channel) end(channel);
      settle({ how: 'closed' });
    };
    const opened = (error: Error | undefined, stream: ClientChannel): void => {
      if (error) {
        settle({ how: 'refused', says: error.message });
        return;
      }
      channel = stream;
      if (killed) {
        end(stream);
        return;
      }
      stream.on('error', () => {});
      stream.on('data', (bytes: Buffer) => sink.stdout(bytes));
      stream.stderr.on('data', (bytes: Buffer) => sink.stderr(bytes));
      // A link that dies closes its channels first: give its own event the time to name the cause.
      stream.on('close', () => setImmediate(() => settle({ how: 'closed' })));
      stream.end(script);
    };
    try {
      this.client.exec(EXEC, opened);
    } catch (error) {
      settle({ how: 'gone', says: error instanceof Error ? error.message : String(error) });
    }
    return { ended, kill };
  }

  async close(): Promise<void> {
    this.says = 'Inkling closed the connection';
    this.die();
  }
}

/** Closing alone leaves the remote shell running; a signal reaches its process group. */
function end(stream: ClientChannel): void {
  try {
    stream.signal('KILL');
    stream.close();
  } catch {
    // The channel is gone already.
  }
}
