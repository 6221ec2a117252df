// [client.glance]
// 	key = sealed:3f0c9a1be2d47f60:aes
// 	caps mon = "profile rbd"
import { numberedLines } from './config-files.ts';
import { complaint, failures, type Parser, saysNothing, unparsed } from './parser.ts';

export interface KeyringSection {
  /** Empty for `ceph auth export`. */
  readonly path: string;
  readonly entity: string;
  readonly digest: string;
  readonly kind: string;
  readonly caps: Readonly<Record<string, string>>;
}

function sections(path: string, lines: readonly string[]): KeyringSection[] {
  const found: { path: string; entity: string; digest: string; kind: string; caps: Record<string, string> }[] = [];
  let current: (typeof found)[number] | undefined;
  for (const line of lines) {
    // Blanks only: a byte order mark, which \s would take for one, hides the first section from Ceph.
    const header = /^[ \t]*\[([^\]]+)\]\s*$/.exec(line);
    if (header) {
      // A section that comes twice is one; of its lines the later count.
      const entity = (header[1] as string).trim();
      current = found.find((f) => f.entity === entity);
      if (current) continue;
      current = { path, entity, digest: '', kind: 'empty', caps: {} };
      found.push(current);
      continue;
    }
    if (!current) continue;
    const key = /^\s*key\s*=\s*sealed:([0-9a-f]*):([a-z0-9]+)\s*$/.exec(line);
    if (key) Object.assign(current, { digest: key[1] as string, kind: key[2] as string });
    const caps = /^\s*caps\s+(\w+)\s*=\s*"?(.*?)"?\s*$/.exec(line);
    if (caps) current.caps[caps[1] as string] = (caps[2] as string).replaceAll('\\"', '"');
  }
  return found;
}

/** Sections of keyring files (`grep -aHn '' FILE…`, sealed). Files that do not exist simply have none. */
export const keyringFiles: Parser<readonly KeyringSection[]> = (answer) => {
  const lines = numberedLines(answer.stdout);
  const [failure] = failures(answer);
  if (failure !== undefined) return unparsed(failure);
  if (lines.length === 0 && saysNothing(answer)) return unparsed(complaint(answer));
  const files = Map.groupBy(lines, (l) => l.file);
  return [...files].flatMap(([file, own]) =>
    sections(
      file,
      own.map((l) => l.text),
    ),
  );
};

/** Every client of the cluster (`ceph auth export`, sealed). */
export const authExport: Parser<readonly KeyringSection[]> = (answer) => {
  if (answer.code !== 0) return unparsed(complaint(answer));
  const found = sections('', answer.stdout.split('\n')).filter((s) => s.entity.startsWith('client.'));
  return found.length > 0 ? found : unparsed('ceph auth export printed no client');
};

// sealed:3f0c9a1be2d47f60:aes
export const sealedValue: Parser<{ readonly digest: string; readonly kind: string; readonly says: string }> = (
  answer,
) => {
  if (/secret is private/i.test(answer.stderr)) return unparsed('the secret is private: its value cannot be compared');
  if (answer.code !== 0) return { digest: '', kind: 'absent', says: complaint(answer) };
  const match = /^\s*sealed:([0-9a-f]*):([a-z0-9]+)\s*$/.exec(answer.stdout);
  return match
    ? { digest: match[1] as string, kind: match[2] as string, says: '' }
    : unparsed('the sealed value has no digest');
};
