/** One recorded run of a command on the real software. */
export interface Recording {
  readonly name: string;
  readonly cmd: string;
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** What no two clusters share: ids, times, addresses of threads, keys, ages. */
const OWN: readonly (readonly [RegExp, string])[] = [
  [/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, '<uuid>'],
  [/\b[0-9a-f]{128}\b/g, '<hash>'],
  [/\b[0-9a-f]{56}\b/g, '<hash>'],
  [/\b[0-9a-f]{32}\b/g, '<hex>'],
  [/^[0-9a-f]{8,14}$/g, '<id>'],
  [/; [\d.]+ \w+\/s (rd|wr).*op\/s/g, ''],
  [/\bA[Qg][A-Za-z0-9+/]{36,60}={0,2}/g, '<key>'],
  [/\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?( ?\+0000|Z)?/g, '<time>'],
  [/(Mon|Tue|Wed|Thu|Fri|Sat|Sun) (<time>|\w{3} +\d+ [\d:]{8} \d{4})( UTC)?/g, '<time>'],
  [/\w{3} [ \d]\d +(\d\d:\d\d|\d{4})(?= )/g, '<date>'],
  [/<time> [0-9a-f]{12} -1/g, '<time> <thread> -1'],
  [/0x[0-9a-f]+/g, '<address>'],
  [/\((active, )?(age|since) \d+[smhd]\)/g, '($1$2 <age>)'],
  [/\bsince \d+[smhd]\b/g, 'since <age>'],
  [/\bid: [0-9a-f]{8,14}\b/g, 'id: <id>'],
  [/rbd_data\.[0-9a-f]{8,14}/g, 'rbd_data.<id>'],
];

/** Measurements as well: for commands that show them. */
const MEASURED: readonly (readonly [RegExp, string])[] = [
  [/\d+(\.\d+)? (B|KiB|MiB|GiB)\b/g, '<size>'],
  [/-{3,}/g, '---'],
  [/\d+(\.\d+)?/g, 'N'],
  [/[ \t]+/g, ' '],
  [/(Nmin Ns|Nmin|Ns|Nh Nmin) ago/g, '<age> ago'],
  [/(├─) /g, '$1'],
];

const MEASURES =
  /ceph .*(-s\b|\bdf|pg stat|osd (dump|stat|tree|perf|df)|ls detail|mon (stat|dump)|quorum|health detail|get-quota)|rados df|^ping|ls -la|virsh list|systemctl status|rbd (info|status|ls -l|pool stats)|MainPID|^stat \/|openstack/;

export function normal(text: string, measured: boolean): string {
  let out = text;
  for (const [what, by] of OWN) out = out.replace(what, by);
  if (measured) for (const [what, by] of MEASURED) out = out.replace(what, by);
  return out;
}

/** Lines of a live cluster that an idle one does not show, and those the recorder added. */
const PASSING = /^\s*(io:|client: )|killed by the recorder/;

/** What a service logged before, under its status: another story on every cluster. */
const LOGGED = /^\w{3} [ \d]\d [\d:]{8} \S+ [\w-]+\[(\d+|N)\]: |^\w{3} N N:N:N \S+ [\w-]+\[N\]: /;

const lines = (text: string, measured: boolean): string[] =>
  normal(text, measured)
    .split('\n')
    .map((l) => l.trimEnd())
    .filter((l) => l !== '' && !PASSING.test(l));

/** Numbers that say what is so, not how much was measured. */
const SALIENT = new Set([
  'pool_id',
  'poolnum',
  'size',
  'min_size',
  'pg_num',
  'quota_max_bytes',
  'quota_max_objects',
  'num_osds',
  'num_up_osds',
  'num_in_osds',
  'num_pools',
  'num_pgs',
  'up',
  'in',
  'order',
  'object_size',
  'full_ratio',
  'nearfull_ratio',
  'num_mons',
  'rank',
]);

/** Keys of one JSON value that the other lacks, types and words that differ. Empty: they match. */
export function jsonDifferences(want: unknown, got: unknown, at = '$', key = ''): string[] {
  if (Array.isArray(want) && Array.isArray(got)) {
    if ((want.length === 0) !== (got.length === 0))
      return [`${at}: ${want.length} elements wanted, ${got.length} came`];
    return want.slice(0, got.length).flatMap((w, i) => jsonDifferences(w, got[i], `${at}[${i}]`));
  }
  if (typeof want === 'object' && want !== null && typeof got === 'object' && got !== null && !Array.isArray(got)) {
    const [w, g] = [want as Record<string, unknown>, got as Record<string, unknown>];
    const names = new Set([...Object.keys(w), ...Object.keys(g)]);
    return [...names].flatMap((name) => {
      if (name.endsWith('_per_sec') || name.endsWith('_sec')) return [];
      if (!(name in w)) return [`${at}.${name}: not wanted`];
      if (!(name in g)) return [`${at}.${name}: missing`];
      return jsonDifferences(w[name], g[name], `${at}.${name}`, name);
    });
  }
  if (typeof want !== typeof got || (want === null) !== (got === null))
    return [`${at}: ${JSON.stringify(want)} wanted, ${JSON.stringify(got)} came`];
  if (typeof want === 'number') return SALIENT.has(key) && want !== got ? [`${at}: ${want} wanted, ${got} came`] : [];
  const same = typeof want === 'string' ? normal(want, true) === normal(String(got), true) : want === got;
  return same ? [] : [`${at}: ${JSON.stringify(want)} wanted, ${JSON.stringify(got)} came`];
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Lines of one text that the other lacks; a line said three times counts once. */
function lineDifferences(name: string, want: string, got: string, measured: boolean, status = false): string[] {
  const kept = (text: string) => new Set(lines(text, measured).filter((l) => !(status && LOGGED.test(l))));
  const [w, g] = [kept(want), kept(got)];
  return [
    ...[...w].filter((l) => !g.has(l)).map((l) => `${name} lacks: ${l}`),
    ...[...g].filter((l) => !w.has(l)).map((l) => `${name} has too much: ${l}`),
  ];
}

/** How an answer differs from the recording; empty when it does not. */
export function differences(want: Recording, got: { code: number; stdout: string; stderr: string }): string[] {
  const measured = MEASURES.test(want.cmd);
  const code = want.code === got.code ? [] : [`exit code ${want.code} wanted, ${got.code} came`];
  const value = /json/.test(want.cmd) ? parsed(want.stdout) : undefined;
  const stdout =
    value === undefined
      ? lineDifferences('stdout', want.stdout, got.stdout, measured, want.cmd.startsWith('systemctl status'))
      : jsonDifferences(value, parsed(got.stdout));
  return [...code, ...stdout, ...lineDifferences('stderr', want.stderr, got.stderr, measured)];
}
