import { once } from 'node:events';
import { createServer } from 'node:http';
import { getRemoteLogger } from 'otel-remote-logger';
import { Conversations } from './conversations.js';
import { readJson, sendError, sendJson } from './http.js';
import { cannedModel } from './model.js';
import { ApiError, objectOf, parseChatRequest, requiredString } from './openai.js';
import { voteRecord } from './records.js';
import { takeTurn } from './turn.js';

/** @import { IncomingMessage, Server, ServerResponse } from 'node:http' */
/** @import { AddressInfo } from 'node:net' */
/** @import { DeliveryStats, RemoteLogger } from 'otel-remote-logger' */
/** @import { ChatModel } from './model.js' */
/** @import { VoteType } from './records.js' */

/** @typedef {Pick<RemoteLogger, 'log' | 'shutdown'>} ServiceLogger */
/** @typedef {{ logger: ServiceLogger, model: ChatModel, conversations: Conversations }} Service */
/** @typedef {(request: IncomingMessage, response: ServerResponse, service: Service) => Promise<void>} Handler */

/**
 * @typedef {object} RunningChatService
 * @property {string} url
 * @property {() => Promise<DeliveryStats>} close
 *   Takes no more requests, lets those under way end, then shuts the logger down; settles with its account.
 */

/** @type {ReadonlyMap<string | undefined, Readonly<Record<string, Handler>>>} */
const ROUTES = new Map([
  ['/v1/chat/completions', { POST: completeChat }],
  ['/vote', { POST: vote }],
]);

const VOTE_TYPES = /** @type {const} */ (['upvote', 'downvote', 'flag']);

const MOST_CONVERSATIONS = 10_000;

/** When the service closes, one wait after the other: Kubernetes kills a process after 30 s. Docker does after 10 s, unless `--stop-timeout` says more. */
const REQUESTS_TIMEOUT_MILLIS = 10_000;
const DELIVERY_TIMEOUT_MILLIS = 10_000;

/**
 * Starts a chat service that logs each turn and each vote. Port 0 takes a free one.
 * @param {{ port?: number, host?: string, logger?: ServiceLogger, model?: ChatModel }} [options]
 * @returns {Promise<RunningChatService>}
 */
export async function startChatService(options = {}) {
  const { port = 0, host = '127.0.0.1', logger = getRemoteLogger(), model = cannedModel } = options;
  const service = { logger, model, conversations: new Conversations(MOST_CONVERSATIONS) };
  /** @type {Set<Promise<void>>} */
  const underWay = new Set();
  const server = createServer((request, response) => {
    const handling = handle(request, response, service).finally(() => underWay.delete(handling));
    underWay.add(handling);
  });
  server.listen(port, host);
  await once(server, 'listening');
  /** @type {Promise<DeliveryStats> | undefined} */
  let closing;
  return {
    url: urlOf(server),
    close() {
      // In this order: a turn that ends after the logger was shut down would not be logged.
      closing ??= closeServer(server, underWay).then(() =>
        logger.shutdown({ timeoutMillis: DELIVERY_TIMEOUT_MILLIS }),
      );
      return closing;
    },
  };
}

/**
 * Settles when the response is sent, or its client gone. Never rejects.
 * @param {IncomingMessage} request
 * @param {ServerResponse} response
 * @param {Service} service
 */
async function handle(request, response, service) {
  const closed = new Promise((resolve) => response.once('close', resolve));
  try {
    await handlerFor(request, response)(request, response, service);
  } catch (error) {
    sendError(response, error);
  }
  await closed;
}

/** @type {(request: IncomingMessage, response: ServerResponse) => Handler} */
function handlerFor({ method = '', url = '' }, response) {
  const [path] = url.split('?');
  const methods = ROUTES.get(path);
  if (methods === undefined) throw new ApiError(404, `Invalid URL (${method} ${path})`);
  const handler = methods[method];
  if (handler !== undefined) return handler;
  response.setHeader('allow', Object.keys(methods).join(', '));
  throw new ApiError(405, `Not allowed to ${method} on ${path}.`, { code: 'method_not_supported' });
}

/** @type {Handler} */
async function completeChat(request, response, service) {
  const chat = parseChatRequest(await readJson(request));
  if (chat.model !== service.model.name) {
    const message = `The model '${chat.model}' does not exist.`;
    throw new ApiError(404, message, { param: 'model', code: 'model_not_found' });
  }
  if (chat.conversationId !== undefined) conversationOf(chat.conversationId, service);
  await takeTurn(chat, response, service, ipOf(request));
}

/**
 * A vote on the last answer of a conversation.
 * @type {Handler}
 */
async function vote(request, response, service) {
  const fields = objectOf(await readJson(request));
  const type = voteTypeOf(requiredString(fields, 'type'));
  const state = conversationOf(requiredString(fields, 'conversation_id'), service);
  service.logger.log(voteRecord(type, state, ipOf(request)));
  sendJson(response, 200, { object: 'vote', type, conversation_id: state.conv_id });
}

/** @type {(type: string) => VoteType} */
function voteTypeOf(type) {
  const known = VOTE_TYPES.find((voteType) => voteType === type);
  if (known !== undefined) return known;
  throw new ApiError(400, `Invalid value for 'type': must be one of ${VOTE_TYPES.join(', ')}.`, {
    param: 'type',
  });
}

/** @param {string} id @param {Service} service */
function conversationOf(id, { conversations }) {
  const state = conversations.get(id);
  if (state !== undefined) return state;
  const details = { param: 'conversation_id', code: 'conversation_not_found' };
  throw new ApiError(404, `No conversation has the id '${id}'.`, details);
}

/** Whoever connects. Behind a proxy that you trust, read its forwarding header here. @param {IncomingMessage} request */
function ipOf({ socket }) {
  return socket.remoteAddress ?? '';
}

/** @param {Server} server */
function urlOf(server) {
  const { address, family, port } = /** @type {AddressInfo} */ (server.address());
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}

/**
 * @param {Server} server
 * @param {ReadonlySet<Promise<void>>} underWay
 */
async function closeServer(server, underWay) {
  const closed = once(server, 'close');
  server.close();
  const deadline = setTimeout(() => server.closeAllConnections(), REQUESTS_TIMEOUT_MILLIS);
  while (underWay.size > 0) await Promise.all(underWay);
  server.closeIdleConnections();
  await closed;
  clearTimeout(deadline);
}
