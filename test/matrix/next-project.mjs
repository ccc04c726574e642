import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, run } from '../support/check.mjs';
import { complaints, createProject, install, ROOT } from './projects.mjs';

/** @import { Runtime } from './projects.mjs' */
/** @typedef {{ bundler: string; flags: readonly string[] }} Build */

/**
 * By version: its bundlers, the default first; what is called before a request, up to 15 on the edge, where nothing can be
 * logged, from 16 on in Node; and the AI SDK that runs on its Node.
 * @type {Record<15 | 16, { bundlers: readonly [Build, ...Build[]]; before: string; ai: readonly string[] }>}
 */
export const VERSIONS = {
  15: {
    bundlers: [{ bundler: 'webpack', flags: [] }],
    before: 'middleware',
    ai: ['ai@6', '@ai-sdk/openai@3'],
  },
  16: {
    bundlers: [
      { bundler: 'Turbopack', flags: [] },
      { bundler: 'webpack', flags: ['--webpack'] },
    ],
    before: 'proxy',
    ai: ['ai@7', '@ai-sdk/openai@4'],
  },
};

/** The example in a fresh project. @param {string} folder @param {string} tarball @param {Runtime} node @param {keyof typeof VERSIONS} version */
export async function createNextProject(folder, tarball, node, version) {
  const { before, ai } = VERSIONS[version];
  const project = await createProject(join(folder, `next-${version}`), {});
  const react = ['react@19', 'react-dom@19', '@types/react@19'];
  const packages = [tarball, `next@${version}`, ...react, ...ai, '@types/node@20', 'typescript@5'];
  const { stderr } = await install(node, project, packages);
  expect(complaints(stderr).length === 0, stderr);
  for (const part of ['app', 'instrumentation.ts', 'next.config.ts', 'tsconfig.json'])
    await cp(join(ROOT, 'examples/next', part), join(project, part), { recursive: true });
  const apps = join(ROOT, 'test/matrix/apps/next');
  await cp(join(apps, 'route.ts'), join(project, 'app/edge/route.ts'));
  await cp(join(apps, `${before}.ts`), join(project, `${before}.ts`));
  return project;
}

/** Says where the server is: copied elsewhere, as into a container. @param {Runtime} node @param {string} project @param {readonly string[]} flags */
export async function build(node, project, flags) {
  const server = `${project}-standalone`;
  for (const path of [join(project, '.next'), server]) await rm(path, { recursive: true, force: true });
  const args = ['node_modules/next/dist/bin/next', 'build', ...flags];
  const options = { env: { NEXT_TELEMETRY_DISABLED: '1' }, timeoutMillis: 300_000 };
  const { stdout, stderr } = await run(node.path, args, project, options);
  expect(
    /compiled successfully/i.test(stdout) && !/otel-remote-logger/.test(stdout + stderr),
    stdout + stderr,
  );
  const standalone = join(project, '.next/standalone');
  await cp(join(project, '.next/static'), join(standalone, '.next/static'), { recursive: true });
  await cp(standalone, server, { recursive: true, verbatimSymlinks: true });
  return server;
}

/** @param {string} project @param {string} setting */
export async function configure(project, setting) {
  const file = join(project, 'next.config.ts');
  const config = await readFile(file, 'utf8');
  await writeFile(file, config.replace("output: 'standalone'", `$&, ${setting}`));
}
