/**
 * `npm run test:mutations`: breaks a promise in a copy of this project, one at a time, and expects the test that keeps it to
 * fail. Prints a line a mutation, and ends with how many were noticed. Words after the command choose rows whose name has them.
 */
import { cp, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { check, expect, run, summarize } from '../support/check.mjs';

/**
 * @typedef {object} Row
 * @property {string} name the promise, as a sentence: `1: a retry goes over a new connection`
 * @property {string} file in which `from`, which is there once, becomes `to`
 * @property {string} from
 * @property {string} to
 * @property {string} test a test file
 * @property {string} [only] a part of the name of the test that has to fail
 * @property {string} [project] of vitest: `tests` (default), `faults`, `faults-thread`, `faults-spool`, `faults-spool-thread` or `page`
 * @property {boolean | 'types'} [builds] whether the test looks at `dist`, or even at its types; with a thread it always does
 */

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** So often a test has the chance to notice. */
const RUNS = 3;
/** Much of their time is waiting for processes to start. */
const WORKERS = availableParallelism() + 1;
const LIMIT = { timeoutMillis: 180_000 };

const words = process.argv.slice(2);
const rows = (await allRows()).filter(({ name }) => words.every((word) => name.includes(word)));
const folder = await mkdtemp(join(tmpdir(), 'otel-remote-logger-mutations-'));
try {
  await Promise.all(Array.from({ length: WORKERS }, (_, index) => work(join(folder, `${index}`))));
} finally {
  await rm(folder, { recursive: true, force: true });
}
summarize('mutations');

/** Takes rows, one after the other, for as long as there are any. @param {string} copy */
async function work(copy) {
  await cp(ROOT, copy, {
    recursive: true,
    filter: (path) => !/(^|\/)(node_modules|\.git|\.build)$/.test(path),
  });
  await symlink(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
  for (let row = rows.shift(); row !== undefined; row = rows.shift()) {
    const taken = row;
    await check(taken.name, () => isNoticed(taken, copy));
  }
}

/** @returns {Promise<Row[]>} */
async function allRows() {
  const folder = new URL('./rows/', import.meta.url);
  const files = (await readdir(folder)).sort();
  const modules = await Promise.all(files.map((file) => import(new URL(file, folder).href)));
  return modules.flatMap(({ ROWS }) => ROWS);
}

/** @param {Row} row @param {string} copy */
async function isNoticed(row, copy) {
  const { file, from, to, project = 'tests', builds = project.endsWith('-thread') } = row;
  const path = join(copy, file);
  const source = await readFile(path, 'utf8');
  const parts = source.split(from);
  expect(parts.length === 2, `"${from}" is ${parts.length - 1} times in ${file}, not once`);
  await writeFile(path, parts.join(to));
  try {
    if (builds) await build(builds, copy);
    // Some promises are about who comes first: a break of those does not show in each run.
    for (let run = 1; (await failuresOf(row, project, copy)) === 0; run++) {
      expect(run < RUNS, `${row.test} noticed nothing of "${to}" in the place of "${from}"`);
    }
  } finally {
    await writeFile(path, source);
    if (builds) await build(builds, copy);
  }
}

/** @param {true | 'types'} what @param {string} copy */
function build(what, copy) {
  const [command, ...args] = what === 'types' ? ['npm', 'run', '--silent', 'build'] : ['node', 'build.js'];
  return run(command, args, copy, LIMIT);
}

/** How many tests failed. @param {Row} row @param {string} project @param {string} copy */
async function failuresOf({ test, only }, project, copy) {
  const report = join(copy, 'report.json');
  await rm(report, { force: true });
  const chosen = only === undefined ? [] : ['-t', only];
  // Most files are as they were in the run before.
  const cache = ['--experimental.fsModuleCache', `--experimental.fsModuleCachePath=${join(copy, '.cache')}`];
  const args = [
    ...cache,
    'run',
    '--project',
    project,
    test,
    ...chosen,
    '--bail=1',
    '--reporter=json',
    `--outputFile=${report}`,
  ];
  await run('node', ['node_modules/vitest/vitest.mjs', ...args], copy, LIMIT).catch(() => {});
  const { numTotalTests, numFailedTests } = JSON.parse(await readFile(report, 'utf8'));
  expect(numTotalTests > 0, `${test} has no such test: ${only}`);
  return numFailedTests;
}
