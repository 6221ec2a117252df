import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { execa } from 'execa';
import { NODES, onNode, SSH_CONFIG } from './real-lab.ts';

/**
 * Looks at the command line and the environment of every process of the node, a hundred times a second while it is young. What is sought
 * comes on its stdin, one a line, up to an empty line, a canary first. It tells at once what it sees, `canary cmdline`, `secret cmdline
 * virsh`, each once, and ends with its input.
 */
const WATCHER = `
import os, select, sys, time
sought = []
for line in iter(sys.stdin.buffer.readline, b"\\n"):
    sought.append(line.strip())
born, seen, me = {}, set(), str(os.getpid())
def see(what):
    if what not in seen:
        seen.add(what)
        print(what, flush=True)
while True:
    if select.select([sys.stdin], [], [], 0.01)[0] and not sys.stdin.buffer.read1():
        break
    now, there = time.monotonic(), [p for p in os.listdir("/proc") if p.isdigit() and p != me]
    born = {p: born.get(p, now) for p in there}
    for pid in [p for p in there if now - born[p] < 2]:
        for part in ("cmdline", "environ"):
            try:
                data = open(f"/proc/{pid}/{part}", "rb").read()
                if sought[0] in data:
                    see("canary " + part)
                if any(s in data for s in sought[1:]):
                    see("secret " + part + " " + open(f"/proc/{pid}/comm").read().strip())
            except OSError:
                pass
`;

/** Ends the watch. Where a secret was seen: `cmdline virsh on compute-1`, `log of controller`. */
type Stop = () => Promise<readonly string[]>;

/** Where the processes and logs of the nodes showed a secret during the work. Proves on each node that it would see one. */
export async function leaksDuring(secrets: readonly string[], work: () => Promise<void>): Promise<readonly string[]> {
  const stops = await Promise.all(NODES.map((node) => watch(node, secrets)));
  const stop = async () => (await Promise.all(stops.map((one) => one()))).flat();
  await work().catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  return stop();
}

async function watch(node: string, secrets: readonly string[]): Promise<Stop> {
  const canary = `canary-${randomBytes(12).toString('hex')}`;
  const since = (await onNode(node, 'date +%s')).stdout.trim();
  const child = held(node, `exec python3 -c '${WATCHER}'`);
  let told = '';
  child.stdout.on('data', (part: Buffer) => {
    told += part.toString();
  });
  const tells = async (line: string) => {
    const signal = AbortSignal.timeout(60_000);
    while (!told.includes(`${line}\n`))
      await once(child.stdout, 'data', { signal }).catch(() => {
        throw new Error(`the watch of ${node} does not tell "${line}": ${told}`);
      });
  };
  child.stdin.write(`${[canary, ...secrets].join('\n')}\n\n`);
  // Lives until its input ends: a shell may replace itself by its last command, so the canary is the argument of a program that waits.
  const bird = held(node, `SHOWN=${canary} exec sh -c 'read -r end' ${canary}`);
  await tells('canary cmdline');
  await tells('canary environ');
  bird.stdin.end();
  await bird;
  await onNode(node, `systemd-cat -t canary echo ${canary}`);
  return async () => {
    child.stdin.end();
    await child;
    const logs = await onNode(
      node,
      `journalctl -q --sync; journalctl -q --no-pager -o cat --since @${since}; cat /var/log/auth.log /var/log/libvirt/qemu/*.log 2>/dev/null; true`,
    );
    const lines = told.split('\n').filter((l) => l.startsWith('secret '));
    return [
      ...(logs.stdout.includes(canary) ? [] : [`the watch of ${node} is blind to its log`]),
      ...lines.map((l) => `${l.slice(7)} on ${node}`),
      ...(secrets.some((s) => logs.stdout.includes(s)) ? [`log of ${node}`] : []),
    ];
  };
}

/** A program of the node that goes on while its input is open. */
const held = (node: string, command: string) =>
  execa('ssh', ['-F', SSH_CONFIG, '-o', 'LogLevel=ERROR', `root@${node}`, command], { reject: false, stdin: 'pipe' });
