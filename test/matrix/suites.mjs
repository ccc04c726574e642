import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { check, count, expect, run } from '../support/check.mjs';

/** @import { Runtime } from './projects.mjs' */

/** The suites from the packed tarball; each of their tests counts. @param {string} where @param {Runtime} node @param {string} project */
export async function runSuites(where, node, project) {
  const report = join(project, `suites-${node.major}.json`);
  const vitest = join(project, 'node_modules/vitest/vitest.mjs');
  const args = ['run', '--reporter=json', `--outputFile=${report}`];
  // Its exit code says the same as the report; without a report, the check below fails.
  const fault = await run(node.path, [vitest, ...args], project, { timeoutMillis: 400_000 }).catch(
    (error) => error,
  );
  const results = await check(`${where}: the suites run`, async () => {
    const { numPassedTests, numFailedTests, testResults } = JSON.parse(await readFile(report, 'utf8'));
    const broken = testResults.filter(
      (/** @type {{ status: string; assertionResults: unknown[] }} */ file) =>
        file.status === 'failed' && file.assertionResults.length === 0,
    );
    expect(
      broken.length === 0 && numPassedTests > 0,
      `suites that could not run: ${JSON.stringify(broken)} ${fault?.stderr}`,
    );
    return { numPassedTests, numFailedTests, testResults };
  });
  if (results === undefined) return;
  count(`${where}: wire suite, exporter suite, exits`, results.numPassedTests, results.numFailedTests);
  for (const { assertionResults } of results.testResults) {
    for (const { status, fullName, failureMessages } of assertionResults) {
      if (status === 'failed') console.log(`  ${fullName}: ${String(failureMessages).slice(0, 1000)}`);
    }
  }
}
