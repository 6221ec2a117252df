import { isMap, isNode, isPair, isScalar, isSeq, type Node, type YAMLError } from 'yaml';
import type { Fault } from './positioned.ts';
import { quoted } from './positioned-words.ts';
import type { Place } from './positioned-yaml.ts';

/** One mistake makes the parser complain many times, further and further from it: only the first, or the gravest, counts. */
export const firstCause = (errors: readonly YAMLError[]): YAMLError | undefined =>
  errors.find((e) => e.code === 'RESOURCE_EXHAUSTION') ?? errors.find((e) => e.code === 'MISSING_CHAR') ?? errors[0];

export function syntaxFault(
  error: YAMLError,
  text: string,
  root: Node | null,
  place: (offset: number) => Place,
): Fault {
  const [start, end] = error.pos;
  const at = place(start);
  const source = quoted(text.slice(start, end));
  switch (error.code) {
    case 'RESOURCE_EXHAUSTION':
      return { place: at, message: 'lists or mappings are nested too deep', hint: 'Is it the right file?' };
    case 'TAG_RESOLVE_FAILED':
      return {
        place: at,
        message: `the tag ${source} is not allowed; values are plain text, numbers, lists and mappings`,
        hint: 'Remove the tag, or put the value in quotes',
      };
    case 'MULTIPLE_DOCS':
      return { place: at, message: 'a second document begins here; one was expected', hint: 'Remove the line ---' };
    case 'MISSING_CHAR':
    case 'BAD_INDENT':
      return unclosedFault(error, text, root, place) ?? unreadable(error, at);
    case 'UNEXPECTED_TOKEN':
      if (!/[\]}]/.test(text.slice(start, start + 1))) return unreadable(error, at);
      return {
        place: at,
        message: `this ${text.slice(start, start + 1)} closes nothing`,
        hint: 'Remove it, or put the value in quotes',
      };
    case 'TAB_AS_INDENT':
      return { place: at, message: 'this line is indented with a tab', hint: 'Indent with spaces' };
    case 'BAD_SCALAR_START':
      return {
        place: at,
        message: `a value cannot begin with ${quoted(text.slice(start, start + 1))}`,
        hint: 'Put the value in quotes',
      };
    case 'BLOCK_AS_IMPLICIT_KEY':
    case 'MULTILINE_IMPLICIT_KEY':
      return {
        place: at,
        message: 'a mapping begins inside a value',
        hint: 'Put text that holds ": " in quotes, and check the indentation of the line below',
      };
    case 'BAD_DQ_ESCAPE':
      return {
        place: at,
        message: `${quoted(text.slice(start, start + 2))} means nothing in double quotes`,
        hint: 'Use single quotes, or double the backslash',
      };
    default:
      return unreadable(error, at);
  }
}

/** What the parser says in its own terms, in those of whoever wrote the file: by its code, and where that says little by its words. */
const PLAIN: readonly (readonly [code: string, words: RegExp, message: string, hint: string])[] = [
  ['UNEXPECTED_TOKEN', /block scalar header/i, 'after | or > the text begins on the next line', 'Move it there'],
  ['UNEXPECTED_TOKEN', /^Unexpected , /, 'a comma with nothing before it', 'Remove it'],
  ['UNEXPECTED_TOKEN', /at node end/, 'the value before this has ended already', 'Put all of it in quotes, or in one form: a list or a mapping'],
  ['MISSING_CHAR', /map keys|map value/, 'a key without ": " and a value', 'Write it as `key: value`, and check the indentation'],
  ['BLOCK_IN_FLOW', /^/, 'a comma or a closing bracket is missing before this', 'Separate what stands between brackets with commas'],
  ['BAD_INDENT', /^/, 'this line begins in another column than those it belongs to', 'Indent what belongs together alike'],
  ['BAD_DIRECTIVE', /^/, 'a line that begins with % has a meaning of its own, which is not wanted here', 'Remove it'],
  ['BAD_ALIAS', /^/, 'a * or & without a name', 'Put the value in quotes'],
  ['MULTIPLE_ANCHORS', /^/, 'a value with two names (&)', 'Keep one'],
  ['MULTIPLE_TAGS', /^/, 'a value with two tags (!)', 'Remove them'],
  ['KEY_OVER_1024_CHARS', /^/, 'a key longer than 1024 characters', 'Is it the right file?'],
]; // biome-ignore format: a table

function unreadable(error: YAMLError, place: Place): Fault {
  const [, , message, hint] = PLAIN.find(([code, words]) => code === error.code && words.test(error.message)) ?? [];
  return {
    place,
    message: message ?? 'this cannot be read as YAML',
    hint: hint ?? 'Check indentation and quotes, here and on the line above',
  };
}

/** The parser notices a missing quote or bracket where the text ends or goes on; people need the place where it was opened. */
function unclosedFault(
  error: YAMLError,
  text: string,
  root: Node | null,
  place: (offset: number) => Place,
): Fault | undefined {
  const quote = error.message.includes('"') ? '"' : error.message.includes("'") ? "'" : undefined;
  if (quote !== undefined) {
    const opened = lastStart(root, (node, from, to) => isScalar(node) && text[from] === quote && to >= error.pos[0]);
    return opened === undefined
      ? undefined
      : { place: place(opened), message: `this ${quote} is never closed`, hint: `Close the text with ${quote}` };
  }
  const opened = lastStart(
    root,
    (node, from, to) =>
      (isSeq(node) && text[from] === '[' && text[to - 1] !== ']') ||
      (isMap(node) && text[from] === '{' && text[to - 1] !== '}'),
  );
  if (opened === undefined) return undefined;
  const [what, closing] = text[opened] === '[' ? ['list', ']'] : ['mapping', '}'];
  return {
    place: place(opened),
    message: `this ${text[opened]} is never closed`,
    hint: `Close the ${what} with ${closing}`,
  };
}

/** Where the last of the nodes begins for which it holds: of nodes inside each other that is the innermost. */
function lastStart(root: Node | null, holds: (node: Node, from: number, to: number) => boolean): number | undefined {
  let last: number | undefined;
  const nodes: (Node | null)[] = [root];
  for (let node = nodes.pop(); node !== undefined; node = nodes.pop()) {
    if (!node) continue;
    const [from, to] = node.range ?? [-1, -1];
    if (from > (last ?? -1) && holds(node, from, to)) last = from;
    if (!isMap(node) && !isSeq(node)) continue;
    for (const item of node.items) {
      for (const child of isPair(item) ? [item.key, item.value] : [item]) if (isNode(child)) nodes.push(child);
    }
  }
  return last;
}
