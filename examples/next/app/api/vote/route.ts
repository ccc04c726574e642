import { after } from 'next/server';
import { getRemoteLogger } from 'otel-remote-logger';

const TYPES = ['upvote', 'downvote', 'flag'];

/** `response_id` and `model` are in the metadata of the message that is voted on, and `id` is that of its chat. */
export async function POST(request: Request): Promise<Response> {
  const { type, response_id, model, id } = (await request.json()) as Record<string, string>;
  if (!TYPES.includes(String(type))) return Response.json({ error: 'no such vote' }, { status: 400 });
  const logger = getRemoteLogger();
  logger.log({ tstamp: Date.now() / 1000, type, model, response_id, state: { conv_id: id } });
  after(() => logger.flush());
  return Response.json({ ok: true });
}
