/** Pasted text made ready for looking through. */
export interface Pasted {
  /** Lines without escape codes, quote marks and time stamps; each once, in order. */
  readonly lines: readonly string[];
  /** Lines that belong together, joined as a terminal (no space) and a mail program (a space) would have broken them. */
  readonly joined: readonly string[];
  /** Machines that prefixes of lines name: whose journal or whose JSON it is. */
  readonly hosts: readonly string[];
}

const MAX_PASTED = 1024 * 1024;
const MAX_LINES = 4000;
const MAX_JOINED_LINES = 12;
const MAX_LINE = 4000;

export function cleanPasted(text: string): Pasted {
  const lines: string[] = [];
  const records: string[][] = [];
  const seen = new Set<string>();
  let room = MAX_LINES;
  let source = '';
  const hosts = new Set<string>();
  for (const raw of withoutCodes(bounded(text))
    .split('\n')
    .flatMap((l) => fromJson(l, hosts))) {
    const { line, stamped, host } = withoutStamp(raw.slice(0, MAX_LINE).trimEnd());
    if (host !== undefined) hosts.add(host);
    if (line.trim() === '' || (source !== '' && line.startsWith(source))) {
      source = '';
      continue;
    }
    source = sourceIndent(line);
    const last = records.at(-1);
    if (stamped || !last || last.length >= MAX_JOINED_LINES) records.push([line]);
    else last.push(line);
    if (seen.has(line.trim())) continue;
    if (--room < 0) break;
    seen.add(line.trim());
    lines.push(line.trim());
  }
  const joined = records
    .filter((record) => record.length > 1)
    .flatMap((record) => [record.join(''), record.map((line) => line.trim()).join(' ')]);
  return { lines, joined: [...new Set(joined)], hosts: [...hosts] };
}

/** A long log says what matters at its start or its end. */
const bounded = (text: string): string =>
  text.length <= MAX_PASTED ? text : `${text.slice(0, MAX_PASTED / 2)}\n${text.slice(-MAX_PASTED / 2)}`;

/** Without what a terminal would obey: CSI, OSC, other escapes (also as rsyslog writes them), controls, marks of direction. */
export const withoutCodes = (text: string): string =>
  text
    .replace(/\r\n?/g, '\n')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is removed
    .replace(/(?:\u001b\[|\u009b|#033\[)[0-?]*[ -/]*[@-~]/g, '')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is removed
    .replace(/\u001b[\]PX^_][^\u0007\u001b\n]*(?:\u0007|\u001b\\)?/g, '')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is removed
    .replace(/\u001b[ -/]*[0-~]?/g, '')
    .replace(/\t/g, ' ')
    .replace(/(?!\n)[\p{Cc}\p{Cf}]/gu, '')
    .replace(/[\u2028\u2029]/g, '\n')
    .replace(/\u00a0/g, ' ');

/** What the line below a Python frame begins with when it is a line of source: words of a program, not of an error. */
const sourceIndent = (line: string): string => {
  const frame = /^(.{0,120}? {2})File "[^"]+", line \d+, in /.exec(line);
  return frame ? `${frame[1]}  ` : '';
};

const QUOTE_MARK = /^\s*(?:[>|]\s?)+/;
const STAMPS: readonly RegExp[] = [
  // 2026-11-22 16:51:31.938 5367   2026-11-22T17:35:43.752+0000 7f934aaf66c0 -1
  /^\[?\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?\]?:?(?: [0-9a-f]{12,16} +-?\d+)?(?: (?<host>[\w.-]{1,64}) [\w@./-]{1,64}\[\d+\]:)?(?: \d+(?= ))? ?/,
  // Nov 22 17:00:00 compute-1 nova-compute[123]:
  /^[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d(?:\.\d+)? (?:(?<host>\S+) [\w@./-]+(?:\[\d+\])?: )?/,
  // 1795384172.123456 compute-1 nova-compute[123]:
  /^\d{10}\.\d{1,6} (?<host>[\w.-]{1,64}) [\w@./-]{1,64}(?:\[\d+\])?: /,
  // [  123.456789]   17:00:00.123
  /^(?:\[ {0,6}\d+\.\d+\]|\d\d:\d\d:\d\d[.,]\d+) /,
];

function withoutStamp(raw: string): { readonly line: string; readonly stamped: boolean; readonly host?: string } {
  let line = raw.replace(QUOTE_MARK, '');
  let stamped = false;
  let host: string | undefined;
  for (let i = 0; i < 3; i++) {
    const stamp = STAMPS.map((s) => s.exec(line)).find((found) => found && found[0] !== '');
    if (!stamp) break;
    line = line.slice(stamp[0].length);
    host ??= stamp.groups?.host;
    stamped = true;
  }
  return { line, stamped, ...(host !== undefined && { host }) };
}

/** Members of a JSON log line that hold what was said: of oslo.log, the journal, container engines, log shippers. */
const SAID = [
  'message',
  'msg',
  'MESSAGE',
  'log',
  'Payload',
  'payload',
  'text',
  'traceback',
  'exc_text',
  'error_summary',
];
const WHERE = ['hostname', '_HOSTNAME', 'Hostname', 'host_name'];

/** The lines that one line of JSON stands for; JSON that is no log line, such as QEMU's arguments, stays as it is. */
function fromJson(line: string, hosts: Set<string>): readonly string[] {
  const text = line.trim();
  if (!text.startsWith('{') || !text.endsWith('}') || text.length > MAX_LINE * 4) return [line];
  const record = members(text);
  const said = SAID.flatMap((key) => {
    const value = record[key];
    return typeof value === 'string' ? value : Array.isArray(value) ? value.filter((v) => typeof v === 'string') : [];
  });
  if (said.length === 0) return [line];
  for (const key of WHERE) if (typeof record[key] === 'string' && record[key] !== '') hosts.add(record[key]);
  const request = /"(req-[0-9a-f-]{36})"/.exec(text)?.[1];
  const lines = withoutCodes(said.join('\n')).split('\n');
  return request === undefined ? lines : [...lines, request];
}

function members(text: string): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return {};
  }
}
