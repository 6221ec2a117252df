import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream, createWriteStream, fstatSync } from 'node:fs';
import { lstat, readdir, readFile, rm } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import type { Redaction, RedactRequest } from '../cli/port.ts';
import { InputError } from '../domain/input-error.ts';
import { makeFolder } from '../files/make-folder.ts';
import { reasonOf } from '../files/refusal.ts';
import { type From, Leak, Redactor } from '../redact/index.ts';
import { packed, readable, type Source, sourceOf, unreadable } from './packed-files.ts';
import { spooled } from './spool.ts';

const LEAST_KEY = 16;

const redactorOf = async ({ keyFile }: RedactRequest): Promise<Redactor> => new Redactor(await keyOf(keyFile));

/** What tokens are made with: the bytes of a file, or random ones. Throws InputError. */
export async function keyOf(keyFile: string | undefined): Promise<Buffer> {
  if (keyFile === undefined) return randomBytes(32);
  const key = await readFile(keyFile).catch((error: unknown) => {
    throw new InputError(`the key cannot be read: ${reasonOf(error, keyFile)}`);
  });
  if (key.length < LEAST_KEY)
    throw new InputError(
      `${keyFile} is too short for a key: ${key.length} bytes, ${LEAST_KEY} or more are needed`,
      'Make one: head -c 32 /dev/urandom > FILE',
    );
  return key;
}

async function learn(redactor: Redactor, source: Source, origin: From | undefined): Promise<void> {
  const learner = redactor.learn(origin);
  for await (const piece of readable(source)) learner.write(piece);
  learner.end();
}

export async function redactStdin(request: RedactRequest, write: (piece: Uint8Array) => void): Promise<Redaction> {
  staySmall();
  const stdin = fstatSync(0);
  if (stdin.isDirectory()) throw new InputError('stdin is a folder', 'Say `inkling redact DIR -o DIR`');
  const redactor = await redactorOf(request);
  const source = await sourceOf(
    stdin.isFile() ? rereadStdin() : await spooled(createReadStream('', { fd: 0, autoClose: false })),
  );
  try {
    await learn(redactor, source, request.origin);
    const replacer = redactor.replace(request.origin);
    const text = async function* (): AsyncGenerator<Uint8Array> {
      for await (const piece of readable(source)) yield replacer.write(piece);
      yield replacer.end();
    };
    for await (const piece of packed(source, text())) write(piece);
    return { files: [{ name: '-', replaced: replacer.counts }], written: 1, leftOut: [] };
  } catch (error) {
    if (error instanceof Leak) return { files: [], written: 0, leftOut: [], leak: error.message };
    throw error;
  }
}

/** A file on stdin can be read again; it may not have been at its beginning. */
function rereadStdin(): () => AsyncIterable<Uint8Array> {
  let start: number | undefined;
  return async function* () {
    const { size } = fstatSync(0);
    if (start !== undefined) {
      if (start < size) yield* createReadStream('', { fd: 0, autoClose: false, start, end: size - 1 });
      return;
    }
    let read = 0;
    for await (const piece of createReadStream('', { fd: 0, autoClose: false })) {
      read += (piece as Buffer).length;
      yield piece as Buffer;
    }
    start = Math.max(0, fstatSync(0).size - read);
  };
}

/** Pieces of text live for a moment: room for many of them only makes the process larger (240 MiB instead of 160), not faster. */
const staySmall = (): void => setFlagsFromString('--semi-space-growth-factor=1');

const ORIGINS = 'origins.json';

