/** The `openai` client: a chat turn, a vote on its answer, and a turn that fails. `REMOTE_LOGGER_URL=http://127.0.0.1:8088 node openai.js` */
import { randomUUID } from 'node:crypto';
import { getRemoteLogger } from 'otel-remote-logger';
import { chat, vote } from './turn.js';

const logger = getRemoteLogger();
const turn = {
  conv_id: randomUUID(),
  model: process.env.MODEL ?? 'gpt-4o-mini',
  messages: [{ role: 'user', content: 'Why is the sky blue?' }],
  temperature: 0.7,
  max_tokens: 256,
};

let response_id;
for await (const chunk of chat(logger, turn)) {
  response_id = chunk.id;
  process.stdout.write(chunk.choices[0]?.delta.content ?? '\n');
}
vote(logger, { type: 'upvote', model: turn.model, response_id, conv_id: turn.conv_id });

try {
  for await (const _ of chat(logger, { ...turn, model: 'busy' }));
} catch (error) {
  console.log(`${error}`);
}
