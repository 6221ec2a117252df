import { cephxAt } from './cephx.ts';
import { login } from './credentials.ts';
import { eachLine, HOT, RUN, SOLID } from './heat.ts';
import { dumpAt, hideDump } from './hexdumps.ts';
import { hides, holds, scanLine, scanRuns } from './line.ts';
import { isOptionHeading, listed, listingAt, underlined } from './listings.ts';
import { manifests } from './manifests.ts';
import { expectValue, hasOwn } from './named.ts';
import type { Origin } from './origin.ts';
import { announced } from './phrases.ts';
import { type Awaited, type Context, type Found, freshContext, report } from './scan.ts';
import { tableLine } from './sql.ts';
import { tokenObjects } from './token-objects.ts';
import { plain, quoteAt, quoted, skipBlanks, toEnd, within } from './value.ts';
import { isBase64, isHex, isSpace, isWord, OPEN } from './values.ts';

interface Line {
  readonly from: number;
  readonly to: number;
  readonly flags: number;
}

const VAULT = '$ANSIBLE_VAULT;';
const BAR = 124;
const DASH = 45;
const BRACKET = 91;
const ENTITIES = ['client.', 'osd.', 'mon.', 'mgr.', 'mds.', 'auth:'];
/** A line this long may have been wrapped by whoever printed it. */
const WRAPS_AT = 64;
const LONGEST_ARMOUR = 400;

/** Finds the secrets of one text, block by block; what the lines of one block say about the next is kept. */
export class Scanner {
  readonly #context: Context;
  readonly #origin: Origin;
  /** A private key began and has not ended: lines still to come that may belong to it. */
  #armour = 0;
  #wrapped = false;
  /** Inside the armour of what is public. */
  #open = false;
  /** The line above is a frame; a second one begins another table. */
  #framed = false;
  /** Lines of a vault's cipher follow. */
  #cipher = false;

  constructor(origin: Origin) {
    this.#origin = origin;
    this.#context = freshContext(origin.keyring, origin.ini);
  }

  /** Reports every secret of a block of whole lines. Places are those of the block. */
  scan(block: string, found: Found): void {
    const lines: Line[] = [];
    const logged = block.includes(LOGGED_END);
    eachLine(block, (from, to, flags) => {
      const end = block.charCodeAt(to - 1) === 13 ? to - 1 : to;
      if (logged) cutLogged(block, from, end, flags, lines);
      else lines.push({ from, to: end, flags });
    });
    manifests(block, lines, found);
    tokenObjects(block, found);
    for (let i = 0; i < lines.length; ) {
      const dump = isHex(block.charCodeAt((lines[i] as Line).from)) ? dumpAt(block, lines, i) : undefined;
      if (dump && holds(dump.text, found)) hideDump(block, lines, i, dump.end, found);
      if (dump) i = dump.end;
      else i = this.#line(block, lines, i, found);
    }
  }

