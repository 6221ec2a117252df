import type { Fact, FactId } from '../domain/fact.ts';
import type { CheckResult, Evidence } from '../domain/judgement.ts';

const LINES = 3;

/** What a check saw, with the command that showed it and the lines that matter. */
export function evidenceOf(result: CheckResult, facts: ReadonlyMap<FactId, Fact>): Evidence {
  const behind = result.from.map((id) => facts.get(id)).filter((f): f is Fact => f !== undefined);
  // The fact asked for this very subject says most; else the one from its node; else the last one looked at.
  const fact = behind.find((f) => f.subject !== undefined && f.node === result.node) ?? behind.find((f) => f.node === result.node) ?? behind.at(-1);
  const node = result.node || fact?.node || '';
  if (!fact) return { node, says: result.says };
  const output = telling(fact, Object.values(result.scope));
  return { node, says: result.says, command: fact.command, ...(output && { output }) };
}

function telling(fact: Fact, names: readonly string[]): string {
  if (fact.answer.result === 'lost') return fact.answer.detail;
  const { stdout, stderr } = fact.answer;
  const lines = `${stderr}\n${stdout}`.split('\n').filter((l) => l.trim() !== '' && !/^\s*[[{]"/.test(l));
  if (lines.length <= LINES) return lines.map((l) => l.slice(0, 300)).join('\n');
  const words = names.flatMap((n) => [n, n.replace(/^client\./, '')]).filter((n) => n.length > 2);
  const errors = lines.filter((l) => /error|fail|denied|unable|not permitted/i.test(l));
  const naming = lines.filter((l) => words.some((w) => l.includes(w)));
  return [...new Set([...errors, ...naming])].slice(0, LINES).map((l) => l.slice(0, 300)).join('\n');
}
