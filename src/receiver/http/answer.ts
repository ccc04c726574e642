import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';

/** An answer that is about the request as a whole, and no record of it is stored. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    message: string,
    /** Beside the message in the body, such as where in the body something is wrong. */
    readonly details: Readonly<Record<string, unknown>> = {},
    readonly headers: OutgoingHttpHeaders = {},
  ) {
    super(message);
  }
}

/** For senders that are to try again: so many seconds later. */
export const RETRY_LATER: OutgoingHttpHeaders = { 'retry-after': '1' };

/** On all answers. The page has scripts and styles in files of their own, and asks nobody but the receiver. */
export const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'cache-control': 'no-store',
};

/** Who has gone is not answered. */
export function answerJson(
  response: ServerResponse,
  status: number,
  value: unknown,
  headers: OutgoingHttpHeaders = {},
): void {
  if (response.destroyed) return;
  const body = `${JSON.stringify(value)}\n`;
  response
    .writeHead(status, {
      ...headers,
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
    })
    .end(body);
}

export function answerRefusal(
  response: ServerResponse,
  { status, message, details, headers }: Refusal,
): void {
  if (response.headersSent) response.destroy();
  else answerJson(response, status, { error: message, ...details }, headers);
}

/** For a connection that has no request to answer: it is closed behind it. */
export function rawAnswer(status: number, reason: string, message: string): string {
  const body = `${JSON.stringify({ error: message })}\n`;
  return [
    `HTTP/1.1 ${status} ${reason}`,
    'Connection: close',
    ...(status === 503 ? ['Retry-After: 1'] : []),
    'Content-Type: application/json',
    'X-Content-Type-Options: nosniff',
    `Content-Length: ${Buffer.byteLength(body)}`,
    '',
    body,
  ].join('\r\n');
}
