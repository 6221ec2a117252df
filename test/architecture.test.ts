import { existsSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { importsOf, partOf, readSources, targetOf } from './support/imports.ts';

const root = join(import.meta.dirname, '..');

/**
 * Who may import whom. One row for each folder (or file) directly under `src/`: the parts of Inkling and the packages
 * it may name. Every part may import its own files. `node:*` stands for all of Node's modules.
 */
const MAY_IMPORT: Readonly<
  Record<string, { readonly parts: readonly string[]; readonly packages: readonly string[] }>
> = {
  // The core: no input or output, no clock.
  domain: { parts: [], packages: ['zod', 'yaml', 'node:buffer'] },
  ceph: { parts: ['domain'], packages: [] },
  openstack: { parts: ['domain'], packages: [] },
  libvirt: { parts: ['domain'], packages: [] },
  redact: { parts: [], packages: ['node:crypto', 'node:zlib'] },
  pages: { parts: ['domain'], packages: ['node:crypto'] },
  parsers: { parts: ['domain', 'ceph', 'openstack', 'libvirt'], packages: ['zod'] },
  engine: {
    parts: ['domain', 'ceph', 'openstack', 'libvirt', 'parsers'],
    packages: ['zod', 're2js', '@marcbachmann/cel-js', 'node:crypto'],
  },

  // The operator's own files, as far as they are the same to every adapter.
  files: { parts: [], packages: ['node:*'] },

  // Adapters: each knows the domain and itself. Only the composition root names them.
  transport: { parts: ['domain'], packages: ['node:*', 'ssh2', 'node-ssh', 'execa'] },
  journal: { parts: ['domain', 'files'], packages: ['node:*', 'zod'] },
  bundle: { parts: ['domain'], packages: ['node:*', 'zod'] },
  playbooks: { parts: ['domain'], packages: ['node:*', 'zod', 'yaml'] },
  learn: { parts: ['domain', 'files'], packages: ['node:*', 'zod'] },
  site: { parts: ['domain'], packages: ['node:*', 'zod', 'yaml', 'execa'] },
  search: { parts: ['domain'], packages: ['fuse.js', 're2js', 'zod'] },
  lab: { parts: ['domain'], packages: ['node:*', 'ssh2', 'just-bash', 'yaml'] },

  // The composition root: the only one that names adapters. It fulfils the front ends' ports, hence their types.
  app: {
    parts: [
      ...['domain', 'ceph', 'openstack', 'libvirt', 'parsers', 'engine', 'redact', 'pages', 'files'],
      ...['transport', 'journal', 'bundle', 'learn', 'playbooks', 'site', 'search', 'lab'],
    ],
    packages: ['node:*'],
  },

  // Front ends. Everything they need comes through a port.
  cli: { parts: ['domain', 'pages'], packages: ['commander', '@bomb.sh/tab', 'zod', 'node:tty'] },
  tui: { parts: ['domain'], packages: ['ink', 'ink-select-input', 'react'] },
  main: { parts: ['domain', 'app', 'cli', 'tui'], packages: [] },
};

/** Files that the composition root may import as types, although they lie in a front end. */
const PORTS = ['src/cli/port.ts', 'src/tui/port.ts'];
const MOST_LINES = 400;
const VAGUE_NAMES = /^(utils?|helpers?|manager|common|misc|shared|lib)$/;

const sources = readSources(root, 'src');
const isRelative = (specifier: string): boolean => specifier.startsWith('.');
const packageOf = (specifier: string): string =>
  specifier.startsWith('@') ? specifier.split('/').slice(0, 2).join('/') : (specifier.split('/')[0] ?? '');
const isNode = (specifier: string): boolean => specifier.startsWith('node:') || builtinModules.includes(specifier);

const allImports = sources.flatMap((file) =>
  file.imports.map((one) => ({ file, ...one, place: `${file.path}:${one.line}` })),
);

describe('imports', () => {
  test('every part of src has a row in the table', () => {
    const parts = new Set(sources.map(({ path }) => partOf(path)));
    expect([...parts].filter((part) => MAY_IMPORT[part] === undefined)).toEqual([]);
  });

  test('parts import only what their row allows', () => {
    const wrong = allImports
      .filter(({ specifier }) => isRelative(specifier))
      .filter(({ file, specifier, typeOnly }) => {
        const target = targetOf(file.path, specifier);
        const [from, to] = [partOf(file.path), partOf(target)];
        if (target === 'package.json') return from !== 'main';
        if (!target.startsWith('src/')) return true;
        if (from === 'app' && typeOnly && PORTS.includes(target)) return false;
        return from !== to && !MAY_IMPORT[from]?.parts.includes(to);
      });
    expect(wrong.map(({ place, specifier }) => `${place} imports ${specifier}`)).toEqual([]);
  });

  test('parts use only the packages their row allows', () => {
    const wrong = allImports
      .filter(({ specifier }) => !isRelative(specifier))
      .filter(({ file, specifier }) => {
        const allowed = MAY_IMPORT[partOf(file.path)]?.packages ?? [];
        if (isNode(specifier)) return !(allowed.includes('node:*') || allowed.includes(specifier));
        return !allowed.includes(packageOf(specifier));
      });
    expect(wrong.map(({ place, specifier }) => `${place} imports ${specifier}`)).toEqual([]);
  });

  test('relative imports name a file that exists, with its extension', () => {
    const wrong = allImports
      .filter(({ specifier }) => isRelative(specifier))
      .filter(({ file, specifier }) => !existsSync(join(root, targetOf(file.path, specifier))));
    expect(wrong.map(({ place, specifier }) => `${place} imports ${specifier}`)).toEqual([]);
  });

  test('the scanner sees static, type, side-effect, re-exported and late imports, and no others', () => {
    const text = [
      "import { a } from './a.ts';",
      "import type { B } from './b.ts';",
      "import './c.ts';",
      "export * from './d.ts';",
      'import {\n  e,\n  type F,\n} from "./not-our-quotes.ts";'.replaceAll('"', "'"),
      "const g = () => import('./g.ts');",
      "/* import { h } from './h.ts'; */",
      "const text = 'nothing from here';",
    ].join('\n');
    expect(importsOf(text).map(({ specifier, typeOnly }) => [specifier, typeOnly])).toEqual([
      ['./a.ts', false],
      ['./b.ts', true],
      ['./c.ts', false],
      ['./d.ts', false],
      ['./not-our-quotes.ts', false],
      ['./g.ts', false],
    ]);
  });
});

describe('effects', () => {
  const outside = (pattern: RegExp, allowed: (path: string) => boolean): string[] =>
    sources
      .filter(({ path }) => !allowed(path))
      .flatMap(({ path, text }) =>
        text
          .split('\n')
          .flatMap((line, i) => (pattern.test(line.replace(/^\s*(\/\/|\*|\/\*).*/, '')) ? [`${path}:${i + 1}`] : [])),
      );

  test('only main ends the process and listens for signals', () => {
    expect(outside(/\bprocess\.(exit|abort|exitCode)\b/, (path) => path === 'src/main.ts')).toEqual([]);
    expect(outside(/\bprocess\s*\.\s*(on|once|addListener)\((?!'exit')/, (path) => path === 'src/main.ts')).toEqual([]);
  });

  test('the core and the field have no clock, no chance and no environment', () => {
    const pure = ['domain', 'ceph', 'openstack', 'libvirt', 'parsers', 'redact', 'pages'];
    const effects = /\b(Date\.now|new Date\(\)|performance\.now|Math\.random|setTimeout|setInterval|process\.|fetch\()/;
    expect(outside(effects, (path) => !pure.includes(partOf(path)))).toEqual([]);
  });

  test('nothing writes to the console', () => {
    expect(outside(/\bconsole\.\w+\(/, () => false)).toEqual([]);
  });

  test('no regular expression of a playbook reaches the backtracking engine', () => {
    expect(
      outside(/new RegExp\(/, (path) => !path.startsWith('src/engine/') && !path.startsWith('src/playbooks/')),
    ).toEqual([]);
  });
});

describe('files', () => {
  test(`none is longer than ${MOST_LINES} lines`, () => {
    expect(sources.filter(({ lines }) => lines > MOST_LINES).map(({ path, lines }) => `${path}: ${lines}`)).toEqual([]);
  });

  test('none has a name that says nothing', () => {
    const vague = sources.filter(({ path }) =>
      path.split('/').some((name) => VAGUE_NAMES.test(name.replace(/\.tsx?$/, ''))),
    );
    expect(vague.map(({ path }) => path)).toEqual([]);
  });

  test('screens leave the terminal to Ink; what is said after they closed is said in one file', () => {
    const writers = sources.filter(
      ({ path, text }) => path.startsWith('src/tui/') && /\bstd(out|err)\b[\w?.]*\.write\(/.test(text),
    );
    expect(writers.map(({ path }) => path)).toEqual(['src/tui/index.tsx']);
  });

  test('the command line writes only painted lines: streams are touched in one file', () => {
    const writers = sources.filter(({ path, text }) => path.startsWith('src/cli/') && /\.write\(/.test(text));
    expect(writers.map(({ path }) => path)).toEqual(['src/cli/terminal.ts']);
  });
});
