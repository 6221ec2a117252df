import { generateKeyPairSync, randomBytes } from 'node:crypto';

export interface KeyPair {
  /** OpenSSH private key file, not encrypted. */
  readonly privateKey: string;
  /** The public key as SSH sends it. */
  readonly blob: Buffer;
}

const TYPE = 'ssh-ed25519';

function field(content: Buffer | string): Buffer {
  const bytes = Buffer.from(content as string);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

/**
 * A new ed25519 key in the format of ssh-keygen (PROTOCOL.key of OpenSSH). Written out here because the SSH library's own generator
 * now and then gives a file that its own reader refuses.
 */
export function newKeyPair(comment: string): KeyPair {
  const { d, x } = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' });
  const seed = Buffer.from(d ?? '', 'base64url');
  const point = Buffer.from(x ?? '', 'base64url');
  const blob = Buffer.concat([field(TYPE), field(point)]);
  const check = randomBytes(4);
  const secret = [check, check, field(TYPE), field(point), field(Buffer.concat([seed, point])), field(comment)];
  const length = secret.reduce((sum, part) => sum + part.length, 0);
  // Padded to whole blocks of 8 by 1, 2, 3, …
  const padding = Buffer.from(Array.from({ length: (8 - (length % 8)) % 8 }, (_, i) => i + 1));
  const one = Buffer.from([0, 0, 0, 1]);
  const file = Buffer.concat([
    Buffer.from('openssh-key-v1\0'),
    field('none'),
    field('none'),
    field(''),
    one,
    field(blob),
    field(Buffer.concat([...secret, padding])),
  ]);
  const lines = file.toString('base64').match(/.{1,70}/g) ?? [];
  const [begin, end] = ['-----BEGIN', '-----END'].map((w) => `${w} OPENSSH PRIVATE KEY-----`);
  return { privateKey: `${begin}\n${lines.join('\n')}\n${end}\n`, blob };
}
