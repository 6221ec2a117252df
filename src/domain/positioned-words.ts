/** `nodes[0].name: `, or nothing for the whole file. */
export function pathText(path: readonly PropertyKey[]): string {
  const text = path.map((s, i) => (typeof s === 'number' ? `[${s}]` : `${i === 0 ? '' : '.'}${visible(String(s))}`));
  return text.length === 0 ? '' : `${text.join('')}: `;
}

/** Words of the file inside a message: in quotes, short, without codes that a terminal would obey. */
export const quoted = (text: string): string => `"${visible(text)}"`;

export function visible(text: string): string {
  const short = text.length > 80 ? `${text.slice(0, 77)}...` : text;
  return short.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, (c) => `\\u{${(c.codePointAt(0) ?? 0).toString(16)}}`);
}
