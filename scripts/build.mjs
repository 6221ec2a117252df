// Bundles src/main.ts into dist/, and what playbooks and lessons say into dist/shipped.json. Run by `npm run build`, and by
// `npm start` and `npm test` before they begin, so it does nothing when no input changed since the last build.
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const dist = join(root, 'dist');
const stampFile = join(dist, '.stamp');
const quiet = process.argv.includes('--quiet');
const force = process.argv.includes('--force');

/** A running program loads chunks late: those of earlier builds stay for as long as one may still be running. */
const KEEP_OLD_CHUNKS_MS = 60 * 60 * 1000;

/** SHA-256 over the names and contents of everything that dist/ is made of. */
function stampOfInputs() {
  const hash = createHash('sha256').update(process.version);
  for (const file of [...inputs(), ...filesBelow('playbooks'), ...filesBelow('lessons')])
    hash.update(relative(root, file)).update('\0').update(readFileSync(file)).update('\0');
  return hash.digest('hex');
}

const filesBelow = (folder) =>
  readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();

function inputs() {
  const own = ['package.json', 'package-lock.json', 'tsconfig.json', 'scripts/build.mjs'].map((name) =>
    join(root, name),
  );
  return [...filesBelow('src'), ...own].filter((file) => existsSync(file)).sort();
}

/** Optional native add-ons of ssh2 fall back to JavaScript; React's developer tools are never shipped. */
const leftOut = {
  name: 'left-out',
  setup(build) {
    build.onResolve({ filter: /\.node$/ }, () => ({ path: 'addon', namespace: 'missing' }));
    build.onResolve({ filter: /^(cpu-features|@mongodb-js\/zstd|node-liblzma)$/ }, () => ({
      path: 'addon',
      namespace: 'missing',
    }));
    build.onResolve({ filter: /^react-devtools-core$/ }, () => ({ path: 'devtools', namespace: 'empty' }));
    build.onLoad({ filter: /.*/, namespace: 'missing' }, () => ({
      contents: 'throw new Error("not part of this build")',
      loader: 'js',
    }));
    build.onLoad({ filter: /.*/, namespace: 'empty' }, () => ({ contents: 'export default {}', loader: 'js' }));
  },
};

/** CommonJS dependencies inside an ES module still expect these three. */
const banner = [
  'import{createRequire as __inklingRequire}from"node:module";',
  'import{fileURLToPath as __inklingPath}from"node:url";',
  'import{dirname as __inklingDir}from"node:path";',
  'const require=__inklingRequire(import.meta.url),__filename=__inklingPath(import.meta.url),__dirname=__inklingDir(__filename);',
].join('');

const OPTIONS = {
  absWorkingDir: root,
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node22',
  jsx: 'automatic',
  define: { 'process.env.NODE_ENV': '"production"' },
  banner: { js: banner },
  plugins: [leftOut],
  write: false,
  logLevel: 'warning',
};

async function bundle() {
  const { build } = await import('esbuild');
  return build({
    ...OPTIONS,
    entryPoints: { main: 'src/main.ts' },
    outdir: dist,
    chunkNames: 'chunks/[name]-[hash]',
    splitting: true,
    // Names stay: ssh2 tells its server's sessions by the name of their class. esbuild's keepNames costs 15 % of a check's processor time.
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: 'none',
    metafile: true,
  });
}

/** YAML is read and checked here, so that the program need not do it each time it starts. A mistake in it is left to the program to tell. */
async function ship() {
  const { build } = await import('esbuild');
  const { outputFiles } = await build({ ...OPTIONS, entryPoints: ['src/app/shipping.ts'], outfile: 'shipping.mjs' });
  const script = join(dist, `shipping.${process.pid}.mjs`);
  writeFileSync(script, outputFiles[0].contents);
  try {
    const shipped = await (await import(pathToFileURL(script).href)).ship(pathToFileURL(`${root}/`));
    replaceFile(join(dist, 'shipped.json'), JSON.stringify(shipped));
  } catch (error) {
    rmSync(join(dist, 'shipped.json'), { force: true });
    console.error(`playbooks and lessons will be read at each start: ${error.message}`);
  } finally {
    unlinkSync(script);
  }
}

function replaceFile(path, contents) {
  const fresh = `${path}.${process.pid}.new`;
  writeFileSync(fresh, contents);
  renameSync(fresh, path);
}

/** Chunks first, the entry that names them last: whoever starts meanwhile finds either build whole. */
function write(outputFiles) {
  mkdirSync(join(dist, 'chunks'), { recursive: true });
  const entry = join(dist, 'main.js');
  for (const file of outputFiles) if (file.path !== entry) replaceFile(file.path, file.contents);
  for (const file of outputFiles) if (file.path === entry) replaceFile(file.path, file.contents);
}

function sweep(outputFiles) {
  const current = new Set(outputFiles.map((file) => file.path));
  for (const name of readdirSync(join(dist, 'chunks'))) {
    const path = join(dist, 'chunks', name);
    if (!current.has(path) && Date.now() - statSync(path).mtimeMs > KEEP_OLD_CHUNKS_MS) unlinkSync(path);
  }
}

const started = performance.now();
const stamp = stampOfInputs();
if (!force && existsSync(join(dist, 'main.js')) && existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) {
  if (!quiet) console.log('dist/ is up to date');
} else {
  const { outputFiles, metafile } = await bundle();
  write(outputFiles);
  await ship();
  sweep(outputFiles);
  writeFileSync(stampFile, stamp);
  if (process.argv.includes('--metafile')) writeFileSync(join(dist, 'meta.json'), JSON.stringify(metafile));
  const kib = Math.round(outputFiles.reduce((sum, file) => sum + file.contents.length, 0) / 1024);
  const ms = Math.round(performance.now() - started);
  if (!quiet) console.log(`dist/ built: ${outputFiles.length} files, ${kib} KiB, ${ms} ms`);
}
