/**
 * Ceph's own programs print keys in their errors ("error setting modifier for [client.x] type=key val=…", whole or damaged).
 * Nothing that a node said goes any further with them in it.
 */
export function hideKeys(text: string): string {
  return text
    .replace(/(type=key val=).*?(?=: Malformed input|$)/gm, '$1‹hidden›')
    .replace(/\bA[Qg][A-D][A-Za-z0-9+/_-]{17,}={0,2}/g, '‹hidden›');
}
