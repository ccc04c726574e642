import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { sendJson } from './http.js';
import { chatCompletion, chatCompletionChunk, usageChunk } from './openai.js';
import { chatRecord, seconds, stateAfter } from './records.js';

/** @import { ServerResponse } from 'node:http' */
/** @import { ChatRequest, CompletionHead, FinishReason, Usage } from './openai.js' */
/** @import { Service } from './server.js' */

/** An answer as far as it is generated. @typedef {{ tokens: string[], finishReason: FinishReason }} Answer */

/**
 * The way of an answer to the client.
 * @typedef {object} Reply
 * @property {(token: string) => Promise<void>} add
 * @property {(answer: Answer, usage: Usage) => void} end
 */

/**
 * One turn of a conversation: the model's answer goes to the client, and the turn into the log.
 * @param {ChatRequest} request
 * @param {ServerResponse} response
 * @param {Service} service
 * @param {string} ip
 */
export async function takeTurn(request, response, service, ip) {
  const convId = request.conversationId ?? hexId();
  response.setHeader('x-conversation-id', convId);
  const gone = goneSignal(response);
  const reply = request.stream ? streamedReply(request, response, gone) : wholeReply(request, response);
  const start = seconds();
  /** @type {Answer} */
  const answer = { tokens: [], finishReason: 'stop' };
  try {
    await generate(answer, request, reply, service, gone);
  } finally {
    // Even if the client went away or the model broke, the turn is logged, with what was generated.
    const state = stateAfter(convId, request, answer.tokens.join(''));
    service.conversations.put(state);
    service.logger.log(chatRecord({ request, state, start, ip }));
  }
  if (!gone.aborted) reply.end(answer, usageOf(request, answer, service));
}

/**
 * @param {Answer} answer Grows while this runs.
 * @param {ChatRequest} request
 * @param {Reply} reply
 * @param {Service} service
 * @param {AbortSignal} gone
 */
async function generate(answer, { messages, maxTokens }, reply, { model }, gone) {
  for await (const token of model.generate(messages, gone)) {
    if (answer.tokens.length === maxTokens) {
      answer.finishReason = 'length';
      return;
    }
    answer.tokens.push(token);
    await reply.add(token);
  }
}

/**
 * Server-sent events, one a token.
 * @param {ChatRequest} request
 * @param {ServerResponse} response
 * @param {AbortSignal} gone
 * @returns {Reply}
 */
function streamedReply({ model, includeUsage }, response, gone) {
  const head = completionHead(model);
  /** @param {object | string} data */
  const send = (data) => {
    const text = typeof data === 'string' ? data : JSON.stringify(data);
    return response.write(`data: ${text}\n\n`);
  };
  /** @type {(delta: Parameters<typeof chatCompletionChunk>[1], reason?: FinishReason) => boolean} */
  const sendChunk = (delta, reason) => {
    const chunk = chatCompletionChunk(head, delta, reason);
    return send(includeUsage ? { ...chunk, usage: null } : chunk);
  };
  response.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-cache',
  });
  sendChunk({ role: 'assistant', content: '' });
  return {
    async add(token) {
      // Generating faster than the client reads would keep the rest in memory.
      if (!sendChunk({ content: token })) await once(response, 'drain', { signal: gone });
    },
    end({ finishReason }, usage) {
      sendChunk({}, finishReason);
      if (includeUsage) send(usageChunk(head, usage));
      send('[DONE]');
      response.end();
    },
  };
}

/**
 * One JSON object at the end.
 * @param {ChatRequest} request
 * @param {ServerResponse} response
 * @returns {Reply}
 */
function wholeReply({ model }, response) {
  const head = completionHead(model);
  return {
    async add() {},
    end({ tokens, finishReason }, usage) {
      sendJson(response, 200, chatCompletion(head, tokens.join(''), finishReason, usage));
    },
  };
}

/** @type {(model: string) => CompletionHead} */
function completionHead(model) {
  return { id: `chatcmpl-${hexId()}`, created: Math.floor(seconds()), model };
}

/** @type {(request: ChatRequest, answer: Answer, service: Service) => Usage} */
function usageOf({ messages }, { tokens }, { model }) {
  const prompt = messages.reduce((sum, { content }) => sum + model.countTokens(content), 0);
  return { prompt_tokens: prompt, completion_tokens: tokens.length, total_tokens: prompt + tokens.length };
}

/**
 * Aborted when the response is over, which before its end means that the client has gone.
 * @param {ServerResponse} response
 */
function goneSignal(response) {
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  return gone.signal;
}

/** As Python's `uuid.uuid4().hex`. */
function hexId() {
  return randomUUID().replaceAll('-', '');
}
