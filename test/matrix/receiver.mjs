import { once } from 'node:events';
import { createServer } from 'node:http';

/**
 * A server on loopback that keeps the records it gets, while `work` runs.
 * @template T @param {(url: string, records: Record<string, unknown>[]) => Promise<T>} work @returns {Promise<T>}
 */
export async function withReceiver(work) {
  /** @type {Record<string, unknown>[]} */
  const records = [];
  const server = createServer(async (request, response) => {
    const body = Buffer.concat(await request.toArray()).toString('utf8');
    if (body !== '') records.push(JSON.parse(body));
    response.writeHead(204).end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  try {
    return await work(`http://127.0.0.1:${port}/`, records);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}
