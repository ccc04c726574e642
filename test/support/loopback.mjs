/**
 * Has a server listen on a free port of 127.0.0.1, and gives the port.
 * @param {import('node:net').Server} server @returns {Promise<number>}
 */
export function listenOnLoopback(server) {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
      resolve(port);
    });
  });
}
