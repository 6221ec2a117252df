/** Awk that the small awk does not know: the library's runs it instead. */
export class UnknownUse extends Error {}
