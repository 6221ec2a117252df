import type { FileView } from '../file-view.ts';

export interface Tested {
  readonly code: number;
  readonly says?: string;
}

/** `test` and `[`: one, two, three or four words, as POSIX orders them. Paths are taken from `cwd`. */
export async function evaluateTest(words: readonly string[], view: FileView, cwd: string): Promise<Tested> {
  const [first, second, third] = words;
  if (words.length === 0) return { code: 1 };
  if (words.length === 1) return truth(first !== '');
  if (words.length === 3 && second !== undefined && BINARY.has(second))
    return compare(first ?? '', second, third ?? '');
  if (first === '!') {
    const inner = await evaluateTest(words.slice(1), view, cwd);
    return inner.code > 1 ? inner : truth(inner.code === 1);
  }
  if (words.length === 2 && first !== undefined) return unary(first, second ?? '', view, cwd);
  return { code: 2, says: `${words.length === 3 ? `${second}: unexpected operator` : 'too many arguments'}` };
}

const truth = (holds: boolean): Tested => ({ code: holds ? 0 : 1 });

const NUMBERS: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  '-eq': (a, b) => a === b,
  '-ne': (a, b) => a !== b,
  '-lt': (a, b) => a < b,
  '-le': (a, b) => a <= b,
  '-gt': (a, b) => a > b,
  '-ge': (a, b) => a >= b,
};
const BINARY: ReadonlySet<string> = new Set(['=', '!=', ...Object.keys(NUMBERS)]);

function compare(a: string, operator: string, b: string): Tested {
  if (operator === '=') return truth(a === b);
  if (operator === '!=') return truth(a !== b);
  for (const word of [a, b]) if (!/^\s*[-+]?\d+\s*$/.test(word)) return { code: 2, says: `Illegal number: ${word}` };
  return truth(NUMBERS[operator]?.(Number(a), Number(b)) ?? false);
}

async function unary(operator: string, word: string, view: FileView, cwd: string): Promise<Tested> {
  if (operator === '-n') return truth(word !== '');
  if (operator === '-z') return truth(word === '');
  if (operator === '-t') return truth(false);
  if (!/^-[defrwxsLh]$/.test(operator)) return { code: 2, says: `${operator}: unexpected operator` };
  if (word === '') return truth(false);
  const path = view.resolvePath(cwd, word);
  try {
    const link = operator === '-L' || operator === '-h';
    const at = await (link ? view.lstat(path) : view.stat(path));
    if (link) return truth(at.isSymbolicLink);
    if (operator === '-d') return truth(at.isDirectory);
    if (operator === '-f') return truth(at.isFile);
    if (operator === '-s') return truth(at.size > 0);
    const bit = { '-r': 0o400, '-w': 0o200, '-x': 0o100 }[operator];
    return truth(bit === undefined || (at.mode & bit) !== 0);
  } catch {
    return truth(false);
  }
}
