import { stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { InputError } from '../domain/input-error.ts';
import { makeFolder } from '../files/make-folder.ts';
import { unwritableBecause } from '../files/refusal.ts';

const ID = /^[a-z0-9]+(-[a-z0-9]+)*$/;

/** Writes a playbook to begin with: one probe, one check, one cause with a fix, one scenario that is found and repaired. */
export async function newPlaybook(id: string, folder: string): Promise<readonly string[]> {
  if (!ID.test(id) || id.length > 40)
    throw new InputError(
      `\`${id}\` cannot be the id of a playbook`,
      'An id is lower-case words joined by hyphens, at most 40 characters, such as slow-images',
    );
  const home = join(folder, id);
  if (await stat(home).catch(() => undefined))
    throw new InputError(`${home} exists already`, 'Take another id, or remove it first');
  const files = [
    [join(home, 'playbook.yaml'), playbook(id)],
    [join(home, 'scenarios', `${id}-logins-closed.yaml`), scenario(id)],
  ] as const;
  try {
    for (const [file, text] of files) {
      await makeFolder(dirname(file));
      await writeFile(file, text, { flag: 'wx' });
    }
  } catch (error) {
    throw new InputError(`${home} cannot be written: ${unwritableBecause(error, home)}`);
  }
  return files.map(([file]) => file);
}

const playbook = (
  id: string,
): string => `# A playbook to begin with. It looks for /etc/nologin, which keeps everybody but root from logging in.
# Replace it by what you know: \`inkling playbook lint\` finds mistakes, \`inkling playbook test ${id}\` tries it, and
# \`inkling playbook schema\` gives your editor the names of all keys. Ids are unique over all playbooks.
id: ${id}
title: Logins are open
summary: Looks for files that keep operators out of the nodes.

# What people say or paste when they have this problem: the search finds the playbook by them.
symptoms:
  - System is going down. Unprivileged users are not permitted to log in anymore.

# Probes read one thing each. argv, never a shell string; \`on\` is a role or any node; \`as\` a user; \`parse\` names a parser.
probes:
  ${id}-nologin:
    on: any
    run: [test, -e, /etc/nologin]
    parse: yes-or-no

# Checks judge. \`expect\` is a CEL expression over the model; {…} in words shows the values seen.
checks:
  ${id}-logins-open:
    title: Nothing keeps operators out
    each: node
    expect: '!facts["${id}-nologin"].value'
    pass: '{node.name} has no /etc/nologin'
    fail: '{node.name} has /etc/nologin'
    tells: ls -l /etc/nologin
    # \`level: warn\` is for what is only worth knowing.

# Causes explain. \`proof\` checks must fail, \`given\` checks must pass, one of \`seen\` is the path to the symptom.
causes:
  ${id}-logins-closed:
    title: /etc/nologin closes {node.name} for operators
    each: node
    # Instances with the same text are one cause.
    group: '{node.name}'
    proof: [${id}-logins-open]
    why: >-
      PAM lets nobody but root log in while this file is there. A shutdown that was called off leaves it behind.
    fixes:
      open-logins:
        title: Move the file away
        # A fix has steps, each with its risk and its undo, or \`by_hand: because …\`.
        steps:
          - title: Move /etc/nologin away
            on: '{node.name}'
            do: { run: [mv, /etc/nologin, /etc/nologin.off], as: root }
            risk: reversible
            touches: One file; operators can log in again.
            undo: { run: [[mv, /etc/nologin.off, /etc/nologin]], says: the file is back }
    references:
      - https://man7.org/linux/man-pages/man5/nologin.5.html
`;

const scenario = (
  id: string,
): string => `# A scenario breaks the practice cluster and says what must be found. It is a test (inkling playbook test ${id}) and a drill
# (inkling --practice ${id}-logins-closed).
id: ${id}-logins-closed
title: A shutdown was called off on compute-1
symptom: >-
  Operators cannot log in to compute-1.
# Shell commands, run as root on a node of the practice cluster: ceph-mon-1, controller, compute-1 or compute-2.
faults:
  - on: compute-1
    run: |-
      echo 'System is going down.' > /etc/nologin
expect:
  outcome: causes
  causes:
    - { id: ${id}-logins-closed, status: confirmed }
  # Which fix of the first cause repairs it; leave it out when there is none.
  fix: open-logins
`;
