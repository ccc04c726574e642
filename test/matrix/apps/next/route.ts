export const runtime = 'edge';

/** Has Next.js compile instrumentation.ts for the edge runtime, too. */
export function GET(): Response {
  return Response.json({ on: 'the edge' });
}
