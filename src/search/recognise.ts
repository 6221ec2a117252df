import type { Recognise } from '../domain/playbook.ts';
import { cleanPasted } from './clean.ts';
import { entitiesOf } from './entities.ts';
import { matcher } from './match.ts';
import type { Signature } from './schema.ts';

const REMEMBERED = 4000;

/** Reads lines of logs by the signatures. Each look reads the same lines many times, so what they say is remembered. */
export function recogniser(signatures: readonly Signature[]): Recognise {
  const match = matcher(signatures);
  const known = new Map<string, ReturnType<Recognise>>();
  return (text) => {
    const before = known.get(text);
    if (before) return before;
    const clean = cleanPasted(text);
    const ids = match(clean).map(({ signature }) => signature.id);
    const read = { signatures: ids, named: entitiesOf(clean) };
    if (known.size >= REMEMBERED) known.clear();
    known.set(text, read);
    return read;
  };
}
