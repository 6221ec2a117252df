import type { ScriptNode } from 'just-bash';

type CommandNode = ScriptNode['statements'][number]['pipelines'][number]['commands'][number];
export type FunctionNode = Extract<CommandNode, { type: 'FunctionDef' }>;

/** All texts are bytes, one character each, as dash knows no others. */
export type Bytes = string;
export type Sink = (bytes: Bytes) => void;

/** Standard input that several commands read from one after another. */
export class Input {
  private at = 0;
  constructor(private readonly bytes: Bytes) {}

  rest(): Bytes {
    const left = this.at === 0 ? this.bytes : this.bytes.slice(this.at);
    this.at = this.bytes.length;
    return left;
  }

  /** A line without its end, and whether the end was there; undefined when nothing is left. */
  line(): { readonly text: Bytes; readonly ended: boolean } | undefined {
    if (this.at >= this.bytes.length) return undefined;
    const end = this.bytes.indexOf('\n', this.at);
    const text = this.bytes.slice(this.at, end < 0 ? undefined : end);
    this.at = end < 0 ? this.bytes.length : end + 1;
    return { text, ended: end >= 0 };
  }
}

export interface Streams {
  readonly in: Input;
  readonly out: Sink;
  readonly err: Sink;
}

/** What a shell knows; a subshell begins with a copy of it. */
export class State {
  vars = new Map<string, Bytes>();
  exported = new Set<string>();
  functions = new Map<string, FunctionNode>();
  parameters: readonly Bytes[] = [];
  status = 0;
  /** Status of the last command substitution of the command at hand. */
  substituted: number | undefined;
  nounset = false;

  constructor(
    readonly zero: string,
    public cwd: string,
  ) {}

  copy(): State {
    const copy = new State(this.zero, this.cwd);
    copy.vars = new Map(this.vars);
    copy.exported = new Set(this.exported);
    copy.functions = new Map(this.functions);
    copy.parameters = this.parameters;
    copy.status = this.status;
    copy.nounset = this.nounset;
    return copy;
  }
}

/** The shell ends here. */
export class Exit {
  constructor(readonly code: number) {}
}
export class Return {
  constructor(readonly code: number) {}
}
export class Jump {
  constructor(
    readonly how: 'break' | 'continue',
    public levels: number,
  ) {}
}
