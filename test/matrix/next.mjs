import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { check, expect, run } from '../support/check.mjs';
import { complaints, createProject, install, ROOT } from './projects.mjs';
import { withReceiver } from './receiver.mjs';

/** @import { Runtime } from './projects.mjs' */
/** @typedef {{ url: string; end: () => Promise<void>; said: () => string }} Server */

/** @typedef {{ bundler: string; flags: readonly string[] }} Build */

/**
 * By version: its bundlers, the default first, and what is called before a request: up to 15 on the edge, where nothing can be
 * logged, from 16 on in Node.
 * @type {Record<15 | 16, { bundlers: readonly [Build, ...Build[]]; before: string }>}
 */
const VERSIONS = {
  15: { bundlers: [{ bundler: 'webpack', flags: [] }], before: 'middleware' },
  16: {
    bundlers: [
      { bundler: 'Turbopack', flags: [] },
      { bundler: 'webpack', flags: ['--webpack'] },
    ],
    before: 'proxy',
  },
};

/** What is logged at the start, when the page is rendered, a request is answered, and a vote is taken, which renders the page again. */
const LOGGED = [
  'instrumentation',
  'page',
  'page',
  'page rendered',
  'page rendered',
  'route',
  'server action',
];

const THREAD = { REMOTE_LOGGER_THREAD: 'true', REMOTE_LOGGER_DEBUG: '1' };
const STARTED = /started a thread/;
const NOT_STARTED = /the background thread could not be started .*; sending from the main thread/;

/**
 * The example in a fresh project, built by each bundler of the version as it is, and by the default one with the package left out of the
 * bundle.
 * @param {string} folder @param {string} tarball @param {Runtime} node @param {keyof typeof VERSIONS} version
 */
export async function runNext(folder, tarball, node, version) {
  const where = `node ${node.major}, Next ${version}`;
  const { bundlers, before } = VERSIONS[version];
  const project = await check(`${where}: a project`, () =>
    createNextProject(folder, tarball, node, version, before),
  );
  if (project === undefined) return;
  const logged = before === 'proxy' ? ['proxy', ...LOGGED].sort() : LOGGED;
  for (const { bundler, flags } of bundlers) {
    const built = `${where}, ${bundler}`;
    const server = await check(`${built}: builds without a warning`, () => build(node, project, flags));
    if (server !== undefined) await runServer(built, node, project, server, logged);
  }
  const [{ bundler, flags }] = bundlers;
  const external = `${where}, ${bundler}, not bundled`;
  const server = await check(`${external}: builds without a warning`, async () => {
    await configure(project, "serverExternalPackages: ['otel-remote-logger']");
    return build(node, project, flags);
  });
  if (server !== undefined) await runServerWithThread(external, node, server, logged);
}

/** @param {string} where @param {Runtime} node @param {string} project @param {string} server @param {readonly string[]} logged */
async function runServer(where, node, project, server, logged) {
  await check(`${where}: all that is logged arrives once`, () =>
    deliversAll(node, server, {}, logged, /^(?!.*otel-remote-logger)/s),
  );
  await check(`${where}: the same with a thread, where the package is installed`, () =>
    deliversAll(node, join(project, '.next/standalone'), THREAD, logged, STARTED),
  );
  await check(`${where}: the same by the main thread, after a warning, where it is not`, () =>
    deliversAll(node, server, THREAD, logged, NOT_STARTED),
  );
  await check(`${where}: what is pending at SIGTERM is delivered if Next leaves the end to us`, () =>
    deliversPending(node, server, { NEXT_MANUAL_SIG_HANDLE: 'true' }),
  );
}

/** @param {string} where @param {Runtime} node @param {string} server @param {readonly string[]} logged */
async function runServerWithThread(where, node, server, logged) {
  await check(`${where}: all that is logged arrives once, by a thread`, () =>
    deliversAll(node, server, THREAD, logged, STARTED),
  );
  await check(`${where}: the thread delivers what is pending when Next ends at SIGTERM`, () =>
    deliversPending(node, server, THREAD),
  );
}

