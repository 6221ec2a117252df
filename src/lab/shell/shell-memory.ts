/** What a node's shell keeps from one command to the next: its folder and its variables. */
export interface ShellMemory {
  readonly folder?: string;
  /** `declare` lines, as the shell prints them. */
  readonly variables: readonly string[];
}

export const FRESH: ShellMemory = { variables: [] };

/** Variables that belong to the shell itself, not to the learner. */
const OWN =
  /^(_|\?|BASH\w*|HOME|HOST\w+|IFS|LOGNAME|LANG|LC_\w+|MAIL|OLDPWD|OPTIND|OSTYPE|MACHTYPE|PATH|PIPESTATUS|PPID|PS4|PWD|RANDOM|SECONDS|SHELL|SHELLOPTS|SHLVL|SUDO_\w+|TERM|UID|EUID|USER|inkling_rc)$/;
const DECLARED = /^declare -(\S+) ([^=]+)=/;

/**
 * The command between what brings the shell to where the last one left it and what tells where this one does. All of the
 * former stands on the command's first line, so that line numbers in errors are those of the learner.
 */
export function remembering(command: string, { folder, variables }: ShellMemory, marker: string): string {
  const before = [...(folder === undefined ? [] : [`cd ${quoted(folder)} 2>/dev/null`]), ...variables];
  const lead = before.map((line) => `${line}; `).join('');
  return `${lead}${command}\ninkling_rc=$?; printf '\\n%s\\n' ${marker}; pwd; declare -p; exit $inkling_rc\n`;
}

/** What the command itself wrote, and what the shell remembers now. Without the marker (`exit`, a syntax error) nothing changed. */
export function remembered(
  stdout: string,
  marker: string,
  before: ShellMemory,
): { readonly stdout: string; readonly memory: ShellMemory } {
  const at = stdout.lastIndexOf(`\n${marker}\n`);
  if (at < 0) return { stdout, memory: before };
  const [folder = '/', ...rest] = stdout.slice(at + marker.length + 2).split('\n');
  return { stdout: stdout.slice(0, at), memory: { folder, variables: declarations(rest) } };
}

/** A value may go over several lines: a declaration ends where the next begins. */
function declarations(lines: readonly string[]): readonly string[] {
  const all: string[] = [];
  for (const line of lines) {
    if (DECLARED.test(line)) all.push(line);
    else if (all.length > 0 && line !== '') all.push(`${all.pop()}\n${line}`);
  }
  return all.filter((line) => {
    const [, flags = '', name = ''] = DECLARED.exec(line) ?? [];
    return !flags.includes('r') && /^[A-Za-z_]\w*$/.test(name) && !OWN.test(name);
  });
}

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
