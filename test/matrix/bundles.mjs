import { cp, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { check, expect, run } from '../support/check.mjs';
import { withReceiver } from './receiver.mjs';

/** @import { Runtime } from './projects.mjs' */

const BUILDS = [
  { bundler: 'esbuild', build: ['esbuild.js'], bundles: ['esbuild.cjs', 'esbuild.mjs'] },
  { bundler: 'webpack', build: ['../node_modules/webpack/bin/webpack.js'], bundles: ['webpack.cjs'] },
  { bundler: 'rollup', build: ['../node_modules/rollup/dist/bin/rollup', '-c'], bundles: ['rollup.mjs'] },
];

/**
 * Bundles are built on one Node and run on each, in a folder without node_modules.
 * @param {string} line @param {string} project @param {readonly [Runtime, ...Runtime[]]} nodes
 */
export async function runBundles(line, project, [builder, ...others]) {
  const source = join(project, 'bundled');
  const outside = `${project}-bundles`;
  await mkdir(outside, { recursive: true });
  for (const { bundler, build, bundles } of BUILDS) {
    const built = await check(`${line}: ${bundler} bundles`, async () => {
      await run(builder.path, build, source, { timeoutMillis: 180_000 });
      await cp(join(source, 'dist'), outside, { recursive: true });
      return true;
    });
    if (built === undefined) continue;
    for (const node of [builder, ...others]) {
      for (const bundle of bundles)
        await check(`node ${node.major}, ${line}: ${bundle} runs and delivers`, () =>
          delivers(node, outside, bundle),
        );
    }
  }
}

/** @param {Runtime} node @param {string} folder @param {string} bundle */
const delivers = (node, folder, bundle) =>
  withReceiver(async (url, records) => {
    const { stderr } = await run(node.path, [bundle], folder, { env: { REMOTE_LOGGER_URL: url } });
    expect(
      stderr === '' && records.length === 1 && records[0]?.['usage'] === '{"tokens":256}',
      stderr + JSON.stringify(records),
    );
  });
