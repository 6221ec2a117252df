/**
 * The same text in memory of its own. A piece cut out of a block keeps all of the block alive: whatever is remembered beyond its block
 * is copied. Texts are bytes as strings of codes 0 … 255.
 */
export const owned = (text: string): string => Buffer.from(text, 'latin1').toString('latin1');
