/**
 * What sudo must allow, as lines of a sudoers file. Every program runs below `timeout`, so that is the command sudo sees; its arguments
 * are given as a regular expression (sudo 1.9.10 and newer), because sudo's wildcards also match blanks and so further arguments.
 */
export interface Allowed {
  /** `root` or a service user. */
  readonly as: string;
  /** Words of the command; a word in braces stands for a value, one in doubled braces for several. */
  readonly argv: readonly string[];
  /** Seconds. */
  readonly deadline: number;
}

/** One word that is no option. */
const VALUE = '[^- ][^ ]*';

/** A regular expression that sudo matches against the arguments, joined by blanks. */
function pattern({ argv, deadline }: Allowed): string {
  const words = argv.map((word) =>
    word === '{{anything}}'
      ? '.*'
      : /^\{\{.*\}\}$/s.test(word)
        ? `${VALUE}( ${VALUE})*`
        : word
            .split(/(\{[^{}]+\})/)
            .map((part, at) => (at % 2 === 1 ? (part === word ? VALUE : '[^ ]*') : literal(part)))
            .join(''),
  );
  return `^-k 2 ${Math.max(1, Math.ceil(deadline))} ${words.join(' ')}$`;
}

/** What is special to regular expressions goes in brackets; a backslash is doubled, and a `$` escaped, for sudo's own reader. */
const SPECIAL: Readonly<Record<string, string>> = { '\\': '[\\\\]', '\n': '.', '^': '[\\^]', $: '[\\$]' };
const literal = (text: string): string => text.replace(/[.[\]*^$+?(){}|\\\n]/g, (c) => SPECIAL[c] ?? `[${c}]`);

/** `/usr/bin/timeout ^…$`, with what sudo's reader takes for itself escaped. */
export const commandRule = (allowed: Allowed): string =>
  `/usr/bin/timeout ${pattern(allowed).replace(/[,:=#]/g, (c) => `\\${c}`)}`;

/** One line for one user. */
export const sudoersLine = (login: string, allowed: Allowed): string =>
  `${login} ALL=(${allowed.as}) NOPASSWD: ${commandRule(allowed)}`;

/** sudo takes no longer regular expression: such a command can be allowed only together with every other. */
export const fitsSudo = (allowed: Allowed): boolean => pattern(allowed).length <= 1024;
