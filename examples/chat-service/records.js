/** What is logged: the records of FastChat, as plain nested objects. The logger makes them flat. */

/** @import { Message } from './model.js' */
/** @import { ChatRequest } from './openai.js' */

/** @typedef {'upvote' | 'downvote' | 'flag'} VoteType */

/**
 * A conversation as it stands after a turn.
 * @typedef {object} ConversationState
 * @property {string} template_name
 * @property {string} system_message
 * @property {readonly [string, string]} roles
 * @property {[role: string, text: string][]} messages
 * @property {number} offset
 * @property {string} conv_id
 * @property {string} model_name
 */

/**
 * @param {object} turn
 * @param {ChatRequest} turn.request
 * @param {ConversationState} turn.state
 * @param {number} turn.start
 * @param {string} turn.ip
 */
export function chatRecord({ request, state, start, ip }) {
  const { model, temperature, topP, maxTokens } = request;
  const finish = seconds();
  return {
    tstamp: finish,
    type: 'chat',
    model,
    gen_params: { temperature, top_p: topP, max_new_tokens: maxTokens },
    start,
    finish,
    state,
    ip,
  };
}

/**
 * @param {VoteType} type
 * @param {ConversationState} state
 * @param {string} ip
 */
export function voteRecord(type, state, ip) {
  return { tstamp: seconds(), type, model: state.model_name, state, ip };
}

/**
 * @param {string} convId
 * @param {ChatRequest} request
 * @param {string} answer
 * @returns {ConversationState}
 */
export function stateAfter(convId, { model, messages }, answer) {
  const system = messages.filter(({ role }) => role === 'system');
  const spoken = messages.filter(({ role }) => role !== 'system');
  return {
    template_name: 'chatgpt',
    system_message: system.map(textOf).join('\n') || 'You are a helpful assistant.',
    roles: ['user', 'assistant'],
    messages: [...spoken.map(pairOf), ['assistant', answer]],
    offset: 0,
    conv_id: convId,
    model_name: model,
  };
}

/** Now, as Python's `time.time()` has it. */
export function seconds() {
  return Date.now() / 1000;
}

/** @param {Message} message */
const textOf = ({ content }) => content;

/** @type {(message: Message) => [role: string, text: string]} */
const pairOf = ({ role, content }) => [role, content];
