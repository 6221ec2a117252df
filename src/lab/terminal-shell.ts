import { randomBytes } from 'node:crypto';
import type { ServerChannel } from 'ssh2';
import type { Shells } from './shell/node-shell.ts';
import { FRESH, remembered, remembering } from './shell/shell-memory.ts';
import type { LabNode } from './world/world.ts';

const ENTER = '\r';
const NEW_LINE = '\n';
const CTRL_C = '\u0003';
const CTRL_D = '\u0004';
const CTRL_U = '\u0015';
const ERASE = ['\u007f', '\b'];
const UP = '\u001b[A';
const DOWN = '\u001b[B';
// biome-ignore lint/suspicious/noControlCharactersInRegex: arrows begin with one
const KEY = /\u001b\[[A-D]|[\s\S]/gu;

/**
 * A login shell for people: one line at a time, with echo, erasing and a history where the client asked for a terminal. The shell keeps
 * its folder and variables from one line to the next. Ends with `exit`, Ctrl-D or the connection.
 */
export function terminalShell(channel: ServerChannel, node: LabNode, shells: Shells, terminal: boolean): void {
  const identity = node.accounts.identity('ops') ?? node.root;
  const history: string[] = [];
  let memory = FRESH;
  let line = '';
  let past = 0;
  let running: AbortController | undefined;
  let waiting = '';
  let ended = false;

  const write = (text: string): void => {
    if (!channel.destroyed) channel.write(terminal ? text.replace(/\r?\n/g, '\r\n') : text);
  };
  const prompt = (): void => write(terminal ? `ops@${node.name}:${memory.folder ?? '~'}$ ` : '');
  const show = (text: string): void => {
    write(`${'\b \b'.repeat([...line].length)}${text}`);
    line = text;
  };
  const end = (code: number): void => {
    if (channel.destroyed) return;
    channel.exit(code);
    channel.end();
  };

  const run = async (command: string): Promise<void> => {
    running = new AbortController();
    const marker = `--${randomBytes(8).toString('hex')}`;
    const text = remembering(command, memory, marker);
    const result = await shells.script(node, text, { identity, reads: 'bash', signal: running.signal });
    const told = remembered(Buffer.from(result.stdout, 'latin1').toString(), marker, memory);
    memory = told.memory;
    running = undefined;
    write(told.stdout);
    write(result.stderr);
  };

  const entered = (): void => {
    const command = line.trim();
    line = '';
    write('\n');
    if (command === 'exit' || command === 'logout') end(0);
    else if (command === '') prompt();
    else begin(command);
  };

  const begin = (command: string): void => {
    history.push(command);
    past = history.length;
    run(command)
      .catch((error: unknown) => write(`${(error as Error).message}\n`))
      .finally(() => {
        prompt();
        const typed = waiting;
        waiting = '';
        read(typed);
        if (ended && !running) end(0);
      });
  };

  const key = (char: string): void => {
    if (char === ENTER || char === NEW_LINE) entered();
    else if (char === CTRL_C) {
      write('^C\n');
      line = '';
      prompt();
    } else if (char === CTRL_D) {
      if (line === '') end(0);
    } else if (char === CTRL_U) show('');
    else if (ERASE.includes(char)) {
      if (line !== '') show([...line].slice(0, -1).join(''));
    } else if (char >= ' ') {
      line += char;
      if (terminal) write(char);
    }
  };

  const read = (text: string): void => {
    const keys = text.match(KEY) ?? [];
    for (const [at, char] of keys.entries()) {
      // What is typed while a command runs waits for the next prompt; only Ctrl-C goes through.
      if (running) {
        if (char === CTRL_C) running.abort();
        else waiting += keys.slice(at).join('');
        return;
      }
      if (char === UP || char === DOWN) {
        past = Math.max(0, Math.min(history.length, past + (char === UP ? -1 : 1)));
        show(history[past] ?? '');
      } else key(char);
    }
  };

  channel.on('data', (bytes: Buffer) => read(bytes.toString()));
  channel.on('end', () => {
    ended = true;
    if (!running) end(0);
  });
  channel.on('close', () => running?.abort());
  channel.on('error', () => running?.abort());
  prompt();
}
