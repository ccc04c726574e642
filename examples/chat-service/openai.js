/** The words of the OpenAI API: what a request may say, and the shapes of answers and errors. */

/** @import { Message } from './model.js' */

/**
 * @typedef {object} ChatRequest
 * @property {string} model
 * @property {Message[]} messages
 * @property {boolean} stream
 * @property {boolean} includeUsage
 * @property {number} temperature
 * @property {number} topP
 * @property {number} maxTokens
 * @property {string | undefined} conversationId Which conversation this turn goes on with; not of the OpenAI API.
 */

/** @typedef {{ id: string, created: number, model: string }} CompletionHead */
/** @typedef {'stop' | 'length'} FinishReason */
/** @typedef {{ prompt_tokens: number, completion_tokens: number, total_tokens: number }} Usage */

const MOST_TOKENS = 16_384;

/** A request that can't be served, and how to say so to whoever made it. */
export class ApiError extends Error {
  /**
   * @param {number} status
   * @param {string} message
   * @param {{ param?: string, code?: string }} [details]
   */
  constructor(status, message, { param, code } = {}) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
    const type = status >= 500 ? 'server_error' : 'invalid_request_error';
    this.body = { error: { message, type, param: param ?? null, code: code ?? null } };
  }
}

/**
 * Takes a request's body apart. Throws an ApiError that names the field at fault.
 * @param {unknown} body
 * @returns {ChatRequest}
 */
export function parseChatRequest(body) {
  const fields = objectOf(body);
  const maxTokens = 'max_completion_tokens' in fields ? 'max_completion_tokens' : 'max_tokens';
  return {
    model: requiredString(fields, 'model'),
    messages: messagesOf(fields),
    stream: flag(fields, 'stream'),
    includeUsage: flag(optionalObject(fields, 'stream_options'), 'include_usage'),
    temperature: number(fields, 'temperature', { from: 0, to: 2, otherwise: 0.7 }),
    topP: number(fields, 'top_p', { from: 0, to: 1, otherwise: 1 }),
    maxTokens: number(fields, maxTokens, { from: 1, to: MOST_TOKENS, otherwise: 1024, whole: true }),
    conversationId: optionalString(fields, 'conversation_id'),
  };
}

/** @type {(body: unknown) => Record<string, unknown>} */
export function objectOf(body) {
  if (!isObject(body)) throw new ApiError(400, 'The body must be a JSON object.');
  return body;
}

/** @type {(fields: Record<string, unknown>, name: string) => string} */
export function requiredString(fields, name) {
  const value = optionalString(fields, name);
  if (value === undefined) throw new ApiError(400, `Missing required parameter: '${name}'.`, { param: name });
  return value;
}

/**
 * A whole answer.
 * @param {CompletionHead} head
 * @param {string} content
 * @param {FinishReason} finishReason
 * @param {Usage} usage
 */
export function chatCompletion({ id, created, model }, content, finishReason, usage) {
  const message = { role: 'assistant', content, refusal: null };
  const choice = { index: 0, message, logprobs: null, finish_reason: finishReason };
  return { id, object: 'chat.completion', created, model, choices: [choice], usage };
}

/**
 * A piece of a streamed answer: the role first, then content, at last an empty delta with the reason of the end.
 * @param {CompletionHead} head
 * @param {{ role?: 'assistant', content?: string }} delta
 * @param {FinishReason | null} [finishReason]
 */
export function chatCompletionChunk({ id, created, model }, delta, finishReason = null) {
  const choice = { index: 0, delta, logprobs: null, finish_reason: finishReason };
  return { id, object: 'chat.completion.chunk', created, model, choices: [choice] };
}

/**
 * The extra last chunk that `stream_options.include_usage` asks for.
 * @param {CompletionHead} head
 * @param {Usage} usage
 */
export function usageChunk({ id, created, model }, usage) {
  return { id, object: 'chat.completion.chunk', created, model, choices: [], usage };
}

/**
 * @param {unknown} value
 * @returns {value is Record<string, unknown>}
 */
function isObject(value) {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** @type {(name: string, must: string) => ApiError} */
const invalid = (name, must) =>
  new ApiError(400, `Invalid value for '${name}': must be ${must}.`, { param: name });

/** @type {(fields: Record<string, unknown>, name: string) => string | undefined} */
function optionalString(fields, name) {
  const value = fields[name] ?? undefined;
  if (value === undefined || (typeof value === 'string' && value !== '')) return value;
  throw invalid(name, 'a string that is not empty');
}

/** @type {(fields: Record<string, unknown>, name: string) => Record<string, unknown>} */
function optionalObject(fields, name) {
  const value = fields[name] ?? {};
  if (!isObject(value)) throw invalid(name, 'an object');
  return value;
}

/** @type {(fields: Record<string, unknown>, name: string) => boolean} */
function flag(fields, name) {
  const value = fields[name] ?? false;
  if (typeof value !== 'boolean') throw invalid(name, 'true or false');
  return value;
}

/**
 * @param {Record<string, unknown>} fields
 * @param {string} name
 * @param {{ from: number, to: number, otherwise: number, whole?: boolean }} rule
 */
function number(fields, name, { from, to, otherwise, whole = false }) {
  const value = fields[name] ?? otherwise;
  const isKind = whole ? Number.isInteger(value) : Number.isFinite(value);
  if (typeof value === 'number' && isKind && value >= from && value <= to) return value;
  throw invalid(name, `${whole ? 'an integer' : 'a number'} from ${from} to ${to}`);
}

/** @type {(fields: Record<string, unknown>) => Message[]} */
function messagesOf({ messages }) {
  if (messages === undefined)
    throw new ApiError(400, "Missing required parameter: 'messages'.", { param: 'messages' });
  if (!Array.isArray(messages)) throw invalid('messages', 'an array');
  const parsed = messages.map(messageOf);
  if (parsed.at(-1)?.role !== 'user')
    throw invalid('messages', 'an array that ends with a message of the user');
  return parsed;
}

/** @type {(message: unknown, index: number) => Message} */
function messageOf(message, index) {
  const name = `messages[${index}]`;
  if (!isObject(message)) throw invalid(name, 'an object');
  const { role, content } = message;
  const text = textOf(content);
  if (text === undefined) throw invalid(`${name}.content`, 'a string or an array of text parts');
  if (role === 'user' || role === 'assistant') return { role, content: text };
  if (role === 'system' || role === 'developer') return { role: 'system', content: text };
  throw invalid(`${name}.role`, "one of 'system', 'developer', 'user' and 'assistant'");
}

/** @type {(content: unknown) => string | undefined} */
function textOf(content) {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return undefined;
  const texts = content.map((part) => (isObject(part) && part['type'] === 'text' ? part['text'] : undefined));
  return texts.every((text) => typeof text === 'string') ? texts.join('') : undefined;
}
