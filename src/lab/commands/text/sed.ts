import { basicRegExp } from './basic-regexp.ts';

const EXPRESSION = String.raw`\/((?:[^/\\\n]|\\.)+)\/`;
const SCRIPT = new RegExp(
  String.raw`^${EXPRESSION}(?:,${EXPRESSION})?([pd])$|^s${EXPRESSION}((?:[^/\\\n&]|\\[1-9])*)\/p$`,
);

/**
 * The two uses of `sed` that every sealed question makes, on standard input: `[-n] '/from/[,/to/]p|d'` and `-n 's/what/by/p'`.
 * Undefined for any other: those are the library's.
 */
export function commonSed(args: readonly string[], input: string): string | undefined {
  const quiet = args[0] === '-n';
  const [script = '', ...more] = quiet ? args.slice(1) : args;
  const [, from, to, act, what, by = ''] = (/^[\0-\x7f]*$/.test(script) && SCRIPT.exec(script)) || [];
  // A last line without its end is shown without it, which is not worth the words here.
  if (more.length > 0 || (input !== '' && !input.endsWith('\n'))) return undefined;
  const lines = input.split('\n').slice(0, -1);
  if (from !== undefined) {
    const [first, last] = [basicRegExp(from), to === undefined ? null : basicRegExp(to)];
    if (!first || last === undefined) return undefined;
    return kept(lines, first, last, act === 'p', quiet);
  }
  const expression = what === undefined || !quiet ? undefined : basicRegExp(what);
  if (!expression) return undefined;
  const filled = (groups: readonly unknown[]) => by.replace(/\\([1-9])/g, (_, n) => String(groups[Number(n)] ?? ''));
  return lines
    .filter((line) => expression.test(line))
    .map((line) => `${line.replace(expression, (...groups) => filled(groups))}\n`)
    .join('');
}

/** A range begins at a line that fits `first` and ends at a later one that fits `last`. */
function kept(lines: readonly string[], first: RegExp, last: RegExp | null, print: boolean, quiet: boolean): string {
  let open = false;
  let out = '';
  for (const line of lines) {
    const begins = !open && first.test(line);
    const selected = open || begins;
    if (open) open = !last?.test(line);
    else if (begins) open = last !== null;
    if (print ? !quiet : !quiet && !selected) out += `${line}\n`;
    if (print && selected) out += `${line}\n`;
  }
  return out;
}
