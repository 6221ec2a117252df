// CPUQuotaPerSecUSec=50ms
// Id=ceph-osd@1.service          (systemctl show 'ceph-osd@*' …; one block for each unit)
import { complaint, type Parser, unparsed } from './parser.ts';

export interface UnitLimit {
  readonly unit: string;
  readonly limits: Readonly<Record<string, string>>;
}

const NONE = new Set(['', 'infinity', '[not set]', '18446744073709551615']);

/** Resource limits that systemd puts on units; only those that limit something. */
export const unitLimits: Parser<readonly UnitLimit[]> = (answer) => {
  if (answer.code !== 0) return unparsed(complaint(answer));
  return answer.stdout
    .split(/\n\s*\n/)
    .map((block) =>
      Object.fromEntries([...block.matchAll(/^(\w+)=(.*)$/gm)].map((m) => [m[1], (m[2] as string).trim()])),
    )
    .flatMap(({ Id, ...limits }) =>
      Id === undefined
        ? []
        : [
            {
              unit: Id,
              limits: Object.fromEntries(Object.entries(limits).filter(([, v]) => !NONE.has(v as string))) as Record<
                string,
                string
              >,
            },
          ],
    );
};
