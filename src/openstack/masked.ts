/** A value that somebody hid, as sos does: stars and nothing else. What it was is unknown; two such values are neither equal nor different. */
export const isMasked = (value: string): boolean => /^\*{5,}$/.test(value);
