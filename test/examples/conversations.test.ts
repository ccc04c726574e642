import { expect, test } from 'vitest';
import { Conversations } from '../../examples/chat-service/conversations.js';
import type { ConversationState } from '../../examples/chat-service/records.js';

const stateOf = (conv_id: string): ConversationState => ({
  template_name: 'chatgpt',
  system_message: '',
  roles: ['user', 'assistant'],
  messages: [],
  offset: 0,
  conv_id,
  model_name: 'canned-chat-1',
});

test('the conversation that rested longest is forgotten', () => {
  const conversations = new Conversations(2);
  for (const id of ['a', 'b', 'a', 'c']) conversations.put(stateOf(id));
  expect(['a', 'b', 'c'].map((id) => conversations.get(id)?.conv_id)).toEqual(['a', undefined, 'c']);
});
