/** JSON in and out over node:http. */

import { ApiError } from './openai.js';

/** @import { IncomingMessage, ServerResponse } from 'node:http' */

const MOST_BODY_BYTES = 1024 * 1024;

/**
 * @param {IncomingMessage} request
 * @returns {Promise<unknown>}
 */
export async function readJson(request) {
  const body = await readBody(request);
  try {
    return JSON.parse(body);
  } catch {
    throw new ApiError(400, 'We could not parse the JSON body of your request.');
  }
}

/**
 * @param {ServerResponse} response
 * @param {number} status
 * @param {object} body
 */
export function sendJson(response, status, body) {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(body));
}

/**
 * Says what went wrong, if there is still a way to.
 * @param {ServerResponse} response
 * @param {unknown} error
 */
export function sendError(response, error) {
  if (response.destroyed) return;
  if (!(error instanceof ApiError)) console.error(error);
  const { status, body } =
    error instanceof ApiError
      ? error
      : new ApiError(500, 'The server had an error while processing your request.');
  if (status === 413) response.setHeader('connection', 'close');
  // An answer that has begun can't become an error any more; cut off, it doesn't look complete at least.
  if (response.headersSent) response.destroy();
  else sendJson(response, status, body);
}

/** @param {IncomingMessage} request */
async function readBody(request) {
  /** @type {Buffer[]} */
  const chunks = [];
  let size = 0;
  // An iterator that destroyed the request at an early end would take the connection with it, and the answer.
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    size += chunk.length;
    if (size > MOST_BODY_BYTES) throw new ApiError(413, `The body is larger than ${MOST_BODY_BYTES} bytes.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
