import { Armour } from './armour.ts';
import { awaitedValue, VAULT } from './awaited.ts';
import { bareValue, NAMED, typedIn } from './bare.ts';
import { brokenKey } from './broken-keys.ts';
import { dialogues } from './dialogues.ts';
import { families, madeUp } from './families.ts';
import { eachLine, HOT, RUN, SOLID } from './heat.ts';
import { dumpAt, hideDump } from './hexdumps.ts';
import { hides, holds, scanLine, scanRuns } from './line.ts';
import { isAlone, isHexLine, isSolid, type Line, lineLength } from './lines.ts';
import { isOptionHeading, listed, listingAt, underlined } from './listings.ts';
import { manifests } from './manifests.ts';
import { hasOwn } from './named.ts';
import type { Origin } from './origin.ts';
import { announced, handedOver } from './phrases.ts';
import { runLogs } from './run-logs.ts';
import { type Context, type Found, freshContext } from './scan.ts';
import { tableLine } from './sql.ts';
import { firstAt } from './tables.ts';
import { tokenObjects } from './token-objects.ts';
import { queryLogins, signers } from './urls.ts';
import { skipBlanks, within } from './value.ts';
import { isBase64, isHex, isSpace } from './values.ts';

const BAR = 124;
const DASH = 45;
const BRACKET = 91;
const ENTITIES = ['client.', 'osd.', 'mon.', 'mgr.', 'mds.', 'auth:'];
/** A line this long may have been wrapped by whoever printed it. */
const WRAPS_AT = 64;

/** Finds the secrets of one text, block by block; what the lines of one block say about the next is kept. */
export class Scanner {
  readonly #context: Context;
  readonly #origin: Origin;
  readonly #armour = new Armour();
  #wrapped = false;
  /** Inside the armour of what is public. */
  #open = false;
  /** The line above is a frame; a second one begins another table. */
  #framed = false;
  /** Lines of a vault's cipher follow. */
  #cipher = false;
  /** A command was typed in the line above: what it prints stands in this one. */
  #typed: Origin | undefined;

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
    families(block, found);
    madeUp(block, found);
    dialogues(block, found);
    runLogs(block, found);
    handedOver(block, found);
    queryLogins(block, found);
    signers(block, found);
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
    if (this.#armour.isOpen) return this.#armour.read(s, lines, i, found);
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
    if (context.awaited !== undefined && to > from) awaitedValue(s, from, to, context.awaited, context, note);
    const first = s.charCodeAt(firstAt(s, from, to));
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
      if (this.#armour.opens(s, from, to, note)) return i + 1;
      if (first !== BAR && within(s, VAULT, from, Math.min(to, from + 256)) >= 0) this.#cipher = true;
      scanLine(s, from, to, context, note, flags);
    } else if (first === BAR) context.columns ??= [];
    context.rowHid = any && first === BAR;
    if ((flags & RUN) !== 0) scanRuns(s, from, to, note);
    if (within(s, '-----', from, to) === from) this.#open = s.startsWith('-----BEGIN', from);
    if (!any) bareValue(s, from, to, this.#typed ?? this.#origin, this.#open, note);
    if (to > from) this.#typed = (flags & HOT) !== 0 ? typedIn(s, from, to) : undefined;
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
}

/** rsyslog writes the end of a line so; what was several lines is read as such. A digest behind its `#` may begin with the same. */
const LOGGED_END = '#012';
const DIGEST = /^#[0-9a-f]{64}(?![0-9a-f])/;

function cutLogged(s: string, from: number, to: number, flags: number, lines: Line[]): void {
  let start = from;
  for (let at = within(s, LOGGED_END, from, to); at >= 0; at = within(s, LOGGED_END, at + LOGGED_END.length, to)) {
    if (DIGEST.test(s.slice(at, at + 66))) continue;
    lines.push({ from: start, to: at, flags: flags & ~SOLID });
    start = at + LOGGED_END.length;
  }
  lines.push({ from: start, to, flags: start === from ? flags : flags & ~SOLID });
}
