/**
 * `npm run test:matrix`: the packed tarball in fresh projects, on Node 20, 22, 24 and 26 and on both lines of OpenTelemetry JS.
 * Prints a line a check, or a suite, and ends with how many passed and failed.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { COMPILATIONS, compile } from '../package/types.mjs';
import { check, expect, run, summarize } from '../support/check.mjs';
import { runBundles } from './bundles.mjs';
import { runLlm } from './llm.mjs';
import { runNext } from './next.mjs';
import {
  complaints,
  createLineProject,
  createProject,
  install,
  installNode,
  pack,
  ROOT,
  versionOf,
} from './projects.mjs';
import { createCommonJsProject, runCommonJs, runTestRunners } from './runners.mjs';
import { runScenarios } from './scenarios.mjs';
import { runSuites } from './suites.mjs';

/** @import { Line, Runtime } from './projects.mjs' */

/** @type {readonly { major: string; lines: readonly Line[] }[]} the line that npm takes on it first */
const NODES = [
  { major: '20', lines: ['0.223'] },
  { major: '22', lines: ['3.x', '0.223'] },
  { major: '24', lines: ['3.x', '0.223'] },
  { major: '26', lines: ['3.x', '0.223'] },
];

const folder = await mkdtemp(join(tmpdir(), 'otel-remote-logger-matrix-'));
try {
  await runMatrix();
} finally {
  await rm(folder, { recursive: true, force: true });
}
summarize('matrix');

async function runMatrix() {
  const tarball = await check('the package packs', () => pack(folder));
  const nodes = await Promise.all(
    NODES.map(({ major }) => check(`node ${major} installs`, () => installNode(folder, major))),
  );
  const [node20, node22, node24, node26] = nodes;
  // Without these there is nothing to check, and each has been counted as a failure.
  if (!tarball || !node20 || !node22 || !node24 || !node26) return;
  for (const [index, { major, lines }] of NODES.entries()) {
    await check(`node ${major}: npm install takes ${lines[0]}, without a word about peers`, () =>
      installsCleanly(nodes[index] ?? node20, tarball, String(lines[0])),
    );
  }
  const [old, current] = await Promise.all([
    check('0.223: a project with all that the suites need', () =>
      createLineProject(folder, tarball, node20, '0.223'),
    ),
    check('3.x: a project with all that the suites need', () =>
      createLineProject(folder, tarball, node24, '3.x'),
    ),
  ]);
  await runCommonJsOf('0.223', tarball, node20);
  await runCommonJsOf('3.x', tarball, node24);
  await runNext(folder, tarball, node20, 15);
  await runNext(folder, tarball, node24, 16);
  // Most of the time of each is spent waiting for processes to start and to end.
  await Promise.all([
    old !== undefined && runLine('0.223', old, [node20, node22, node24, node26]),
    current !== undefined && runLine('3.x', current, [node24, node22, node26]),
  ]);
  if (current !== undefined) await runOtherRuntimes(current);
}

/** @param {Line} line @param {string} project @param {readonly [Runtime, ...Runtime[]]} nodes */
async function runLine(line, project, nodes) {
  await checkTypes(line, project, nodes[0]);
  await runBundles(line, project, nodes);
  for (const node of nodes) {
    const where = `node ${node.major}, ${line}`;
    await runScenarios(where, node, project, line);
    await runLlm(where, node, project, line);
    await runSuites(where, node, project);
    await runTestRunners(where, node, project);
  }
}

/** @param {Line} line @param {string} tarball @param {Runtime} node */
async function runCommonJsOf(line, tarball, node) {
  const where = `node ${node.major}, ${line}`;
  const project = await check(`${where}: a CommonJS project with Jest and Nest`, () =>
    createCommonJsProject(folder, tarball, node, line),
  );
  if (project !== undefined) await runCommonJs(where, node, project);
}

/** @param {Runtime} node @param {string} tarball @param {string} line */
async function installsCleanly(node, tarball, line) {
  const project = await createProject(join(folder, `empty-${node.major}`));
  const { stderr } = await install(node, project, [tarball]);
  expect(complaints(stderr).length === 0, stderr);
  const version = await versionOf(project, '@opentelemetry/sdk-logs');
  expect(version.startsWith(line === '3.x' ? '3.' : '0.223.'), `it took sdk-logs ${version}`);
}

/** @param {Line} line @param {string} project @param {Runtime} node */
async function checkTypes(line, project, node) {
  for (const compilation of COMPILATIONS) {
    await check(`${line}: strict TypeScript takes every public name: ${compilation.name}`, () =>
      compile(node.path, project, compilation),
    );
  }
}

/** @param {string} project */
async function runOtherRuntimes(project) {
  const binaries = await createProject(join(folder, 'runtimes'));
  const args = [join(project, 'apps/wire.mjs'), join(ROOT, 'test/wire/fastchat-wire.json')];
  for (const [name, ...flags] of [['deno', 'run', '--allow-all'], ['bun']]) {
    await check(`${name}: the wire suite passes`, async () => {
      await run('npm', ['install', '--no-audit', '--no-fund', String(name)], binaries, {
        timeoutMillis: 300_000,
      });
      const { stdout } = await run(
        join(binaries, 'node_modules/.bin', String(name)),
        [...flags, ...args],
        project,
      );
      expect(/^wire: (\d+) of \1 equal, (\d+) of \2 delivered$/m.test(stdout), stdout);
    });
  }
}
