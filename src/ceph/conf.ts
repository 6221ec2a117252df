/**
 * ceph.conf as librados reads it (measured with `ceph-conf` 16.2): option names may use blanks or underscores; `#` and `;` begin a
 * comment anywhere, unless a backslash stands before them; a backslash at the end of a line continues it; values may be quoted;
 * sections `[global]`, `[client]`, `[client.X]` from general to particular; `mon_host` in its many spellings.
 */
export interface ConfLine {
  readonly file: string;
  readonly line: number;
  readonly section: string;
  readonly option: string;
  readonly value: string;
}

/** Names are told apart by case, and a hyphen is not an underscore. */
export const normaliseOption = (name: string): string => name.trim().replace(/\s+/g, '_');

const COMMENT = /(^|[^\\])[#;].*$/;

/** Lines without their comments, and joined where a backslash says so; each with the number of its first line. */
function* logical(lines: readonly { file: string; line: number; text: string }[]) {
  let open: { file: string; line: number; text: string } | undefined;
  for (const { file, line, text } of lines) {
    const whole = `${open?.text ?? ''}${text.replace(/\r$/, '').replace(COMMENT, '$1')}`;
    const from = { file, line: open?.line ?? line };
    open = whole.endsWith('\\') ? { ...from, text: whole.slice(0, -1) } : undefined;
    if (!open && whole.trim() !== '') yield { ...from, text: whole };
  }
  if (open) yield open;
}

export function readConf(lines: readonly { file: string; line: number; text: string }[]): {
  options: readonly ConfLine[];
  problems: readonly string[];
} {
  const options: ConfLine[] = [];
  const problems: string[] = [];
  let section: string | undefined;
  let homeless: string | undefined;
  for (const { file, line, text } of logical(lines)) {
    const problem = (what: string) => problems.push(`${file}:${line}: ${what}: ${text.trim()}`);
    const assignment = /^\s*([^=[\s\uFEFF][^=[]*)=(.*)$/s.exec(text);
    const header = /^\[([^\]]+)\]\s*$/.exec(text)?.[1];
    if (header !== undefined) section = header;
    else if (assignment) {
      if (section === undefined) homeless ??= `${file}:${line}: an option before the first section`;
      options.push({
        file,
        line,
        section: section ?? 'global',
        option: normaliseOption(assignment[1] as string),
        value: plain((assignment[2] as string).trim()),
      });
    } else if (text.startsWith('\uFEFF')) problem('a byte order mark, which Ceph cannot read');
    else if (!/^\s*\[/.test(text)) problem('neither a section nor "option = value"');
    else problem(/^\s/.test(text) ? 'blanks before a section header' : 'section header without "]" at its end');
  }
  // A file of one option and nothing else is the only one that needs no section.
  if (homeless !== undefined && (options.length > 1 || section !== undefined)) problems.unshift(homeless);
  return { options, problems };
}

const plain = (value: string): string => (/^(["'])(.*)\1$/s.exec(value)?.[2] ?? value).replace(/\\(.)/g, '$1');

/** The value a client gets: the most particular section wins, later lines win within one. */
export function confValue(options: readonly ConfLine[], entity: string, option: string): string | undefined {
  const order = ['global', 'client', entity];
  let best: { rank: number; value: string } | undefined;
  for (const o of options) {
    const rank = order.indexOf(o.section);
    if (o.option === option && rank >= 0 && (!best || rank >= best.rank)) best = { rank, value: o.value };
  }
  return best?.value;
}

export interface MonHost {
  readonly host: string;
  readonly port?: number;
}

/** One address: an IPv6 one in brackets, or anything up to a separator. The brackets around several are skipped. */
const ADDRESS = /(?:v[12]:)?(?:\[([0-9a-f:.]+)\](?::(\d+))?(?:\/\d+)?|([^\s,;[\]]+))/gi;

/** Addresses of `mon_host`: `a,b`, `a b`, `a:6789`, `[v2:a:3300/0,v1:a:6789/0] …`, `[::1]:6789`; each once, in order. */
export function monHosts(value: string): readonly MonHost[] {
  const hosts = [...value.matchAll(ADDRESS)].map(([, six, port, other]) =>
    six === undefined ? monHost(other as string) : { host: six, ...(port !== undefined && { port: Number(port) }) },
  );
  return [...new Map(hosts.map((m) => [`${m.host} ${m.port}`, m])).values()];
}

function monHost(text: string): MonHost {
  const [, host, port] = /^([^:]+):(\d+)(?:\/\d+)?$/.exec(text) ?? [];
  return host === undefined ? { host: text.replace(/\/\d*$/, '') } : { host, port: Number(port) };
}

const ADDRESS_ONLY = /^[0-9.]+$|:/;

/** Is it an address, and not a name? */
export const isAddress = (host: string): boolean => ADDRESS_ONLY.test(host);

/** `host:port`; addresses of IPv6 in their shortest form, so that equal ones are equal. */
export function endpoint(host: string, port: number): string {
  if (!host.includes(':')) return `${host}:${port}`;
  return `${URL.parse(`http://[${host}]`)?.hostname ?? `[${host}]`}:${port}`;
}

/** Where librados looks for a key when no `keyring` option says otherwise ("keyring" in the Ceph configuration reference). */
export function keyringCandidates(
  keyringOption: string | undefined,
  cluster: string,
  entity: string,
): readonly string[] {
  const value =
    keyringOption ??
    '/etc/ceph/$cluster.$name.keyring,/etc/ceph/$cluster.keyring,/etc/ceph/keyring,/etc/ceph/keyring.bin';
  const id = entity.replace(/^[^.]+\./, '');
  const known: Record<string, string> = { cluster, name: entity, type: 'client', id };
  return value
    .split(/[,;\s]+/)
    .filter((p) => p !== '')
    .map((p) => p.replace(/\$\{?(cluster|name|type|id)\b\}?/g, (_all, variable: string) => known[variable] ?? ''));
}
