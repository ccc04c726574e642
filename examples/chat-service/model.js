import { setImmediate as nextTurn } from 'node:timers/promises';

/** @typedef {{ role: 'system' | 'user' | 'assistant', content: string }} Message */

/**
 * What the service needs of a model. Put your own in its place.
 * @typedef {object} ChatModel
 * @property {string} name
 * @property {(messages: readonly Message[], signal: AbortSignal) => AsyncIterable<string>} generate
 *   The answer to the last message, token by token; ends early once the signal is aborted.
 * @property {(text: string) => number} countTokens
 */

/** Topics with their answers: a conversation that stays on one gets the next answer at each turn. */
const TOPICS = [
  {
    about: /\bsky\b|\bsunset\b/i,
    answers: [
      'Air scatters blue light far more than red light, so from every direction some of the blue reaches your eyes.',
      'At sunset the light crosses much more air: the blue is scattered away on its way, and the red is left.',
    ],
  },
  {
    about: /\bcapital\b/i,
    answers: [
      'The capital of France is Paris.',
      'Before Paris there was Tournai, the first capital of the Franks.',
    ],
  },
  {
    about: /\p{Script=Han}|\p{Emoji_Presentation}/u,
    answers: [
      '你好! Here is a party for you: 🎉🎈 — with "quotes", a \\ backslash,\nand a family 👨‍👩‍👧.',
      '再见! À bientôt, до свидания 👋🏽.',
    ],
  },
];

const OFF_TOPIC = [
  'I only know about the sky, capitals and 🎉. Ask me to count to a number, too.',
  'Still off topic.',
];

const MOST_TO_COUNT = 100_000;

/**
 * Always gives the same answers to the same messages, and gives way to the event loop before each token, as a model
 * behind a network does.
 * @type {ChatModel}
 */
export const cannedModel = {
  name: 'canned-chat-1',
  async *generate(messages, signal) {
    for (const token of answerTokens(messages)) {
      await nextTurn();
      if (signal.aborted) return;
      yield token;
    }
  },
  countTokens: (text) => tokensOf(text).length,
};

/** @param {readonly Message[]} messages */
function answerTokens(messages) {
  const question = messages.at(-1)?.content ?? '';
  const [, limit] = /\bcount to (\d+)/i.exec(question) ?? [];
  return limit === undefined ? tokensOf(cannedAnswer(question, messages)) : countingTo(Number(limit));
}

/** @type {(question: string, messages: readonly Message[]) => string} */
function cannedAnswer(question, messages) {
  const answers = TOPICS.find(({ about }) => about.test(question))?.answers ?? OFF_TOPIC;
  const turn = messages.filter(({ role }) => role === 'user').length;
  return answers[(turn - 1) % answers.length] ?? '';
}

/**
 * An answer as long as one likes, such as one that nobody waits to see the end of.
 * @param {number} limit
 */
function* countingTo(limit) {
  for (let number = 1; number <= Math.min(limit, MOST_TO_COUNT); number++)
    yield number === 1 ? '1' : ` ${number}`;
}

/** Words, single Han characters and runs of signs, each with the space before it: joined, they are the text again. */
const TOKEN = /\s*(?:\p{Script=Han}|[\p{L}\p{M}\p{N}]+|[^\s\p{L}\p{N}]+)|\s+$/gu;

/** @param {string} text */
function tokensOf(text) {
  return text.match(TOKEN) ?? [];
}
