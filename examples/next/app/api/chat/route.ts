import { getRemoteLogger } from 'otel-remote-logger';

export function POST(): Response {
  getRemoteLogger().log({ from: 'route', usage: { tokens: 256 } });
  return Response.json({ answer: 'Hello!' });
}
