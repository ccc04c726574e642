import { createOpenAI } from '@ai-sdk/openai';
import { convertToModelMessages, streamText, type UIMessage } from 'ai';
import { after } from 'next/server';
import { getRemoteLogger } from 'otel-remote-logger';

const MODEL = process.env['MODEL'] ?? 'gpt-4o-mini';
const openai = createOpenAI(); // reads OPENAI_API_KEY and OPENAI_BASE_URL

/** What the client's `useChat` sends: its `id` names the conversation. The answer is streamed, and the turn is one record. */
export async function POST(request: Request): Promise<Response> {
  const { id, messages } = (await request.json()) as { id: string; messages: UIMessage[] };
  const prompt = await convertToModelMessages(messages);
  const logger = getRemoteLogger();
  const start = Date.now() / 1000;
  const asked = prompt.map(({ role, content }) => [role, content]);
  function log(answer: string | undefined, fields: object): void {
    const finish = Date.now() / 1000;
    const said = answer === undefined ? asked : [...asked, ['assistant', answer]];
    const state = { conv_id: id, messages: said };
    logger.log({ tstamp: finish, type: 'chat', model: MODEL, start, finish, state, ...fields });
  }
  const result = streamText({
    model: openai.chat(MODEL),
    messages: prompt,
    onFinish: ({ text, finishReason, response, totalUsage }) =>
      log(text, {
        response_id: response.id,
        finish_reason: finishReason,
        prompt_tokens: totalUsage.inputTokens,
        completion_tokens: totalUsage.outputTokens,
        tokens: totalUsage.totalTokens,
      }),
    onError: ({ error }) =>
      log(undefined, { error, error_type: error instanceof Error ? error.name : 'unknown' }),
  });
  const whole = result.consumeStream(); // to its end, also when the client has left
  after(async () => {
    await whole; // the turn is logged
    await logger.flush(); // before a function may freeze
  });
  return result.toUIMessageStreamResponse({
    // The client votes with it.
    messageMetadata: ({ part }) =>
      part.type === 'finish-step' ? { response_id: part.response.id, model: MODEL } : undefined,
  });
}
