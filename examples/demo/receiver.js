import { once } from 'node:events';
import { createServer } from 'node:http';

/** @import { IncomingMessage } from 'node:http' */
/** @import { AddressInfo } from 'node:net' */

/**
 * One POST as it arrived.
 * @typedef {object} Received
 * @property {string} contentType
 * @property {Record<string, unknown>} record
 */

/**
 * Starts an endpoint for log records on loopback, and hands on what it accepts.
 * @param {(received: Received) => void} onReceived
 * @param {number} loses Answers 404 to so many of the first records.
 */
export async function startReceiver(onReceived, loses = 0) {
  let arrived = 0;
  const server = createServer(async (request, response) => {
    const received = await receive(request);
    const isLost = ++arrived <= loses;
    if (!isLost) onReceived(received);
    response.writeHead(isLost ? 404 : 204).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = /** @type {AddressInfo} */ (server.address());
  return {
    url: `http://127.0.0.1:${port}/logs`,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

/**
 * @param {IncomingMessage} request
 * @returns {Promise<Received>}
 */
async function receive(request) {
  let body = '';
  for await (const text of request.setEncoding('utf8')) body += text;
  return { contentType: request.headers['content-type'] ?? '', record: JSON.parse(body) };
}
