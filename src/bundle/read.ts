import { createHash } from 'node:crypto';
import type { z } from 'zod';
import type { Fact } from '../domain/fact.ts';
import type { Answer } from '../domain/question.ts';
import { BundleError } from './limits.ts';
import { anyManifest, type FactLine, factLine, type Manifest, MEMBERS, manifestV1, SCHEMA } from './manifest.ts';
import { membersOf } from './unpack.ts';

export interface BundleContent {
  readonly manifest: Manifest;
  readonly facts: readonly Fact[];
  /** Content of each member, by its path in the bundle. */
  readonly members: ReadonlyMap<string, Buffer>;
}

/** How each version is read into what this program works with. A new version adds a line; old lines stay. */
const READERS: Readonly<Record<number, (manifest: unknown) => Manifest>> = {
  1: (manifest) => checked(manifestV1, manifest, MEMBERS.manifest),
};

/** Reads a whole bundle and believes nothing of it that its manifest does not vouch for. Throws BundleError. */
export async function readBundle(file: string): Promise<BundleContent> {
  const members = new Map<string, Buffer>();
  let root: string | undefined;
  for await (const { name, bytes } of membersOf(file)) {
    root ??= name.split('/')[0] ?? '';
    const path = inside(name, root);
    if (members.has(path)) throw new BundleError(`${path} is in it twice`);
    // A piece of a larger buffer would keep all of that alive.
    members.set(path, Buffer.from(bytes));
  }
  const text = members.get(MEMBERS.manifest);
  if (text === undefined) throw new BundleError('it has no manifest.json: this is no bundle of Inkling');
  const manifest = manifestOf(text);
  verify(manifest, members);
  return { manifest, facts: factsOf(members), members };
}

function inside(name: string, root: string): string {
  if (!name.startsWith(`${root}/`)) throw new BundleError('its members are not in one folder');
  return name.slice(root.length + 1);
}

function manifestOf(bytes: Buffer): Manifest {
  const parsed = json(bytes.toString(), MEMBERS.manifest);
  const any = anyManifest.safeParse(parsed);
  if (!any.success) throw new BundleError('its manifest.json is none of a bundle of Inkling');
  const read = READERS[any.data.schema];
  if (read === undefined)
    throw new BundleError(
      `it has the schema ${any.data.schema}, and this Inkling reads up to ${SCHEMA}: a newer Inkling wrote it`,
    );
  return read(parsed);
}

function verify({ members: listed }: Manifest, members: ReadonlyMap<string, Buffer>): void {
  for (const { path, bytes, sha256 } of listed) {
    const member = members.get(path);
    if (member === undefined) throw new BundleError(`${path} is missing from it`);
    if (member.length !== bytes || createHash('sha256').update(member).digest('hex') !== sha256)
      throw new BundleError(`${path} in it is not what its manifest says: the digest is wrong`);
  }
  const known = new Set(listed.map(({ path }) => path));
  for (const path of members.keys())
    if (path !== MEMBERS.manifest && !known.has(path)) throw new BundleError(`${path} in it is not in its manifest`);
}

function factsOf(members: ReadonlyMap<string, Buffer>): readonly Fact[] {
  const listed = members.get(MEMBERS.facts);
  if (listed === undefined) throw new BundleError(`it has no ${MEMBERS.facts}`);
  const texts = new Map<string, string>();
  const output = (from: '' | { readonly member: string }): string => {
    if (from === '') return '';
    const known = texts.get(from.member);
    if (known !== undefined) return known;
    const member = members.get(from.member);
    if (member === undefined) throw new BundleError(`${from.member}, which a fact names, is missing from it`);
    const text = member.toString();
    texts.set(from.member, text);
    return text;
  };
  return listed
    .toString()
    .split('\n')
    .filter((line) => line !== '')
    .map((line, at): Fact => {
      const where = `${MEMBERS.facts}:${at + 1}`;
      return factOf(checked(factLine, json(line, where), where), output);
    });
}

function factOf(line: FactLine, output: (from: '' | { readonly member: string }) => string): Fact {
  const { answer, subject, waited, ...fact } = line;
  const whole: Answer =
    answer.result === 'lost' ? answer : { ...answer, stdout: output(answer.stdout), stderr: output(answer.stderr) };
  return {
    ...fact,
    ...(subject !== undefined && { subject }),
    ...(waited !== undefined && { waited }),
    answer: whole,
  };
}

function json(text: string, where: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new BundleError(`${where} in it is not JSON`);
  }
}

function checked<T>(schema: z.ZodType<T>, value: unknown, where: string): T {
  const read = schema.safeParse(value);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  throw new BundleError(
    `${where} in it is not as it should be: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`,
  );
}