export async function redactFolder(from: string, to: string, request: RedactRequest): Promise<Redaction> {
  staySmall();
  const redactor = await redactorOf(request);
  await refuseFolders(from, to);
  const origins = await readOrigins(from);
  const leftOut: { name: string; why: string }[] = [];
  const files: { name: string; source: Source }[] = [];
  for (const name of await namesIn(from, leftOut)) {
    const path = join(from, name);
    const source = await sourceOf(() => createReadStream(path)).catch((error: unknown) => {
      leftOut.push({ name, why: reasonOf(error, path) });
      return undefined;
    });
    if (source === undefined) continue;
    const why = unreadable(source);
    if (why === undefined) files.push({ name, source });
    else leftOut.push({ name, why });
  }
  const originOf = (name: string): From => origins.get(name) ?? { fileName: name };
  const readOnce: typeof files = [];
  for (const file of files) {
    try {
      await learn(redactor, file.source, originOf(file.name));
      readOnce.push(file);
    } catch (error) {
      leftOut.push({ name: file.name, why: reasonOf(error, join(from, file.name)) });
    }
  }
  const replaced: { name: string; replaced: Readonly<Record<string, number>> }[] = [];
  await makeFolder(to).catch((error: unknown) => {
    throw new InputError(`${to} cannot be written: ${reasonOf(error, to)}`, 'Name another folder with -o DIR');
  });
  try {
    for (const { name, source } of readOnce) {
      const counts = await rewrite(redactor, source, originOf(name), join(to, redactor.text(name)));
      if (Object.keys(counts).length > 0) replaced.push({ name, replaced: counts });
    }
  } catch (error) {
    await rm(to, { recursive: true, force: true });
    if (error instanceof Leak) return { files: [], written: 0, leftOut, leak: error.message };
    throw error;
  }
  return { files: replaced, written: readOnce.length, leftOut };
}

async function rewrite(
  redactor: Redactor,
  source: Source,
  origin: From,
  path: string,
): Promise<Readonly<Record<string, number>>> {
  await makeFolder(dirname(path));
  const replacer = redactor.replace(origin);
  const text = async function* (): AsyncGenerator<Uint8Array> {
    for await (const piece of readable(source)) yield replacer.write(piece);
    yield replacer.end();
  };
  const out = createWriteStream(path, { flags: 'wx', mode: 0o600 });
  try {
    for await (const piece of packed(source, text())) if (!out.write(piece)) await once(out, 'drain');
  } finally {
    out.end();
    await once(out, 'close');
  }
  return replacer.counts;
}

async function refuseFolders(from: string, to: string): Promise<void> {
  const entry = await lstat(from).catch((error: unknown) => {
    throw new InputError(`the folder cannot be read: ${reasonOf(error, from)}`);
  });
  if (!entry.isDirectory()) throw new InputError(`${from} is not a folder`, 'For one text say `inkling redact < FILE`');
  const inside = relative(resolve(from), resolve(to));
  if (inside === '' || !(inside.startsWith(`..${sep}`) || inside === '..'))
    throw new InputError(`${to} lies in ${from}`, 'Name a folder outside of it');
  const there = await readdir(to).catch(() => []);
  if (
    there.length > 0 ||
    (await lstat(to).then(
      (e) => !e.isDirectory(),
      () => false,
    ))
  )
    throw new InputError(`${to} exists already`, 'Name a new folder');
}

/** Files below the folder, their names relative to it, in order. Links and devices are never followed. */
async function namesIn(folder: string, leftOut: { name: string; why: string }[]): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const names: string[] = [];
  for (const entry of entries) {
    const name = relative(folder, join(entry.parentPath, entry.name));
    if (entry.isFile()) names.push(name);
    else if (!entry.isDirectory()) leftOut.push({ name, why: entry.isSymbolicLink() ? 'a link' : 'no file' });
  }
  return names.sort();
}

async function readOrigins(folder: string): Promise<ReadonlyMap<string, string>> {
  const path = join(folder, ORIGINS);
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '{}';
    throw new InputError(`the origins cannot be read: ${reasonOf(error, path)}`);
  });
  let read: unknown;
  try {
    read = JSON.parse(text);
  } catch (error) {
    throw new InputError(
      `${path}:${placeOf(text, error)}: this is not JSON`,
      'It maps names of files to the commands or paths that they came from',
    );
  }
  if (typeof read !== 'object' || read === null || Array.isArray(read))
    throw new InputError(`${path}:1:1: expected an object of names and origins`);
  const wrong = Object.entries(read).find(([, origin]) => typeof origin !== 'string');
  if (wrong) throw new InputError(`${path}: the origin of ${wrong[0]} is not a text`);
  return new Map(Object.entries(read));
}

/** `line:column` of a mistake, from the parser's own words. */
function placeOf(text: string, error: unknown): string {
  const position = /position (\d+)/.exec(error instanceof Error ? error.message : '')?.[1];
  const before = position === undefined ? text : text.slice(0, Number(position));
  return `${before.split('\n').length}:${before.length - before.lastIndexOf('\n')}`;
}
