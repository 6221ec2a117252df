import { complaint, type Parser, unparsed } from './parser.ts';

/** Strings as they are, and bare `inf` and `nan` outside them. */
const STRING_OR_NO_NUMBER = /"(?:[^"\\]|\\.)*"|-?\b(?:inf|nan)\b/g;

/**
 * Text of one JSON value. Ceph writes `inf` and `nan` where JSON has no word for them: `read_balance` of a pool's OSD dump from Reef
 * on (tracker.ceph.com 64724 and 66215), ratios of an empty OSD. They are read as null: no number. Throws SyntaxError.
 */
export function readJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    if (!/\b(?:inf|nan)\b/.test(text)) throw error;
    return JSON.parse(
      text.replace(STRING_OR_NO_NUMBER, (found) => (found.startsWith('"') ? found : 'null')),
    ) as unknown;
  }
}

/** JSON of a command that ended well; ceph prints an empty line before it. */
export const json: Parser<unknown> = (answer) => {
  if (answer.code !== 0) return unparsed(complaint(answer));
  try {
    return readJson(answer.stdout);
  } catch {
    return unparsed('the output is not JSON');
  }
};
