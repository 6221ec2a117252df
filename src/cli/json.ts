/**
 * Characters that JSON may carry as they are but that a terminal acts on or hides: C1 controls, zero-width and
 * bidirectional codes. Escaped, the document means the same.
 */
const RISKY =
  /\p{Cc}|\p{Cf}|\p{Co}|\p{Zl}|\p{Zp}|[\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0]|\p{Variation_Selector}|\u034f/gu;

const escaped = (json: string): string =>
  json.replace(RISKY, (char) =>
    char === '\n'
      ? char
      : char
          .split('')
          .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
          .join(''),
  );

/** One indented document with its last newline. */
export const jsonDocument = (value: unknown): string => `${escaped(JSON.stringify(value, null, 2))}\n`;

/** One record on one line. */
export const jsonLine = (value: unknown): string => `${escaped(JSON.stringify(value))}\n`;
