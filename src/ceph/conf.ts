/**
 * ceph.conf as librados reads it: option names may use spaces, hyphens or underscores; sections `[global]`, `[client]`, `[client.X]`
 * from general to particular; `mon_host` in its many spellings.
 */
export interface ConfLine {
  readonly file: string;
  readonly line: number;
  readonly section: string;
  readonly option: string;
  readonly value: string;
}

export const normaliseOption = (name: string): string =>
  name
    .trim()
    .toLowerCase()
    .replace(/[\s-]+/g, '_');

export function readConf(lines: readonly { file: string; line: number; text: string }[]): {
  options: readonly ConfLine[];
  problems: readonly string[];
} {
  const options: ConfLine[] = [];
  const problems: string[] = [];
  let section = 'global';
  let continued: { -readonly [K in keyof ConfLine]: ConfLine[K] } | undefined;
  for (const { file, line, text } of lines) {
    const bare = text.replace(/(^|\s)[#;].*$/, '').trim();
    if (continued) {
      continued.value = `${continued.value.slice(0, -1)}${bare}`;
      if (!continued.value.endsWith('\\')) continued = undefined;
      continue;
    }
    if (bare === '') continue;
    if (bare.startsWith('[')) {
      const name = /^\[([^\]]+)\]$/.exec(bare)?.[1];
      if (name === undefined) problems.push(`${file}:${line}: section header without "]": ${bare}`);
      else section = name.trim();
      continue;
    }
    const eq = bare.indexOf('=');
    if (eq < 0) {
      problems.push(`${file}:${line}: neither a section nor "option = value": ${bare}`);
      continue;
    }
    const option = {
      file,
      line,
      section,
      option: normaliseOption(bare.slice(0, eq)),
      value: bare.slice(eq + 1).trim(),
    };
    options.push(option);
    if (option.value.endsWith('\\')) continued = option;
  }
  return { options, problems };
}

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

const VECTOR = /\[\s*(v[12]:[^\]]*(?:\][^\]]*)?)\]/g;

/** Hosts of `mon_host`: `a,b`, `a b`, `a:6789`, `[v2:a:3300/0,v1:a:6789/0] …`, `[::1]:6789`; each once, in order. */
export function monHosts(value: string): readonly MonHost[] {
  const vectors = [...value.matchAll(VECTOR)].flatMap((m) => (m[1] as string).split(','));
  const plain = value.replace(VECTOR, ' ').split(/[\s,;]+/);
  const hosts = [...vectors, ...plain].map(monHost).filter((m) => m.host !== '');
  return [...Map.groupBy(hosts, (m) => m.host).values()].map((same) => same[0] as MonHost);
}

function monHost(raw: string): MonHost {
  const text = raw
    .trim()
    .replace(/^v[12]:/, '')
    .replace(/\/\d*$/, '');
  const six = /^\[([0-9a-f:.]+)\](?::(\d+))?$/i.exec(text);
  if (!six && (text.match(/:/g) ?? []).length > 1) return { host: text };
  const [host = '', port] = six ? six.slice(1) : text.split(':');
  return { host, ...(port !== undefined && { port: Number(port) }) };
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
  return value
    .split(/[,;\s]+/)
    .filter((p) => p !== '')
    .map((p) =>
      p.replaceAll('$cluster', cluster).replaceAll('$name', entity).replaceAll('$type', 'client').replaceAll('$id', id),
    );
}
