/**
 * What `npm run build` makes of `src`, in two turns with `tsc` between them, which writes the types.
 *
 * `node build.js` makes the files that Node runs, in CommonJS. That form alone is what there is, and its ES module only names
 * what it exports: so there is one state in a process, whoever loads it in whichever way. Node reads and compiles files
 * one by one on its way to an application's first line, so `index.cjs` leads to one file, `main.cjs`: the facade, all that an
 * application needs in which nothing is logged. The rest is loaded by `require()` when a logger is on, as its first record can't wait
 * for `import()`; so is the queue on disk. What `src` reaches by `import()` stays a chunk of its own, loaded when it is needed.
 *
 * Of the page that `otel-remote-logger listen` serves, it makes `dist/page`: files for a browser, with all that they need.
 *
 * `node build.js types` gives each `.d.ts` that an entry leads to its twin for those who require the package, and removes the others.
 */
import { cp, readdir, readFile, rm, rmdir, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { build } from 'rolldown';

/** @import { InputOptions, OutputOptions, Plugin } from 'rolldown' */

/** What an application loads by name. */
const ENTRIES = ['index', 'register', 'testing', 'pino', 'winston'];

/** Whatever it warns of is an error. @type {InputOptions} */
const strict = {
  logLevel: 'warn',
  // Such as that of an `import()` that a static import elsewhere makes pointless.
  onLog(_level, { message }) {
    throw new Error(message);
  },
};

/** @type {InputOptions} */
const input = {
  ...strict,
  platform: 'node',
  // Of node_modules nothing: an application has one copy of OpenTelemetry, and updates undici by itself.
  external: /^(?![./]|[a-z]:[\\/])/i,
};

/** @type {OutputOptions} */
const output = {
  dir: 'dist',
  format: 'cjs',
  // Rollup would take a mark for a promise of a default export.
  esModule: false,
  exports: 'named',
  strict: true,
  sourcemap: true,
  entryFileNames: '[name].cjs',
  chunkFileNames: '[name].cjs',
};

const SOURCE = `${import.meta.dirname}/src/`;

/** What a process loads in which nothing is logged: names, settings, and what ends a process. By paths in `src`. */
const FACADE =
  /^((types|runtime|config|redact|lifecycle)\/.*|(index|register)|logger\/(create-remote-logger|global-logger|logger-of-records|remote-logger|remote-logging|with-flush)|otel\/(exporter|export-way))\.[jt]s$/;

/** What only some want: that of the command, of an entry or of a queue on disk. */
const OF_SOME = /^(command|testing|loggers|spool|files|receiver|page|ask)\//;

/** Whether many want a module. An entry is a file of its own: what it does at once must not happen to those who load another. */
const isShared = (/** @type {string} */ path) => path.includes('/') && !OF_SOME.test(path);

/** Files that are loaded by `require()`, each when one of its functions is called for the first time. */
const LATE = {
  engine: await namesIn('engine.ts'),
  spool: ['openSpool', 'loadSpool'],
};

/** The late file that has what `importer` asks for; `undefined` if it is loaded at once. */
function lateFileOf(/** @type {string} */ importer, /** @type {string} */ wanted) {
  if (wanted === 'spool/open-spool.js') return 'spool';
  return FACADE.test(importer) && !FACADE.test(wanted) ? 'engine' : undefined;
}

/** @type {Plugin} */
const loadedLate = {
  name: 'loaded-late',
  resolveId(source, importer) {
    if (source.endsWith('.cjs')) return { id: source, external: true };
    if (importer === undefined || !source.startsWith('.')) return undefined;
    const file = lateFileOf(inSource(importer), inSource(resolve(dirname(importer), source)));
    return file && `./late-${file}.js`;
  },
  load(id) {
    const [, file] = /^\.\/late-(.+)\.js$/.exec(id) ?? [];
    if (file !== 'engine' && file !== 'spool') return undefined;
    const stubs = LATE[file].map((name) => `export const ${name} = (...args) => loaded().${name}(...args);`);
    return ['let file;', `const loaded = () => (file ??= require('./${file}.cjs'));`, ...stubs].join('\n');
  },
};

const isOfFacade = (/** @type {string} */ path) => isShared(path) && FACADE.test(path);
const inSource = (/** @type {string} */ path) => path.slice(SOURCE.length);

/** The names that a file of `src` takes from others and exports. @param {string} path */
async function namesIn(path) {
  const text = await readFile(SOURCE + path, 'utf8');
  return [...text.matchAll(/^export \{ (.+) \}/gm)].flatMap(([, names = '']) => names.split(', '));
}

async function buildCode() {
  await build({
    ...input,
    plugins: [loadedLate],
    input: {
      index: 'src/index.ts',
      register: 'src/register.ts',
      engine: 'src/engine.ts',
      cli: 'src/cli.ts',
      'ask-child': 'src/ask-child.ts',
      spool: 'src/spool/open-spool.ts',
      testing: 'src/testing.ts',
      pino: 'src/pino.ts',
      winston: 'src/winston.ts',
    },
    output: {
      ...output,
      cleanDir: true,
      codeSplitting: {
        groups: [
          { name: 'main', test: (id) => isOfFacade(inSource(id)) || id.startsWith('./late-') },
          // All else that an entry reaches without import(), but for what only some want.
          { name: 'active', tags: ['$initial'], test: (id) => isShared(inSource(id)) },
          // Of the queue on disk, and of the command that looks into it.
          { name: 'spool-files', test: (id) => /^(spool|files)\//.test(inSource(id)), minShareCount: 2 },
          // Of the pipeline, and of the command that sends one record.
          { name: 'transport', test: (id) => inSource(id).startsWith('transport/'), minShareCount: 2 },
          { name: 'command', test: (id) => inSource(id).startsWith('command/'), minShareCount: 2 },
          { name: 'loggers', test: (id) => inSource(id).startsWith('loggers/') },
        ],
      },
    },
  });
  // Of another thread, with which nothing is shared. In the folder of main.cjs, which looks for it there.
  await build({
    ...input,
    input: { 'remote-logger-worker': 'src/worker.ts' },
    output: { ...output, codeSplitting: false },
    // One file: what the main thread loads late is all here.
    onLog(_level, log) {
      if (log.code !== 'INEFFECTIVE_DYNAMIC_IMPORT') throw new Error(log.message);
    },
  });
  for (const entry of ['index', 'testing', 'winston'])
    await writeFile(`dist/${entry}.js`, namesOf(`${entry}.cjs`));
  await writeFile('dist/pino.js', "import all from './pino.cjs';\n\nexport default all.default;\n");
  await writeFile('dist/register.js', "import './register.cjs';\n");
}

const PAGE = 'src/page/browser';
const PAGE_STYLES = ['base', 'parts', 'live', 'record', 'ask'].map((name) => `${PAGE}/styles/${name}.css`);

/** The page needs no network but its receiver's, so what it uses of others is in its files, with their licences. */
async function buildPage() {
  await build({
    ...strict,
    input: { page: `${PAGE}/main.tsx` },
    platform: 'browser',
    tsconfig: `${PAGE}/tsconfig.json`,
    output: { dir: 'dist/page', format: 'esm', minify: true, codeSplitting: false },
  });
  const styles = await Promise.all(
    ['node_modules/uplot/dist/uPlot.min.css', ...PAGE_STYLES].map((path) => readFile(path, 'utf8')),
  );
  await writeFile('dist/page/page.css', styles.join('\n'));
  for (const file of ['index.html', 'icon.svg']) await cp(`${PAGE}/${file}`, `dist/page/${file}`);
  const licences = await Promise.all(
    ['preact', 'uplot'].map(
      async (name) => `${name}\n\n${await readFile(`node_modules/${name}/LICENSE`, 'utf8')}`,
    ),
  );
  await writeFile('dist/page/LICENSES.txt', licences.join('\n\n'));
}

/** An ES module with the same names. Node finds the names of CommonJS by reading its text, other loaders by other means. */
function namesOf(/** @type {string} */ file) {
  const names = Object.keys(createRequire(import.meta.url)(`./dist/${file}`)).sort();
  return `import all from './${file}';\n\nexport const { ${names.join(', ')} } = all;\n`;
}

/** The files of types that those of `path` lead to, with itself. @param {string} path @param {Set<string>} found */
async function typesFrom(path, found) {
  if (found.has(path)) return;
  found.add(path);
  const text = await readFile(path, 'utf8');
  for (const [, other = ''] of text.matchAll(/['"](\.{1,2}\/[^'"]+)\.js['"]/g))
    await typesFrom(`${join(dirname(path), other)}.d.ts`, found);
}

/** TypeScript takes a `.d.ts` of this package for that of an ES module, and a `.d.cts` for that of CommonJS. Types that no entry leads to are of no use. */
async function buildTypes() {
  const files = await readdir('dist', { recursive: true });
  /** @type {Set<string>} */
  const found = new Set();
  for (const entry of ENTRIES) await typesFrom(`dist/${entry}.d.ts`, found);
  for (const path of files.filter((file) => file.endsWith('.d.ts')).map((file) => join('dist', file)))
    if (!found.has(path)) await rm(path);
  for (const path of found) {
    const text = await readFile(path, 'utf8');
    const twin = text.replaceAll(/(['"]\.{1,2}\/[^'"]+)\.js(?=['"])/g, '$1.cjs');
    await writeFile(path.replace(/\.ts$/, '.cts'), twin);
  }
  await removeEmptyFolders('dist');
}

/** @param {string} folder */
async function removeEmptyFolders(folder) {
  for (const entry of await readdir(folder, { withFileTypes: true }))
    if (entry.isDirectory()) await removeEmptyFolders(join(folder, entry.name));
  if ((await readdir(folder)).length === 0) await rmdir(folder);
}

if (process.argv[2] === 'types') await buildTypes();
else {
  await buildCode();
  await buildPage();
}
