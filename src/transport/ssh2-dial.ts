import type { Client } from 'ssh2';
import { type Lost, lost } from '../domain/question.ts';
import type { Reach, SiteNode } from '../domain/site.ts';
import { nodeName } from './answer.ts';
import type { Carrier } from './carrier.ts';
import { type Attempt, attempt } from './dial-ssh2.ts';
import { type HostKeys, type HostRecord, UnreadableKnownHosts } from './host-keys.ts';
import { fingerprint } from './known-hosts.ts';
import { cancelled, pause } from './lane.ts';
import type { Limit } from './limit.ts';
import { Ssh2Carrier } from './ssh2-carrier.ts';
import { jumpReach, type Target } from './target.ts';

export interface Ssh2Dialling {
  readonly hostKeys: HostKeys;
  /** Handshakes under way at once. */
  readonly handshakes: Limit;
  resolve(reach: Reach, signal?: AbortSignal): Promise<Target>;
}

interface Opened {
  readonly client: Client;
  close(): void;
}

class NotReached extends Error {
  constructor(readonly lost: Lost) {
    super(lost.detail);
  }
}

/** sshd drops logins at random above MaxStartups: try again for this long, ever more slowly. */
const PATIENCE = 25_000;
const FIRST_PAUSE = 150;

/** Dials a node in process, through its jump hosts, every hop's host key verified. */
export async function dialSsh2(
  node: SiteNode,
  target: Target,
  dialling: Ssh2Dialling,
  signal?: AbortSignal,
): Promise<Carrier | Lost> {
  const hops: Opened[] = [];
  const closeAll = (): void => {
    for (const hop of hops.toReversed()) hop.close();
  };
  try {
    for (const jump of target.jumps) {
      const reach = jumpReach(jump, node.reach);
      hops.push(
        await open(node, await dialling.resolve(reach, signal), `jump host ${jump}`, hops.at(-1), dialling, signal),
      );
    }
    const last = await open(node, target, undefined, hops.at(-1), dialling, signal);
    hops.push(last);
    return new Ssh2Carrier(last.client, closeAll);
  } catch (error) {
    closeAll();
    if (error instanceof NotReached) return error.lost;
    throw error;
  }
}

/** One hop: back-off while its sshd is busy, the operator's word on an unknown key. Throws NotReached. */
async function open(
  node: SiteNode,
  target: Target,
  hop: string | undefined,
  through: Opened | undefined,
  dialling: Ssh2Dialling,
  signal: AbortSignal | undefined,
): Promise<Opened> {
  const record = await recordOf(node, target, dialling.hostKeys);
  const started = performance.now();
  for (let wait = FIRST_PAUSE; ; wait = Math.min(wait * 2, 3000)) {
    const accepted = (key: Buffer): Promise<boolean> => dialling.hostKeys.isAccepted(record.name, key);
    const result = await dialling.handshakes.run(
      async (): Promise<Attempt | undefined> =>
        signal?.aborted ? undefined : attempt(target, record, accepted, through?.client, signal),
    );
    if (result === undefined || (signal?.aborted && result.how !== 'ready')) throw new NotReached(cancelled(node));
    if (result.how === 'ready') return result;
    if (result.how === 'unknown-key' && (await dialling.hostKeys.ask(node.name, record.name, result.key))) continue;
    if (result.how === 'busy' && performance.now() - started < PATIENCE) {
      await pause(wait * (0.5 + Math.random()), signal);
      continue;
    }
    throw new NotReached(lostOf(result, node, target, record, hop));
  }
}

async function recordOf(node: SiteNode, target: Target, hostKeys: HostKeys): Promise<HostRecord> {
  try {
    return await hostKeys.record(target);
  } catch (error) {
    if (!(error instanceof UnreadableKnownHosts)) throw error;
    throw new NotReached(
      lost(
        'hostkey',
        `${nodeName(node)} was not contacted, because its host key could not be checked: ${error.message}; make that file readable.`,
      ),
    );
  }
}

function lostOf(
  result: Exclude<Attempt, { how: 'ready' }>,
  node: SiteNode,
  target: Target,
  record: HostRecord,
  hop?: string,
): Lost {
  const place = hop === undefined ? nodeName(node) : `${nodeName(node)}, ${hop},`;
  const at = `${target.host} port ${target.port}`;
  switch (result.how) {
    case 'unknown-key':
      return lost(
        'hostkey',
        record.authority
          ? `The host key of ${place} is vouched for by a certificate authority, which the built-in client cannot check; set client: openssh for this node.`
          : `The host key of ${place} is not known (${fingerprint(result.key)}); compare it on the node's console, then add it: ssh-keyscan -p ${target.port} ${target.host} >> ~/.ssh/known_hosts.`,
      );
    case 'bad-key':
      return lost(
        'hostkey',
        result.verdict === 'revoked'
          ? `The host key of ${place} (${fingerprint(result.key)}) is revoked in known_hosts: do not trust this host until you know why.`
          : `The host key of ${place} has CHANGED (now ${fingerprint(result.key)}): someone may be in between, or the node was reinstalled; when you know which, remove the old key: ssh-keygen -R '${record.name}'.`,
      );
    case 'auth':
      return lost(
        'auth',
        `${place} refused the login as ${target.user}: ${result.says}; try: ssh -p ${target.port} ${target.user}@${target.host} true.`,
      );
    case 'refused':
      return lost(
        'refused',
        `${place} refused the connection to ${at}: ${result.says}; is sshd running there, is the port right?`,
      );
    case 'busy':
      return lost(
        'refused',
        `${place} kept closing the connection to ${at} before the login (${result.says}); its MaxStartups or a ban may be at work, try again later.`,
      );
    case 'unreachable':
      return lost(
        'unreachable',
        `${place} could not be reached at ${at}: ${result.says}; check its address, the network and any firewall.`,
      );
  }
}
