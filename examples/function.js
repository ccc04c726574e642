/** A function for AWS Lambda, Vercel or Cloud Run: its records are delivered before it answers, and may freeze. */
import { getRemoteLogger, withFlush } from 'otel-remote-logger';

export const handler = withFlush(async (/** @type {{ name: string }} */ event) => {
  getRemoteLogger().log({ type: 'greeting', name: event.name });
  return { statusCode: 200, body: `Hello, ${event.name}!` };
});
