import { block, table } from '../block.ts';
import { type Context, chooseTarget } from '../context.ts';
import { jsonDocument, jsonLine } from '../json.ts';
import { type Line, span } from '../lines.ts';
import type { NodeCensus } from '../port.ts';
import { trustHostKey } from '../prompts.ts';
import { duration } from '../words.ts';

/** Clocks further apart than this make Ceph's monitors and tokens unhappy. */
const SKEW_MS = 1000;

/** Who is reachable, with which rights and versions. 0: everybody whole, with root; 5: somebody not. */
export async function nodes(context: Context): Promise<number> {
  const { io, globals, signal } = context;
  const port = await context.port();
  const { target } = await chooseTarget(context, port, false);
  const seen: NodeCensus[] = [];
  const request = { target, trust: (key: Parameters<typeof trustHostKey>[0]) => trustHostKey(key, io, signal) };
  for await (const node of port.nodes(request, signal)) {
    seen.push(node);
    if (globals.format === 'ndjson') io.emit(jsonLine({ event: 'node', ...recordOf(node) }));
    io.progress(`Looking: ${seen.length} nodes answered or gave up`);
  }
  io.progress('');
  seen.sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }));
  if (globals.format === 'json') io.emit(jsonDocument({ schema: 1, nodes: seen.map(recordOf) }));
  if (globals.format === 'text') io.print(...nodesText(seen, Math.max(80, io.columns)));
  if (signal.aborted) return 130;
  return seen.every((node) => node.reached && node.root !== undefined && node.why === undefined) ? 0 : 5;
}

const recordOf = ({ skewMs, ...node }: NodeCensus): Record<string, unknown> => ({
  ...node,
  ...(skewMs !== undefined && { skew_ms: skewMs }),
});

function nodesText(seen: readonly NodeCensus[], width: number): Line[] {
  const rows = seen.map((node) => [
    node.name,
    node.reached ? span('good', '✓ yes') : span('bad', '✗ no'),
    node.reached ? (node.root === undefined ? span('bad', '✗ no') : node.root) : '-',
    node.ceph ?? '-',
    skewWords(node),
    [node.roles.join(', '), node.openstack?.join(', ')].filter((text) => text).join(' · '),
  ]);
  const why = seen.filter((node) => node.why !== undefined);
  return [
    ...table(['NAME', 'REACHED', 'ROOT', 'CEPH', 'CLOCK', 'ROLES · OPENSTACK'], rows, width),
    ...(why.length === 0 ? [] : ['', ...why.flatMap((node) => block(`${node.name}: `, node.why ?? '', width))]),
  ];
}

function skewWords({ skewMs }: NodeCensus): ReturnType<typeof span> | string {
  if (skewMs === undefined) return '-';
  if (Math.abs(skewMs) < SKEW_MS) return 'ok';
  return span('warn', `${skewMs > 0 ? '+' : '-'}${duration(Math.abs(skewMs))}`);
}
