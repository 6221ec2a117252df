import { REFERABLE } from './rbd-options.ts';

/**
 * oslo.config as a service reads it (`oslo_config/iniparser.py`, measured with Zed): files in order, a later value replaces an
 * earlier one, `key = value` or `key: value`, comments only at the very start of a line. An indented line, comment or not,
 * continues the value right above it and is an error anywhere else. Section names are told apart by their letters' case only
 * where they are DEFAULT.
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
  let section: string | undefined;
  /** The option that an indented line would continue. */
  let open: (typeof options)[number] | undefined;
  for (const { file, line, text } of lines) {
    const problem = (what: string) => problems.push(`${file}:${line}: ${what}`);
    if (!files.includes(file)) {
      files.push(file);
      section = open = undefined;
    }
    const raw = text.trimEnd();
    if (/^[ \t]/.test(raw)) {
      if (open) open.value = `${open.value}\n${raw.trimStart()}`;
      else problem('an indented line that continues no option');
      continue;
    }
    open = undefined;
    if (raw === '' || /^[#;]/.test(raw)) continue;
    if (raw.startsWith('[')) {
      const name = /^\[(.+)\]$/.exec(raw)?.[1];
      if (name === undefined) problem('a section header that does not end with "]"');
      section = name ?? section;
      continue;
    }
    const [, option, value] = /^([^=:]+)[=:](.*)$/.exec(raw) ?? [];
    if (option === undefined || value === undefined) problem('neither a section nor "option = value"');
    else {
      if (section === undefined) problem('an option before the first section');
      open = { file, line, section: section ?? 'DEFAULT', option: option.trim(), value: unquote(value.trim()) };
      options.push(open);
    }
  }
  return {
    files,
    options: options.map((o) => (o.value.includes('$') ? { ...o, value: filled(options, o) } : o)),
    problems,
  };
}

/** Values that refer to other options at most this deep are followed; oslo.config itself gives up on circles. */
const DEEPEST = 8;

/**
 * `$name`, `${name}` and `$group.name` become the values of these options, the own section's before DEFAULT's; `$$` and `\$` are dollars.
 * What nobody wrote is a default that is not known here and stays as it is, as does a name that is no option.
 */
function filled(options: readonly OsloOption[], { section, value }: OsloOption, depth = 0): string {
  return value.replace(
    /\\\$|\$\$|\$(?:\{([_a-z][._a-z0-9]*)\}|([_a-z][._a-z0-9]*))/gi,
    (all, braced?: string, plain?: string) => {
      const name = braced ?? plain;
      if (name === undefined) return '$';
      const [group, option] = name.includes('.') ? name.split('.') : [section, name];
      const of = (wanted: string) =>
        options.findLast((o) => o.option === option && groupName(o.section) === groupName(wanted));
      const found = REFERABLE.has(option as string) ? (of(group as string) ?? of('DEFAULT')) : undefined;
      return found === undefined || depth >= DEEPEST ? all : filled(options, found, depth + 1);
    },
  );
}

const unquote = (value: string): string => /^(["'])(.*)\1$/s.exec(value)?.[2] ?? value;

/** The option in force: the last one written. A hyphen is not an underscore in files. */
export function osloOption(config: OsloConfig, section: string, option: string): OsloOption | undefined {
  const group = groupName(section);
  return config.options.findLast((o) => o.option === option && groupName(o.section) === group);
}

const groupName = (section: string): string => (section === 'DEFAULT' ? section : section.toLowerCase());

export const osloList = (value: string | undefined): readonly string[] =>
  (value ?? '')
    .split(',')
    .map((v) => v.trim())
    .filter((v) => v !== '');

/** oslo's boolean words; undefined when it is none. */
export const osloBool = (value: string): boolean | undefined =>
  /^(true|1|on|yes)$/i.test(value) ? true : /^(false|0|off|no)$/i.test(value) ? false : undefined;