  /** Reads the line (or the armour, or the block of base64) at `i`; returns the next to read. */
  #line(s: string, lines: readonly Line[], i: number, found: Found): number {
    const { from, to, flags } = lines[i] as Line;
    const context = this.#context;
    if (this.#armour > 0) return this.#inArmour(s, lines, i, found);
    this.#section(s, from, to);
    if (this.#wrapped && (flags & SOLID) !== 0 && to > from && !NAMED.test(s.slice(from, to))) {
      this.#wrapped = to - from >= WRAPS_AT;
      const start = skipBlanks(s, from, to);
      found(start, to, 'secret', [s.slice(start, to)]);
      return i + 1;
    }
    this.#wrapped = false;
    if (this.#cipher && to > from) {
      this.#cipher = isHexLine(s, from, to);
      if (this.#cipher) {
        found(skipBlanks(s, from, to), to, 'secret', [s.slice(from, to).trim()]);
        return i + 1;
      }
    }
    if ((flags & SOLID) !== 0) {
      const end = this.#solid(s, lines, i, found);
      if (end > i) return end;
    }
    let any = false;
    const note: Found = (start, end, kind, forms) => {
      any = true;
      if (end === to && to - from >= WRAPS_AT && start >= 0 && isBase64(s.charCodeAt(to - 1))) this.#wrapped = true;
      found(start, end, kind, forms);
    };
    if (context.awaited !== undefined && to > from) this.#awaited(s, from, to, context.awaited, note);
    const first = s.charCodeAt(skipBlanks(s, from, to));
    context.framed = this.#framed;
    if (first !== BAR && (first !== 43 || context.framed)) context.columns = undefined;
    this.#framed = first === 43;
    if (context.named !== undefined && to > from && context.named.lines-- <= 0) context.named = undefined;
    if (context.accounts > 0) context.accounts--;
    if (context.announced > 0) context.announced = announced(s, from, to, note) ? context.announced - 1 : 0;
    this.#listing(s, lines, i, flags, first, note);
    if (context.table !== undefined || first === 67 || first === 99) tableLine(s, from, to, context);
    if (
      (flags & HOT) !== 0 ||
      context.named !== undefined ||
      context.accounts > 0 ||
      hasOwn(context.section) ||
      (context.table !== undefined && (first === 73 || first === 105)) ||
      (first === BAR && (context.rowHid || context.columns?.some((meaning) => meaning !== undefined)))
    ) {
      if (this.#opensArmour(s, from, to, note)) return i + 1;
      if (first !== BAR && within(s, VAULT, from, Math.min(to, from + 256)) >= 0) this.#cipher = true;
      scanLine(s, from, to, context, note, flags);
    } else if (first === BAR) context.columns ??= [];
    context.rowHid = any && first === BAR;
    if ((flags & RUN) !== 0) scanRuns(s, from, to, note);
    if (within(s, '-----', from, to) === from) this.#open = s.startsWith('-----BEGIN', from);
    if (!any) this.#bare(s, from, to, note);
    const next = lines[i + 1];
    if (next && !this.#wrapped) brokenKey(s, from, to, next.to, note);
    return i + 1;
  }

  /** Tables without a frame. */
  #listing(s: string, lines: readonly Line[], i: number, flags: number, first: number, found: Found): void {
    const { from, to } = lines[i] as Line;
    const context = this.#context;
    if (context.listing !== undefined) {
      if (listed(s, from, to, context.listing, found)) return;
      context.listing = undefined;
    }
    const above = lines[i - 1];
    if (first === DASH && above !== undefined)
      context.listing = underlined(s, { start: above.from, end: above.to }, from, to);
    else if ((flags & HOT) !== 0 && first !== BAR) context.listing = listingAt(s, from, to);
    if (to === from) context.options = false;
    else if (first === 87 || first === 78) context.options ||= isOptionHeading(s, from, to);
  }

  /** `[client.x]` and `client.x` begin what Ceph says of an entity; any other section ends it. */
  #section(s: string, from: number, to: number): void {
    const c = s.charCodeAt(from);
    if (c === BRACKET) {
      if (within(s, ']', from, Math.min(to, from + 80)) < 0) return;
      this.#context.keyring = this.#context.keyringOnly || ENTITIES.some((entity) => s.startsWith(entity, from + 1));
      this.#context.ini = true;
      this.#context.section = s.slice(from + 1, within(s, ']', from, to));
    } else if (to > from && !isSpace(c) && to - from < 120) {
      if (ENTITIES.some((entity) => s.startsWith(entity, from)) && isAlone(s, from, to)) this.#context.keyring = true;
      else if (!s.startsWith('key', from) && !s.startsWith('caps', from))
        this.#context.keyring = this.#context.keyringOnly;
    }
  }

