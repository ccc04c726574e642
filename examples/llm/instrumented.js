/** `node --import otel-remote-logger/register --import ./instrumentation.js instrumented.js`: nothing here logs the turn. */
import { logs } from '@opentelemetry/api-logs';
import OpenAI from 'openai';

const stream = await new OpenAI().chat.completions.create({
  model: process.env.MODEL ?? 'gpt-4o-mini',
  messages: [{ role: 'user', content: 'Why is the sky blue?' }],
  stream: true,
  stream_options: { include_usage: true },
});
let response_id;
for await (const chunk of stream) {
  response_id = chunk.id;
  process.stdout.write(chunk.choices[0]?.delta.content ?? '\n');
}

// A vote as OpenTelemetry has it.
logs.getLogger('votes').emit({
  eventName: 'gen_ai.evaluation.result',
  attributes: {
    'gen_ai.evaluation.name': 'vote',
    'gen_ai.evaluation.score.label': 'upvote',
    'gen_ai.evaluation.score.value': 1,
    'gen_ai.response.id': response_id,
  },
});
