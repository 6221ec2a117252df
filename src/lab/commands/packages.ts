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
