// @ 1795384172.4 +0000
// @ /var/log/cinder/cinder-volume.log
// 2026-11-22 16:52:52.974 5986 ERROR cinder.volume.drivers.rbd [None req-… …] Error connecting to ceph cluster.: rados.PermissionDeniedError: …
import type { Parser } from './parser.ts';
import { complaint, unparsed } from './parser.ts';

/** One event of a log: what a service wrote at one moment, with the lines of its traceback. */
export interface LogEvent {
  /** Unix time, s, by the node's clock. */
  readonly at: number;
  /** `ERROR`, `WARNING` …; empty where the program writes none. */
  readonly level: string;
  readonly text: string;
}

export interface LogReading {
  /** The node's clock when it was read, Unix time in s. */
  readonly now: number;
  /** File, or `journal`, that each part of the events came from; empty when there is no log. */
  readonly sources: readonly string[];
  /** Oldest first within each source. */
  readonly events: readonly LogEvent[];
}

const LONGEST = 2000;

/**
 * The end of a service's log, filtered on the node. Head lines begin with `@ `: the node's clock and zone, then each source before its
 * lines. Services write local time without a zone; Ceph, QEMU and the journal say theirs.
 */
export const logLines: Parser<LogReading> = (answer) => {
  const head = /^@ (\d{10}(?:\.\d+)?) ([+-])(\d\d)(\d\d)$/m.exec(answer.stdout);
  if (!head) return unparsed(complaint(answer));
  const zone = (head[2] === '-' ? -1 : 1) * (Number(head[3]) * 3600 + Number(head[4]) * 60);
  const sources: string[] = [];
  const events: { at: number; level: string; text: string; who: string }[] = [];
  for (const raw of answer.stdout.split('\n')) {
    const source = /^@ (\/.+|journal)$/.exec(raw)?.[1];
    if (source !== undefined) sources.push(source);
    if (raw.startsWith('@ ') || raw.trim() === '') continue;
    const line = readLine(raw, zone);
    const last = events.at(-1);
    if (line === undefined) {
      if (last) last.text = joined(last.text, raw);
    } else if (last && last.at === line.at && last.who === line.who && !/^\[(?!instance)/.test(line.text))
      last.text = joined(last.text, line.text);
    else events.push({ ...line, text: line.text.slice(0, LONGEST) });
  }
  return { now: Number(head[1]), sources, events: events.map(({ who: _, ...event }) => event) };
};

const joined = (text: string, more: string): string =>
  text.length > LONGEST ? text : `${text}\n${more}`.slice(0, LONGEST);

interface Line extends LogEvent {
  /** Lines of one event have it in common: level and logger, or the program. */
  readonly who: string;
}

const OSLO =
  /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d(?:[.,]\d+)?) \d+ (DEBUG|INFO|WARNING|ERROR|CRITICAL|TRACE) (\S+) ?(.*)$/s;
const ZONED = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d(?:\.\d+)?)(Z|[+-]\d\d:?\d\d):? (.*)$/s;
const JOURNAL = /^(\d{10}\.\d+) \S+ ([^\s:[]+)(?:\[\d+\])?: (.*)$/s;

function readLine(raw: string, zone: number): Line | undefined {
  const [, date, time, level = '', logger = '', text = ''] = OSLO.exec(raw) ?? [];
  if (date !== undefined && time !== undefined)
    return { at: seconds(`${date}T${time.replace(',', '.')}Z`) - zone, level, text, who: `${level} ${logger}` };
  const [, day, clock, offset = 'Z', said = ''] = ZONED.exec(raw) ?? [];
  if (day !== undefined && clock !== undefined) {
    const ceph = /^[0-9a-f]{12,16} +-?\d+ (.*)$/s.exec(said)?.[1];
    const own = /^\d+: (error|warning|info|debug) ?: (.*)$/s.exec(said);
    return {
      at: seconds(`${day}T${clock}${offset.replace(/^([+-]\d\d)(\d\d)$/, '$1:$2')}`),
      level: own?.[1]?.toUpperCase() ?? '',
      text: ceph ?? own?.[2] ?? said,
      who: `${raw}`,
    };
  }
  const [, stamp, tag = '', message = ''] = JOURNAL.exec(raw) ?? [];
  if (stamp === undefined) return undefined;
  const inner = readLine(message, zone);
  return inner
    ? { ...inner, at: Number(stamp) }
    : { at: Number(stamp), level: '', text: message, who: `${tag} ${stamp}` };
}

const seconds = (iso: string): number => Date.parse(iso) / 1000 || 0;
