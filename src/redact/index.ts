export type { Kind } from './names.ts';
export type { From } from './origin.ts';
export { type Counts, Leak, type Learner, Redactor, type Replacer } from './redactor.ts';
