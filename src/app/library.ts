import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { InputError } from '../domain/input-error.ts';
import type { Library, Playbook, Scenario } from '../domain/playbook.ts';
import { formatProblem, readPositioned } from '../domain/positioned.ts';
import { expressionProblem } from '../engine/expression.ts';
import { PARSERS } from '../parsers/index.ts';
import { type Loaded, loadLibrary, type Rules } from '../playbooks/index.ts';
import { createSearch, type Search, type Signature, signaturesSchema, withSignatures } from '../search/index.ts';

export interface LibraryFiles {
  readonly library: Library;
  /** File of each playbook, in the order of `library.playbooks`. */
  readonly files: readonly string[];
}

const RULES: Rules = { expressionProblem, parsers: Object.keys(PARSERS) };

/** The scenario that breaks nothing. */
export const HEALTHY: Scenario = {
  id: 'healthy',
  title: 'Everything works',
  symptom: 'Nothing is wrong.',
  playbook: '',
  faults: [],
  expect: { outcome: 'healthy', causes: [] },
};

/** Playbooks, probes, scenarios and signatures: those shipped, then those of the operator. */
export class Libraries {
  readonly #shipped: string;
  readonly #loaded = new Map<string, Promise<LibraryFiles>>();

  constructor(root: URL) {
    this.#shipped = fileURLToPath(new URL('playbooks', root));
  }

  load(more: readonly string[]): Promise<LibraryFiles> {
    const key = JSON.stringify(more);
    const known = this.#loaded.get(key) ?? this.#read(more);
    this.#loaded.set(key, known);
    return known;
  }

  async #read(more: readonly string[]): Promise<LibraryFiles> {
    const { library, files } = required(await this.read([this.#shipped, ...more]), more);
    return { library: withSignatures(library, await this.#signatures()), files };
  }

  /** With the problems as data: for the linter. A folder named twice is read once. */
  read(directories: readonly string[]): Promise<Loaded> {
    const once = new Map(directories.toReversed().map((directory) => [resolve(directory), directory]));
    return loadLibrary([...once.values()].toReversed(), RULES);
  }

  get shipped(): string {
    return this.#shipped;
  }

  async scenarios(more: readonly string[]): Promise<readonly Scenario[]> {
    return [HEALTHY, ...(await this.load(more)).library.scenarios];
  }

  async search(more: readonly string[]): Promise<Search> {
    const { library } = await this.load(more);
    const cards = library.playbooks.map(({ id, title, symptoms, tags }) => ({ id, title, symptoms, tags }));
    return createSearch({ playbooks: cards, signatures: await this.#signatures() });
  }

  async #signatures(): Promise<readonly Signature[]> {
    const file = join(this.#shipped, 'signatures.yaml');
    const read = readPositioned(signaturesSchema, await readFile(file, 'utf8'), file);
    if (!read.ok) throw new InputError(read.problems.map(formatProblem).join('\n'));
    return read.value.signatures;
  }
}

function required(loaded: Loaded, more: readonly string[]): LibraryFiles {
  if (loaded.ok) return { library: loaded.library, files: loaded.files };
  const lint = ['inkling playbook lint', ...more].join(' ');
  throw new InputError(loaded.problems.map(formatProblem).join('\n'), `Correct it, then try \`${lint}\``);
}

/** The playbooks asked for; all when none is named. */
export function chosen(library: Library, ids: readonly string[]): readonly Playbook[] {
  if (ids.length === 0) return library.playbooks;
  return ids.map((id) => {
    const found = library.playbooks.find((p) => p.id === id);
    if (!found) throw new InputError(`there is no playbook \`${id}\``, 'See `inkling playbook list`');
    return found;
  });
}

/** The library as a run of these playbooks needs it: shared probes only when one of them uses them. */
export function forRun(library: Library, playbooks: readonly Playbook[]): Library {
  if (playbooks.some((p) => p.shared_probes)) return library;
  return { ...library, playbooks, probes: Object.assign({}, ...playbooks.map((p) => p.probes)) };
}
