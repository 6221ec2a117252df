import type { SosTree } from './tree.ts';

/** What sos calls the output of a command (`_mangle_command` of its plugins). */
export const mangled = (command: string): string =>
  command
    .replace(/^\/(usr\/|)(bin|sbin)\//, '')
    .replace(/[^\w\-./]+/g, '_')
    .replaceAll('/', '.')
    .replace(/^[ ._-]+|[ ._-]+$/g, '');

/** The output of a command, whichever plugin and folder of it this release of sos files it under. */
export function outputOf(tree: SosTree, ...commands: readonly string[]): string | undefined {
  for (const command of commands) {
    const name = mangled(command);
    for (const [path, text] of tree.files)
      if (path.startsWith('sos_commands/') && path.endsWith(`/${name}`)) return text;
  }
  return undefined;
}

/** What a node is called: as it calls itself, else as the report is called. */
export function nodeName(tree: SosTree): string {
  const own = tree.files.get('hostname') ?? outputOf(tree, 'hostname') ?? outputOf(tree, 'uname -a')?.split(' ')[1];
  const name = own?.trim().split('.')[0] ?? '';
  return /^[\w-]{1,64}$/.test(name) ? name : (tree.name.replace(/^sosreport-/, '').split(/[-.]/)[0] ?? tree.name);
}

/** When it was collected, Unix time in s, and how far the node's zone is ahead of UTC, in s. */
export function collectedAt(tree: SosTree): { readonly at: number; readonly zone: number } | undefined {
  const seconds = (text: string | undefined): number => Date.parse(`${dateIn(text ?? '')} UTC`) / 1000;
  const utc = seconds(outputOf(tree, 'date --utc'));
  if (Number.isNaN(utc)) return undefined;
  const local = seconds(outputOf(tree, 'date'));
  const zone = Math.round((local - utc) / 900) * 900;
  return { at: utc, zone: Number.isFinite(zone) ? zone : 0 };
}

/** `Fri Jan  2 10:00:00 UTC 2026`, also `Fri 02 Jan 2026 10:00:00 AM UTC`. */
function dateIn(text: string): string {
  const [, month, day, time, year] = /^\w{3} (\w{3}) +(\d+) ([\d:]{8}) \S+ (\d{4})/.exec(text.trim()) ?? [];
  if (month !== undefined) return `${day} ${month} ${year} ${time}`;
  const [, day2, month2, year2, time2, half = ''] =
    /^\w{3} (\d+) (\w{3}) (\d{4}) ([\d:]{8}) ?(AM|PM)?/.exec(text.trim()) ?? [];
  return `${day2} ${month2} ${year2} ${time2} ${half}`;
}
