export type { Dossier, Happening, OsdLatency, PoolFill, SeamLink } from './dossier.ts';
export { htmlPage } from './html.ts';
export { markdownPage } from './markdown.ts';
