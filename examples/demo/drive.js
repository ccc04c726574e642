import { ChatClient, post } from './client.js';

/** @import { Expected } from './client.js' */

/** Something the driver did, and the record that must come of it. @typedef {{ did: string, expected?: Expected }} Step */

/**
 * Uses the chat service as people do: conversations with and without streaming, votes, one who leaves, one mistake.
 * @param {string} url
 * @returns {AsyncGenerator<Step, void, void>}
 */
export async function* drive(url) {
  const sky = new ChatClient(url);
  yield step('streams', await sky.stream('Why is the sky blue?'));
  yield step('streams', await sky.stream('And the sunset?'));
  yield step('votes', await sky.vote('upvote'));

  const capitals = new ChatClient(url);
  yield step('asks', await capitals.ask('What is the capital of France?'));
  yield step('votes', await capitals.vote('downvote'));
  yield step('asks', await capitals.ask('What was the capital before?'));
  yield step('votes', await capitals.vote('upvote'));

  const party = new ChatClient(url);
  yield step('streams', await party.stream('你好, can you answer with 🎉?'));
  yield step('asks', await party.ask('再见 👋🏽 "quoted"\nand on a second line'));
  yield step('votes', await party.vote('flag'));

  yield { did: await sendNonsense(url) };

  yield step('leaves', await new ChatClient(url).leave('Please count to 100000.', 5));
}

/** @type {(verb: string, expected: Expected) => Step} */
function step(verb, expected) {
  const { type, question } = expected;
  return { did: `${verb} ${type === 'chat' ? JSON.stringify(question) : type}`, expected };
}

/** @param {string} url */
async function sendNonsense(url) {
  const { status } = await post(`${url}/v1/chat/completions`, {
    model: 'canned-chat-1',
    messages: 'nonsense',
  });
  if (status !== 400) throw new Error(`the chat service answered ${status} to nonsense`);
  return 'sends nonsense, gets 400; no turn, so no record';
}
