import { check, expect, run } from '../support/check.mjs';
import { withReceiver } from './receiver.mjs';
import { startServer, withModel } from './servers.mjs';

/** @import { Runtime } from './projects.mjs' */
/** @typedef {Record<string, unknown>} Sent */
/** The variables that point at a model and at a receiver, and what that one gets. @typedef {{ env: Record<string, string>; records: Sent[] }} Ways */

const REGISTER = ['--import', 'otel-remote-logger/register', '--import', './llm/instrumentation.js'];
const ANSWER = 'Air scatters blue light more than red light.';

/** The examples for LLM stacks. @param {string} where @param {Runtime} node @param {string} project @param {string} line */
export async function runLlm(where, node, project, line) {
  await check(`${where}: chat turns of the openai client, an error and a vote arrive`, () =>
    withWays(node, async ({ env, records }) => {
      await run(node.path, ['llm/openai.js'], project, { env });
      expectTurns(records.filter(({ type }) => type === 'chat'));
      const vote = records.find(({ type }) => type === 'upvote');
      expect(vote?.['response_id'] === turnOf(records)?.['response_id'], JSON.stringify(records));
    }),
  );
  await check(`${where}: records of a chat with Fastify carry the ids of their requests`, () =>
    withWays(node, (ways) => fastifyChat(node, project, ways)),
  );
  await check(`${where}: GenAI events of the openai instrumentation arrive flat, with their content`, () =>
    withWays(node, async ({ env, records }) => {
      await run(node.path, [...REGISTER, 'llm/instrumented.js'], project, { env });
      expectEvents(records);
    }),
  );
  if (line !== '3.x') return; // the AI SDK 7 needs Node 22
  await check(`${where}: calls of the AI SDK are records, by one import`, () =>
    withWays(node, async ({ env, records }) => {
      await run(node.path, ['llm/ai-sdk.js'], project, { env });
      expectTurns(records);
    }),
  );
}

/** @template T @param {Runtime} node @param {(ways: Ways) => Promise<T>} work */
const withWays = (node, work) =>
  withModel(node, (model) =>
    withReceiver((url, records) => work({ env: { ...model, REMOTE_LOGGER_URL: url }, records })),
  );

/** @param {Sent[]} records */
const turnOf = (records) =>
  records.find(({ type, error_type }) => type === 'chat' && error_type === undefined);

/** One that was answered, with its usage, and one that failed. @param {Sent[]} records */
function expectTurns(records) {
  const turn = turnOf(records);
  const failed = records.find(({ model }) => model === 'busy');
  const { messages } = JSON.parse(String(turn?.['state']));
  const { finish_reason, prompt_tokens, completion_tokens, tokens } = turn ?? {};
  expect(
    records.length === 2 && messages.at(-1)[0] === 'assistant' && messages.at(-1)[1] === ANSWER,
    JSON.stringify(records),
  );
  expect(
    finish_reason === 'stop' && prompt_tokens === 5 && completion_tokens === 8 && tokens === 13,
    JSON.stringify(turn),
  );
  expect(
    failed?.['error_type'] === '429' && /Rate limit reached/.test(String(failed['error'])),
    JSON.stringify(failed),
  );
}

/** The question and the answer of one trace, and the vote. @param {Sent[]} records */
function expectEvents(records) {
  const [question, answer, vote] = ['gen_ai.user.message', 'gen_ai.choice', 'gen_ai.evaluation.result'].map(
    (name) => records.find((record) => (record['event.name'] ?? record['event_name']) === name),
  );
  expect(records.length === 3 && question?.['content'] === 'Why is the sky blue?', JSON.stringify(records));
  expect(JSON.parse(String(answer?.['message'])).content === ANSWER, JSON.stringify(answer));
  expect(
    answer?.['trace_id'] === question?.['trace_id'] && /^[0-9a-f]{32}$/.test(String(answer?.['trace_id'])),
    JSON.stringify(answer),
  );
  expect(
    vote?.['gen_ai.evaluation.score.label'] === 'upvote' &&
      /^chatcmpl-/.test(String(vote['gen_ai.response.id'])),
    JSON.stringify(vote),
  );
}

/** @param {Runtime} node @param {string} project @param {Ways} ways */
async function fastifyChat(node, project, { env, records }) {
  const surroundings = { cwd: project, env: { ...env, PORT: '0' }, timeout: 60_000 };
  const { match, end } = await startServer(node, ['llm/fastify.js'], surroundings, /url: (\S+)/);
  const post = (/** @type {string} */ path, /** @type {object} */ body, /** @type {string} */ id) =>
    fetch(`${match[1]}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-request-id': id },
      body: JSON.stringify(body),
    });
  const messages = [{ role: 'user', content: 'Why is the sky blue?' }];
  await (await post('/chat', { conv_id: 'c1', model: 'gpt-4o', messages }, 'r1')).text();
  await (await post('/vote', { type: 'upvote', conv_id: 'c1', response_id: 'chatcmpl-1' }, 'r2')).text();
  await end();
  const ids = records.map(({ type, request_id }) => `${type} ${request_id}`).sort();
  expect(JSON.stringify(ids) === '["chat r1","upvote r2"]', JSON.stringify(records));
}
