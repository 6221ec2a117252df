/** One option as it stands in a file. */
export interface Option {
  readonly section: string;
  readonly name: string;
  readonly value: string;
}

/**
 * Reads INI text the way the practice services need it: sections, `name = value`, whole-line comments.
 * Throws `SyntaxError` on a line that is none of these.
 */
export function parseIni(text: string): Option[] {
  const options: Option[] = [];
  let section = '';
  for (const raw of text.split('\n')) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#') || line.startsWith(';')) continue;
    const header = /^\[(.+)\]$/.exec(line)?.[1];
    if (header !== undefined) {
      section = header.trim();
      continue;
    }
    const [, name, value] = /^([^=:]+?)\s*[=:]\s*(.*)$/.exec(line) ?? [];
    if (name === undefined || value === undefined) throw new SyntaxError(line);
    options.push({ section, name, value });
  }
  return options;
}

/** The last value of an option in a section; oslo takes the last of several. */
export const optionOf = (options: readonly Option[], section: string, name: string): string | undefined =>
  options.findLast((o) => o.section === section && o.name === name)?.value;

/** ceph.conf: blanks, dashes and underscores in names are the same, and `[client.x]` beats `[client]` beats `[global]`. */
export function cephOption(options: readonly Option[], entity: string, name: string): string | undefined {
  const plain = (n: string): string => n.replace(/[\s-]+/g, '_').toLowerCase();
  const type = entity.split('.')[0] ?? 'client';
  for (const section of [entity, type, 'global']) {
    const found = options.findLast((o) => o.section === section && plain(o.name) === name);
    if (found)
      return found.value
        .replace(/\s+[#;].*$/, '')
        .replaceAll('$name', entity)
        .replaceAll('$cluster', 'ceph');
  }
  return undefined;
}

export const isTrue = (value: string | undefined, fallback: boolean): boolean =>
  value === undefined ? fallback : /^(1|true|yes|on)$/i.test(value.trim());
