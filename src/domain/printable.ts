declare const printable: unique symbol;

/** Text that is safe to write to a terminal. Only `toPrintable` makes it; only it may reach a screen. */
export type Printable = string & { readonly [printable]: true };
