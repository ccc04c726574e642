import type { Socket } from 'node:net';
import { buildConnector, type Dispatcher, EnvHttpProxyAgent } from 'undici';

/** Connections for as many requests at a time, through the proxies that the environment names. */
export function createDispatcher(connections: number, connectTimeoutMillis: number): Dispatcher {
  const connect = buildConnector({ timeout: connectTimeoutMillis });
  return new EnvHttpProxyAgent({
    connections,
    // Its limits are idle times; ours, in http.ts, are for the whole of an exchange.
    headersTimeout: 0,
    bodyTimeout: 0,
    connect: (options, callback) =>
      connect(options, (...result) => {
        const [error, socket] = result;
        if (error === null && socket !== null) neverHold(socket);
        callback(...result);
      }),
  });
}

/**
 * A request under way must not keep a process alive: at its end, the exit flush holds it, and for no longer than
 * its deadline. undici takes a reference on the socket for each request, so taking one is switched off.
 */
function neverHold(socket: Socket): void {
  socket.unref();
  socket.ref = () => socket;
}
