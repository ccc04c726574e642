import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { until } from './servers.mjs';

/** @import { Runtime } from './projects.mjs' */
/** @typedef {{ url: string; end: () => Promise<void>; said: () => string }} Server */

/** @param {Runtime} node @param {string} folder @param {Record<string, string>} more @returns {Promise<Server>} */
export async function startNext(node, folder, more) {
  const port = await freePort();
  const env = { ...process.env, ...more, PORT: String(port), HOSTNAME: '127.0.0.1' };
  const child = spawn(node.path, ['server.js'], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = once(child, 'close');
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text) => {
      said += text;
    });
  const end = async () => {
    child.kill('SIGTERM');
    await ended;
  };
  try {
    await until(
      () => /Ready in/.test(said),
      () => said,
    );
  } catch (error) {
    await end();
    throw error;
  }
  return { url: `http://127.0.0.1:${port}`, end, said: () => said };
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
