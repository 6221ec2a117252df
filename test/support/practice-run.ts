import { readFile } from 'node:fs/promises';
import type { Library } from '../../src/domain/playbook.ts';
import { formatProblem } from '../../src/domain/positioned.ts';
import { expressionProblem } from '../../src/engine/expression.ts';
import { PARSERS } from '../../src/parsers/index.ts';
import { loadLibrary } from '../../src/playbooks/index.ts';
import { parseSignatures, withSignatures } from '../../src/search/index.ts';

export { applying, fixFirst, type PracticeRun, practiceRun } from '../../src/app/practice-run.ts';

/** The shipped playbooks; a mistake in one fails the test with its place. */
export async function shippedLibrary(): Promise<Library> {
  const loaded = await loadLibrary(['playbooks'], { expressionProblem, parsers: Object.keys(PARSERS) });
  if (!loaded.ok) throw new Error(loaded.problems.map(formatProblem).join('\n'));
  const signatures = parseSignatures(await readFile('playbooks/signatures.yaml', 'utf8'), 'signatures.yaml');
  if (!signatures.ok) throw new Error(signatures.problems.map(formatProblem).join('\n'));
  return withSignatures(loaded.library, signatures.signatures);
}
