import { stringify } from 'yaml';
import { fail, last, type Options, ok, type Result } from '../../shell/program.ts';

export type Fields = Readonly<Record<string, unknown>>;

/** Values as the tables of the openstack client show them: Python's view of them. */
function cell(value: unknown, nested = false): string {
  if (value === null || value === undefined) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'string') return nested ? `'${value}'` : value;
  if (Array.isArray(value))
    return value.length === 0 && !nested ? '' : `[${value.map((v) => cell(v, true)).join(', ')}]`;
  if (typeof value === 'object') {
    const entries = Object.entries(value);
    if (nested) return `{${entries.map(([k, v]) => `'${k}': ${cell(v, true)}`).join(', ')}}`;
    return entries.map(([k, v]) => `${k}=${cell(v, true)}`).join(', ');
  }
  return String(value);
}

function table(titles: readonly string[], rows: readonly (readonly unknown[])[]): string {
  const text = rows.map((r) => r.map((v) => cell(v)));
  const widths = titles.map((t, i) => Math.max(t.length, ...text.map((r) => (r[i] ?? '').length)));
  const numeric = titles.map((_, i) => rows.length > 0 && rows.every((r) => typeof r[i] === 'number'));
  const rule = `+${widths.map((w) => '-'.repeat(w + 2)).join('+')}+\n`;
  const line = (cells: readonly string[], right: readonly boolean[]): string =>
    `|${cells.map((c, i) => ` ${right[i] ? c.padStart(widths[i] ?? 0) : c.padEnd(widths[i] ?? 0)} `).join('|')}|\n`;
  if (rows.length === 0) return '\n';
  return rule + line(titles, numeric) + rule + text.map((r) => line(r, numeric)).join('') + rule;
}

/** The columns asked for, or the refusal the client gives for one that is not there. */
function choose(known: readonly string[], options: Options): readonly string[] | Result {
  const wanted = options.values.get('column');
  if (!wanted) return known;
  const found = known.filter((k) => wanted.some((w) => w.toLowerCase() === k.toLowerCase()));
  if (found.length > 0) return found;
  const quoted = (names: readonly string[]): string => names.map((n) => `'${n}'`).join(', ');
  return fail(1, `No recognized column names in [${quoted(wanted)}]. Recognized columns are (${quoted(known)}).\n`);
}

const refused = (value: readonly string[] | Result): value is Result => 'code' in value;

const pick = (fields: Fields, names: readonly string[]): Fields => Object.fromEntries(names.map((n) => [n, fields[n]]));

/** PyYAML sorts keys at every level. */
const sorted = (value: unknown): unknown =>
  Array.isArray(value)
    ? value.map(sorted)
    : typeof value === 'object' && value !== null
      ? Object.fromEntries(
          Object.entries(value)
            .sort(([a], [b]) => (a < b ? -1 : 1))
            .map(([k, v]) => [k, sorted(v)]),
        )
      : value;

/** Times are quoted, or YAML would read them as dates. */
const yaml = (value: unknown): string =>
  stringify(sorted(value), { indentSeq: false, lineWidth: 0, singleQuote: true }).replace(
    /: (\d{4}-\d\d-\d\dT[\d:.]+Z?)$/gm,
    ": '$1'",
  );

export function listOutput(rows: readonly Fields[], options: Options): Result {
  const names = choose(Object.keys(rows[0] ?? {}), options);
  if (refused(names)) return names;
  const chosen = rows.map((r) => pick(r, names));
  switch (last(options, 'format')) {
    case 'json':
      return ok(`${JSON.stringify(chosen, null, 2)}\n`);
    case 'yaml':
      return ok(yaml(chosen));
    case 'value':
      return ok(
        chosen
          .map(
            (r) =>
              `${Object.values(r)
                .map((v) => cell(v))
                .join(' ')}\n`,
          )
          .join(''),
      );
    default:
      return ok(
        table(
          names,
          chosen.map((r) => Object.values(r)),
        ),
      );
  }
}

export function showOutput(fields: Fields, options: Options): Result {
  const names = choose(Object.keys(fields), options);
  if (refused(names)) return names;
  const chosen = pick(fields, names);
  switch (last(options, 'format')) {
    case 'json':
      return ok(`${JSON.stringify(chosen, null, 2)}\n`);
    case 'yaml':
      return ok(yaml(chosen));
    case 'value':
      return ok(
        Object.values(chosen)
          .map((v) => `${cell(v)}\n`)
          .join(''),
      );
    default:
      return ok(table(['Field', 'Value'], Object.entries(chosen)));
  }
}
