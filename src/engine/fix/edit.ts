/** Edits one option of INI text. Only the value changes: comments, order, spacing, line ends and every other byte stay. */
export type Edited = { readonly ok: true; readonly text: string } | { readonly ok: false; readonly why: string };

const same = (a: string, b: string): boolean => a.trim().replace(/[\s-]+/g, '_') === b.trim().replace(/[\s-]+/g, '_');

export function setOption(text: string, section: string, option: string, was: string, value: string): Edited {
  const lines = text.split('\n');
  let current = '';
  let found = -1;
  for (const [at, line] of lines.entries()) {
    const header = /^\s*\[([^\]]+)\]/.exec(line);
    if (header) current = (header[1] as string).trim();
    const name = /^([^=:#;]+?)\s*[=:]/.exec(line.replace(/^\uFEFF/, ''))?.[1];
    if (current === section && name !== undefined && same(name, option)) found = at;
  }
  if (found < 0) return { ok: false, why: `[${section}] has no option ${option}` };
  const line = lines[found] as string;
  const parts = /^([^=:]+[=:][ \t]*)(.*?)(\s*)$/s.exec(line);
  if (!parts) return { ok: false, why: `line ${found + 1} is not "option = value"` };
  const [, head, present, tail] = parts as unknown as [string, string, string, string];
  if (present !== was)
    return { ok: false, why: `${option} is ${JSON.stringify(present)} now, not ${JSON.stringify(was)}` };
  lines[found] = `${head}${value}${tail}`;
  return { ok: true, text: lines.join('\n') };
}
