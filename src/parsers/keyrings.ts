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
  for (const line of lines) {
    const header = /^\s*\[([^\]]+)\]\s*$/.exec(line);
    if (header) {
      found.push({ path, entity: (header[1] as string).trim(), digest: '', kind: 'empty', caps: {} });
      continue;
    }
    const current = found.at(-1);
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
