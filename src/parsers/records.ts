// worker	cinder-volume	controller@ceph	0	0	7          (mysql -N -B: one line a row, columns behind tabs, the first says of what)
// volumes	controller@ceph	12
// type	ceph
import { complaint, type Parser, unparsed } from './parser.ts';

/** Rows of the databases of Cinder and Nova. Where no database answers on the node, there are none. */
export const records: Parser<readonly (readonly string[])[]> = (answer) =>
  answer.code === 0
    ? answer.stdout
        .split('\n')
        .map((line) => line.split('\t'))
        .filter((row) => row.length > 1)
    : unparsed(complaint(answer));
