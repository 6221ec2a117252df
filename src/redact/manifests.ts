import { decoded } from './encoded.ts';
import { meaningOf } from './names.ts';
import { type Found, report } from './scan.ts';
import { quoted, skipBlanks, toEnd, type Value } from './value.ts';
import { isUuid, isWord } from './values.ts';

/** Secrets of Kubernetes: below `data:` and `stringData:` of a document whose kind is Secret every value is one, unless its name or text says otherwise. */
const KIND = 'kind: Secret';
const JSON_KIND = /"kind":\s{0,2}"Secret"/;
const MOST_LINES = 400;
const MOST_JSON = 32_768;

/** Names in a Secret that hold no secret. */
const OPEN_NAMES = new Set(
  'user username userid name host hostname port url uri endpoint endpoints server namespace id fsid cluster region type protocol database db schema email ca crt cert pub project domain interface version path bucket pool'.split(
    ' ',
  ),
);

const MEANING = { kind: 'secret', rule: 'any', word: 'manifest' } as const;

interface Line {
  readonly from: number;
  readonly to: number;
}

const indentOf = (s: string, { from, to }: Line): number => {
  let at = skipBlanks(s, from, to);
  while (s.startsWith('- ', at)) at = skipBlanks(s, at + 2, to);
  return at - from;
};

/** Reports the values of every Secret in a block of lines. */
export function manifests(s: string, lines: readonly Line[], found: Found): void {
  if (s.includes(KIND)) for (let i = 0; i < lines.length; i++) inYaml(s, lines, i, found);
  if (JSON_KIND.test(s)) inJson(s, found);
}

function inYaml(s: string, lines: readonly Line[], i: number, found: Found): void {
  const { from, to } = lines[i] as Line;
  if (to - from > 60) return;
  const text = s.slice(from, to).trim().replace(/^- /, '');
  if (text !== 'data:' && text !== 'stringData:') return;
  const indent = indentOf(s, lines[i] as Line);
  if (!isSecret(s, lines, i, indent)) return;
  for (let k = i + 1; k < lines.length; k++) {
    const line = lines[k] as Line;
    const start = skipBlanks(s, line.from, line.to);
    if (start >= line.to) continue;
    if (start - line.from <= indent) return;
    const colon = s.slice(start, line.to).indexOf(':');
    if (colon < 0) continue;
    const name = s.slice(start, start + colon).replaceAll(/["']/g, '');
    const at = skipBlanks(s, start + colon + 1, line.to);
    const quote = s.charAt(at);
    tell(name, quote === '"' || quote === "'" ? quoted(s, at, line.to) : toEnd(s, at, line.to), text[0] === 'd', found);
  }
}

/** `kind: Secret` at the same depth, before the next document. */
function isSecret(s: string, lines: readonly Line[], at: number, indent: number): boolean {
  for (const step of [1, -1]) {
    for (let k = at + step, left = MOST_LINES; left > 0 && k >= 0 && k < lines.length; k += step, left--) {
      const line = lines[k] as Line;
      if (s.startsWith('---', line.from)) break;
      if (line.to - line.from > 60 || skipBlanks(s, line.from, line.to) >= line.to) continue;
      const depth = indentOf(s, line);
      if (depth < indent) break;
      const text = s.slice(line.from, line.to).trim().replace(/^- /, '');
      if (depth === indent && text.startsWith('kind:')) return text === KIND;
    }
  }
  return false;
}

function inJson(s: string, found: Found): void {
  for (const member of ['"data"', '"stringData"']) {
    for (let at = s.indexOf(member); at >= 0; at = s.indexOf(member, at + member.length)) {
      let open = at + member.length;
      while (open < s.length && ' \n\t:'.includes(s.charAt(open))) open++;
      if (s.charAt(open) !== '{') continue;
      const before = s.slice(Math.max(0, at - 2048), at);
      const after = s.slice(at, at + MOST_JSON);
      if (!JSON_KIND.test(before.slice(before.lastIndexOf('"apiVersion"'))) && !kindAfter(after)) continue;
      members(s, open + 1, member === '"data"', found);
    }
  }
}

const kindAfter = (after: string): boolean => {
  const at = after.indexOf('"kind"');
  return at >= 0 && JSON_KIND.test(after.slice(at, at + 24));
};

function members(s: string, from: number, encoded: boolean, found: Found): void {
  const last = Math.min(s.length, from + MOST_JSON);
  for (let at = from; at < last; ) {
    while (at < last && ' \n\r\t,'.includes(s.charAt(at))) at++;
    if (s.charAt(at) !== '"') return;
    const name = quoted(s, at, last);
    at = name.next;
    while (at < last && ' \n\t:'.includes(s.charAt(at))) at++;
    if (s.charAt(at) !== '"') return;
    const value = quoted(s, at, last);
    tell(s.slice(name.start, name.end), value, encoded, found);
    at = value.next;
  }
}

function tell(name: string, value: Value, encoded: boolean, found: Found): void {
  const [form = ''] = value.forms;
  if (form.length < 4) return;
  const plain = encoded ? (decoded(form.padEnd(20, '=')) ?? Buffer.from(form, 'base64').toString('latin1')) : form;
  const last = name.toLowerCase().split(/[-_.]/).at(-1) ?? '';
  const isOpen = OPEN_NAMES.has(last) || last.endsWith('id') || last.endsWith('name') || last.endsWith('user');
  if (meaningOf(name) === undefined && (isOpen || saysNothing(plain))) return;
  if (plain.includes('-----BEGIN CERTIFICATE') || plain.includes('PUBLIC KEY')) return;
  if (encoded && isWord(form.charCodeAt(0)) && /^[\x20-\x7e]{6,}\s*$/.test(plain))
    found(-1, -1, 'secret', [plain.trim()]);
  report(value, MEANING, false, false, found);
}

/** An identifier or a word: `rook-ceph`, `client.admin`, a UUID. */
const saysNothing = (text: string): boolean => isUuid(text.trim()) || /^[a-z.-]{0,40}\d?$/.test(text.trim());
