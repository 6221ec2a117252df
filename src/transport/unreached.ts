import { type Lost, lost } from '../domain/question.ts';
import type { SiteNode } from '../domain/site.ts';
import { nodeName } from './answer.ts';
import { type HostKeys, type HostRecord, UnreadableKnownHosts } from './host-keys.ts';
import { fingerprint } from './known-hosts.ts';
import { cancelled, pause } from './lane.ts';
import type { Limit } from './limit.ts';
import { quote } from './quote.ts';
import { defaultKnownHosts, type Target } from './target.ts';

/** How one attempt to connect failed. `key` is what the host showed when nobody vouches for it. */
export type Unreached =
  | { readonly how: 'unknown-key'; readonly key: Buffer }
  | { readonly how: 'bad-key'; readonly verdict: 'changed' | 'revoked'; readonly key?: Buffer }
  /** A host key on the way there, not the node's own. */
  | { readonly how: 'hostkey'; readonly says: string }
  | { readonly how: 'busy' | 'auth' | 'refused'; readonly says: string }
  /** `todo` when checking address, network and firewall is not the advice. */
  | { readonly how: 'unreachable'; readonly says: string; readonly todo?: string };

export const NO_SUCH_NAME: Unreached = {
  how: 'unreachable',
  says: 'its name cannot be resolved',
  todo: "correct its address in the site file, or this machine's name service.",
};

export type Attempt<T> = { readonly how: 'ready'; readonly opened: T } | Unreached;

/** sshd drops logins at random above MaxStartups: try again for this long, ever more slowly. */
const PATIENCE = 25_000;
const FIRST_PAUSE = 150;

export class NotReached extends Error {
  constructor(readonly lost: Lost) {
    super(lost.detail);
  }
}

export interface Persistence {
  readonly node: SiteNode;
  readonly target: Target;
  /** How a jump host is named in what is said; absent for the node itself. */
  readonly hop?: string;
  readonly hostKeys: HostKeys;
  /** Handshakes under way at once. */
  readonly handshakes: Limit;
  readonly signal: AbortSignal | undefined;
}

/** Attempts until one is ready: back-off while the sshd is busy, the operator's word on an unknown key. Throws NotReached. */
export async function persist<T>(how: Persistence, attempt: (record: HostRecord) => Promise<Attempt<T>>): Promise<T> {
  const { node, signal, hostKeys } = how;
  const record = await recordOf(node, how.target, hostKeys);
  const started = performance.now();
  for (let wait = FIRST_PAUSE; ; wait = Math.min(wait * 2, 3000)) {
    const result = await how.handshakes.run(async () => (signal?.aborted ? undefined : attempt(record)));
    if (result?.how === 'ready') return result.opened;
    if (result === undefined || signal?.aborted) throw new NotReached(cancelled(node));
    if (result.how === 'unknown-key' && (await hostKeys.ask(node.name, record.name, result.key))) continue;
    if (result.how === 'busy' && performance.now() - started < PATIENCE) {
      await pause(wait * (0.5 + Math.random()), signal);
      continue;
    }
    throw new NotReached(lostOf(result, node, how.target, record, how.hop));
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

function lostOf(result: Unreached, node: SiteNode, target: Target, record: HostRecord, hop?: string): Lost {
  const end = nodeName({ name: node.name, reach: target });
  const place = hop === undefined ? end : `${hop}, the way to ${node.name},`;
  switch (result.how) {
    case 'unknown-key':
      return lost(
        'hostkey',
        record.authority
          ? `The host key of ${place} is vouched for by a certificate authority, which the built-in client cannot check; set client: openssh for this node.`
          : `The host key of ${place} is not known: ${fingerprint(result.key)}. Compare it on its console, then add it: \`${addKey(target)}\`.`,
      );
    case 'hostkey':
      return lost(
        'hostkey',
        `On the way to ${place} the host key of ${result.says} is not known; compare it, then add it to known_hosts.`,
      );
    case 'bad-key':
      return lost(
        'hostkey',
        result.verdict === 'revoked'
          ? `The host key of ${place}${result.key ? ` (${fingerprint(result.key)})` : ''} is revoked in known_hosts: do not trust this host until you know why.`
          : `The host key of ${place} has CHANGED${result.key ? `, it is now ${fingerprint(result.key)}` : ''}. Someone may be in between, or the node was reinstalled. When you know which, remove the old key: \`${removeKey(record)}\`.`,
      );
    case 'auth':
      return lost(
        'auth',
        `${place} refused the login as ${target.user}: ${result.says}; try \`${login(target)} true\`.`,
      );
    case 'refused':
      return lost(
        'refused',
        `${place} refused the connection: ${result.says}; does sshd run there, is the port right?`,
      );
    case 'busy':
      return lost(
        'refused',
        `${place} kept closing the connection before the login (${result.says}); its MaxStartups or a ban may be at work, try again later.`,
      );
    case 'unreachable':
      return lost(
        'unreachable',
        `${place} could not be reached: ${result.says}; ${result.todo ?? 'check its address, the network and any firewall.'}`,
      );
  }
}

/** The ssh command that connects in the same way, for a person to try. */
function login({ user, host, port, identities, jumps, config }: Target): string {
  const options = [
    ...(config === undefined ? [] : ['-F', config]),
    ...(identities.length === 1 ? ['-i', ...identities] : []),
    ...(port === 22 ? [] : ['-p', `${port}`]),
    ...(jumps.length === 0 ? [] : ['-J', jumps.join(',')]),
  ];
  return ['ssh', ...options, `${user}@${host}`].map(quoteWord).join(' ');
}

/** A host behind another cannot be scanned from here: there ssh itself asks and adds. */
function addKey(target: Target): string {
  const file = target.knownHosts[0] ?? defaultKnownHosts()[0] ?? '';
  if (target.jumps.length > 0) return `${login(target)} true`;
  return `ssh-keyscan -p ${target.port} ${quoteWord(target.host)} >> ${quoteWord(file)}`;
}

function removeKey({ name, file }: HostRecord): string {
  const where = file === undefined || file === defaultKnownHosts()[0] ? '' : ` -f ${quoteWord(file)}`;
  return `ssh-keygen -R ${quoteWord(name)}${where}`;
}

/** For reading: quotes only where a shell needs them. */
const quoteWord = (word: string): string => (/^[\w@%+=:,./-]+$/.test(word) ? word : quote(word));
