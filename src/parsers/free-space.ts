// Filesystem     1024-blocks     Used Available Capacity Mounted on
// lab-controller   264212084 28966568  77424344      28% /          (df -P -k PATH…)
import { complaint, type Parser, unparsed } from './parser.ts';

export interface FreeSpace {
  readonly mount: string;
  readonly used_percent: number;
  /** Bytes. */
  readonly free: number;
}

/** File systems that hold the paths which exist, each once. */
export const freeSpace: Parser<readonly FreeSpace[]> = (answer) => {
  const rows = [...answer.stdout.matchAll(/^\S.*?\s+\d+\s+(\d+)\s+(\d+)\s+\d+%\s+(\/.*)$/gm)].map(
    ([, used, free, mount]) => ({
      mount: mount as string,
      used_percent: (100 * Number(used)) / Math.max(1, Number(used) + Number(free)),
      free: Number(free) * 1024,
    }),
  );
  return rows.length > 0 ? [...new Map(rows.map((r) => [r.mount, r])).values()] : unparsed(complaint(answer));
};
