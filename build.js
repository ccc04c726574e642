/**
 * What `npm run build` makes of `src`, in two turns with `tsc` between them, which writes the types.
 *
 * `node build.js` makes the files that Node runs, in CommonJS. That form alone is what there is, and its ES module only names
 * what it exports: so there is one state in a process, whoever loads it in whichever way. Node reads and compiles files
 * one by one on its way to an application's first line, so `index.cjs` leads to one file, `main.cjs`, in which is all that
 * both entries and the lazy chunks share. What `src` reaches by `import()` stays a chunk of its own, loaded when it is needed, and so
 * does the queue on disk, which an application's first record can't wait for: it is loaded by `require()`.
 *
 * Of the page that `otel-remote-logger listen` serves, it makes `dist/page`: files for a browser, with all that they need.
 *
 * `node build.js types` gives each `.d.ts` its twin for those who require the package.
 */
import { cp, readdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { build } from 'rolldown';

/** @import { InputOptions, OutputOptions, Plugin } from 'rolldown' */

/** @type {InputOptions} */
const input = {
  platform: 'node',
  // Of node_modules nothing: an application has one copy of OpenTelemetry, and updates undici by itself.
  external: /^(?![./]|[a-z]:[\\/])/i,
  logLevel: 'warn',
  // Such as that of an `import()` that a static import elsewhere makes pointless.
  onLog(_level, { message }) {
    throw new Error(message);
  },
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

/** Where the queue on disk begins, as it is imported, and what stands in for it until it is called. */
const SPOOL = /[\\/]spool[\\/]open-spool\.js$/;
const WHEN_NEEDED = './spool-when-needed.js';
const LOADS_SPOOL = `export function openSpool(...args) {
  return require('./spool.cjs').openSpool(...args);
}`;

/** @type {Plugin} */
const spoolWhenNeeded = {
  name: 'spool-when-needed',
  resolveId(source, importer) {
    if (source === './spool.cjs') return { id: source, external: true };
    return importer !== undefined && SPOOL.test(source) ? WHEN_NEEDED : undefined;
  },
  load: (id) => (id === WHEN_NEEDED ? LOADS_SPOOL : undefined),
};

/** Neither an entry that does something, nor what only the command, an entry of its own, or a queue on disk needs. */
const OF_ALL =
  /[\\/]src[\\/](?!(register|cli|testing|pino|winston)\.ts$|(command|testing|loggers|spool|files|receiver|page|ask)[\\/])/;

async function buildCode() {
  await build({
    ...input,
    plugins: [spoolWhenNeeded],
    input: {
      index: 'src/index.ts',
      register: 'src/register.ts',
      cli: 'src/cli.ts',
      spool: 'src/spool/open-spool.ts',
      testing: 'src/testing.ts',
      pino: 'src/pino.ts',
      winston: 'src/winston.ts',
    },
    output: {
      ...output,
      cleanDir: true,
      // All that an entry reaches without import(), but for what is not for every application.
      codeSplitting: {
        groups: [
          { name: 'main', tags: ['$initial'], test: OF_ALL },
          // Of the queue on disk, and of the command that looks into it.
          { name: 'spool-files', test: /[\\/]src[\\/](spool|files)[\\/]/, minShareCount: 2 },
          // Of the pipeline, and of the command that sends one record.
          { name: 'transport', test: /[\\/]src[\\/]transport[\\/]/, minShareCount: 2 },
          { name: 'command', test: /[\\/]src[\\/]command[\\/]/, minShareCount: 2 },
          { name: 'loggers', test: /[\\/]src[\\/]loggers[\\/]/ },
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
const PAGE_STYLES = [
  'node_modules/uplot/dist/uPlot.min.css',
  `${PAGE}/styles/base.css`,
  `${PAGE}/styles/parts.css`,
];

/** The page needs no network but its receiver's, so what it uses of others is in its files, with their licences. */
async function buildPage() {
  await build({
    input: { page: `${PAGE}/main.tsx` },
    platform: 'browser',
    tsconfig: `${PAGE}/tsconfig.json`,
    output: { dir: 'dist/page', format: 'esm', minify: true, codeSplitting: false },
  });
  const styles = await Promise.all(PAGE_STYLES.map((path) => readFile(path, 'utf8')));
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

/** TypeScript takes a `.d.ts` of this package for that of an ES module, and a `.d.cts` for that of CommonJS. */
async function buildTypes() {
  const files = await readdir('dist', { recursive: true });
  for (const file of files.filter((path) => path.endsWith('.d.ts'))) {
    const text = await readFile(`dist/${file}`, 'utf8');
    const twin = text.replaceAll(/(['"]\.{1,2}\/[^'"]+)\.js(?=['"])/g, '$1.cjs');
    await writeFile(`dist/${file.replace(/\.ts$/, '.cts')}`, twin);
  }
}

if (process.argv[2] === 'types') await buildTypes();
else {
  await buildCode();
  await buildPage();
}
