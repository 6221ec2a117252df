// /etc/libvirt/qemu/instance-00000001.xml:12:  <uuid>68bf7aa6-…</uuid>
// /etc/libvirt/qemu/instance-00000001.xml:31:        <nova:root type="image" uuid="9efca81b-…"/>
import { numberedLines } from './config-files.ts';
import { complaint, failures, type Parser, unparsed } from './parser.ts';

/** Glance image that each instance of a compute was booted from, by the instance's UUID, as Nova wrote it into the domain. */
export const domainRoots: Parser<Readonly<Record<string, string>>> = (answer) => {
  const [failure] = failures(answer);
  if (failure !== undefined) return unparsed(failure);
  const lines = numberedLines(answer.stdout);
  if (lines.length === 0 && answer.code > 1) return unparsed(complaint(answer));
  const roots: Record<string, string> = {};
  for (const domain of Map.groupBy(lines, (l) => l.file).values()) {
    const found = (pattern: RegExp) => domain.map((l) => pattern.exec(l.text)?.[1]).find((m) => m !== undefined);
    const uuid = found(/<uuid>([0-9a-f-]{36})<\/uuid>/);
    const image = found(/<nova:root type=["']image["'] uuid=["']([0-9a-f-]{36})["']/);
    if (uuid && image) roots[uuid] = image;
  }
  return roots;
};
