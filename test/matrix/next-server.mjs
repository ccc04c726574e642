import { once } from 'node:events';
import { createServer } from 'node:net';
import { startServer } from './servers.mjs';

/** @import { Runtime } from './projects.mjs' */
/** @typedef {{ url: string; end: () => Promise<void>; said: () => string }} Server */

/** @param {Runtime} node @param {string} folder @param {Record<string, string>} more @returns {Promise<Server>} */
export async function startNext(node, folder, more) {
  const port = await freePort();
  const env = { ...process.env, ...more, PORT: String(port), HOSTNAME: '127.0.0.1' };
  const { end, said } = await startServer(node, ['server.js'], { cwd: folder, env }, /Ready in/);
  return { url: `http://127.0.0.1:${port}`, end, said };
}

/** Next takes port 0 for none. */
async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  server.close();
  await once(server, 'close');
  return port;
}
