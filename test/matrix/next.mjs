import { join } from 'node:path';
import { check, expect } from '../support/check.mjs';
import { build, configure, createNextProject, VERSIONS } from './next-project.mjs';
import { startNext } from './next-server.mjs';
import { withReceiver } from './receiver.mjs';
import { until, withModel } from './servers.mjs';

/** @import { Runtime } from './projects.mjs' */

/** What is logged at the start, when the page is rendered, a chat turn and a vote, and a server action, which renders the page again. */
const LOGGED = [
  'chat',
  'instrumentation',
  'page',
  'page',
  'page rendered',
  'page rendered',
  'server action',
  'upvote',
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
  const project = await check(`${where}: a project`, () => createNextProject(folder, tarball, node, version));
  if (project === undefined) return;
  // It comes before each of the two requests of the API.
  const logged = before === 'proxy' ? ['proxy', 'proxy', ...LOGGED].sort() : LOGGED;
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

/** @param {Runtime} node @param {string} folder @param {Record<string, string>} env @param {readonly string[]} expected @param {RegExp} words of the server */
const deliversAll = (node, folder, env, expected, words) =>
  withModel(node, (model) =>
    withReceiver(async (url, records) => {
      const server = await startNext(node, folder, { ...env, ...model, REMOTE_LOGGER_URL: url });
      try {
        await useAll(server.url);
        await until(
          () => records.length >= expected.length,
          () => `${JSON.stringify(records)}\n${server.said()}`,
        );
      } finally {
        await server.end();
      }
      const logged = records.map(({ from, body, type }) => from ?? body ?? type).sort();
      expect(JSON.stringify(logged) === JSON.stringify(expected), `arrived: ${JSON.stringify(records)}`);
      expectTurn(records);
      expect(words.test(server.said()), server.said());
    }),
  );

/** The turn with the usage of its stream, and the vote on it. @param {Record<string, unknown>[]} records */
function expectTurn(records) {
  const [turn, vote] = ['chat', 'upvote'].map((type) => records.find((record) => record['type'] === type));
  const { tokens, finish_reason, response_id } = turn ?? {};
  const state = JSON.parse(String(turn?.['state']));
  expect(
    tokens === 13 && finish_reason === 'stop' && /^chatcmpl-/.test(String(response_id)),
    JSON.stringify(turn),
  );
  expect(state.conv_id === 'c1' && /^Air scatters/.test(state.messages[1][1]), JSON.stringify(turn));
  expect(vote?.['response_id'] === response_id, JSON.stringify(vote));
}

/** The page, a chat turn and a vote, and the server action by the page's own form, as a browser without JavaScript. @param {string} url */
async function useAll(url) {
  const page = await (await fetch(url)).text();
  const [, action] = /name="(\$ACTION_ID_\w+)"/.exec(page) ?? [];
  expect(action !== undefined, page);
  const said = await succeeds(post(`${url}/api/chat`, { id: 'c1', messages: [QUESTION] }));
  const [, response_id] = /"response_id":"([^"]+)"/.exec(said) ?? [];
  await succeeds(post(`${url}/api/vote`, { id: 'c1', type: 'upvote', response_id }));
  const form = new FormData();
  form.set(String(action), '');
  form.set('choice', 'left');
  await succeeds(fetch(url, { method: 'POST', body: form, headers: { origin: url } }));
}

/** As `useChat` sends it. */
const QUESTION = { id: 'm1', role: 'user', parts: [{ type: 'text', text: 'Why is the sky blue?' }] };

/** @param {string} url @param {object} body */
const post = (url, body) =>
  fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

/** @param {Promise<Response>} asked */
async function succeeds(asked) {
  const answer = await asked;
  const text = await answer.text();
  expect(answer.ok, `${answer.status} ${text}`);
  return text;
}

/** What a request has logged waits for its batch, for a second, when the signal comes. @param {Runtime} node @param {string} folder @param {Record<string, string>} env */
const deliversPending = (node, folder, env) =>
  withReceiver(async (url, records) => {
    const server = await startNext(node, folder, { ...env, REMOTE_LOGGER_URL: url });
    try {
      await succeeds(fetch(server.url));
    } finally {
      await server.end();
    }
    const pages = records.filter(({ from }) => from === 'page');
    expect(pages.length === 1, `arrived: ${JSON.stringify(records)}\n${server.said()}`);
  });
