import type { AddressInfo } from 'node:net';
import ssh2, { type AuthContext, type Connection, type ServerChannel, type Session } from 'ssh2';
import type { Shells } from './shell/node-shell.ts';
import type { LabNode } from './world/world.ts';

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
export function serve(node: LabNode, shells: Shells, hostKey: string, clientKey: Buffer): Promise<SshServer> {
  const connections = new Set<Connection>();
  const server = new ssh2.Server({ hostKeys: [hostKey], ident: 'OpenSSH_9.2p1 practice' }, (connection) => {
    connections.add(connection);
    // Small packets must not wait for acknowledgements: 5 ms instead of 90 a command.
    (connection as Connection & { setNoDelay(on: boolean): void }).setNoDelay(true);
    connection.on('error', () => {});
    connection.on('close', () => connections.delete(connection));
    connection.on('authentication', (context) => authenticate(context, clientKey));
    connection.on('ready', () => connection.on('session', (accept) => handle(accept(), node, shells)));
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      const close = () =>
        new Promise<void>((done) => {
          for (const connection of connections) connection.end();
          server.close(() => done());
        });
      resolve({ port, close });
    });
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

function handle(session: Session, node: LabNode, shells: Shells): void {
  const env: Record<string, string> = {};
  session.on('env', (accept, _reject, info) => {
    if (/^(LANG|LC_\w+)$/.test(info.key)) env[info.key] = info.val;
    accept?.();
  });
  session.on('pty', (accept) => accept?.());
  session.on('window-change', (accept) => accept?.());
  session.on('exec', (accept, _reject, info) => {
    const channel = accept();
    collect(channel, STDIN_SHELL.test(info.command)).then(
      (stdin) => execute(channel, node, shells, info.command, stdin, env),
      () => {},
    );
  });
  session.on('shell', (accept) => {
    const channel = accept();
    channel.stderr.write(
      `${node.name}: the practice cluster has no interactive shell; give a command: ssh … ${node.name} COMMAND\r\n`,
    );
    channel.exit(1);
    channel.end();
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
      if ((parts.length === 0 && !script) || complete) timer = setTimeout(done, SILENCE);
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

async function execute(
  channel: ServerChannel,
  node: LabNode,
  shells: Shells,
  command: string,
  stdin: Buffer,
  env: Record<string, string>,
): Promise<void> {
  const ended = new AbortController();
  channel.on('close', () => ended.abort());
  channel.on('error', () => ended.abort());
  const streams = {
    stdout: (bytes: Buffer) => void channel.write(bytes),
    stderr: (bytes: Buffer) => void channel.stderr.write(bytes),
  };
  const identity = node.accounts.identity('ops') ?? node.root;
  const which = STDIN_SHELL.exec(command)?.[1];
  const text = which === undefined ? command : stdin.toString();
  const result = await shells.script(node, text, {
    identity,
    env,
    streams,
    reads: which === undefined || which === 'bash' ? 'bash' : 'sh',
    stdin: which === undefined ? stdin.toString('latin1') : '',
    signal: ended.signal,
  });
  if (ended.signal.aborted) return;
  if (result.stdout !== '') streams.stdout(Buffer.from(result.stdout, result.bytes ? 'latin1' : 'utf8'));
  if (result.stderr !== '') streams.stderr(Buffer.from(result.stderr));
  channel.exit(result.code);
  channel.end();
}
