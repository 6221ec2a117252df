import type { ScriptNode } from 'just-bash';

const HEREDOC = /<<-?\s*(['"]?)([A-Za-z_]\w*)\1/g;

/** Does the shell wait for more lines: an open quote, loop or here-document, or an operator at the end? */
export function isIncomplete(parse: (text: string) => ScriptNode, text: string): boolean {
  if (/(\||&&|\\)\s*$/.test(text)) return true;
  const lines = text.split('\n');
  for (const [, , end = ''] of text.matchAll(HEREDOC))
    if (!lines.slice(1).some((line) => line.replace(/^\t+/, '') === end)) return true;
  try {
    parse(text);
    return false;
  } catch (error) {
    const words = error instanceof Error ? error.message : '';
    // The parser misses the `then` part where there is none yet.
    const bare = /unexpected token `fi'/.test(words) && !/\bfi\b/.test(text);
    return bare || /got EOF|unexpected EOF/.test(words);
  }
}