  #awaited(s: string, from: number, to: number, awaited: Awaited, found: Found): void {
    const context = this.#context;
    const start = skipBlanks(s, from, to);
    if (start >= to) return;
    if (awaited.how === 'quoted') {
      const end = within(s, awaited.close, from, to);
      const last = end < 0 ? to : end;
      if (last < to || ++awaited.lines > 64) context.awaited = undefined;
      report(toEnd(s, start, last), awaited.meaning, false, false, found);
      return;
    }
    if (awaited.how === 'word') {
      context.awaited = undefined;
      let end = start;
      while (end < to && !isSpace(s.charCodeAt(end)) && s.charCodeAt(end) !== 60) end++;
      const quote = quoteAt(s, start, to);
      if (end === start) expectValue(context, awaited.meaning);
      report(quote === start ? quoted(s, quote, to) : plain(s, start, end), awaited.meaning, false, false, found);
      return;
    }
    const indent = start - from;
    const item = s.startsWith('- ', start) ? start + 2 : start;
    const value = toEnd(s, item, to);
    const text = value.forms[0] ?? '';
    if (text.startsWith(VAULT)) return;
    // A list in YAML and a text in JSON may stand no deeper than their name.
    const level = indent === awaited.indent && !awaited.block && (item > start || quoteAt(s, item, to) === item);
    const below = indent > awaited.indent || level;
    if (
      !below ||
      text.startsWith('-----') ||
      CLOSED.test(text) ||
      (!awaited.block && awaited.meaning.rule !== 'login' && (isPair(text) || text.includes(' ')))
    ) {
      context.awaited = undefined;
      if (below && isPair(text)) expectValue(context, awaited.meaning);
      return;
    }
    if (awaited.meaning.rule === 'login') {
      login(value, awaited.meaning, found);
      return;
    }
    const quote = quoteAt(s, item, to);
    report(quote === item ? quoted(s, quote, to) : value, awaited.meaning, false, true, found);
  }

  /** A private key in one line, or the first line of one. */
  #opensArmour(s: string, from: number, to: number, found: Found): boolean {
    const begin = within(s, '-----BEGIN', from, to);
    if (begin < 0) return false;
    const after = within(s, '-----', begin + 10, to);
    if (after < 0) return false;
    const body = after + 5;
    // A certificate may stand before its key.
    if (!s.slice(begin, after).includes('PRIVATE KEY')) return this.#opensArmour(s, body, to, found);
    const end = within(s, '-----END', body, to);
    if (end >= 0) {
      if (within(s, OPEN, body, end) < 0) found(body, end, 'private-key', [lettersOf(s.slice(body, end))]);
      return this.#opensArmour(s, end + 8, to, found);
    }
    let last = body;
    while (last < to && s.charCodeAt(last) !== 34 && s.charCodeAt(last) !== 39) last++;
    if (last - body > 40) found(body, last, 'private-key', [lettersOf(s.slice(body, last))]);
    else this.#armour = LONGEST_ARMOUR;
    return last - body <= 40;
  }

  /** The lines of a private key up to its end, as one secret. */
  #inArmour(s: string, lines: readonly Line[], i: number, found: Found): number {
    let at = i;
    let letters = '';
    let last = i;
    for (; at < lines.length && this.#armour > 0; at++, this.#armour--) {
      const { from, to } = lines[at] as Line;
      if (within(s, '-----END', from, to) >= 0) {
        this.#armour = 0;
        break;
      }
      const text = s.slice(from, to);
      const tail = tailOf(text, endsArmour(s, lines[at + 1]));
      if (tail === '' && !isArmourHeader(text)) {
        // A header, an empty line or a stranger's behind a log's prefix: the armour goes on when its like follows.
        if (goesOn(s, lines, at + 1)) continue;
        this.#armour = 0;
        break;
      }
      letters += tail;
      last = at;
    }
    if (letters !== '') {
      // What stands before its first line stays: blanks that YAML needs, the prefix of a log.
      let start = i;
      while (isEmpty(s, lines[start] as Line)) start++;
      const first = lines[start] as Line;
      const text = s.slice(first.from, first.to);
      const lead = isArmourHeader(text) ? 0 : text.length - tailOf(text).length;
      const { from, to } = lines[last] as Line;
      const tail = tailOf(s.slice(from, to), endsArmour(s, lines[last + 1]));
      const end = from + s.slice(from, to).lastIndexOf(tail) + tail.length;
      found(skipBlanks(s, first.from + lead, first.to), end, 'private-key', [letters]);
    }
    return at;
  }

  /** Lines of nothing but base64, read as one. */
  #solid(s: string, lines: readonly Line[], i: number, found: Found): number {
    const length = lineLength(lines[i] as Line);
    let end = i + 1;
    if (length < 40) return i;
    while (end < lines.length) {
      const line = lines[end] as Line;
      if (lineLength(line) > length + 1 || lineLength(line) === 0 || !isSolid(s, line)) break;
      end++;
      if (lineLength(line) < length) break;
    }
    if (end === i + 1) return i;
    const text = lines
      .slice(i, end)
      .map(({ from, to }) => s.slice(from, to).trim())
      .join('');
    if (!hides(text, found, 0)) return i;
    const first = lines[i] as Line;
    found(skipBlanks(s, first.from, first.to), (lines[end - 1] as Line).to, 'secret', [text]);
    return end;
  }

  /** A value that stands alone, when the origin says what it is. A line with blanks in it is a message. */
  #bare(s: string, from: number, to: number, found: Found): void {
    const { bare, guessed } = this.#origin;
    if (bare === undefined || this.#open) return;
    if (s.charCodeAt(from) === 123) {
      // `{"realm": "…"}`: one for each name.
      for (const { index, 0: all, 1: text = '' } of s.slice(from, to).matchAll(/:\s?"([^"\\]{4,200})"/g)) {
        const end = from + index + all.length - 1;
        report(plain(s, end - text.length, end), bare, false, true, found);
      }
      return;
    }
    const quote = quoteAt(s, skipBlanks(s, from, to), to);
    const value =
      quote >= 0 && !isWord(s.charCodeAt(from)) ? quoted(s, quote, to) : toEnd(s, skipBlanks(s, from, to), to);
    const text = s.slice(value.start, value.end);
    const colon = this.#origin.last ? text.lastIndexOf(':') : -1;
    if (colon > 0 && !text.startsWith('#')) {
      if (text.includes(OPEN)) return;
      report(plain(s, value.start + colon + 1, value.end), bare, false, true, found);
      return;
    }
    if (text.length < 4 || text.includes(' ') || text.includes('\t') || text.startsWith('#') || text.endsWith(':'))
      return;
    if (guessed && NAMED.test(text)) return;
    report(value, bare, false, true, found);
  }
}

