/**
 * A stand-in for a model in the shape of the OpenAI API, to run the other files without a key: `node model-server.js` says what to set.
 * The model `busy` answers 429, and `broken` answers 500.
 */
import { createServer } from 'node:http';

const ANSWER = ['Air', ' scatters', ' blue', ' light', ' more', ' than', ' red', ' light.'];
const ERRORS = {
  busy: [429, 'rate_limit_exceeded', 'Rate limit reached.'],
  broken: [500, 'server_error', 'The server had an error.'],
};
let answers = 0;

const server = createServer(async (request, response) => {
  const body = JSON.parse(Buffer.concat(await request.toArray()).toString('utf8'));
  const [status, code, message] = ERRORS[body.model] ?? [200];
  if (status !== 200)
    return sendJson(response, status, { error: { message, type: code, code, param: null } });
  const head = { id: `chatcmpl-${++answers}`, created: Math.floor(Date.now() / 1000), model: body.model };
  return body.stream ? stream(response, head, body) : sendJson(response, 200, completion(head, body));
});
server.listen(Number(process.env.PORT ?? 8001), '127.0.0.1', () => {
  console.log(`export OPENAI_API_KEY=none OPENAI_BASE_URL=http://127.0.0.1:${server.address().port}/v1`);
});

function sendJson(response, status, body) {
  // Clients of OpenAI try again at once, where they try again.
  response.writeHead(status, { 'content-type': 'application/json', 'retry-after-ms': '1' });
  response.end(JSON.stringify(body));
}

function completion(head, body) {
  const message = { role: 'assistant', content: ANSWER.join('') };
  const choices = [{ index: 0, message, finish_reason: 'stop' }];
  return { ...head, object: 'chat.completion', choices, usage: usageOf(body) };
}

function stream(response, head, body) {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const send = (choices, usage) =>
    response.write(
      `data: ${JSON.stringify({ ...head, object: 'chat.completion.chunk', choices, ...usage })}\n\n`,
    );
  for (const content of ANSWER) send([{ index: 0, delta: { role: 'assistant', content } }]);
  send([{ index: 0, delta: {}, finish_reason: 'stop' }]);
  if (body.stream_options?.include_usage) send([], { usage: usageOf(body) });
  response.end('data: [DONE]\n\n');
}

/** A word is a token here. */
function usageOf({ messages }) {
  const prompt_tokens = JSON.stringify(messages.map(({ content }) => content)).split(' ').length;
  const completion_tokens = ANSWER.length;
  return { prompt_tokens, completion_tokens, total_tokens: prompt_tokens + completion_tokens };
}
