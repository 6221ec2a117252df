import { type Call, fail, type Options, type Result } from '../../shell/program.ts';
import { type Fields, showOutput } from './output.ts';

/** One command of the openstack client, and the API that answers it. */
export interface Verb {
  readonly api: readonly [unit: string, port: number];
  run(call: Call, options: Options, words: readonly string[]): Result | Promise<Result>;
}

export const GLANCE = ['glance-api.service', 9292] as const;
export const CINDER = ['cinder-api.service', 8776] as const;
export const NOVA = ['nova-api.service', 8774] as const;
export const NEUTRON = ['neutron-api.service', 9696] as const;

interface Named {
  readonly id: string;
  readonly name: string;
}

export const isResult = (found: object): found is Result => 'code' in found && 'stderr' in found;

/** By id or name; the client's own words when there is none. */
export function one<T extends Named>(
  items: readonly T[],
  word: string | undefined,
  missing: (word: string) => string,
): T | Result {
  if (word === undefined) return fail(2, 'usage: openstack … <name or id>\n');
  return items.find((i) => i.id === word || i.name === word) ?? fail(1, `${missing(word)}\n`);
}

export const noneWith =
  (kind: string) =>
  (word: string): string =>
    `No ${kind} with a name or ID of '${word}' exists.`;

export const noneFound =
  (kind: string) =>
  (word: string): string =>
    `No ${kind} found for ${word}`;

export function shower<T extends Named>(
  items: (call: Call) => readonly T[],
  fields: (call: Call, item: T) => Fields,
  missing: (word: string) => string,
): Verb['run'] {
  return (call, options, words) => {
    const found = one(items(call), words[0], missing);
    return isResult(found) ? found : showOutput(fields(call, found), options);
  };
}

/** Looks each second until something is so; false when ended before. */
export async function until(call: Call, so: () => boolean): Promise<boolean> {
  while (!so()) if (!(await call.wait(1))) return false;
  return true;
}

export const ENDED = { code: 130, stdout: '', stderr: '' } as const;