/** rsyslog writes the end of a line so; what was several lines is read as such. */
const LOGGED_END = '#012';

function cutLogged(s: string, from: number, to: number, flags: number, lines: Line[]): void {
  let start = from;
  for (let at = within(s, LOGGED_END, from, to); at >= 0; at = within(s, LOGGED_END, start, to)) {
    lines.push({ from: start, to: at, flags: flags & ~SOLID });
    start = at + LOGGED_END.length;
  }
  lines.push({ from: start, to, flags: start === from ? flags : flags & ~SOLID });
}

/** `rc=0`: a name with its value. What ends in `=` is base64. */
const NAMED = /^[A-Za-z_][\w.-]*=(?!=*$)/;

/** The end of a list or a record. */
const CLOSED = /^[\]})]+,?$/;

const isEmpty = (s: string, { from, to }: Line): boolean => skipBlanks(s, from, to) === to;

const lineLength = ({ from, to }: Line): number => to - from;

function isSolid(s: string, { from, to }: Line): boolean {
  let i = skipBlanks(s, from, to);
  while (i < to && (isBase64(s.charCodeAt(i)) || s.charCodeAt(i) === 61)) i++;
  return i === to;
}

function isAlone(s: string, from: number, to: number): boolean {
  for (let i = from; i < to; i++) if (isSpace(s.charCodeAt(i))) return false;
  return true;
}

const isPair = (text: string): boolean => {
  const at = text.search(/[:=]/);
  return at > 0 && (text.charAt(at + 1) === ' ' || at === text.length - 1);
};

const endsArmour = (s: string, line: Line | undefined): boolean =>
  line !== undefined && within(s, '-----END', line.from, line.to) >= 0;

const FRAME = '|"\',;\\';

/** The base64 at the end of a line of armour, behind whatever a log or a diff puts before it. */
function tailOf(text: string, last = false): string {
  let end = text.length;
  // What a frame, a quote or an escaped end of a line puts behind it.
  while (end > 0 && (isSpace(text.charCodeAt(end - 1)) || FRAME.includes(text.charAt(end - 1)))) end--;
  if (text.charAt(end) === '\\' || text.startsWith('\\n', end - 2))
    end = text.startsWith('\\n', end - 2) ? end - 2 : end;
  let from = end;
  while (from > 0 && (isBase64(text.charCodeAt(from - 1)) || text.charCodeAt(from - 1) === 61)) from--;
  const lead = text.slice(0, from).trim();
  return lead.length <= 2 || end - from >= 24 || (last && end - from >= 2) || (lead.endsWith(':') && end - from >= 2)
    ? text.slice(from, end)
    : '';
}

/** Does one of the next lines hold a whole line of armour? */
function goesOn(s: string, lines: readonly Line[], at: number): boolean {
  return lines.slice(at, at + 3).some(({ from, to }) => tailOf(s.slice(from, to)).length >= 40);
}

function isHexLine(s: string, from: number, to: number): boolean {
  const start = skipBlanks(s, from, to);
  let i = start;
  while (i < to && isHex(s.charCodeAt(i))) i++;
  return i - start >= 2 && i === to;
}

const isArmourHeader = (text: string): boolean =>
  text.trim() === '' ||
  text.includes('Proc-Type:') ||
  text.includes('DEK-Info:') ||
  text.includes('Comment:') ||
  text.includes('Version:');

/** The letters of a private key without the ends of its lines, however those are written. */
function lettersOf(text: string): string {
  let out = '';
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === 92 && (text.charAt(i + 1) === 'n' || text.charAt(i + 1) === 'r')) i++;
    else if (isBase64(c) || c === 61) out += text.charAt(i);
  }
  return out;
}

/** A cephx key that the end of the line cuts in two. */
function brokenKey(s: string, from: number, to: number, end: number, found: Found): void {
  let start = to;
  while (start > from && to - start < 60 && isBase64(s.charCodeAt(start - 1))) start--;
  for (let at = start; at < to; at++) {
    if (s.charCodeAt(at) !== 65 || cephxAt(s, at, to) > 0) continue;
    const c = s.charCodeAt(at + 1);
    if (at + 1 < to && c !== 81 && c !== 103) continue;
    let rest = to;
    while (rest < end && (isSpace(s.charCodeAt(rest)) || s.charCodeAt(rest) === 10)) rest++;
    const joined = s.slice(at, to) + s.slice(rest, Math.min(end, rest + 60));
    const length = cephxAt(joined, 0);
    if (length === 0) continue;
    found(at, rest + length - (to - at), 'cephx', [joined.slice(0, length)]);
    return;
  }
}
