import type { CauseRule, Library, Recognise } from '../domain/playbook.ts';
import { cleanPasted } from './clean.ts';
import { entitiesOf } from './entities.ts';
import { matcher } from './match.ts';
import type { Signature } from './schema.ts';

const REMEMBERED = 4000;

/** Reads lines of logs by the signatures. Each look reads the same lines many times, so what they say is remembered. */
export function recogniser(signatures: readonly Signature[]): Recognise {
  // Compiling them takes a moment and megabytes, and a run whose logs say nothing needs neither.
  let match: ReturnType<typeof matcher> | undefined;
  const known = new Map<string, ReturnType<Recognise>>();
  return (text) => {
    const before = known.get(text);
    if (before) return before;
    const clean = cleanPasted(text);
    match ??= matcher(signatures);
    const ids = match(clean).map(({ signature }) => signature.id);
    const read = { signatures: ids, named: entitiesOf(clean) };
    if (known.size >= REMEMBERED) known.clear();
    known.set(text, read);
    return read;
  };
}

/**
 * The library with its signatures: lines of logs are recognised, and a signature that names a cause is looked for by it, whether or not
 * the cause lists it. A cause that is not loaded is nobody's.
 */
export function withSignatures(library: Library, signatures: readonly Signature[]): Library {
  const pointing = Map.groupBy(signatures, ({ cause }) => cause ?? '');
  const linked = ([id, rule]: [string, CauseRule]): [string, CauseRule] => {
    const own = (pointing.get(id) ?? []).map((signature) => signature.id);
    return [id, { ...rule, logs: [...new Set([...rule.logs, ...own])] }];
  };
  return {
    ...library,
    playbooks: library.playbooks.map((playbook) => ({
      ...playbook,
      causes: Object.fromEntries(Object.entries(playbook.causes).map(linked)),
    })),
    recognise: recogniser(signatures),
  };
}
