/**
 * oslo.config as a service reads it: files in order, a later value replaces an earlier one, `key = value` or `key: value`, comments
 * only at the start of a line, an indented line continues the value before it (oslo_config/iniparser.py).
 */
export interface OsloOption {
  readonly file: string;
  readonly line: number;
  readonly section: string;
  readonly option: string;
  readonly value: string;
}

export interface OsloConfig {
  readonly files: readonly string[];
  readonly options: readonly OsloOption[];
  readonly problems: readonly string[];
}

export function readOslo(lines: readonly { file: string; line: number; text: string }[]): OsloConfig {
  const options: { -readonly [K in keyof OsloOption]: OsloOption[K] }[] = [];
  const problems: string[] = [];
  const files: string[] = [];
  let section = 'DEFAULT';
  for (const { file, line, text } of lines) {
    if (!files.includes(file)) {
      files.push(file);
      section = 'DEFAULT';
    }
    const raw = text.replace(/\r$/, '').replace(/^\uFEFF/, '');
    if (raw.trim() === '' || /^\s*[#;]/.test(raw)) continue;
    const last = options.at(-1);
    if (/^\s/.test(raw) && last && last.file === file) {
      last.value = `${last.value}\n${raw.trim()}`;
      continue;
    }
    const header = /^\[(.+)\]\s*$/.exec(raw.trim());
    if (header) {
      section = (header[1] as string).trim();
      continue;
    }
    const match = /^([^=:]+?)\s*[=:]\s*(.*)$/.exec(raw);
    if (!match) problems.push(`${file}:${line}: neither a section nor "option = value"`);
    else
      options.push({
        file,
        line,
        section,
        option: (match[1] as string).trim(),
        value: unquote((match[2] as string).trim()),
      });
  }
  return { files, options, problems };
}

const unquote = (value: string): string => /^(["'])(.*)\1$/s.exec(value)?.[2] ?? value;

/** The option in force: the last one written, with `-` and `_` alike. */
export function osloOption(config: OsloConfig, section: string, option: string): OsloOption | undefined {
  const name = option.replaceAll('-', '_');
  return config.options.findLast((o) => o.section === section && o.option.replaceAll('-', '_') === name);
}

export const osloList = (value: string | undefined): readonly string[] =>
  (value ?? '')
    .split(',')
    .map((v) => v.trim())
    .filter((v) => v !== '');

/** oslo's boolean words; undefined when it is none. */
export const osloBool = (value: string): boolean | undefined =>
  /^(true|1|on|yes)$/i.test(value) ? true : /^(false|0|off|no)$/i.test(value) ? false : undefined;
