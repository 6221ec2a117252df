import type { Fact } from '../domain/fact.ts';
import { isUnknown } from '../domain/fact.ts';
import { type LogEvent, logLines } from '../parsers/log-lines.ts';
import { pathPart } from './bundle-members.ts';

/** What one service of one node logged in the window. */
export interface Excerpt {
  readonly node: string;
  /** File on the node, or `journal`. */
  readonly source: string;
  readonly path: string;
  readonly text: string;
  /** Earlier lines of the window did not fit. */
  readonly cut: boolean;
}

/** A file is read from so many bytes before its end; the journal from so many lines. */
const FILE_BYTES = 262_144;
const JOURNAL_LINES = 20_000;
const STAMP = /^@ \d{10}(?:\.\d+)? [+-]\d{4}$/m;

export const isWindow = ({ probe }: Pick<Fact, 'probe'>): boolean => probe.startsWith('window-');

/** The answers of a bundle's own probes, one excerpt for each log. */
export function excerptsOf(facts: Iterable<Fact>, name: (text: string) => string): readonly Excerpt[] {
  const taken = new Set<string>();
  return [...facts].filter(isWindow).flatMap((fact) =>
    (fact.probe === 'window-files' ? filesIn(fact) : journalIn(fact)).map((excerpt) => ({
      ...excerpt,
      path: free(
        `logs/${pathPart(name(excerpt.node))}/${pathPart(name(excerpt.source).replace(/^\/var\/log\//, ''))}`,
        taken,
      ),
    })),
  );
}

type Unnamed = Omit<Excerpt, 'path'>;

function filesIn({ node, answer }: Fact): readonly Unnamed[] {
  if (answer.result === 'lost') return [];
  const stamp = STAMP.exec(answer.stdout)?.[0];
  if (stamp === undefined) return [];
  return answer.stdout.split(/^(?=@ \/)/m).flatMap((part): Unnamed[] => {
    const end = part.indexOf('\n');
    const source = /^@ (\/.+)$/.exec(part.slice(0, end))?.[1];
    if (source === undefined) return [];
    const content = part.slice(end + 1).replace(/\n+$/, '\n');
    return [
      { node, source, text: `${stamp}\n@ ${source}\n${content}`, cut: Buffer.byteLength(content) >= FILE_BYTES - 1 },
    ];
  });
}

function journalIn({ node, answer }: Fact): readonly Unnamed[] {
  if (answer.result === 'lost' || answer.stdout.trim() === '') return [];
  const lines = answer.stdout.split('\n').length - 1;
  return [{ node, source: 'journal', text: answer.stdout, cut: lines >= JOURNAL_LINES }];
}

function free(stem: string, taken: Set<string>): string {
  for (let number = 1; ; number += 1) {
    const path = number === 1 ? `${stem}.log` : `${stem}.${number}.log`;
    if (taken.has(path)) continue;
    taken.add(path);
    return path;
  }
}

/** Without the lines from before a time (Unix, s); lines without a time of their own go with the one above. */
export function since(from: number, excerpt: Excerpt): Excerpt {
  const { source, text } = excerpt;
  const lines = text.split('\n');
  const heads = source === 'journal' ? 0 : 2;
  const stamp = source === 'journal' ? ZERO : (lines[0] ?? '');
  // Lines of a log rise in time: the first within the window begins it.
  const body = lines.slice(heads);
  const first = body.findIndex((line) => {
    const at = eventsOf(`${stamp}\n${line}`)[0]?.at;
    return at !== undefined && at >= from;
  });
  return { ...excerpt, text: [...lines.slice(0, heads), ...(first < 0 ? [] : body.slice(first))].join('\n') };
}

/** What each service wrote of an excerpt: a file is of one service, the journal of many. */
export function partsOf({ source, text }: Excerpt): readonly { service: string; events: readonly LogEvent[] }[] {
  if (source !== 'journal')
    return [
      {
        service:
          source
            .split('/')
            .at(-1)
            ?.replace(/\.log$/, '') ?? source,
        events: eventsOf(text),
      },
    ];
  const byTag = Map.groupBy(text.split('\n'), (line) => /^\d+\.\d+ \S+ ([^\s:[]+)/.exec(line)?.[1] ?? '');
  return [...byTag]
    .filter(([service]) => service !== '')
    .map(([service, lines]) => ({ service, events: eventsOf(`${ZERO}\n${lines.join('\n')}`) }));
}

/** Stands where a text does not say the zone: the journal's times are without one. */
const ZERO = '@ 1000000000 +0000';

/** Events of a text that begins with the node's clock. */
function eventsOf(text: string): readonly LogEvent[] {
  const read = logLines({ result: 'exited', code: 0, stdout: text, stderr: '', dropped: 0, ms: 0 });
  return isUnknown(read) ? [] : read.events;
}
