import { StringDecoder } from 'node:string_decoder';
import type { ServerChannel } from 'ssh2';
import { LineEditor, type Typed } from './shell/line-editor.ts';
import type { LoginShell } from './shell/login-shell.ts';

/** A login on a practice node: prompt, line editing, history, `^C` for what runs, more lines for what is not yet complete. */
export function serveTerminal(channel: ServerChannel, login: LoginShell): void {
  const write = (text: string): void => void channel.write(text);
  const cooked = (bytes: Buffer): void =>
    void channel.write(bytes.toString('latin1').replace(/\r?\n/g, '\r\n'), 'latin1');
  const streams = { stdout: cooked, stderr: cooked };
  let pending: string[] = [];
  let running: AbortController | undefined;
  let ahead = '';
  const decoder = new StringDecoder('utf8');

  const leave = (): void => {
    write('logout\r\n');
    channel.exit(login.code);
    channel.end();
  };
  const ask = (): void => editor.begin(pending.length > 0 ? '> ' : login.prompt);

  async function line(text: string): Promise<void> {
    pending.push(text);
    const whole = pending.join('\n');
    if (login.incomplete(whole)) {
      ask();
      return;
    }
    pending = [];
    running = new AbortController();
    try {
      await login.run(whole, streams, running.signal);
    } finally {
      running = undefined;
    }
    if (login.ended) leave();
    else {
      ask();
      const typed = ahead;
      ahead = '';
      receive(typed);
    }
  }

  const typed = (what: Typed): void => {
    if (what.kind === 'line') void line(what.text);
    else if (what.kind === 'end') leave();
    else {
      pending = [];
      ask();
    }
  };
  const editor = new LineEditor(write, typed, login.history);

  /** One line at a time: what is typed while something runs waits, but for `^C`. */
  function receive(text: string): void {
    for (let rest = text; rest !== ''; ) {
      if (running) {
        if (rest.startsWith('\x03')) {
          write('^C\r\n');
          running.abort();
        } else ahead += rest[0];
        rest = rest.slice(1);
        continue;
      }
      const end = rest.search(/[\r\n]/) + 1 || rest.length;
      editor.feed(rest.slice(0, end).replace(/\n$/, '\r'));
      rest = rest.slice(end);
    }
  }

  channel.on('data', (bytes: Buffer) => receive(decoder.write(bytes)));
  channel.on('close', () => running?.abort());
  channel.on('error', () => running?.abort());
  ask();
}
