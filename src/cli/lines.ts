import { toPrintable } from '../domain/printable.ts';

export type Tone = 'good' | 'bad' | 'warn' | 'dim' | 'strong' | 'plain';

/** A piece of a line. Its text may come from anywhere: `paint` alone writes it, and makes it printable. */
export interface Span {
  readonly text: string;
  readonly tone: Tone;
}

export type Line = string | readonly (string | Span)[];

export const span = (tone: Tone, text: string): Span => ({ text, tone });

const SGR: Readonly<Record<Tone, string>> = { good: '32', bad: '31', warn: '33', dim: '2', strong: '1', plain: '' };

/** A line as it goes to the terminal or file, without its newline. Remote text cannot bring control sequences of its own. */
export function paint(line: Line, colour: boolean): string {
  const spans = typeof line === 'string' ? [line] : line;
  return spans
    .map((piece) => (typeof piece === 'string' ? span('plain', piece) : piece))
    .map(({ text, tone }) => {
      const safe = toPrintable(text);
      return colour && SGR[tone] !== '' && safe !== '' ? `\u001b[${SGR[tone]}m${safe}\u001b[0m` : safe;
    })
    .join('');
}
