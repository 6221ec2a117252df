/**
 * What the operator gave cannot be used: a site file, a playbook, a name, an option. Front ends print the message and
 * the hint, without a stack, and exit with code 2.
 */
export class InputError extends Error {
  override readonly name = 'InputError';
  /** What to do about it, one sentence. */
  readonly hint?: string;

  /** `message` says what is wrong and where (`file:line:column` when it is in a file); one line per problem. */
  constructor(message: string, hint?: string) {
    super(message);
    if (hint !== undefined) this.hint = hint;
  }
}
