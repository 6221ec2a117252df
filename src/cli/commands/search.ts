import { InputError } from '../../domain/input-error.ts';
import { block } from '../block.ts';
import type { Context } from '../context.ts';
import { jsonDocument, jsonLine } from '../json.ts';
import { span } from '../lines.ts';

/** Which playbook fits a pasted text. 0: one does; 3: none. */
export async function search({ io, globals, port }: Context, words: readonly string[]): Promise<number> {
  const text = words.join(' ');
  if (text.trim() === '') throw new InputError('there is no text to search for', 'Paste the error: inkling search "…"');
  const hits = await (await port()).search(text, { playbookDirs: globals.playbooks });
  if (globals.format === 'json') io.emit(jsonDocument({ schema: 1, hits }));
  else if (globals.format === 'ndjson') for (const hit of hits) io.emit(jsonLine(hit));
  else if (hits.length === 0) io.print('No playbook fits this text. `inkling check` runs all of them.');
  else {
    for (const { playbook, title, because, entities } of hits) {
      const named = Object.entries(entities).map(([kind, name]) => `${kind} ${name}`);
      io.print([span('strong', playbook), `  ${title}`], ...block('    ', because, io.columns));
      if (named.length > 0) io.print(...block('    names ', named.join(', '), io.columns));
    }
    io.print('', `Next: inkling check ${hits[0]?.playbook}`);
  }
  return hits.length > 0 ? 0 : 3;
}
