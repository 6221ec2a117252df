import { cellWidth } from './cells.ts';

declare const printable: unique symbol;

/** Text that is safe to write to a terminal. Only `toPrintable` and `words` make it; only it may reach a screen. */
export type Printable = string & { readonly [printable]: true };

export interface PrintableOptions {
  /** `one` (default): a line feed is shown as `␊`. `many`: line feeds stay, and are the only control code that does. */
  readonly lines?: 'one' | 'many';
  /** Cells between tab stops. */
  readonly tab?: number;
  /** UTF-16 code units read; what follows is counted, not shown. */
  readonly limit?: number;
}

/** Marks kept on one base character; the rest are counted. */
const MARKS = 8;
const ASCII = /[\x20-\x7e]+/y;
const MARK = /^\p{M}$/u;
/** Codes that are invisible, act on their neighbours, or whose width terminals do not agree about. */
const STAND_IN =
  /^[\p{C}\p{Zl}\p{Zp}\p{Zs}\p{Default_Ignorable_Code_Point}\p{Regional_Indicator}\p{Emoji_Modifier}\u2800\u1100-\u11ff\ua960-\ua97f\ud7b0-\ud7ff\u0e33\u0eb3\uff9e\uff9f\u0d4e\u{111c2}\u{111c3}\u{113d1}\u{1193f}\u{11941}\u{11a84}-\u{11a89}\u{11d46}\u{11f02}]$/u;
const clusters = new Intl.Segmenter();

function standIn(code: number): string {
  if (code < 0x20) return String.fromCodePoint(0x2400 + code);
  if (code === 0x7f) return '␡';
  return `‹U+${code.toString(16).toUpperCase().padStart(4, '0')}›`;
}

/**
 * Makes any text safe to show: control, C1, bidirectional and zero-width codes become visible stand-ins, tabs become
 * spaces, and marks without a base get one, so that nothing can act on the terminal or on the text beside it. One pass
 * that replaces and never removes: what was apart in the input cannot meet to form a sequence. Idempotent.
 */
export function toPrintable(text: string, options: PrintableOptions = {}): Printable {
  const { lines = 'one', tab = 8, limit = Number.POSITIVE_INFINITY } = options;
  const end = Math.min(text.length, limit);
  let out = '';
  let column = 0;
  /** The character that the next mark would join, with its marks; empty when there is none. */
  let cluster = '';
  let marks = 0;

  const put = (piece: string) => {
    out += piece;
    column += cellWidth(piece);
  };
  const endCluster = () => {
    if (marks > MARKS) put(`‹+${marks - MARKS} marks›`);
    cluster = '';
    marks = 0;
  };

  for (let at = 0; at < end; ) {
    ASCII.lastIndex = at;
    const run = ASCII.exec(text)?.[0].slice(0, end - at);
    if (run) {
      endCluster();
      out += run;
      column += run.length;
      at += run.length;
      cluster = run.at(-1) ?? '';
      continue;
    }
    const code = text.codePointAt(at) ?? 0;
    const char = String.fromCodePoint(code);
    at += char.length;
    if (char === '\n' && lines === 'many') {
      endCluster();
      out += char;
      column = 0;
    } else if (char === '\t') {
      endCluster();
      put(' '.repeat(tab - (column % tab)));
    } else if (STAND_IN.test(char)) {
      endCluster();
      put(standIn(code));
    } else if (MARK.test(char)) {
      if (!cluster) put('◌');
      marks += 1;
      cluster = `${cluster || '◌'}${char}`;
      if (marks <= MARKS) put(char);
    } else {
      // Some scripts join a letter to the one before by a mark between them: terminals differ in how wide that is.
      const joins = marks > 0 && [...clusters.segment(cluster + char)].length === 1;
      endCluster();
      put(joins ? standIn(code) : char);
      cluster = joins ? '' : char;
    }
  }
  endCluster();
  if (end < text.length) put(` … (${text.length - end} more characters)`);
  return out as Printable;
}

/** Inkling's own words, as a template tag: only numbers and printable text can be put into them. */
export function words(own: TemplateStringsArray, ...values: readonly (number | Printable)[]): Printable {
  return String.raw({ raw: own }, ...values) as Printable;
}
