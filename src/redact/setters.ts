import { type Meaning, meaningOf } from './names.ts';
import { type Found, report } from './scan.ts';
import { plain, within } from './value.ts';
import { nextWord } from './words.ts';

/** Commands that give a named thing its value: `ceph config set mgr NAME VALUE`, `crudini --set FILE SECTION NAME VALUE`. */
const VERBS = [
  'config set ',
  'configure set ',
  'config-key set ',
  'config-key put ',
  'dashboard set-',
  'crudini --set ',
  'openstack-config --set ',
  'kv put ',
  'etcdctl put ',
  'set -x ',
  'set -gx ',
  'set -ux ',
  'setenv ',
  'add-header ',
  'set-header ',
  'requestheader set ',
];
const MOST_WORDS = 5;

/** `small` is the line in small letters. */
export function setters(s: string, a: number, b: number, small: string, found: Found): void {
  for (const verb of VERBS) {
    const at = small.indexOf(verb);
    // `set-x-password` is a name itself.
    if (at >= 0)
      valueAfter(s, a + at + verb.length - (verb.endsWith('-') ? 4 : 0), b, verb.includes('--') ? 2 : 0, found);
  }
}

function valueAfter(s: string, from: number, b: number, skip: number, found: Found): void {
  let at = from;
  for (let count = 0; count < MOST_WORDS; count++) {
    const word = nextWord(s, at, b);
    if (word === undefined) return;
    at = word.value.next;
    // The file and the section.
    if (count < skip) continue;
    const meaning = word.text.length <= 80 ? (keyAtPath(word.text) ?? meaningOf(word.text)) : undefined;
    if (meaning === undefined || meaning.rule === 'header' || word.text.includes('=')) continue;
    const value = nextWord(s, at, b);
    if (value?.text === '-i') echoedInto(s, value.value.next, b, meaning, found);
    if (value === undefined || value.text.startsWith('-') || value.text.startsWith('{')) return;
    report(value.value, meaning.rule === 'cephx' ? meaning : { ...meaning, rule: 'any' }, true, false, found);
    return;
  }
}

/** `config-key set mgr/restful/keys/NAME KEY`. */
const keyAtPath = (text: string): Meaning | undefined =>
  text.includes('restful/keys/') ? { kind: 'secret', rule: 'any', word: 'keys' } : undefined;

/** `-i <(echo -n VALUE)`: what stands in for a file. */
function echoedInto(s: string, from: number, b: number, meaning: Meaning, found: Found): void {
  let word = nextWord(s, from, b);
  if (word?.text !== '<(echo' && word?.text !== '<(printf') return;
  do word = nextWord(s, word.value.next, b);
  while (word?.text.startsWith('-') || word?.text.startsWith('%'));
  if (word === undefined) return;
  const close = within(s, ')', word.value.start, word.value.end);
  const value = close < 0 ? word.value : plain(s, word.value.start, close);
  report(value, { ...meaning, rule: 'any' }, false, false, found);
}
