export const b64 = (text: string): string => Buffer.from(text).toString('base64');

/** Pieces of a long secret: its last lines, of which none may stay. */
export const linesOf = (body: string): string[] => body.match(/.{1,64}/g) ?? [];
