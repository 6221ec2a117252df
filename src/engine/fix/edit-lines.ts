import type { Edited } from './edit.ts';

/**
 * Adds and removes whole lines: options of INI text, or any line. Every other byte stays. An empty section is that of a file without
 * any.
 */

const same = (a: string, b: string): boolean => a.trim().replace(/[\s-]+/g, '_') === b.trim().replace(/[\s-]+/g, '_');
const no = (why: string): Edited => ({ ok: false, why });

/** A byte order mark, as a character or as the three bytes it is in a file. */
const MARK = /^(?:\uFEFF|\u00EF\u00BB\u00BF)/;

interface Place {
  /** Lines that give the option, by number. */
  readonly found: readonly number[];
  /** Last line of the section that is not blank, its header at least; -1 when there is none. */
  readonly end: number;
}

function place(lines: readonly string[], section: string, option: string): Place {
  let current = '';
  let end = -1;
  const found: number[] = [];
  for (const [at, line] of lines.entries()) {
    const text = line.replace(MARK, '');
    const header = /^\s*\[([^\]]+)\]/.exec(text);
    if (header) current = (header[1] as string).trim();
    if (current !== section) continue;
    if (text.trim() !== '') end = at;
    const name = /^([^=:#;]+?)\s*[=:]/.exec(text)?.[1];
    if (!header && name !== undefined && same(name, option)) found.push(at);
  }
  return { found, end };
}

/** `line` without what follows its value, its value and the blanks and carriage return at its end. */
const parts = (line: string): readonly [string, string, string] | undefined =>
  /^([^=:]+[=:][ \t]*)(.*?)(\s*)$/s.exec(line)?.slice(1) as [string, string, string] | undefined;

const differs = (option: string, present: string, was: string): Edited =>
  no(`${option} is ${JSON.stringify(present)} now, not ${JSON.stringify(was)}`);

/** A new last line of the section; a section that is not there comes at the end of the file. */
export function addOption(text: string, section: string, option: string, value: string): Edited {
  const lines = text.split('\n');
  const { found, end } = place(lines, section, option);
  if (found.length > 0) return no(`[${section}] has an option ${option} now`);
  const cr = text.includes('\r\n') ? '\r' : '';
  const line = `${option} = ${value}`;
  if (end >= 0) {
    // A last line without an end gets one; the new line is then the one without.
    const last = lines[end] as string;
    const closed = end < lines.length - 1;
    if (!closed) lines[end] = `${last}${cr}`;
    lines.splice(end + 1, 0, closed ? `${line}${cr}` : line);
    return { ok: true, text: lines.join('\n') };
  }
  const gap = text === '' || text.endsWith('\n') ? '' : `${cr}\n`;
  const header = section === '' ? '' : `[${section}]${cr}\n`;
  return { ok: true, text: `${text}${gap}${header}${line}${cr}\n` };
}

/** The option's only line goes. What is written twice, or over several lines, is left to a person. */
export function removeOption(text: string, section: string, option: string, was: string): Edited {
  const lines = text.split('\n');
  const { found } = place(lines, section, option);
  const [at] = found;
  if (at === undefined) return no(`[${section}] has no option ${option}`);
  if (found.length > 1) return no(`[${section}] has ${option} ${found.length} times`);
  const present = parts(lines[at] as string)?.[1];
  if (present !== was) return differs(option, present ?? '', was);
  if (/^[ \t]+\S/.test(lines[at + 1] ?? '')) return no(`${option} goes on in the line after it`);
  if (MARK.test(lines[at] as string)) return no(`${option} stands behind a byte order mark`);
  lines.splice(at, 1);
  return { ok: true, text: lines.join('\n') };
}

/** A whole line of any text file is replaced, or added at the end where `was` is left out. */
export function editLine(text: string, line: string, was?: string): Edited {
  const cr = text.includes('\r\n') ? '\r' : '';
  const lines = text.split('\n');
  const plain = (l: string): string => l.replace(/\r$/, '');
  if (was === undefined) {
    if (lines.some((l) => plain(l) === line)) return no(`the line ${JSON.stringify(line)} is there now`);
    return { ok: true, text: `${text}${text === '' || text.endsWith('\n') ? '' : `${cr}\n`}${line}${cr}\n` };
  }
  const found = lines.flatMap((l, at) => (plain(l) === was ? [at] : []));
  const [at] = found;
  if (at === undefined) return no(`no line is ${JSON.stringify(was)}`);
  if (found.length > 1) return no(`${found.length} lines are ${JSON.stringify(was)}`);
  lines[at] = (lines[at] as string).replace(was, () => line);
  return { ok: true, text: lines.join('\n') };
}
