import { fail, ok, type Program, parseArguments, unsupported } from '../shell/program.ts';
import { CLIENT_FILES } from '../world/node-files.ts';
import { PACKAGES } from '../world/packages.ts';

/** What the distribution has of each package that some node brings. */
const RELEASE = new Map(Object.values(PACKAGES).flatMap((all) => [...all]));

/** `apt-get install NAME=VERSION` and `apt-get remove NAME`, without dependencies: those are the operator's story here. */
export const aptGet: Program = (call) => {
  const options = parseArguments(call.args, {
    '-y': 'yes', '--yes': 'yes', '-q': 'quiet', '-qq': 'quiet', '--allow-downgrades': 'down', '--no-install-recommends': 'bare', '--reinstall': 'again',
  }); // biome-ignore format: a table
  if (typeof options === 'string') return unsupported(call, `the option ${options}`);
  const [verb, ...words] = options.rest;
  if (call.identity.uid !== 0)
    return fail(100, 'E: Could not open lock file /var/lib/dpkg/lock-frontend - open (13: Permission denied)\n');
  if (verb !== 'install' && verb !== 'remove') return unsupported(call, `${verb ?? ''}`);
  const { files, root, packages } = call.node;
  for (const word of words) {
    const [name = '', version] = word.split('=');
    const known = packages.get(name) ?? RELEASE.get(name);
    if (verb === 'install') {
      if (known === undefined && version === undefined) return fail(100, `E: Unable to locate package ${name}\n`);
      packages.set(name, version ?? known ?? '');
    } else packages.delete(name);
    for (const path of CLIENT_FILES[name] ?? []) {
      if (verb === 'install') files.write(root, path, '', false, path.startsWith('/usr/bin/') ? 0o755 : 0o644);
      else if (files.tryFind(root, path)) files.remove(root, path, false);
    }
  }
  return ok('Reading package lists...\nBuilding dependency tree...\nReading state information...\n');
};

const HEAD = `Desired=Unknown/Install/Remove/Purge/Hold
| Status=Not/Inst/Conf-files/Unpacked/halF-conf/Half-inst/trig-aWait/Trig-pend
|/ Err?=(none)/Reinst-required (Status,Err: uppercase=bad)
`;

/** `dpkg -l NAME…`; descriptions are not kept. */
export const dpkg: Program = (call) => {
  const [verb, ...names] = call.args;
  if (verb !== '-l' && verb !== '--list') return unsupported(call, `${verb ?? ''} (only -l)`);
  const { packages } = call.node;
  const wanted = names.length > 0 ? names : [...packages.keys()].sort();
  const rows = wanted.flatMap((name) => (packages.has(name) ? [[name, packages.get(name) ?? '', 'amd64']] : []));
  const stderr = wanted
    .filter((name) => !packages.has(name))
    .map((name) => `dpkg-query: no packages found matching ${name}\n`)
    .join('');
  if (rows.length === 0) return fail(1, stderr);
  const titles = ['Name', 'Version', 'Architecture'];
  const widths = titles.map((title, i) => Math.max(title.length, ...rows.map((row) => (row[i] ?? '').length)));
  const line = (cells: readonly string[]): string => cells.map((c, i) => c.padEnd(widths[i] ?? 0)).join(' ');
  const stdout = [
    `||/ ${line(titles)} Description`,
    `+++-${widths.map((w) => '='.repeat(w)).join('-')}-===========`,
    ...rows.map((row) => `ii  ${line(row)}`),
  ];
  return { code: stderr === '' ? 0 : 1, stdout: `${HEAD}${stdout.join('\n')}\n`, stderr };
};
