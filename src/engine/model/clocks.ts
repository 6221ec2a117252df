import { isUnknown, type Maybe } from '../../domain/fact.ts';
import type { ModelNode } from '../../domain/model.ts';
import { map, type Readings } from './readings.ts';

/** Seconds by which a clock is ahead of the operator's: at least and at most, as it was read at some time between asking and answer. */
interface Range {
  readonly least: number;
  readonly most: number;
}

/** Clocks kept by NTP differ by less; seconds. */
const SLACK = 1;

/** How far each node's clock certainly is from the operator's, and from where most clocks stand. An answer that took long proves little. */
export function clocks(readings: Readings): (node: string) => Pick<ModelNode, 'skew' | 'apart'> {
  const read = (node: string): Maybe<Range & { readonly from: readonly string[] }> =>
    map(readings.read<number>('clock', node), (seconds, from) => {
      const { at, waited } = readings.when(from[0] ?? '');
      return { least: seconds - at, most: seconds - at + waited, from };
    });
  const all = readings.site.nodes.map((n) => read(n.name));
  const middle = agreed(all.flatMap((clock) => (isUnknown(clock) ? [] : [clock])));
  return (node) => {
    const clock = read(node);
    if (isUnknown(clock)) return { skew: clock, apart: clock };
    return {
      skew: { seconds: distance(clock, 0), from: clock.from },
      apart: { seconds: Math.round(distance(clock, middle)) || 0, from: clock.from },
    };
  };
}

const distance = ({ least, most }: Range, point: number): number =>
  least > point ? least - point : Math.min(0, most - point);

/** Where most ranges meet, so that one clock that is wrong does not make the others look wrong (Marzullo's algorithm). */
function agreed(ranges: readonly Range[]): number {
  const edges = ranges
    .flatMap(({ least, most }) => [
      { at: least - SLACK, step: 1 },
      { at: most + SLACK, step: -1 },
    ])
    .toSorted((a, b) => a.at - b.at || b.step - a.step);
  let [open, most, middle] = [0, 0, 0];
  for (const [i, { at, step }] of edges.entries()) {
    open += step;
    if (open <= most) continue;
    most = open;
    middle = (at + (edges[i + 1]?.at ?? at)) / 2;
  }
  return middle;
}
