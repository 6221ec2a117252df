import { type Meaning, meaningOf } from './names.ts';
import { originOf } from './origin.ts';
import type { Context } from './scan.ts';

/** Members of a record that hold a name: `{"name": "db_password", "value": "…"}`, `<entry key="password">…`. */
const NAMES = new Set(
  'name key output_key field option property param parameter variable setting attribute'.split(' '),
);
/** Members that hold what was named. */
const VALUES = new Set(
  'value val default default_value content contents output_value string result newvalue new_value'.split(' '),
);
/** A record is read so far below its name. */
const REACH = 8;
/** Resources of Terraform whose result is a secret, and how far below their attributes go. */
const MADE = new Set(['random_password', 'random_string']);
const FAR = 60;

export const isNameOfName = (name: string): boolean => name.length <= 10 && NAMES.has(name.toLowerCase());
/** The private members of a key in JSON. */
const WEB_KEY: Meaning = { kind: 'private-key', rule: 'any', word: 'jwk' };
const PRIVATE = new Set(['d', 'p', 'q', 'dp', 'dq', 'qi', 'k']);

export const isValueOf = (meaning: Meaning, name: string): boolean =>
  meaning === WEB_KEY ? PRIVATE.has(name) : isNameOfValue(name);

/** `"kty": "EC"`: the members of a web key follow. */
export function webKeyGiven(context: Context): void {
  context.named = { meaning: WEB_KEY, lines: REACH * 2, kept: true };
}

export const isNameOfValue = (name: string): boolean => name.length <= 13 && VALUES.has(name.toLowerCase());

/** A record begins whose members a secret name governs. */
export function expectValue(context: Context, meaning: Meaning, lines = REACH): void {
  if (meaning.rule === 'any') context.named = { meaning, lines, kept: lines === FAR };
}

/** The name that a record gives decides what its value is. */
export function nameGiven(context: Context, text: string): void {
  if (!/[a-z]/i.test(text)) return;
  const meaning = text.length > 1 && text.length <= 80 && !text.includes(' ') ? meaningOf(text) : undefined;
  if (!context.named?.kept) context.named = undefined;
  if (meaning) expectValue(context, meaning);
}

/** YAML's long form of a pair: `? password`, then `: x1` on the next line. */
export function keyAbove(context: Context, text: string): void {
  const meaning = NAME.test(text) ? meaningOf(text) : undefined;
  if (meaning?.rule === 'any') context.awaited = { how: 'word', meaning };
}
const NAME = /^[\w.-]{1,80}$/;

/** `path: /root/.pw`, then `content: …`: a file whose name says what is in it. */
export function pathGiven(context: Context, path: string): void {
  const meaning = path.startsWith('/') ? originOf(path).bare : undefined;
  if (meaning) expectValue(context, { ...meaning, rule: 'any' });
}

/** What only a section of its own makes a secret: the PIN of Barbican's security module is its `login`. */
export const ownOf = (section: string, word: string): Meaning | undefined =>
  (section === 'p11_crypto_plugin' && word === 'login') || isAccount(section, word)
    ? { kind: 'password', rule: 'any', word }
    : undefined;

/** Swift's users: `user_ACCOUNT_USER = PASSWORD .admin`; `user64_` has the names in base64. Groups follow the password. */
export const isAccount = (section: string, word: string): boolean =>
  section === TEMPAUTH && (word.startsWith('user_') || word.startsWith('user64_'));
const TEMPAUTH = 'filter:tempauth';
export const hasOwn = (section: string): boolean => section === TEMPAUTH || section === 'p11_crypto_plugin';

/** `"prefix": "dashboard set-x-password"`, `"prefix": "config-key set"`: what the command sets follows. */
export function commandGiven(context: Context, text: string): void {
  // A command of before has nothing to do with the values of this one.
  if (context.named?.meaning === KEPT) context.named = undefined;
  const last = text.slice(text.lastIndexOf(' ') + 1);
  if (last.startsWith('set-')) nameGiven(context, last);
  // Whatever the name that comes between them.
  else if (CONFIG_KEY.has(text)) context.named = { meaning: KEPT, lines: 2, kept: true };
}
const CONFIG_KEY = new Set(['config-key set', 'config-key put']);
const KEPT: Meaning = { kind: 'secret', rule: 'random', word: 'config-key' };

/** `"type": "random_password"`: what it makes is in the record too. */
export function typeGiven(context: Context, text: string): void {
  if (MADE.has(text)) expectValue(context, { kind: 'password', rule: 'any', word: text }, FAR);
}
