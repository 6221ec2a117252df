/**
 * Which files a service reads, and in what order: the later one wins (`ConfigOpts._parse_config_files` of oslo.config, Zed to 2025.2).
 * Files that the command line names replace the usual ones; folders it names replace the usual folders. The usual folders are read
 * before what the command line names: where packages start a service with `--config-file`, as Debian's do, a value in `cinder.conf.d`
 * loses against `cinder.conf`, and only what `cinder.conf` does not say counts.
 */
export interface ConfigSource {
  readonly kind: 'file' | 'folder';
  readonly path: string;
}

const file = (path: string): ConfigSource => ({ kind: 'file', path });
const folder = (path: string): ConfigSource => ({ kind: 'folder', path: path.replace(/(.)\/+$/, '$1') });

/** Where oslo.config and the services look by themselves: files, then folders. */
function usual(service: string): {
  readonly files: readonly ConfigSource[];
  readonly folders: readonly ConfigSource[];
} {
  const project = service.split('-')[0] ?? service;
  // Glance has no glance.conf: its options are those of its API.
  const main = project === 'glance' ? [] : [`/etc/${project}/${project}.conf`];
  return {
    files: [
      `/usr/share/${project}/${project === 'glance' ? service : project}-dist.conf`,
      ...main,
      `/etc/${project}/${service}.conf`,
    ].map(file),
    folders: [`/etc/${project}/${project}.conf.d`, `/etc/${project}/${service}.conf.d`].map(folder),
  };
}

/** Debian's init scripts name the main file, and nova-compute's own. */
const DEBIAN: Readonly<Record<string, readonly string[]>> = {
  'glance-api': ['/etc/glance/glance-api.conf'],
  'cinder-volume': ['/etc/cinder/cinder.conf'],
  'cinder-backup': ['/etc/cinder/cinder.conf'],
  'nova-compute': ['/etc/nova/nova.conf', '/etc/nova/nova-compute.conf'],
};

/** What the command line of a service names, in its order. */
function named(commandLine: string): readonly ConfigSource[] {
  return [...commandLine.matchAll(/--config-(file|dir)[=\s]+([^\s;]+)/g)].map(([, kind, path]) =>
    kind === 'file' ? file(path as string) : folder(path as string),
  );
}

/**
 * @param running command line of the service's process; undefined when it does not run or nobody could look
 * @param unit what systemd would start it with (`ExecStart`); empty when unknown
 */
export function configSources(service: string, running: string | undefined, unit: string): readonly ConfigSource[] {
  const { files, folders } = usual(service);
  const given =
    running === undefined && /\/etc\/init\.d\//.test(unit) ? (DEBIAN[service] ?? []).map(file) : named(running ?? unit);
  return [
    ...(given.some((s) => s.kind === 'file') ? [] : files),
    ...(given.some((s) => s.kind === 'folder') ? [] : folders),
    ...given,
  ];
}

const folderOf = (path: string): string => path.slice(0, path.lastIndexOf('/'));

const holds = (source: ConfigSource, path: string): boolean =>
  source.kind === 'file' ? source.path === path : folderOf(path) === source.path && path.endsWith('.conf');

/** Lines of files in the order in which the service reads them; a file that it does not read is left out, one it reads twice comes twice. */
export function inReadingOrder<T extends { readonly file: string }>(
  lines: readonly T[],
  sources: readonly ConfigSource[],
): readonly T[] {
  const files = Map.groupBy(lines, (l) => l.file);
  return sources.flatMap((source) =>
    [...files.keys()]
      .filter((path) => holds(source, path))
      .toSorted()
      .flatMap((path) => files.get(path) ?? []),
  );
}

/** Places that no probe of the usual ones covers. */
export function elsewhere(service: string, sources: readonly ConfigSource[]): readonly string[] {
  const { files, folders } = usual(service);
  const known = new Set([...files, ...folders].map((s) => s.path));
  return [...new Set(sources.map((s) => s.path).filter((path) => !known.has(path)))];
}
