import type { Fact, FactId } from '../domain/fact.ts';
import type { CheckResult, Evidence } from '../domain/judgement.ts';

const LINES = 3;

/** What a check saw, with the command that showed it and the lines that matter. */
export function evidenceOf(result: CheckResult, facts: ReadonlyMap<FactId, Fact>): Evidence {
  const behind = result.from.map((id) => facts.get(id)).filter((f): f is Fact => f !== undefined);
  // The fact asked for this very subject says most; else the last looked at on its node; else the last looked at anywhere.
  const fact =
    behind.findLast((f) => f.subject !== undefined && f.node === result.node) ??
    behind.findLast((f) => f.node === result.node) ??
    behind.at(-1);
  // Where it was seen, which may be another node than the one it is about.
  const node = fact?.node ?? result.node;
  if (!fact) return { node, says: result.says };
  const output = telling(fact, Object.values(result.scope));
  return { node, says: result.says, command: fact.command, ...(output && { output }) };
}

const MOST = 6;
const crop = (lines: readonly string[], most: number): string =>
  lines
    .slice(0, most)
    .map((l) => l.slice(0, 300))
    .join('\n');

/** The lines of the output that a person would quote: errors, the section or the lines that name the subject. */
function telling(fact: Fact, names: readonly string[]): string {
  if (fact.answer.result === 'lost') return fact.answer.detail;
  const { code, stdout, stderr } = fact.answer;
  const text = code === 0 ? stdout : `${stderr}\n${stdout}`;
  const lines = text.split('\n').filter((l) => l.trim() !== '' && !/^\s*[[{]["{\d]/.test(l));
  const section = sectionOf(lines, names);
  if (section.length > 0) return crop(section, MOST);
  if (lines.length <= LINES) return crop(lines, LINES);
  const words = names.flatMap((n) => [n, n.replace(/^client\./, '')]).filter((n) => n.length > 2);
  const errors = code === 0 ? [] : lines.filter((l) => /error|fail|denied|unable|not permitted/i.test(l));
  const naming = lines.filter((l) => words.some((w) => l.includes(w)));
  return crop([...new Set([...errors, ...naming])], LINES);
}

/** Of text in sections, the one whose header is about the subject. */
function sectionOf(lines: readonly string[], names: readonly string[]): readonly string[] {
  const header = (l: string) => /(?:^|:\d+:)\s*\[([^\]]+)\]\s*$/.exec(l)?.[1];
  const start = lines.findIndex((l) => names.includes(header(l) ?? ''));
  if (start < 0) return [];
  const end = lines.findIndex((l, at) => at > start && header(l) !== undefined);
  return lines.slice(start, end < 0 ? undefined : end);
}
