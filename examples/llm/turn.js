/** A chat turn and a vote, each as one record with the names of docs/llm.md. */
import OpenAI from 'openai';

const openai = new OpenAI(); // reads OPENAI_API_KEY and OPENAI_BASE_URL

/**
 * Passes on the chunks of the model's answer. The turn is one record, whether the answer ends, fails, or nobody waits for its end.
 * `logger` is `getRemoteLogger()`, or a child of it with the fields of a request.
 */
export async function* chat(logger, { conv_id, model, messages, temperature, max_tokens }) {
  const start = Date.now() / 1000;
  const turn = { answer: '' };
  try {
    const request = { model, messages, temperature, max_completion_tokens: max_tokens };
    const options = { stream: true, stream_options: { include_usage: true } };
    for await (const chunk of await openai.chat.completions.create({ ...request, ...options })) {
      add(turn, chunk);
      yield chunk;
    }
  } catch (error) {
    turn.error = error;
    throw error;
  } finally {
    const finish = Date.now() / 1000;
    const said = [...messages, ...(turn.answer === '' ? [] : [{ role: 'assistant', content: turn.answer }])];
    logger.log({
      tstamp: finish,
      type: 'chat',
      model,
      gen_params: { temperature, max_new_tokens: max_tokens },
      start,
      finish,
      state: { conv_id, messages: said.map(({ role, content }) => [role, content]) },
      response_id: turn.response_id,
      finish_reason: turn.finish_reason,
      prompt_tokens: turn.usage?.prompt_tokens,
      completion_tokens: turn.usage?.completion_tokens,
      tokens: turn.usage?.total_tokens,
      error: turn.error,
      error_type: turn.error && String(turn.error.status ?? turn.error.name),
    });
  }
}

/** The last chunk has the usage and no choice. */
function add(turn, { id, choices: [choice], usage }) {
  turn.response_id = id;
  turn.answer += choice?.delta.content ?? '';
  turn.finish_reason ??= choice?.finish_reason ?? undefined;
  turn.usage ??= usage;
}

/** `type` is `upvote`, `downvote` or `flag`; `response_id` says on which answer. */
export function vote(logger, { type, model, response_id, conv_id }) {
  logger.log({ tstamp: Date.now() / 1000, type, model, response_id, state: { conv_id } });
}
