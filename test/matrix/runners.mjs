import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { check, expect, run } from '../support/check.mjs';
import { createProject, install, ROOT } from './projects.mjs';
import { withReceiver } from './receiver.mjs';
import { startServer, until } from './servers.mjs';

/** @import { Runtime } from './projects.mjs' */
/** @typedef {{ name: string; folder: string; args: readonly string[]; arrives: Record<string, number> }} Runner */

/** A busy machine takes longer than the five seconds that both allow. */
const PATIENT = '--testTimeout=60000';
const JEST = ['../../node_modules/jest/bin/jest.js', PATIENT];
/** All is captured, whatever the URL. @type {Record<string, number>} */
const NOTHING = {};
const UNDER_TIMERS = { 'fake timers': 3, 'real timers': 3 };

/** Those of the line's own project. @type {readonly Runner[]} */
const OF_LINE = [
  {
    name: 'vitest',
    folder: 'apps/vitest',
    args: ['../../node_modules/vitest/vitest.mjs', 'run', PATIENT],
    arrives: { 'fake timers': 2, 'real timers': 2 },
  },
  {
    name: 'node:test',
    folder: 'apps/node-test',
    args: ['--test', '--test-force-exit'],
    arrives: { 'fake timers': 1, 'real timers': 1 },
  },
  {
    name: "vitest with the package's own test tools",
    folder: 'testing/vitest',
    args: ['../../node_modules/vitest/vitest.mjs', 'run', PATIENT],
    arrives: NOTHING,
  },
  {
    name: "node:test with the package's own test tools",
    folder: 'testing/node-test',
    args: ['--test'],
    arrives: NOTHING,
  },
];

/** Those that take CommonJS only, as they come. @type {readonly Runner[]} */
const OF_COMMONJS = [
  { name: 'Jest', folder: 'apps/jest', args: JEST, arrives: { ...UNDER_TIMERS, registers: 1 } },
  {
    name: 'Jest in band',
    folder: 'apps/jest',
    args: [...JEST, '-i'],
    arrives: { ...UNDER_TIMERS, registers: 1 },
  },
  {
    name: 'Jest with import()',
    folder: 'apps/jest-import',
    args: ['--experimental-vm-modules', ...JEST, '-i'],
    arrives: {},
  },
  { name: "Jest with the package's own test tools", folder: 'testing/jest', args: JEST, arrives: NOTHING },
  { name: 'the unit test of a Nest application', folder: 'apps/nest', args: JEST, arrives: {} },
];

/** @param {string} where @param {Runtime} node @param {string} project */
export const runTestRunners = (where, node, project) => runAll(where, node, project, OF_LINE);

/** @param {string} folder @param {string} tarball @param {Runtime} node @param {string} line */
export async function createCommonJsProject(folder, tarball, node, line) {
  const project = await createProject(join(folder, `commonjs-${line}`), { type: 'commonjs' });
  const nest = ['common', 'core', 'platform-express', 'testing'].map((name) => `@nestjs/${name}@11`);
  const jest = ['jest@30', 'ts-jest@29', 'typescript@5', '@types/jest@30', '@types/node@20'];
  await install(node, project, [tarball, ...jest, ...nest, 'reflect-metadata', 'rxjs']);
  for (const app of ['jest', 'jest-import', 'nest'])
    await cp(join(ROOT, 'test/matrix/apps', app), join(project, 'apps', app), { recursive: true });
  await cp(join(ROOT, 'examples/testing/jest'), join(project, 'testing/jest'), { recursive: true });
  return project;
}

/** @param {string} where @param {Runtime} node @param {string} project */
export async function runCommonJs(where, node, project) {
  await runAll(where, node, project, OF_COMMONJS);
  await check(`${where}: a Nest application, compiled to CommonJS, delivers what a request logs`, () =>
    nestDelivers(node, join(project, 'apps/nest')),
  );
}

/** @param {string} where @param {Runtime} node @param {string} project @param {readonly Runner[]} runners */
async function runAll(where, node, project, runners) {
  for (const runner of runners) {
    await check(`${where}: ${runner.name} passes, and what was flushed arrives`, () =>
      withReceiver(async (url, records) => {
        await passes(node, project, runner, { REMOTE_LOGGER_URL: url });
        const counts = Object.entries(runner.arrives).map(([from, count]) => {
          const arrived = records.filter(({ from: own, body }) => (own ?? body) === from).length;
          return arrived === count;
        });
        const isRight = runner.arrives === NOTHING ? records.length === 0 : !counts.includes(false);
        expect(isRight, `arrived: ${JSON.stringify(records)}`);
      }),
    );
    await check(`${where}: ${runner.name} passes without a URL`, () => passes(node, project, runner, {}));
  }
}

/** @param {Runtime} node @param {string} project @param {Runner} runner @param {Record<string, string>} env */
async function passes(node, project, { folder, args }, env) {
  const { stdout, stderr } = await run(node.path, args, join(project, folder), {
    env: { ...env, CI: 'true' },
    timeoutMillis: 120_000,
  });
  expect(!/torn down|did not exit|open handles|unhandled/i.test(stdout + stderr), stdout + stderr);
}

/** @param {Runtime} node @param {string} app */
async function nestDelivers(node, app) {
  await run(node.path, ['../../node_modules/typescript/bin/tsc'], app, { timeoutMillis: 120_000 });
  await withReceiver(async (url, records) => {
    const env = { ...process.env, REMOTE_LOGGER_URL: url, PORT: '0' };
    const { match, said, end } = await startServer(node, ['dist/main.js'], { cwd: app, env }, /url: (\S+)/);
    try {
      const answer = await fetch(`${match[1]}/?name=Ada`);
      expect((await answer.text()) === 'Hello, Ada!', said());
      await until(() => records.length > 0, said);
    } finally {
      await end();
    }
    const [record] = records;
    expect(record?.['name'] === 'Ada' && record['nested'] === '{"a":[1]}', JSON.stringify(records));
  });
}
