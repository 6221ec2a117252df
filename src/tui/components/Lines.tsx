import { Box, Text } from 'ink';
import { words } from '../../domain/printable.ts';
import type { Line } from '../text/line.ts';
import { STYLE } from '../theme.ts';

/** One row. Together with `Lines` the only place where text meets Ink, and it takes printable text alone. */
export function Row({ line }: { readonly line: Line }) {
  const drawn = line.some((piece) => piece.text !== '') ? line : [{ tone: 'plain' as const, text: words` ` }];
  return (
    <Box height={1} flexShrink={0} overflow="hidden">
      <Text wrap="truncate-end">
        {drawn.map((piece, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the pieces of a row have no identity of their own
          <Text key={index} {...STYLE[piece.tone]}>
            {piece.text}
          </Text>
        ))}
      </Text>
    </Box>
  );
}

/** Rows below each other. What is given is what is drawn: callers cut to the room they have. */
export function Lines({ lines }: { readonly lines: readonly Line[] }) {
  return (
    <Box flexDirection="column" flexShrink={0}>
      {lines.map((row, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a row is its place on the screen
        <Row key={index} line={row} />
      ))}
    </Box>
  );
}
