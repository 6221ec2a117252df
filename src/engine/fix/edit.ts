import { normaliseOption } from '../../ceph/conf.ts';

/**
 * Edits one option of a configuration file. Only its value changes: comments, order, spacing, line ends and every other byte stay. Text is
 * one character for each byte, whatever its encoding.
 */
export type Edited = { readonly ok: true; readonly text: string } | { readonly ok: false; readonly why: string };

/** How a file is read, as far as editing a line needs it: src/openstack/oslo.ts and src/ceph/conf.ts tell the whole. */
interface Dialect {
  header(line: string): string | undefined;
  sameSection(a: string, b: string): boolean;
  /** `name = `, the value, and what follows it; undefined for any other line. */
  readonly option: RegExp;
  sameOption(a: string, b: string): boolean;
  /** Does the value of this line go on in the next? */
  goesOn(line: string, next: string | undefined): boolean;
}

const OSLO: Dialect = {
  header: (line) => /^\[(.+)\]$/.exec(trimmed(line))?.[1],
  sameSection: (a, b) => a === b || (a !== 'DEFAULT' && b !== 'DEFAULT' && a.toLowerCase() === b.toLowerCase()),
  option: /^(([^\s#;[=:][^=:]*)[=:][ \t]*)(.*?)([ \t\r\f\v]*)$/s,
  sameOption: (a, b) => a.trim() === b.trim(),
  goesOn: (_line, next) => next !== undefined && /^[ \t]+[^ \t\r]/.test(next),
};

/** Indented options are options, and a comment may stand behind a value. */
const CEPH: Dialect = {
  header: (line) => /^\[([^\]]+)\]$/.exec(trimmed(line.replace(/[#;].*$/s, '')))?.[1],
  sameSection: (a, b) => a === b,
  option: /^(\s*([^\s#;=[][^#;=[]*)=[ \t]*)((?:\\[^\r]|[^#;\\])*?)([ \t\r\f\v]*(?:[#;].*)?)$/s,
  sameOption: (a, b) => normaliseOption(a) === normaliseOption(b),
  goesOn: (line) => trimmed(line).endsWith('\\'),
};

const trimmed = (line: string): string => line.replace(/[ \t\r\f\v]+$/, '');

/** Ceph's sections are named for its clients and daemons; no section of a service that uses oslo.config is. */
const dialectOf = (section: string): Dialect =>
  /^(global|(client|mon|mgr|osd|mds)(\..*)?)$/.test(section) ? CEPH : OSLO;

/** UTF-8's byte order mark. */
const MARK = /^\xef\xbb\xbf/;

export function setOption(text: string, section: string, option: string, was: string, value: string): Edited {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
  if (/[\u0000-\u0008\n-\u001f]/.test(value))
    return { ok: false, why: `${option} cannot have a value of several lines` };
  const dialect = dialectOf(section);
  const lines = text.split('\n');
  const mark = MARK.exec(text)?.[0] ?? '';
  lines[0] = (lines[0] as string).slice(mark.length);
  let current = '';
  let found = -1;
  for (const [at, line] of lines.entries()) {
    if (at > 0 && dialect.goesOn(lines[at - 1] as string, line)) continue;
    const header = dialect.header(line);
    if (header !== undefined) current = header;
    const name = dialect.option.exec(line)?.[2];
    if (name !== undefined && dialect.sameSection(current, section) && dialect.sameOption(name, option)) found = at;
  }
  if (found < 0) return { ok: false, why: `[${section}] has no option ${option}` };
  const line = lines[found] as string;
  const [, head, , present, tail] = dialect.option.exec(line) as unknown as [string, string, string, string, string];
  if (dialect.goesOn(line, lines[found + 1]))
    return { ok: false, why: `the value of ${option} goes on in the line after ${found + 1}` };
  if (present !== was)
    return { ok: false, why: `${option} is ${JSON.stringify(present)} now, not ${JSON.stringify(was)}` };
  lines[found] = `${head}${value}${tail}`;
  return { ok: true, text: `${mark}${lines.join('\n')}` };
}
