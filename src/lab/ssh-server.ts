import { type AddressInfo, createServer, type Socket } from 'node:net';
import ssh2, { type AuthContext, type ServerChannel, type Session } from 'ssh2';
import { serveFiles } from './sftp-server.ts';
import type { Streams } from './shell/file-view.ts';
import { LoginShell } from './shell/login-shell.ts';
import type { Shells } from './shell/node-shell.ts';
import { serveTerminal } from './ssh-terminal.ts';
import type { LabNode, World } from './world/world.ts';

export interface SshServer {
  readonly port: number;
  close(): Promise<void>;
}

/** A client that sends nothing for this long, milliseconds, is taken to have no standard input. */
const SILENCE = 25;
/** A script on the stdin of `sh -s` that a shell would have read to its end already. */
const READ_TO_ITS_END = /\bexit\s*\n\}\s*\n?$/;
const STDIN_SHELL = /^\s*(?:exec\s+)?(?:\/usr)?(?:\/bin\/)?(sh|bash|dash)(?:\s+-s)?\s*$/;

/** Serves one practice node by SSH on 127.0.0.1: user ops, this one public key. */
export function serve(
  world: World,
  node: LabNode,
  shells: Shells,
  hostKey: string,
  clientKey: Buffer,
): Promise<SshServer> {
  const sockets = new Set<Socket>();
  const server = new ssh2.Server({ hostKeys: [hostKey], ident: 'OpenSSH_9.2p1 practice' }, (connection) => {
    connection.on('error', () => {});
    connection.on('authentication', (context) => authenticate(context, clientKey));
    connection.on('ready', () => connection.on('session', (accept) => handle(accept(), world, node, shells)));
  });
  // Small packets must not wait for acknowledgements: 5 ms instead of 90 a command.
  const listener = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
    server.injectSocket(socket);
  });
  const close = () =>
    new Promise<void>((done) => {
      listener.close(() => done());
      for (const socket of sockets) socket.destroy();
    });
  return new Promise((resolve, reject) => {
    listener.once('error', reject);
    listener.listen(0, '127.0.0.1', () => resolve({ port: (listener.address() as AddressInfo).port, close }));
  });
}

/** Only ops, only by this key. A request without a signature merely asks whether the key would do. */
function authenticate(context: AuthContext, clientKey: Buffer): void {
  const fits = context.method === 'publickey' && context.username === 'ops' && context.key.data.equals(clientKey);
  if (!fits || context.method !== 'publickey') context.reject(['publickey']);
  else if (context.signature === undefined || context.blob === undefined) context.accept();
  else {
    const key = ssh2.utils.parseKey(`${context.key.algo} ${clientKey.toString('base64')}`);
    const signed = !(key instanceof Error) && key.verify(context.blob, context.signature, context.hashAlgo) === true;
    if (signed) context.accept();
    else context.reject(['publickey']);
  }
}

function handle(session: Session, world: World, node: LabNode, shells: Shells): void {
  const env: Record<string, string> = {};
  const ended = new AbortController();
  session.on('close', () => ended.abort());
  // A signal ends what runs, as it would end the node's shell.
  session.on('signal', () => ended.abort());
  session.on('env', (accept, _reject, info) => {
    if (/^(LANG|LC_\w+)$/.test(info.key)) env[info.key] = info.val;
    accept?.();
  });
  session.on('pty', (accept) => accept?.());
  session.on('window-change', (accept) => accept?.());
  session.on('exec', (accept, _reject, info) => {
    const channel = accept();
    collect(channel, STDIN_SHELL.test(info.command)).then(
      (stdin) => execute(channel, node, shells, { command: info.command, stdin, env, signal: ended.signal }),
      () => {},
    );
  });
  session.on('sftp', (accept) => serveFiles(accept(), world, node, node.accounts.identity('ops') ?? node.root));
  session.on('shell', (accept) => {
    const who = node.accounts.identity('ops') ?? node.root;
    serveTerminal(accept(), new LoginShell(world, shells, node, who, env));
  });
}

/** All of a channel's standard input, to its end; or nothing when the client never sends any and never ends it. */
function collect(channel: ServerChannel, script: boolean): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    let timer: NodeJS.Timeout | undefined;
    const done = () => {
      clearTimeout(timer);
      resolve(Buffer.concat(parts));
    };
    const wait = () => {
      clearTimeout(timer);
      const complete = script && READ_TO_ITS_END.test(parts.at(-1)?.toString('latin1').slice(-64) ?? '');
      if (complete) timer = setTimeout(done, 0);
      else if (parts.length === 0 && !script) timer = setTimeout(done, SILENCE);
    };
    channel.on('data', (part: Buffer) => {
      parts.push(part);
      wait();
    });
    channel.on('end', done);
    channel.on('close', () => {
      clearTimeout(timer);
      reject(new Error('closed'));
    });
    wait();
  });
}

interface Execution {
  readonly command: string;
  readonly stdin: Buffer;
  readonly env: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

async function execute(channel: ServerChannel, node: LabNode, shells: Shells, what: Execution): Promise<void> {
  const { command, stdin, env } = what;
  const ended = new AbortController();
  const signal = AbortSignal.any([what.signal, ended.signal]);
  channel.on('close', () => ended.abort());
  channel.on('error', () => ended.abort());
  const { flush, ...streams } = gathered(channel);
  const identity = node.accounts.identity('ops') ?? node.root;
  const which = STDIN_SHELL.exec(command)?.[1];
  const text = which === undefined ? command : stdin.toString();
  const result = await shells.script(node, text, {
    identity,
    env,
    streams,
    reads: which === undefined || which === 'bash' ? 'bash' : '/bin/sh',
    stdin: which === undefined ? stdin.toString('latin1') : '',
    signal,
  });
  if (ended.signal.aborted) return;
  if (result.stdout !== '') streams.stdout(Buffer.from(result.stdout, result.bytes ? 'latin1' : 'utf8'));
  if (result.stderr !== '') streams.stderr(Buffer.from(result.stderr));
  flush();
  channel.exit(result.code);
  channel.end();
}

/** What a script writes before it next waits for something leaves together: each packet costs its encryption, here and there. */
function gathered(channel: ServerChannel): Streams & { flush(): void } {
  const held: Record<keyof Streams, Buffer[]> = { stdout: [], stderr: [] };
  let due: NodeJS.Immediate | undefined;
  const flush = (): void => {
    clearImmediate(due);
    due = undefined;
    const [stdout, stderr] = [Buffer.concat(held.stdout.splice(0)), Buffer.concat(held.stderr.splice(0))];
    if (stderr.length > 0) channel.stderr.write(stderr);
    if (stdout.length > 0) channel.write(stdout);
  };
  const hold = (stream: keyof Streams) => (bytes: Buffer) => {
    held[stream].push(bytes);
    due ??= setImmediate(flush);
  };
  return { stdout: hold('stdout'), stderr: hold('stderr'), flush };
}
