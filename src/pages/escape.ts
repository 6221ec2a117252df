import { toPrintable } from '../domain/printable.ts';

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Any text for HTML and SVG, in elements and in quoted attributes: it can neither act nor look like something else. */
export const html = (text: string, lines: 'one' | 'many' = 'one'): string =>
  toPrintable(text, { lines }).replace(/[&<>"']/g, (c) => ENTITIES[c] ?? c);

/** Any text inside a line of Markdown: no link, image, table or tag comes of it. */
export const markdown = (text: string): string =>
  toPrintable(text)
    .replace(/[\\`*_{}[\]()#+\-!|~$@:]/g, '\\$&')
    .replace(/[&<>]/g, (c) => ENTITIES[c] ?? c);

/** Any text as a block of code: its fence is longer than any that the text has. */
export function fenced(text: string, indent = ''): string {
  const safe = toPrintable(text.replace(/\n+$/, ''), { lines: 'many' });
  const longest = Math.max(0, ...[...safe.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(Math.max(3, longest + 1));
  return [`${fence}text`, ...safe.split('\n'), fence].map((line) => `${indent}${line}`).join('\n');
}
