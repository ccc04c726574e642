// Packs the package, installs the tarball into an empty project as a stranger would, and uses it from there:
// by import, by require, and from strict TypeScript. Prints a line a check; exits with 1 if one fails.
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { check, expect, run, summarize } from '../support/check.mjs';
import { COMPILATIONS, compile, TYPESCRIPTS } from './types.mjs';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const LIMIT = { timeoutMillis: 180_000 };

const BELONGS =
  /^((dist|docs|examples|collector-config)\/|bench\/results\/.+\.svg$|[^/]+\.(md|json)$|LICENSE$)/;
/** What work in these folders leaves behind. */
const IS_MADE = /\/(node_modules|\.[^/]+)\/|^docs\/api\//;

const PEERS = ['api', 'api-logs', 'core', 'resources', 'sdk-logs'].map((name) => `@opentelemetry/${name}`);

const USE = `
  const { bridgeLoggerProviders, createRemoteLogger, flatten, getRemoteLogger, RemoteLogRecordExporter } = api;
  const { registerRemoteLogging, toFlatDict, withFlush } = api;
  const names = [bridgeLoggerProviders, createRemoteLogger, flatten, RemoteLogRecordExporter];
  for (const name of [...names, registerRemoteLogging, toFlatDict, withFlush]) name.name.at(0);
  getRemoteLogger().log({ from: process.argv[1], nested: { a: [1] } });
`;

/** Whoever loads it in whichever way has the same. */
const ONE = `
  import { createRequire } from 'node:module';
  import * as imported from 'otel-remote-logger';
  const required = createRequire(import.meta.url)('otel-remote-logger');
  for (const name of Object.keys(imported)) if (imported[name] !== required[name]) throw new Error(name);
`;

/** What entries need that is not installed with the package. */
const NEEDS = { pino: 'pino-abstract-transport', winston: 'winston-transport' };

/** @param {string} entry */
const saying = (entry) =>
  `try { (require('otel-remote-logger/${entry}').default ?? (() => {}))() } catch (error) { error.message }`;

/** @param {string} project @param {string[]} packages */
const install = (project, ...packages) =>
  run('npm', ['install', '--loglevel=error', '--no-audit', '--no-fund', ...packages], project, LIMIT);

/**
 * `npm pack`, which builds first; the tarball's path.
 * @param {string} folder
 */
async function pack(folder) {
  const { stdout } = await run(
    'npm',
    ['pack', '--json', '--loglevel=error', `--pack-destination=${folder}`],
    ROOT,
    LIMIT,
  );
  /** @typedef {{ filename: string; files: { path: string }[] }} Packed */
  const report = /** @type {Packed[] | Record<string, Packed>} */ (JSON.parse(stdout));
  // npm 12 prints an object by package name where older ones print a list.
  const [packed] = Array.isArray(report) ? report : Object.values(report);
  const { filename, files } = packed ?? { filename: '', files: [] };
  const strays = files.map(({ path }) => path).filter((path) => !BELONGS.test(path) || IS_MADE.test(path));
  expect(strays.length === 0, `does not belong in it: ${strays}`);
  for (const path of ['dist/index.js', 'dist/index.d.ts', 'dist/index.d.cts', 'LICENSE', 'package.json']) {
    expect(
      files.some((file) => file.path === path),
      `${path} is missing`,
    );
  }
  return join(folder, filename);
}

/** @param {string} project @param {string} tarball */
async function installTarball(project, tarball) {
  await writeFile(join(project, 'package.json'), '{"private":true}');
  const { stderr } = await install(project, tarball);
  expect(
    !/npm (warn|error)/i.test(stderr.replaceAll(/npm warn Unknown .*\n/g, '')),
    `npm complained: ${stderr}`,
  );
  for (const peer of PEERS) await readFile(join(project, 'node_modules', peer, 'package.json'));
}

/**
 * Runs a script that logs one record and just ends; expects the record at a server, and no word on stderr.
 * @param {string} project @param {string} script @param {Record<string, unknown>[]} received @param {string} url
 */
async function logsFrom(project, script, received, url) {
  const { stderr } = await run(process.execPath, [script], project, {
    env: { REMOTE_LOGGER_URL: url, NODE_NO_WARNINGS: '1' },
    ...LIMIT,
  });
  expect(stderr === '', stderr);
  const [record] = received.splice(0);
  expect(
    String(record?.['from']).endsWith(script) && record?.['nested'] === '{"a":[1]}',
    `arrived: ${JSON.stringify(record)}`,
  );
}

/** @param {string} project @param {string} tarball */
async function useFrom(project, tarball) {
  /** @type {Record<string, unknown>[]} */
  const received = [];
  const server = createServer(async (request, response) => {
    received.push(JSON.parse(Buffer.concat(await request.toArray()).toString('utf8')));
    response.writeHead(204).end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  const url = `http://127.0.0.1:${port}/`;
  try {
    await writeFile(join(project, 'use.mjs'), `import * as api from 'otel-remote-logger';\n${USE}`);
    await writeFile(join(project, 'one.mjs'), ONE);
    await writeFile(join(project, 'use.cjs'), `const api = require('otel-remote-logger');\n${USE}`);
    await check('an empty project installs it with its peers, without a warning', () =>
      installTarball(project, tarball),
    );
    await check('import', () => logsFrom(project, 'use.mjs', received, url));
    await check('require', () => logsFrom(project, 'use.cjs', received, url));
    await check('both are one', () => run(process.execPath, ['one.mjs'], project, LIMIT));
    await check('what an entry needs besides is said', async () => {
      for (const [entry, needs] of Object.entries(NEEDS)) {
        const { stdout } = await run(process.execPath, ['-p', saying(entry)], project, LIMIT);
        expect(
          stdout.includes(
            `otel-remote-logger/${entry} needs ${needs}, which is not installed: npm install ${needs}`,
          ),
          stdout,
        );
      }
    });
    await check('its command', async () => {
      const { stdout } = await run(
        'npx',
        ['--no-install', 'otel-remote-logger', 'spool', '.'],
        project,
        LIMIT,
      );
      expect(stdout === '.: no records wait\n', stdout);
    });
    await check('its project installs TypeScript', () =>
      install(project, ...TYPESCRIPTS, '@types/node@20', 'winston-transport'),
    );
    for (const compilation of COMPILATIONS) {
      await check(`strict TypeScript, libraries checked: ${compilation.name}`, () =>
        compile(process.execPath, project, compilation),
      );
    }
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

const folder = await mkdtemp(join(tmpdir(), 'otel-remote-logger-consumer-'));
try {
  const project = await mkdtemp(join(folder, 'project-'));
  const tarball = await check('the package packs, with what belongs in it and no more', () => pack(folder));
  if (tarball !== undefined) await useFrom(project, tarball);
} finally {
  await rm(folder, { recursive: true, force: true });
}
summarize('package');
