import { type Meaning, meaningOf } from './names.ts';
import type { Context } from './scan.ts';

/** Members of a record that hold a name: `{"name": "db_password", "value": "…"}`, `<entry key="password">…`. */
const NAMES = new Set('name key field option property param parameter variable setting attribute'.split(' '));
/** Members that hold what was named. */
const VALUES = new Set('value val default default_value content string result newvalue new_value'.split(' '));
/** A record is read so far below its name. */
const REACH = 8;
/** Resources of Terraform whose result is a secret, and how far below their attributes go. */
const MADE = new Set(['random_password', 'random_string']);
const FAR = 60;

export const isNameOfName = (name: string): boolean => name.length <= 9 && NAMES.has(name.toLowerCase());
export const isNameOfValue = (name: string): boolean => name.length <= 13 && VALUES.has(name.toLowerCase());

/** A record begins whose members a secret name governs. */
export function expectValue(context: Context, meaning: Meaning, lines = REACH): void {
  if (meaning.rule === 'any') context.named = { meaning, lines };
}

/** The name that a record gives decides what its value is. */
export function nameGiven(context: Context, text: string): void {
  const meaning = text.length > 1 && text.length <= 80 && !text.includes(' ') ? meaningOf(text) : undefined;
  context.named = undefined;
  if (meaning) expectValue(context, meaning);
}

/** `"type": "random_password"`: what it makes is in the record too. */
export function typeGiven(context: Context, text: string): void {
  if (MADE.has(text)) expectValue(context, { kind: 'password', rule: 'any', word: text }, FAR);
}
