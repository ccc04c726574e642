import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { createRemoteLogger } from 'otel-remote-logger';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { cannedModel } from '../../examples/chat-service/model.js';
import type { ConversationState } from '../../examples/chat-service/records.js';
import { startChatService } from '../../examples/chat-service/server.js';
import { Receiver } from '../support/receiver.js';

const MODEL = 'canned-chat-1';
const CAPITAL = 'What is the capital of France?';
const PARIS = 'The capital of France is Paris.';
const HEX_ID = /^[0-9a-f]{32}$/;

let receiver: Receiver;
let service: Awaited<ReturnType<typeof startChatService>>;

beforeEach(async () => {
  receiver = await Receiver.start();
  service = await startChatService({ logger: createRemoteLogger({ url: receiver.url }) });
});

afterEach(async () => {
  await service.close();
  await receiver[Symbol.asyncDispose]();
});

function post(path: string, body: unknown): Promise<Response> {
  return fetch(service.url + path, {
    method: 'POST',
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
}

function ask(content: unknown, more: object = {}): Promise<Response> {
  return post('/v1/chat/completions', { model: MODEL, messages: [{ role: 'user', content }], ...more });
}

interface Completion {
  readonly choices: readonly { readonly message: { readonly content: string } }[];
}

interface ErrorBody {
  readonly error: unknown;
}

interface Chunk {
  readonly id: string;
  readonly created: number;
  readonly choices: readonly object[];
  readonly usage?: object | null;
}

interface LoggedRecord {
  readonly start?: number;
  readonly finish?: number;
  readonly state: ConversationState;
}

const jsonOf = async <Body>(response: Response): Promise<Body> => (await response.json()) as Body;

/** The chunks of a stream that ends as it should. */
async function chunksOf(response: Response): Promise<Chunk[]> {
  const blocks = (await response.text()).split('\n\n');
  expect(blocks.splice(-2)).toEqual(['data: [DONE]', '']);
  return blocks.map((block) => {
    expect(block).toMatch(/^data: [^\n]+$/);
    return JSON.parse(block.slice('data: '.length));
  });
}

/** Ends the service, which delivers all records; then they are here, with what was nested parsed again. */
async function loggedRecords(): Promise<LoggedRecord[]> {
  await service.close();
  return receiver.records.map(({ state, gen_params, ...rest }) => ({
    ...rest,
    ...(gen_params !== undefined && { gen_params: JSON.parse(gen_params as string) }),
    state: JSON.parse(state as string),
  }));
}

/** Settles when the value has stayed the same for many turns of the event loop. */
async function resting(value: () => number): Promise<void> {
  for (let turns = 0, last = value(); turns < 500; turns = value() === last ? turns + 1 : 0) {
    last = value();
    await nextTurn();
  }
}

describe('a streamed answer', () => {
  test('has the role first, then content, an empty delta with the reason of the end, and [DONE]', async () => {
    const response = await ask(CAPITAL, { stream: true });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    const chunks = await chunksOf(response);
    const { id, created } = chunks[0]!;
    expect(id).toMatch(/^chatcmpl-[0-9a-f]{32}$/);
    expect(Number.isInteger(created)).toBe(true);
    const chunk = (delta: object, finish_reason: string | null = null) => ({
      id,
      object: 'chat.completion.chunk',
      created,
      model: MODEL,
      choices: [{ index: 0, delta, logprobs: null, finish_reason }],
    });
    const words = ['The', ' capital', ' of', ' France', ' is', ' Paris', '.'];
    expect(chunks).toEqual([
      chunk({ role: 'assistant', content: '' }),
      ...words.map((content) => chunk({ content })),
      chunk({}, 'stop'),
    ]);
  });

  test('ends with the usage where that is asked for', async () => {
    const chunks = await chunksOf(
      await ask(CAPITAL, { stream: true, stream_options: { include_usage: true } }),
    );
    const { choices, usage } = chunks.pop()!;
    expect(choices).toEqual([]);
    expect(usage).toEqual({ prompt_tokens: 7, completion_tokens: 7, total_tokens: 14 });
    expect(chunks.map((chunk) => chunk.usage)).toEqual(Array(9).fill(null));
  });

  test('that breaks in the model is cut off without [DONE], and logged as far as it came', async () => {
    await service.close();
    async function* generate() {
      yield 'half';
      throw new Error('out of memory');
    }
    const logged = vi.spyOn(console, 'error').mockReturnValue();
    const logger = createRemoteLogger({ url: receiver.url });
    service = await startChatService({ logger, model: { ...cannedModel, generate } });
    await expect(ask('Hi!', { stream: true }).then((response) => response.text())).rejects.toThrow();
    const [record] = await loggedRecords();
    expect(record?.state.messages.at(-1)).toEqual(['assistant', 'half']);
    expect(logged).toHaveBeenCalledExactlyOnceWith(new Error('out of memory'));
    logged.mockRestore();
  });
});

describe('an answer in one piece', () => {
  test('is a chat.completion with usage', async () => {
    const response = await ask(CAPITAL);
    expect(response.headers.get('x-conversation-id')).toMatch(HEX_ID);
    expect(await response.json()).toEqual({
      id: expect.stringMatching(/^chatcmpl-/),
      object: 'chat.completion',
      created: expect.any(Number),
      model: MODEL,
      choices: [
        {
          index: 0,
          message: { role: 'assistant', content: PARIS, refusal: null },
          logprobs: null,
          finish_reason: 'stop',
        },
      ],
      usage: { prompt_tokens: 7, completion_tokens: 7, total_tokens: 14 },
    });
  });

  test.each([
    [{ max_tokens: 3 }, '1 2 3', 'length'],
    [{ max_completion_tokens: 4 }, '1 2 3 4', 'length'],
    [{ max_tokens: 5 }, '1 2 3 4 5', 'stop'],
  ])('of at most %j tokens is %j, reason %s', async (limit, content, finish_reason) => {
    const { choices } = await jsonOf<Completion>(await ask('Count to 5', limit));
    expect(choices[0]).toMatchObject({ message: { content }, finish_reason });
  });

  test('takes content in parts', async () => {
    const response = await ask([
      { type: 'text', text: 'Count' },
      { type: 'text', text: ' to 2' },
    ]);
    const { choices } = await jsonOf<Completion>(response);
    expect(choices[0]?.message.content).toBe('1 2');
  });
});

describe('a request that cannot be served', () => {
  const messages = [{ role: 'user', content: 'Hi!' }];
  const valid = { model: MODEL, messages };

  test.each([
    ['no JSON', '{"model":', 400, null],
    ['no object', [], 400, null],
    ['no model', { messages }, 400, 'model'],
    ['an unknown model', { model: 'gpt-0', messages }, 404, 'model'],
    ['no messages', { model: MODEL }, 400, 'messages'],
    ['messages that are no array', { model: MODEL, messages: 'Hi!' }, 400, 'messages'],
    ['an empty array of messages', { model: MODEL, messages: [] }, 400, 'messages'],
    ['an unknown role', { model: MODEL, messages: [{ role: 'cat', content: '' }] }, 400, 'messages[0].role'],
    ['no content', { model: MODEL, messages: [{ role: 'user' }] }, 400, 'messages[0].content'],
    ['a temperature too high', { ...valid, temperature: 3 }, 400, 'temperature'],
    ['a top_p that is a string', { ...valid, top_p: '1' }, 400, 'top_p'],
    ['half a token', { ...valid, max_tokens: 0.5 }, 400, 'max_tokens'],
    ['a stream that is no boolean', { ...valid, stream: 'yes' }, 400, 'stream'],
    ['an unknown conversation', { ...valid, conversation_id: 'nope' }, 404, 'conversation_id'],
    ['a body above 1 MiB', { ...valid, user: 'x'.repeat(1024 * 1024) }, 413, null],
  ])('with %s gets an error object, and no record', async (_name, body, status, param) => {
    const response = await post('/v1/chat/completions', body);
    expect(response.status).toBe(status);
    expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
    const { error } = await jsonOf<ErrorBody>(response);
    expect(error).toEqual({
      message: expect.any(String),
      type: 'invalid_request_error',
      param,
      code: status === 404 ? `${param === 'model' ? 'model' : 'conversation'}_not_found` : null,
    });
    expect(await loggedRecords()).toEqual([]);
  });

  test.each([
    ['GET', '/', 404],
    ['POST', '/v1/completions', 404],
    ['POST', '//', 404],
    ['GET', '/vote', 405],
    ['DELETE', '/v1/chat/completions?x=1', 405],
  ])('%s %s gets %i', async (method, path, status) => {
    const response = await fetch(service.url + path, { method });
    expect(response.status).toBe(status);
    expect(response.headers.get('allow')).toBe(status === 405 ? 'POST' : null);
    expect(await response.json()).toMatchObject({ error: { type: 'invalid_request_error' } });
  });
});

describe('a turn in the log', () => {
  test('is the record that FastChat logs, flat, as application/json', async () => {
    const before = Date.now() / 1000;
    const response = await post('/v1/chat/completions', {
      model: MODEL,
      messages: [
        { role: 'system', content: 'Be brief. 简短' },
        { role: 'user', content: CAPITAL },
      ],
      temperature: 0.2,
      max_tokens: 100,
    });
    const [record] = await loggedRecords();
    expect(record).toEqual({
      tstamp: expect.any(Number),
      type: 'chat',
      model: MODEL,
      gen_params: { temperature: 0.2, top_p: 1, max_new_tokens: 100 },
      start: expect.any(Number),
      finish: expect.any(Number),
      state: {
        template_name: 'chatgpt',
        system_message: 'Be brief. 简短',
        roles: ['user', 'assistant'],
        messages: [
          ['user', CAPITAL],
          ['assistant', PARIS],
        ],
        offset: 0,
        conv_id: response.headers.get('x-conversation-id'),
        model_name: MODEL,
      },
      ip: '127.0.0.1',
    });
    expect(record?.start).toBeGreaterThanOrEqual(before);
    expect(record?.finish).toBeGreaterThanOrEqual(record?.start ?? Infinity);
    expect(receiver.requests[0]?.headers['content-type']).toBe('application/json');
    const body = Object.values(JSON.parse(receiver.requests[0]?.body ?? ''));
    expect(body.every((value) => typeof value === 'string' || typeof value === 'number')).toBe(true);
  });

  test('goes on with its conversation', async () => {
    const first = await ask(CAPITAL);
    const conversation_id = first.headers.get('x-conversation-id');
    const answered = [
      { role: 'user', content: CAPITAL },
      { role: 'assistant', content: PARIS },
      { role: 'user', content: 'And which capital was before?' },
    ];
    const second = await ask('', { messages: answered, conversation_id });
    expect(second.headers.get('x-conversation-id')).toBe(conversation_id);
    const records = await loggedRecords();
    expect(records.map(({ state }) => state.conv_id)).toEqual([conversation_id, conversation_id]);
    expect(records[1]?.state.messages).toHaveLength(4);
  });

  test('is there when the client went away in the middle, with what was generated', async () => {
    const question = 'Count to 100000';
    const body = {
      model: MODEL,
      messages: [{ role: 'user', content: question }],
      stream: true,
      max_tokens: 16_384,
    };
    const request = httpRequest(`${service.url}/v1/chat/completions`, { method: 'POST' });
    request.end(JSON.stringify(body));
    const [response] = await once(request, 'response');
    await once(response, 'data');
    request.destroy();
    const [record] = await loggedRecords();
    const [asked, [role, answer]] = record!.state.messages as [[string, string], [string, string]];
    expect(asked).toEqual(['user', question]);
    expect(role).toBe('assistant');
    const numbers = answer === '' ? [] : answer.split(' ').map(Number);
    expect(numbers).toEqual(Array.from(numbers, (_, index) => index + 1));
    expect(numbers.length).toBeLessThan(16_384);
  });

  test('is there when the client never read its stream, which was generated no further than it was taken', async () => {
    await service.close();
    let generated = 0;
    async function* generate() {
      for (;;) yield `${++generated}`.padEnd(64 * 1024);
    }
    // Of its own: a record this large is above maxPayloadBytes.
    const log = vi.fn();
    const logger = { log, shutdown: async () => createRemoteLogger().stats() };
    service = await startChatService({ logger, model: { ...cannedModel, generate } });
    const body = {
      model: MODEL,
      messages: [{ role: 'user', content: 'Go on' }],
      stream: true,
      max_tokens: 16_384,
    };
    const request = httpRequest(`${service.url}/v1/chat/completions`, { method: 'POST' });
    request.end(JSON.stringify(body));
    await once(request, 'response');
    await resting(() => generated);
    expect(generated).toBeLessThan(1000);
    expect(log).not.toHaveBeenCalled();
    request.destroy();
    await service.close();
    expect(log).toHaveBeenCalledOnce();
  });

  test('is there when the client did not wait for an answer in one piece, and the model is told to stop', async () => {
    await service.close();
    const leaving = new AbortController();
    async function* generate(_messages: unknown, gone: AbortSignal) {
      yield 'half';
      leaving.abort();
      await once(gone, 'abort');
    }
    const logger = createRemoteLogger({ url: receiver.url });
    service = await startChatService({ logger, model: { ...cannedModel, generate } });
    const body = JSON.stringify({ model: MODEL, messages: [{ role: 'user', content: 'Hi!' }] });
    const answer = fetch(`${service.url}/v1/chat/completions`, {
      method: 'POST',
      body,
      signal: leaving.signal,
    });
    await expect(answer).rejects.toThrow('abort');
    const [record] = await loggedRecords();
    expect(record?.state.messages.at(-1)).toEqual(['assistant', 'half']);
  });

  test('is there for a stream that was under way when the service closed, and reached its client', async () => {
    const response = await ask('Count to 500', { stream: true });
    const [records, chunks] = await Promise.all([loggedRecords(), chunksOf(response)]);
    expect(chunks).toHaveLength(502);
    expect(records[0]?.state.messages.at(-1)?.[1]).toMatch(/ 500$/);
  });
});

describe('a vote', () => {
  test.each(['upvote', 'downvote', 'flag'])(
    '%s is logged with the state of its conversation',
    async (type) => {
      const conversation_id = (await ask(CAPITAL)).headers.get('x-conversation-id');
      const response = await post('/vote', { conversation_id, type });
      expect(response.status).toBe(200);
      expect(await response.json()).toEqual({ object: 'vote', type, conversation_id });
      const [chat, vote] = await loggedRecords();
      expect(vote).toEqual({
        tstamp: expect.any(Number),
        type,
        model: MODEL,
        state: chat?.state,
        ip: '127.0.0.1',
      });
    },
  );

  test.each([
    [{ type: 'upvote' }, 400, 'conversation_id'],
    [{ conversation_id: 'nope', type: 'upvote' }, 404, 'conversation_id'],
    [{ conversation_id: 'nope', type: 'like' }, 400, 'type'],
    [{ conversation_id: 'nope' }, 400, 'type'],
    [null, 400, null],
  ])('%j gets %i for %s, and no record', async (body, status, param) => {
    const response = await post('/vote', body);
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ error: { param } });
    expect(await loggedRecords()).toEqual([]);
  });
});
