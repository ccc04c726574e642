import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { TYPESCRIPTS } from '../package/types.mjs';
import { expect, run } from '../support/check.mjs';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** @typedef {'0.223' | '3.x'} Line */
/** @typedef {{ major: string; path: string }} Runtime */

/** What npm may take long for, with others at work on the machine. */
const INSTALL = { timeoutMillis: 300_000 };
const QUIET = ['--no-audit', '--no-fund', '--loglevel=warn'];

/** An empty folder with a package.json. @param {string} folder @param {{ type?: string }} manifest */
export async function createProject(folder, manifest = { type: 'module' }) {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'package.json'), JSON.stringify({ private: true, ...manifest }));
  return folder;
}

/** Node of a major version, by npm's `node` package. @param {string} folder @param {string} major @returns {Promise<Runtime>} */
export async function installNode(folder, major) {
  const project = await createProject(join(folder, `node-${major}`));
  await run('npm', ['install', ...QUIET, `node@${major}`], project, INSTALL);
  const path = join(project, 'node_modules/node/bin/node');
  const { stdout } = await run(path, ['--version'], project);
  expect(stdout.startsWith(`v${major}.`), `node@${major} is ${stdout}`);
  return { major, path };
}

/** The npm that runs us, run by that Node: it chooses versions by the Node that it runs on. @param {Runtime} node @param {string[]} packages @param {string} project */
export async function install(node, project, packages) {
  const npm = await npmPath();
  return run(node.path, [npm, 'install', ...QUIET, ...packages], project, INSTALL);
}

async function npmPath() {
  const own = process.env['npm_execpath'];
  if (own?.endsWith('npm-cli.js')) return own;
  const { stdout } = await run('npm', ['root', '--global'], ROOT);
  return join(stdout.trim(), 'npm/bin/npm-cli.js');
}

/** What npm says about peers, engines or conflicts; not about its own configuration or install scripts. @param {string} stderr */
export const complaints = (stderr) =>
  stderr
    .split('\n')
    .filter((text) => /^npm (warn|error)/i.test(text) && !/Unknown|install-scripts/.test(text));

/** @param {string} project @param {string} name */
export async function versionOf(project, name) {
  const manifest = await readFile(join(project, 'node_modules', name, 'package.json'), 'utf8');
  return /** @type {{ version: string }} */ (JSON.parse(manifest)).version;
}

/** The packed package. @param {string} folder */
export async function pack(folder) {
  await run('npm', ['pack', '--loglevel=error', `--pack-destination=${folder}`], ROOT, INSTALL);
  const [tarball] = (await readdir(folder)).filter((name) => name.endsWith('.tgz'));
  expect(tarball !== undefined, 'npm pack made no tarball');
  return join(folder, String(tarball));
}

const OPENTELEMETRY = [
  'context-async-hooks',
  'instrumentation',
  'instrumentation-bunyan',
  'instrumentation-http',
  'instrumentation-openai',
  'instrumentation-pino',
  'instrumentation-undici',
  'sdk-node',
  'sdk-trace',
  'winston-transport',
].map((name) => `@opentelemetry/${name}`);
/** bunyan 1 and openai 6: their instrumentations know no other. vitest 4: the newest that runs on Node 20. */
const TOOLS = [
  'pino',
  'winston',
  'fastify',
  'bunyan@1',
  'openai@6',
  'vitest@4',
  '@types/node',
  'signal-exit',
  ...TYPESCRIPTS,
];
/** The AI SDK 7 needs Node 22. @type {Record<Line, readonly string[]>} */
const AI_SDK = { 0.223: [], '3.x': ['ai@7', '@ai-sdk/openai@4'] };
const BUNDLERS = ['esbuild', 'webpack', 'webpack-cli', 'rollup'].concat(
  ['commonjs', 'json', 'node-resolve'].map((name) => `@rollup/plugin-${name}`),
);

/**
 * A project with the packages of the day that belong to the line which npm takes on that Node, with the examples, the
 * apps of this folder, and the suites, which get the package in place of `src`.
 * @param {string} folder @param {string} tarball @param {Runtime} node @param {Line} line
 */
export async function createLineProject(folder, tarball, node, line) {
  const project = await createProject(join(folder, `line-${line}`));
  await install(node, project, [tarball, ...OPENTELEMETRY, ...TOOLS, ...BUNDLERS, ...AI_SDK[line]]);
  const expected = line === '3.x' ? /^3\./ : /^0\.223\./;
  const version = await versionOf(project, '@opentelemetry/sdk-logs');
  expect(expected.test(version), `sdk-logs is ${version}`);
  for (const file of [
    'direct.js',
    'node-sdk.js',
    'request-handler.js',
    'function.js',
    'register',
    'loggers',
    'llm',
    'testing',
    'bundled',
  ]) {
    await cp(join(ROOT, 'examples', file), join(project, file), { recursive: true });
  }
  await cp(join(ROOT, 'test/matrix/apps'), join(project, 'apps'), { recursive: true });
  for (const part of [
    'wire',
    'support',
    'faults/children',
    'loggers/children',
    ...SUITES.filter((path) => path.endsWith('.ts')),
  ]) {
    await cp(join(ROOT, 'test', part), join(project, 'test', part), { recursive: true });
  }
  await writeFile(join(project, 'vitest.config.mjs'), VITEST_CONFIG);
  return project;
}

/** The wire suite, the exporter suite, exits, and what is new with the two lines. */
const SUITES = [
  'wire',
  'otel/exporter.test.ts',
  'faults/exit.test.ts',
  'otel/globals.test.ts',
  'logger/provided.test.ts',
  'logger/remote-logging.test.ts',
  'logger/with-flush.test.ts',
  'loggers/ends.test.ts',
];

const VITEST_CONFIG = `
import { defineConfig } from 'vitest/config';

export default defineConfig({
  resolve: {
    // What reads a queue on disk is imported, but not called here.
    alias: [{ find: /^(\\.\\.\\/)+src\\/(index|command\\/spool\\/contents)\\.js$/, replacement: 'otel-remote-logger' }],
  },
  test: { include: ['test/**/*.test.ts'], testTimeout: 60_000, maxWorkers: 2 },
});
`;
