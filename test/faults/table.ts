import type { Reporter, TestModule } from 'vitest/node';
import { MATRIX } from './matrix.ts';

/** Prints the whole matrix after the run: what was injected how often, with which result, and why not where it was not. */
export default class Table implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const seen = new Map<string, string[][]>();
    for (const module of modules)
      for (const test of module.children.allTests()) {
        const id = /^[FTU]\d+/.exec(test.name)?.[0];
        if (id === undefined) continue;
        const fault = test.meta().fault;
        const { state } = test.result();
        const cells = fault
          ? [state, fault.injected, String(fault.runs), fault.figure, fault.checks]
          : [state === 'skipped' ? 'not run' : state, test.name.slice(id.length + 1), '', '', ''];
        seen.set(id, [...(seen.get(id) ?? []), cells]);
      }
    if (seen.size === 0) return;
    const rows = Object.entries(MATRIX).flatMap(([id, { fault }]) => {
      const left = [['not run', `${fault}: its test was left out`, '', '', '']];
      return (seen.get(id) ?? left).map((cells) => [id, ...cells]);
    });
    const all = [['row', 'result', 'injected', 'runs', 'figure', 'checks'], ...rows];
    const widths = [0, 1, 2, 3, 4].map((at) => Math.max(...all.map((r) => Math.min(70, r[at]?.length ?? 0))));
    const line = (cells: readonly string[]) =>
      cells
        .map((c, at) => c.padEnd(widths[at] ?? 0))
        .join('  ')
        .trimEnd();
    process.stdout.write(`\n${all.map(line).join('\n')}\n\n`);
  }
}
