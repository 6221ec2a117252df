import type { Call, Result } from '../../shell/program.ts';
import { FileError, STRERROR } from '../../world/file-tree.ts';
import { readInput } from '../input.ts';

const FLAGS = /^-[aHhns]+$/;

/**
 * `grep` for every line (`grep -aHn '' FILE…`), which is how files are read with their names. Undefined: another use, or a file that grep
 * would call binary.
 */
export function everyLine(call: Call): Result | undefined {
  const flags = call.args.filter((a) => FLAGS.test(a)).join('');
  const [pattern, ...files] = call.args.filter((a) => !FLAGS.test(a));
  if (pattern !== '' || files.length === 0 || files.some((f) => f.startsWith('-'))) return undefined;
  const named = flags.includes('H') || (files.length > 1 && !flags.includes('h'));
  let stdout = '';
  let stderr = '';
  for (const file of files) {
    let bytes: Buffer;
    try {
      bytes = readInput(call, file);
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      if (!flags.includes('s')) stderr += `grep: ${file}: ${STRERROR[error.code]}\n`;
      else stderr ||= '\0';
      continue;
    }
    if (!flags.includes('a') && bytes.includes(0)) return undefined;
    const head = named ? `${Buffer.from(file).toString('latin1')}:` : '';
    const lines = bytes.toString('latin1').split('\n');
    if (lines.at(-1) === '') lines.pop();
    for (const [i, line] of lines.entries()) stdout += `${head}${flags.includes('n') ? `${i + 1}:` : ''}${line}\n`;
  }
  return { code: stderr !== '' ? 2 : stdout === '' ? 1 : 0, stdout, stderr: stderr.replace('\0', ''), bytes: true };
}
