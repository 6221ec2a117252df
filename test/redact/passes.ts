import { Redactor } from '../../src/redact/index.ts';
import type { Sample } from './corpus.ts';

export const KEY = Buffer.alloc(32, 7);

export const bytesOf = ({ text }: Sample): Buffer => (typeof text === 'string' ? Buffer.from(text) : text);

/** Both passes over all files, in pieces of an odd size. */
export function redacted(files: readonly Sample[], key = KEY, piece = 1009): Buffer[] {
  const redactor = new Redactor(key);
  const pieces = (bytes: Buffer): Buffer[] =>
    Array.from({ length: Math.ceil(bytes.length / piece) }, (_, i) => bytes.subarray(i * piece, (i + 1) * piece));
  for (const file of files) {
    const learner = redactor.learn(file.origin);
    for (const part of pieces(bytesOf(file))) learner.write(part);
    learner.end();
  }
  return files.map((file) => {
    const replacer = redactor.replace(file.origin);
    const out = pieces(bytesOf(file)).map((part) => replacer.write(part));
    return Buffer.concat([...out, replacer.end()]);
  });
}

/** The ways in which a planted value could have survived. */
function encodings(secret: string): string[] {
  const bytes = Buffer.from(secret);
  const b64 = bytes.toString('base64');
  return [
    bytes.toString('latin1'),
    b64,
    b64.replaceAll('+', '-').replaceAll('/', '_'),
    Buffer.from(b64).toString('base64'),
    bytes.toString('hex'),
    bytes.toString('hex').toUpperCase(),
    encodeURIComponent(secret),
    encodeURIComponent(secret).toLowerCase(),
    JSON.stringify(secret).slice(1, -1),
    JSON.stringify(JSON.stringify(secret)).slice(3, -3),
    secret.replaceAll("'", "'\\''"),
    Buffer.from(secret, 'utf16le').toString('latin1'),
  ];
}

const squeezed = (text: string): string => text.replaceAll(/\\?\r?\n[ \t]*/g, '');

export function survivors(out: string, secret: string): string[] {
  const tight = squeezed(out);
  return encodings(secret).filter((form) => form.length >= 6 && (out.includes(form) || tight.includes(form)));
}
