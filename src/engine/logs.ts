import { known } from '../domain/fact.ts';
import type { Evidence } from '../domain/judgement.ts';
import type { LogRecord, ServiceLog } from '../domain/logs.ts';
import type { Model } from '../domain/model.ts';
import type { CauseRule } from '../domain/playbook.ts';
import type { Bound } from './subjects.ts';

/** What services logged of late that this cause, about this subject, makes them log. */
export function logsOf(rule: Pick<CauseRule, 'logs'>, subject: Bound, model: Model): readonly LogRecord[] {
  if (rule.logs.length === 0) return [];
  return recordsOf(model).filter((r) => r.signatures.some((s) => rule.logs.includes(s)) && isAbout(r, subject, model));
}

const recordsOf = (model: Model): readonly LogRecord[] => model.logs.flatMap((l) => known(l.records) ?? []);

const names = (record: LogRecord, kind: string): readonly string[] =>
  record.named.filter((n) => n.kind === kind).map((n) => n.name);

/**
 * A line is about a subject when nothing it names is another's, and it comes from the subject's service or node, or names the very
 * client, pool, secret or host. What a line does not say is not guessed.
 */
function isAbout(record: LogRecord, subject: Bound, model: Model): boolean {
  const { scope } = subject;
  const ids: Readonly<Record<string, string | undefined>> = {
    client: scope.client,
    pool: scope.pool,
    secret: scope.secret?.split(' ')[0],
  };
  let named = false;
  for (const [kind, id] of Object.entries(ids)) {
    const said = names(record, kind);
    if (id === undefined || said.length === 0) continue;
    if (!said.includes(id)) return false;
    named = true;
  }
  // The whole site: every line is about it.
  if (subject.node === '' && Object.keys(scope).length === 0) return true;
  // Monitors speak of clients wherever these are.
  if (record.service === 'ceph-mon') return named;
  if (subject.node !== '') {
    if (record.node !== subject.node) return names(record, 'host').some((h) => sameHost(h, subject.node));
    return (
      scope.service === undefined ||
      scope.service === `${record.service}@${record.node}` ||
      isHypervisors(record, scope)
    );
  }
  // A pool or a client lives on no node: the line names it, or comes from a service that uses it alone.
  return named || usesOnly(record, scope, model);
}

/** QEMU and libvirt speak for the compute service of their node. */
const isHypervisors = (record: LogRecord, scope: Bound['scope']): boolean =>
  record.service === 'libvirt' && scope.service === `nova-compute@${record.node}`;

function usesOnly(record: LogRecord, scope: Bound['scope'], model: Model): boolean {
  const uses = model.uses.filter((u) => u.node === record.node && u.service === record.service);
  const mine = uses.filter(
    (u) =>
      (scope.client === undefined || u.entity === scope.client) && (scope.pool === undefined || u.pool === scope.pool),
  );
  return mine.length > 0 && mine.length === uses.length;
}

/** `compute-2.example.org` and `compute-2` are the same machine. */
export const sameHost = (a: string, b: string): boolean =>
  a === b || (!isAddress(a) && !isAddress(b) && shortName(a) === shortName(b));
const isAddress = (host: string): boolean => /^[\d.]+$|:/.test(host);
const shortName = (host: string): string | undefined => host.split('.')[0]?.toLowerCase();

const MOST = 3;

/** One entry for each service and signature, as the rule orders them: the newest line, how many, from when to when. */
export function logEvidence(
  order: readonly string[],
  records: readonly LogRecord[],
  model: Pick<Model, 'logs'>,
): readonly Evidence[] {
  const groups = order.flatMap((signature) =>
    [
      ...Map.groupBy(
        records.filter((r) => r.signatures.includes(signature)),
        (r) => `${r.service}@${r.node}`,
      ),
    ].map(([id, found]) => ({ signature, id, found })),
  );
  // One line may bear several signatures of the cause: it is told once, under the first.
  const told = new Set<LogRecord>();
  return groups
    .flatMap(({ signature, id, found }): Evidence[] => {
      const fresh = found.filter((r) => !told.has(r));
      const newest = fresh.toSorted((a, b) => a.at - b.at).at(-1);
      if (newest === undefined) return [];
      for (const r of fresh) told.add(r);
      const first = Math.min(...fresh.map((r) => r.at));
      const command = commandOf(model.logs.find((l) => l.id === id));
      return [
        {
          node: newest.node,
          says: `${newest.service} logged it ${times(fresh.length)}, ${span(first, newest.at)}`,
          ...(command && { command }),
          output: shown(newest),
          log: {
            service: newest.service,
            signature,
            count: fresh.length,
            first: iso(first),
            last: iso(newest.at),
          },
        },
      ];
    })
    .slice(0, MOST);
}

const times = (count: number): string => (count === 1 ? 'once' : `${count} times`);
const iso = (at: number): string => new Date(Math.round(at * 1000)).toISOString();
const clock = (at: number): string => iso(at).slice(11, 19);
const span = (first: number, last: number): string =>
  clock(first) === clock(last) ? `at ${clock(last)} UTC` : `from ${clock(first)} to ${clock(last)} UTC`;

const WIDE = 300;

/** The line of the event that says most: the exception, without the frames above it. */
function shown(record: LogRecord): string {
  const lines = record.text.split('\n').filter((l) => l.trim() !== '');
  const [head = ''] = lines;
  // What Ceph or libvirt raised says more than what the service made of it.
  const telling =
    lines.findLast((l) => /\b(?:rados|rbd|libvirt)\.\w+: |^Stderr: /.test(l)) ??
    lines.findLast((l) => /\b\w+\.\w*(?:Error|Exception|NotFound|Busy|TimedOut)\b/.test(l));
  return [...new Set([head, ...(telling === undefined || head.includes(telling) ? [] : [telling])])]
    .map((l) => (l.length > WIDE ? `${l.slice(0, WIDE - 1)}…` : l))
    .join('\n');
}

function commandOf(log: ServiceLog | undefined): string | undefined {
  const file = log?.sources.find((s) => s !== 'journal');
  if (log === undefined || log.sources.length === 0) return undefined;
  return file === undefined ? `sudo journalctl -u ${log.unit} --since -1h` : `sudo tail -n 200 ${file}`;
}
