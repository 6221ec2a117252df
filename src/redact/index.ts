/**
 * Finds what is secret in any text of this field and puts a token in its place. Where to look:
 *
 * - `redactor` two passes over a text: learn, then replace · `vault` what is known and its tokens · `hunt`, `encodings` known secrets in every form
 * - `scanner` block by block, `line` sign by sign · `heat` which lines deserve it · `scan` what one line says about the next
 * - a name and its value: `names` what a name promises, `name-before`, `value-after`, `assignments`, `neighbours` (what beside it changes its
 *   meaning), `values` what hides nothing
 * - a value without a sign: `bare` (the origin or a prompt says it), `awaited` (the line above says it), `phrases` and `clauses` (people and
 *   shells say it), `shapes` (it says itself)
 * - a command and its arguments: `commands`, `habits` (which program takes what where), `setters`, `words`
 * - a form of its own: `tables`, `listings`, `records` and `named` (a member names another), `markup`, `manifests`, `sql`, `urls`, `credentials`,
 *   `armour`, `hexdumps`, `encoded`, `token-objects`, `cephx`, `broken-keys`
 */
export type { Kind } from './names.ts';
export type { From } from './origin.ts';
export { type Counts, Leak, type Learner, Redactor, type Replacer } from './redactor.ts';
