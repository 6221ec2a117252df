/** A bundle that is not to be used. The message says what is wrong with it; whoever opens it names the file. */
export class BundleError extends Error {
  override readonly name = 'BundleError';
}

/** What a bundle may be at most. A site of a hundred nodes stays far below. */
export const LIMITS = {
  packedBytes: 256 * 1024 ** 2,
  unpackedBytes: 512 * 1024 ** 2,
  memberBytes: 32 * 1024 ** 2,
  members: 20_000,
  /** Unpacked to packed, looked at once this much has come out: text of logs stays below, a bomb does not. */
  ratio: 250,
  ratioFrom: 8 * 1024 ** 2,
} as const;

export type Limits = { readonly [K in keyof typeof LIMITS]: number };

export const mebibytes = (bytes: number): string => `${Math.round(bytes / 1024 ** 2)} MiB`;