/** @param {string} folder @param {string} tarball @param {Runtime} node @param {string | number} version @param {string} before */
async function createNextProject(folder, tarball, node, version, before) {
  const project = await createProject(join(folder, `next-${version}`), {});
  const react = ['react@19', 'react-dom@19', '@types/react@19'];
  const packages = [tarball, `next@${version}`, ...react, '@types/node@20', 'typescript@5'];
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
async function build(node, project, flags) {
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
async function configure(project, setting) {
  const file = join(project, 'next.config.ts');
  const config = await readFile(file, 'utf8');
  await writeFile(file, config.replace("output: 'standalone'", `$&, ${setting}`));
}

/** @param {Runtime} node @param {string} folder @param {Record<string, string>} env @param {readonly string[]} expected @param {RegExp} words of the server */
const deliversAll = (node, folder, env, expected, words) =>
  withReceiver(async (url, records) => {
    const server = await start(node, folder, { ...env, REMOTE_LOGGER_URL: url });
    try {
      await useAll(server.url);
      await until(
        () => records.length >= expected.length,
        () => `${JSON.stringify(records)}\n${server.said()}`,
      );
    } finally {
      await server.end();
    }
    const logged = records.map(({ from, body }) => from ?? body).sort();
    expect(JSON.stringify(logged) === JSON.stringify(expected), `arrived: ${JSON.stringify(records)}`);
    expect(words.test(server.said()), server.said());
  });

/** The page, the route, and the server action by the page's own form, as a browser without JavaScript. @param {string} url */
async function useAll(url) {
  const page = await (await fetch(url)).text();
  const [, action] = /name="(\$ACTION_ID_\w+)"/.exec(page) ?? [];
  expect(action !== undefined, page);
  await succeeds(fetch(`${url}/api/chat`, { method: 'POST' }));
  const form = new FormData();
  form.set(String(action), '');
  form.set('choice', 'left');
  await succeeds(fetch(url, { method: 'POST', body: form, headers: { origin: url } }));
}

/** @param {Promise<Response>} asked */
async function succeeds(asked) {
  const answer = await asked;
  expect(answer.ok, `${answer.status} ${await answer.text()}`);
}

/** What a request has logged waits for its batch, for a second, when the signal comes. @param {Runtime} node @param {string} folder @param {Record<string, string>} env */
const deliversPending = (node, folder, env) =>
  withReceiver(async (url, records) => {
    const server = await start(node, folder, { ...env, REMOTE_LOGGER_URL: url });
    try {
      await succeeds(fetch(`${server.url}/api/chat`, { method: 'POST' }));
    } finally {
      await server.end();
    }
    const routes = records.filter(({ from }) => from === 'route');
    expect(routes.length === 1, `arrived: ${JSON.stringify(records)}\n${server.said()}`);
  });

/** @param {Runtime} node @param {string} folder @param {Record<string, string>} more @returns {Promise<Server>} */
async function start(node, folder, more) {
  const port = await freePort();
  const env = { ...process.env, ...more, PORT: String(port), HOSTNAME: '127.0.0.1' };
  const child = spawn(node.path, ['server.js'], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = once(child, 'close');
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text) => {
      said += text;
    });
  const end = async () => {
    child.kill('SIGTERM');
    await ended;
  };
  try {
    await until(
      () => /Ready in/.test(said),
      () => said,
    );
  } catch (error) {
    await end();
    throw error;
  }
  return { url: `http://127.0.0.1:${port}`, end, said: () => said };
}

/** Next takes port 0 for none. */
async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  server.close();
  await once(server, 'close');
  return port;
}

/** @param {() => boolean} holds @param {() => string} otherwise */
async function until(holds, otherwise) {
  for (let tries = 0; tries < 600 && !holds(); tries++) await delay(50);
  expect(holds(), otherwise());
}
