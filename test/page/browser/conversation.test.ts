import { expect, test } from 'vitest';
import { conversationsOf, votesOn } from '../../../src/page/browser/live/conversation.js';
import { rowOf } from '../../../src/page/browser/live/row.js';

const user = { role: 'user', name: 'user', text: 'Hi!' };
const assistant = { role: 'assistant', name: 'assistant', text: 'Hello!' };
const said = [
  { role: 'user', content: 'Hi!' },
  { role: 'assistant', content: 'Hello!' },
];

test.each([
  ['messages of OpenAI', { messages: said }, [user, assistant]],
  ['the same as JSON text', { messages: JSON.stringify(said) }, [user, assistant]],
  [
    'with the answer in choices',
    { messages: said.slice(0, 1), choices: [{ message: said[1] }] },
    [user, assistant],
  ],
  [
    'with the answer in a response',
    { messages: said.slice(0, 1), response: { choices: [{ message: said[1] }] } },
    [user, assistant],
  ],
  ['state.messages', { state: { messages: said } }, [user, assistant]],
  [
    "FastChat's pairs, as JSON text, with its roles",
    {
      state: JSON.stringify({
        roles: ['ASK', 'SAY'],
        messages: [
          ['ASK', 'Hi!'],
          ['SAY', null],
        ],
      }),
    },
    [
      { role: 'user', name: 'ASK', text: 'Hi!' },
      { role: 'assistant', name: 'SAY', text: '' },
    ],
  ],
  [
    'parts of a message, and calls of tools',
    {
      messages: [
        { role: 'user', content: [{ type: 'text', text: 'What is this?' }, { type: 'image_url' }] },
        { role: 'assistant', content: null, tool_calls: [{ id: 1 }] },
      ],
    },
    [
      { role: 'user', name: 'user', text: 'What is this?\n[image_url]' },
      { role: 'assistant', name: 'assistant', text: '[{"id":1}]' },
    ],
  ],
])('a conversation: %s', (_name, record, turns) => {
  expect(conversationsOf(record)).toMatchObject([{ turns }]);
});

test('two side by side', () => {
  const states = ['1', '2'].map((conv_id) => ({ conv_id, messages: [['USER', conv_id]] }));
  expect(conversationsOf({ states: JSON.stringify(states) }).map(({ id }) => id)).toEqual(['1', '2']);
});

test.each([
  {},
  { state: 'text' },
  { state: '{"messages":7}' },
  { state: '{"messages":[7,null,[],{}]}' },
  { messages: '[' },
  { messages: [{ role: 7, content: 'x' }] },
  { state: null, states: null, messages: null, choices: [null] },
])('no conversation: %j', (record) => {
  expect(conversationsOf(record)).toEqual([]);
});

test('votes belong to a conversation by its id, whatever its record has else', () => {
  const of = (type: string, id: string, number: number) =>
    rowOf({ file: 'f', offset: number, record: { type }, conversations: [id] }, number, 0, 0);
  const rows = [
    of('upvote', 'c1', 0),
    of('chat', 'c1', 1),
    of('downvote', 'c2', 2),
    of('bothbad_vote', 'c1', 3),
  ];
  expect(votesOn(['c1'], rows).map(({ says }) => says)).toEqual(['▲ Upvote', '✕ Both are bad']);
});
