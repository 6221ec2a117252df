import type { Library } from '../domain/playbook.ts';
import { commandRule, fitsSudo } from '../domain/sudoers.ts';
import { joined, type Privilege, privileges } from './privileges.ts';

const HEAD = `# What Inkling runs through sudo: all of it, and nothing else.
#
# Made from the playbooks by \`npm run sudoers\`. Needs sudo 1.9.10 or newer, which matches arguments with regular expressions.
# Put the login name of Inkling for INKLING, leave out what you do not want to allow, and check with visudo -c. \`inkling nodes\`
# then says what is impossible without it; everything else works.
#
# The first set reads. It does read any file that is named, and keys: they are hidden by a filter that runs as the login user, so
# whoever is that user can see them. The second set changes things. sudo cannot tell one shell program from another, so its lines
# with /bin/sh, which replace files and keep the lock, are as good as being root. Without them no repair is made at all.
#
# secure_path decides which program a name means.

User_Alias INKLING = inkling
Defaults:INKLING secure_path="/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
Defaults:INKLING !requiretty
`;

/** Text of docs/sudoers. */
export function sudoersFile(library: Library): string {
  const all = privileges(library);
  const read = joined(all.filter((p) => p.set === 'read'));
  const known = new Set(read.map(commandRule));
  const fix = joined(all.filter((p) => p.set === 'fix')).filter((p) => !known.has(commandRule(p)));
  return `${HEAD}\n# --- to look ---\n${lines(read)}\n# --- to repair ---\n${lines(fix)}`;
}

const lines = (all: readonly (Privilege & { readonly for: readonly string[] })[]): string =>
  all
    .map((p) => ({
      text: fitsSudo(p)
        ? `INKLING ALL=(${p.as}) NOPASSWD: ${commandRule(p)}`
        : '# (longer than sudo takes; without it this is unknown)',
      why: p.for,
    }))
    .sort((a, b) => (a.text < b.text ? -1 : 1))
    .map(({ text, why }) => `# ${why.length > 6 ? `${why.length} repairs` : why.join(', ')}\n${text}\n`)
    .join('');
