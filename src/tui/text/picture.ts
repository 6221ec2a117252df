import type { Tone } from '../theme.ts';
import { fitLine, type Line, span } from './line.ts';
import { many } from './wrap.ts';

/** A drawing: its rows are never wrapped. */
export const picture = (drawn: string, tone: Tone, width: number): Line[] =>
  many(drawn.replace(/\n+$/, '')).map((row) => fitLine([span(tone, row)], width));
