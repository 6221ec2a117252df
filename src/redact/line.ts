import { assignment } from './assignments.ts';
import { commands, option } from './commands.ts';
import { decoded, runs } from './encoded.ts';
import { ALL, OPTIONS, WORDS } from './heat.ts';
import { optionRow } from './listings.ts';
import { element } from './markup.ts';
import { keyAbove, nameGiven } from './named.ts';
import { phrases } from './phrases.ts';
import { type Context, type Found, freshContext } from './scan.ts';
import { setters } from './setters.ts';
import { mayBegin, shapeAt } from './shapes.ts';
import { insert } from './sql.ts';
import { firstAt, row } from './tables.ts';
import { unescapeOctal, unescapePercent } from './unescape.ts';
import { dataSource, tokenInPath, url } from './urls.ts';
import { isQuote, within } from './value.ts';
import { CLOSE, isLetter, isSpace, isWord, OPEN } from './values.ts';

const [EQUALS, COLON, COMMA, SLASH, DASH, ANGLE, BAR, PERCENT, AT, BACKSLASH, ZERO] = [
  61, 58, 44, 47, 45, 60, 124, 37, 64, 92, 48,
];
const DEEPEST = 4;
const TOKEN = OPEN.charCodeAt(0);
const LONGEST_TOKEN = 48;

/** All secrets that the structure of one line shows. `text[a, b)` is the line without its end. */
export function scanLine(
  s: string,
  a: number,
  b: number,
  context: Context,
  found: Found,
  flags: number,
  depth = 0,
): void {
  const start = firstAt(s, a, b);
  if (s.charCodeAt(start) === BAR) row(s, start, b, context, found);
  if (s.startsWith('variable "', start)) nameGiven(context, s.slice(start + 10, within(s, '"', start + 10, b)));
  if (s.startsWith('? ', start)) keyAbove(context, s.slice(start + 2, b).trim());
  if ((flags & (OPTIONS | WORDS)) !== 0) {
    const small = s.slice(a, b).toLowerCase();
    commands(s, a, b, small, flags, found);
    if ((flags & WORDS) !== 0) {
      setters(s, a, b, small, found);
      phrases(s, a, b, small, context, found);
    }
  }
  if (depth === 0) {
    optionRow(s, a, b, context, found);
    insert(s, a, b, context, found);
  }
  let percents = 0;
  let octals = 0;
  let before = 32;
  for (let i = a; i < b; i++) {
    const c = s.charCodeAt(i);
    let next = i;
    if (c === TOKEN && s.startsWith(OPEN, i)) {
      // What stands for a secret is read by nobody.
      const close = within(s, CLOSE, i, Math.min(b, i + LONGEST_TOKEN));
      if (close > 0) {
        i = close + CLOSE.length - 1;
        before = 32;
        continue;
      }
    }
    if (mayBegin(c)) next = shapeAt(s, i, b, found);
    if (next > i) {
      before = s.charCodeAt(next - 1);
      i = next - 1;
      continue;
    }
    if (c === COLON)
      next =
        s.charCodeAt(i + 1) === SLASH && s.charCodeAt(i + 2) === SLASH
          ? url(s, a, b, i, found)
          : assignment(s, a, b, i, context, found);
    else if (c === EQUALS || (c === COMMA && !isWord(before) && before !== 32))
      next = assignment(s, a, b, i, context, found);
    else if (c === COMMA && opensErlang(s, i + 1)) next = assignment(s, a, b, i, context, found);
    else if (c === ANGLE) next = element(s, i, b, context, found);
    else if (c === DASH && (isSpace(before) || isQuote(before) || before === 91 || before === EQUALS) && isOption(s, i))
      next = option(s, i, b, context, found);
    else if (c === PERCENT) percents++;
    else if (c === AT) dataSource(s, a, i, found);
    else if (c === SLASH) next = tokenInPath(s, i, b, found);
    else if (c === BACKSLASH && s.charCodeAt(i + 1) === ZERO) octals++;
    before = c;
    if (next > i) {
      // The sign that ended the value may begin what comes next.
      i = next - 1;
      before = s.charCodeAt(i);
    }
  }
  if (percents >= 2 && depth < DEEPEST) inner(unescapePercent(s.slice(a, b)), found, depth);
  // As the history of mysql writes its blanks.
  if (octals >= 2 && depth < DEEPEST) inner(unescapeOctal(s.slice(a, b)), found, depth);
}

/** `, <<"…">>` and `, "…"` behind the name in a tuple. */
const opensErlang = (s: string, at: number): boolean => {
  const i = s.charCodeAt(at) === 32 ? at + 1 : at;
  return s.charCodeAt(i) === ANGLE || s.charCodeAt(i) === 34;
};

/** Two dashes, or one before a word of at least four letters. */
function isOption(s: string, at: number): boolean {
  if (s.charCodeAt(at + 1) === DASH) return true;
  for (let i = at + 1; i <= at + 4; i++) if (!isLetter(s.charCodeAt(i))) return false;
  return true;
}

/** Reads a text that was wrapped in another; what it holds is known from now on, wherever it stands. */
function inner(text: string, found: Found, depth: number): boolean {
  let any = false;
  const context = freshContext();
  const learn: Found = (_from, _to, kind, forms) => {
    any = true;
    found(-1, -1, kind, forms);
  };
  for (let from = 0; from <= text.length; ) {
    const at = text.indexOf('\n', from);
    const end = at < 0 ? text.length : at;
    if (end > from) {
      scanLine(text, from, end, context, learn, ALL, depth + 1);
      if (scanRuns(text, from, end, learn, depth + 1)) any = true;
    }
    from = end + 1;
  }
  return any;
}

/** Does this text, which a dump showed byte by byte, hold a secret? */
export const holds = (text: string, found: Found): boolean => text.includes(PRIVATE) || inner(text, found, 0);

const PRIVATE = 'PRIVATE KEY-----';
/** `openssh-key-v1` in base64. */
const OPENSSH = 'b3BlbnNzaC1rZXktdjE';

/** Is there a secret in this text, in base64 or the like? Then all of it is one. */
export function hides(text: string, found: Found, depth: number): boolean {
  if (depth >= DEEPEST) return false;
  if (text.startsWith(OPENSSH)) return true;
  const plain = decoded(text);
  if (plain === undefined) return false;
  if (plain.includes(PRIVATE)) return true;
  return inner(plain, found, depth);
}

/** Base64, hexadecimal and gzip inside a line, opened and read. */
export function scanRuns(s: string, a: number, b: number, found: Found, depth = 0): boolean {
  let any = false;
  runs(s, a, b, ({ start, end, text }) => {
    if (!hides(text, found, depth)) return;
    any = true;
    found(start, end, 'secret', [text]);
  });
  return any;
}
