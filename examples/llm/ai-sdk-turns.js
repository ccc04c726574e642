/**
 * Import this once, and each call of the AI SDK 7 to a model is a record, streams included: `import './ai-sdk-turns.js'`
 * (Its tracing channel needs no registration, but has neither the answer nor the usage of a stream.)
 */
import { registerTelemetry } from 'ai';
import { getRemoteLogger } from 'otel-remote-logger';

/** The calls under way, by their id. */
const calls = new Map();

registerTelemetry({
  onLanguageModelCallStart(event) {
    calls.set(event.callId, { ...event, start: Date.now() / 1000 });
  },
  onLanguageModelCallEnd(event) {
    const text = event.content.filter(({ type }) => type === 'text').map((part) => part.text);
    log(event.callId, [{ role: 'assistant', content: text.join('') }], {
      response_id: event.responseId,
      finish_reason: event.finishReason,
      prompt_tokens: event.usage.inputTokens,
      completion_tokens: event.usage.outputTokens,
      tokens: event.usage.totalTokens,
    });
  },
  onError({ callId, error }) {
    const { statusCode, name } = error?.lastError ?? error ?? {}; // the last one of several tries
    log(callId, [], { error, error_type: String(statusCode ?? name) });
  },
  onAbort: ({ callId, reason }) => log(callId, [], { finish_reason: 'abort', error: reason }),
});

function log(callId, answer, fields) {
  const call = calls.get(callId);
  if (!calls.delete(callId)) return; // an error of what is no call to a model
  const { modelId, instructions, messages, temperature, topP, maxOutputTokens, start } = call;
  const finish = Date.now() / 1000;
  getRemoteLogger().log({
    tstamp: finish,
    type: 'chat',
    model: modelId,
    gen_params: { temperature, top_p: topP, max_new_tokens: maxOutputTokens },
    start,
    finish,
    state: {
      system_message: instructions,
      messages: [...messages, ...answer].map(({ role, content }) => [role, content]),
    },
    ...fields,
  });
}
