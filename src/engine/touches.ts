import type { LogRecord, Named } from '../domain/logs.ts';
import type { Model } from '../domain/model.ts';
import { sameHost } from './logs.ts';
import type { Bound } from './subjects.ts';

/** Kinds that tell one place of the site from another; an errno or a cluster's fsid does not. */
const TELLING: ReadonlySet<string> = new Set([
  'says', 'pool', 'client', 'host', 'service', 'secret', 'keyring', 'volume', 'server', 'image', 'snapshot', 'backup', 'request',
]); // biome-ignore format: a list

/**
 * What of a pasted text a cause is about, as `pool volumes`: an error that it makes services print, what its subject is or belongs to,
 * and what the log lines behind it name. A request or a volume is nothing that is configured: it counts where a service logged it.
 */
export function touched(
  logs: readonly string[],
  subjects: readonly Bound[],
  logged: readonly LogRecord[],
  pasted: readonly Named[],
  model: Model,
): readonly string[] {
  const hit = ({ kind, name }: Named): boolean =>
    TELLING.has(kind) &&
    ((kind === 'says' && logs.includes(name)) ||
      subjects.some((s) => isOf(s, kind, name, model)) ||
      logged.some((r) => r.named.some((n) => n.kind === kind && n.name === name)));
  return [...new Set(pasted.filter(hit).map(({ kind, name }) => `${kind} ${name}`))];
}

function isOf({ scope, node }: Bound, kind: string, name: string, model: Model): boolean {
  switch (kind) {
    case 'service':
      return scope.service?.startsWith(`${name}@`) ?? false;
    case 'host':
      return node !== '' && sameHost(name, node);
    case 'secret':
      return scope.secret?.split(' ')[0] === name;
    case 'keyring': {
      const consumer = model.consumers.find((c) => c.id === scope.consumer);
      return consumer?.keyring.candidates.includes(name) ?? false;
    }
    default:
      return scope[kind] === name;
  }
}
