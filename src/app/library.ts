import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { InputError } from '../domain/input-error.ts';
import type { Lesson } from '../domain/lesson.ts';
import type { Library, Playbook, Scenario } from '../domain/playbook.ts';
import { formatProblem } from '../domain/positioned.ts';
import type { Loaded } from '../playbooks/index.ts';
import { createSearch, type Search, type Signature, withSignatures } from '../search/index.ts';
import { readShipped, type Shipped } from './shipped.ts';

export interface LibraryFiles {
  readonly library: Library;
  /** File of each playbook, in the order of `library.playbooks`. */
  readonly files: readonly string[];
}

/** The scenario that breaks nothing. */
export const HEALTHY: Scenario = {
  id: 'healthy',
  title: 'Everything works',
  symptom: 'Nothing is wrong.',
  playbook: '',
  faults: [],
  expect: { outcome: 'healthy', causes: [] },
};

const sources = () => import('./sources.ts');

/** Playbooks, probes, scenarios and signatures, those shipped, then those of the operator; and the lessons. */
export class Libraries {
  readonly #root: string;
  readonly #built: () => Promise<Shipped | undefined>;
  readonly #loaded = new Map<string, Promise<LibraryFiles>>();
  #lessons: Promise<readonly Lesson[]> | undefined;

  /** `built`: what the build made of the files that are shipped. */
  constructor(root: URL, built?: URL) {
    this.#root = fileURLToPath(root);
    let read: Promise<Shipped | undefined> | undefined;
    this.#built = () => {
      read ??= built ? readShipped(built, root) : Promise.resolve(undefined);
      return read;
    };
  }

  load(more: readonly string[]): Promise<LibraryFiles> {
    const key = JSON.stringify(more);
    const known = this.#loaded.get(key) ?? this.#read(more);
    this.#loaded.set(key, known);
    return known;
  }

  async #read(more: readonly string[]): Promise<LibraryFiles> {
    const built = more.length === 0 ? await this.#built() : undefined;
    const { library, files } = built
      ? { library: built.library, files: built.files.map((file) => join(this.#root, file)) }
      : required(await this.read([this.shipped, ...more]), more);
    return { library: withSignatures(library, await this.#signatures()), files };
  }

  /** With the problems as data: for the linter. A folder named twice is read once. */
  async read(directories: readonly string[]): Promise<Loaded> {
    const once = new Map(directories.toReversed().map((directory) => [resolve(directory), directory]));
    return (await sources()).readPlaybooks([...once.values()].toReversed());
  }

  get shipped(): string {
    return join(this.#root, 'playbooks');
  }

  async scenarios(more: readonly string[]): Promise<readonly Scenario[]> {
    return [HEALTHY, ...(await this.load(more)).library.scenarios];
  }

  async search(more: readonly string[]): Promise<Search> {
    const { library } = await this.load(more);
    const cards = library.playbooks.map(({ id, title, symptoms, tags }) => ({ id, title, symptoms, tags }));
    return createSearch({ playbooks: cards, signatures: await this.#signatures() });
  }

  lessons(): Promise<readonly Lesson[]> {
    this.#lessons ??= this.#readLessons();
    return this.#lessons;
  }

  async #readLessons(): Promise<readonly Lesson[]> {
    const built = await this.#built();
    if (built) return built.lessons;
    const { library } = await this.load([]);
    return (await sources()).readLessons(join(this.#root, 'lessons'), library);
  }

  async #signatures(): Promise<readonly Signature[]> {
    const built = await this.#built();
    return built ? built.signatures : (await sources()).readSignatures(this.shipped);
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
