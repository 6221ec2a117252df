import {
  type Alias,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
} from 'yaml';
import type { Fault } from './positioned.ts';
import { firstCause, syntaxFault } from './positioned-syntax.ts';
import { quoted } from './positioned-words.ts';

export interface Place {
  readonly line: number;
  readonly column: number;
}

export interface Located {
  /** Where the value begins; of the nearest parent when it is not in the text. */
  readonly value: Place;
  /** Where its key begins; same as `value` for list items. */
  readonly key: Place;
  readonly found: boolean;
}

/** Text read as YAML: its plain value, what was wrong with it, and where things are. */
export interface YamlText {
  readonly value: unknown;
  readonly faults: readonly Fault[];
  place(path: readonly PropertyKey[]): Located;
}

/** Values that aliases may add to what the text itself says. A bomb wants billions; people want a dozen. */
const MAX_ALIASED = 10_000;
const MAX_FAULTS = 50;

export function readYaml(text: string): YamlText {
  const lines = new LineCounter();
  // Keys are compared below: the parser's own comparison is quadratic. `logLevel` must not be `silent`: that also
  // silences a second document.
  const doc = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    uniqueKeys: false,
    resolveKnownTags: false,
    logLevel: 'error',
  });
  const place = (offset: number): Place => {
    const { line, col } = lines.linePos(Math.max(0, Math.min(offset, text.length)));
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const root = doc.contents as Node | null;
  const refused = (faults: readonly Fault[]): YamlText => ({
    value: undefined,
    faults,
    place: () => ({ value: place(0), key: place(0), found: false }),
  });

  const error = firstCause([...doc.errors, ...doc.warnings]);
  if (error) return refused([syntaxFault(error, text, root, place)]);
  const walk = walkNodes(root, place);
  if (walk.faults.length > 0) return refused(walk.faults);
  return {
    value: doc.toJS({ maxAliasCount: -1 }),
    faults: [],
    place: (path) => locate(root, walk.targets, path, place),
  };
}

interface Walk {
  readonly faults: Fault[];
  readonly targets: ReadonlyMap<Alias, Node>;
}

/** Looks at every node once, in order: duplicate and odd keys, aliases that name nothing, repeat too much or never end. */
function walkNodes(root: Node | null, place: (offset: number) => Place): Walk {
  const faults: Fault[] = [];
  const anchors = new Map<string, Node>();
  const targets = new Map<Alias, Node>();
  const sizes = new Map<Node, number>();
  const open = new Set<Node>();
  let aliased = 0;
  const fault = (node: Node, message: string, hint: string) => {
    if (faults.length < MAX_FAULTS) faults.push({ place: place(node.range?.[0] ?? 0), message, hint });
  };

  const alias = (node: Alias): number => {
    const target = anchors.get(node.source);
    if (target === undefined) {
      fault(
        node,
        `${quoted(`*${node.source}`)} names an anchor that is not defined above`,
        'Put text that begins with * in quotes',
      );
      return 1;
    }
    if (open.has(target)) {
      fault(node, `${quoted(`*${node.source}`)} stands inside what it repeats, so it would never end`, 'Write it out');
      return 1;
    }
    targets.set(node, target);
    const size = sizes.get(target) ?? 1;
    if (aliased <= MAX_ALIASED && aliased + size > MAX_ALIASED) {
      fault(node, `aliases repeat more than ${MAX_ALIASED} values; the file is refused`, 'Write the values out');
    }
    aliased += size;
    return size;
  };

  const key = (pair: Pair, seen: Map<string, Place>) => {
    const { key } = pair;
    if (!isScalar(key)) {
      if (isNode(key)) fault(key, 'a key must be plain text', 'Put a value that begins with { or [ in quotes');
      return;
    }
    if (key.anchor) anchors.set(key.anchor, key);
    const name = keyName(key.value);
    const at = place(key.range?.[0] ?? 0);
    const first = seen.get(name);
    if (first) fault(key, `the key ${quoted(name)} is already given on line ${first.line}`, 'Remove one of the two');
    else seen.set(name, at);
  };

  const visit = (node: unknown): number => {
    if (!isNode(node)) return 1;
    if (isAlias(node)) return alias(node);
    if (node.anchor) anchors.set(node.anchor, node);
    let size = 1;
    open.add(node);
    if (isMap(node)) {
      const seen = new Map<string, Place>();
      for (const pair of node.items) {
        key(pair, seen);
        size += visit(pair.value);
      }
    } else if (isSeq(node)) {
      for (const item of node.items) size += visit(item);
    }
    open.delete(node);
    sizes.set(node, size);
    return size;
  };
  visit(root);
  return { faults, targets };
}

function locate(
  root: Node | null,
  targets: ReadonlyMap<Alias, Node>,
  path: readonly PropertyKey[],
  place: (offset: number) => Place,
): Located {
  const start = (node: unknown, otherwise: Place): Place =>
    isNode(node) && node.range ? place(node.range[0]) : otherwise;
  let value = start(root, place(0));
  let keyPlace = value;
  let node: unknown = root;
  for (const segment of path) {
    if (isAlias(node)) node = targets.get(node);
    if (isMap(node)) {
      const pair = node.items.find((p) => isScalar(p.key) && keyName(p.key.value) === String(segment));
      if (!pair) return { value, key: value, found: false };
      keyPlace = start(pair.key, value);
      value = start(pair.value, keyPlace);
      node = pair.value;
    } else if (isSeq(node) && Number(segment) in node.items) {
      node = node.items[Number(segment)];
      value = start(node, value);
      keyPlace = value;
    } else {
      return { value, key: value, found: false };
    }
  }
  return { value, key: keyPlace, found: true };
}

const keyName = (value: unknown): string => (value === null ? '' : String(value));
