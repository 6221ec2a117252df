import type { Listing } from './listings.ts';
import type { Kind, Meaning } from './names.ts';
import type { Value } from './value.ts';
import { isHarmless } from './values.ts';

/** Called for each secret: its place in the text, what it is, and its forms, the likeliest first. */
export type Found = (start: number, end: number, kind: Kind, forms: readonly string[]) => void;

/** A secret whose value comes on a later line. */
export type Awaited =
  /** The value is the next line, or the block indented deeper than this. */
  | { readonly how: 'indented'; readonly meaning: Meaning; readonly indent: number; readonly block: boolean }
  /** The value goes on until this closing quote. */
  | { readonly how: 'quoted'; readonly meaning: Meaning; readonly close: string; lines: number }
  /** The first word of the next line. */
  | { readonly how: 'word'; readonly meaning: Meaning };

/** What the lines above say about the line at hand. Bounded: a few words, never text. */
export interface Context {
  /** Inside `[client.x]` or below `client.x`: every `key` is one of Ceph's. */
  keyring: boolean;
  /** The whole text is a keyring. */
  readonly keyringOnly: boolean;
  /** Inside the sections of an INI file: a value goes to the end of its line. */
  ini: boolean;
  /** Its name; empty outside of any. */
  section: string;
  awaited: Awaited | undefined;
  /** Meanings of a table's columns. */
  columns: readonly (Meaning | undefined)[] | undefined;
  /** A record named something secret: its value follows within so many lines. */
  named: { readonly meaning: Meaning; lines: number; readonly kept: boolean } | undefined;
  /** Cells without bars on their left, below headings of which one is secret. */
  listing: Listing | undefined;
  /** A listing of Ceph's options: each row has a name, then its value. */
  options: boolean;
  /** Columns of the table that a dump defined last. */
  table: (Meaning | undefined)[] | undefined;
  /** The line above is the frame of a table. */
  framed: boolean;
  /** The row above, of a table with bars, had a secret: a row without a name goes on with it. */
  rowHid: boolean;
  /** Below what announces passwords each line ends with a user and a password. */
  announced: number;
  /** Below `chpasswd:` of cloud-init a list has users and passwords. */
  accounts: number;
}

/** Nothing is known of what comes before. */
export const freshContext = (keyring = false, ini = false): Context => ({
  keyring,
  keyringOnly: keyring,
  ini,
  section: '',
  awaited: undefined,
  columns: undefined,
  named: undefined,
  listing: undefined,
  options: false,
  table: undefined,
  framed: false,
  rowHid: false,
  announced: 0,
  accounts: 0,
});

/** Reports a value unless it hides nothing. */
export function report(value: Value, meaning: Meaning, prose: boolean, keyring: boolean, found: Found): boolean {
  const [first = ''] = value.forms;
  if (value.end <= value.start || isHarmless(first, meaning, prose, keyring)) return false;
  if (value.forms.some((form) => isHarmless(form, meaning, false, keyring) && form.includes('\xe2\x80\xb9')))
    return false;
  found(value.start, value.end, meaning.kind, value.forms);
  return true;
}
