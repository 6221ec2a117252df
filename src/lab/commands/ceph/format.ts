const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];

/** `80 MiB`, `1.1 GiB`, `0 B`: as many digits as fit seven characters, as Ceph writes sizes. */
export function size(bytes: number): string {
  let index = 0;
  while (index < UNITS.length - 1 && bytes / 1024 ** (index + 1) >= 1) index++;
  const unit = UNITS[index] ?? 'B';
  const value = bytes / 1024 ** index;
  if (Number.isInteger(value)) return `${value} ${unit}`;
  for (const digits of [2, 1]) {
    const text = `${value.toFixed(digits)} ${unit}`;
    if (text.length <= 7) return text;
  }
  return `${value.toFixed(0)} ${unit}`;
}

export interface Column {
  readonly title: string;
  readonly align?: 'left' | 'right';
}

/** Columns two blanks apart. */
export function table(columns: readonly Column[], rows: readonly (readonly string[])[], trailing = false): string {
  const widths = columns.map((c, i) => Math.max(c.title.length, ...rows.map((r) => (r[i] ?? '').length)));
  const line = (cells: readonly string[]): string => {
    const text = cells
      .map((cell, i) => (columns[i]?.align === 'left' ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)))
      .join('  ');
    return `${trailing ? text : text.trimEnd()}\n`;
  };
  return line(columns.map((c) => c.title)) + rows.map(line).join('');
}

/** A float as Ceph's JSON prints it: all digits of the double. */
export const json = (value: unknown): string => JSON.stringify(value);
