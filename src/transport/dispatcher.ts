import type { Socket } from 'node:net';
// Not 'undici': Bun has an undici of its own by that name, which can't dispatch.
import { Agent, buildConnector, type Dispatcher, EnvHttpProxyAgent } from 'undici/index.js';
import { asOwnForever } from '../feedback.js';
import { tell } from '../otel-api.js';

/** Connections for as many requests at a time, through the proxies that the environment names, if it does. */
export function createDispatcher(
  connections: number,
  connectTimeoutMillis: number,
  isProxied: boolean,
): Dispatcher {
  const connect = buildConnector({ timeout: connectTimeoutMillis });
  const options = {
    connections,
    // Its limits are idle times; ours, in http.ts, are for the whole of an exchange.
    headersTimeout: 0,
    bodyTimeout: 0,
    connect: (options: Parameters<Connect>[0], callback: Parameters<Connect>[1]) =>
      asOwnForever(() =>
        connect(options, (...result) => {
          const [error, socket] = result;
          if (error === null && socket !== null) neverHold(socket);
          callback(...result);
        }),
      ),
  };
  // It reads the environment for each request, even where there is nothing to read.
  if (!isProxied) return new Agent(options);
  try {
    return new EnvHttpProxyAgent(options);
  } catch {
    tell('error', 'HTTP_PROXY and HTTPS_PROXY must be absolute http: or https: URLs; connecting directly');
    return new Agent(options);
  }
}

type Connect = ReturnType<typeof buildConnector>;

/**
 * A request under way must not keep a process alive: at its end, the exit flush holds it, and for no longer than
 * its deadline. undici takes a reference on the socket for each request, so taking one is switched off.
 */
function neverHold(socket: Socket): void {
  socket.unref();
  socket.ref = () => socket;
}
