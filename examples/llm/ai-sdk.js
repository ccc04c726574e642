/** The AI SDK 7: `REMOTE_LOGGER_URL=http://127.0.0.1:8088 node ai-sdk.js` */
import './ai-sdk-turns.js';
import { createOpenAI } from '@ai-sdk/openai';
import { streamText } from 'ai';

const openai = createOpenAI(); // reads OPENAI_API_KEY and OPENAI_BASE_URL
const model = openai.chat(process.env.MODEL ?? 'gpt-4o-mini');
const { textStream } = streamText({ model, prompt: 'Why is the sky blue?', temperature: 0.7 });
for await (const text of textStream) process.stdout.write(text);
console.log();

const failing = streamText({
  model: openai.chat('busy'),
  prompt: 'Hi!',
  onError: ({ error }) => console.log(`${error}`),
});
await failing.consumeStream();
