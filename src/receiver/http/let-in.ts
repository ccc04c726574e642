import type { IncomingMessage, ServerResponse } from 'node:http';
import { Refusal } from './answer.js';
import type { Token } from './token.js';

/** Sets a cookie, and goes on to the page. Not by a redirect: behind a link of another site, a browser would not send the cookie there. */
const GO_ON =
  '<!doctype html><html lang="en"><title>otel-remote-logger</title><meta http-equiv="refresh" content="0;url=/">\n';

/** Gives a browser that has the token in its URL a cookie in the place of it. Says whether it was for that. */
export function letIn(
  token: Token,
  { method, socket }: IncomingMessage,
  response: ServerResponse,
  url: URL,
): boolean {
  const given = url.pathname === '/' ? url.searchParams.get('token') : null;
  if (given === null || method !== 'GET') return false;
  if (!token.is(given)) throw new Refusal(401, 'this is not the token');
  response
    .writeHead(200, {
      'content-type': 'text/html; charset=utf-8',
      'set-cookie': token.setCookie(socket.localPort ?? 0),
    })
    .end(GO_ON);
  return true;
}
