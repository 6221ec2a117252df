export { BundleError } from './limits.ts';
export { type FactLine, type Manifest, MEMBERS, SCHEMA } from './manifest.ts';
export { type BundleContent, readBundle } from './read.ts';
export { evidenceOf, Recordings, siteOf } from './recorded.ts';
export { replay } from './replay.ts';
export { readSosTree, sosEvidence } from './sos/index.ts';
export { Archive } from './write.ts';
