const QUOTE = 0x27;
const ESCAPED = Buffer.from(`'\\''`);

/** One word of POSIX shell: single quotes hold everything but themselves and NUL, which no argument can have. */
export function quote(word: string): string {
  if (word.includes('\0')) throw new RangeError('an argument cannot hold a NUL byte');
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

/** The same for bytes, so that a secret is never copied into a string that nobody can wipe. */
export function quoteBytes(bytes: Uint8Array): Buffer {
  const parts: Uint8Array[] = [Buffer.from("'")];
  let from = 0;
  for (let at = bytes.indexOf(QUOTE); at >= 0; at = bytes.indexOf(QUOTE, from)) {
    parts.push(bytes.subarray(from, at), ESCAPED);
    from = at + 1;
  }
  parts.push(bytes.subarray(from), Buffer.from("'"));
  return Buffer.concat(parts);
}
