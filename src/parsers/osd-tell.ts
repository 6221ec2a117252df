// osd.0: {
//     "diff": { … }
// }
// osd.1: {          (ceph tell osd.* …; an OSD that is down is named on stderr instead)
import { readJson } from './json.ts';
import { complaint, type Parser, unparsed } from './parser.ts';

/** What each OSD that answered said, by number. */
export const osdTell: Parser<Readonly<Record<string, unknown>>> = (answer) => {
  const parts = answer.stdout.split(/^osd\.(\d+): /m).slice(1);
  const told: Record<string, unknown> = {};
  for (let at = 0; at + 1 < parts.length; at += 2) {
    try {
      told[parts[at] as string] = readJson(parts[at + 1] as string);
    } catch {
      // "Error ENXIO: …" of one OSD says nothing about the others.
    }
  }
  return Object.keys(told).length === 0 ? unparsed(complaint(answer)) : told;
};
