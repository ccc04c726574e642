import type { Socket } from 'node:net';
import type { Dispatcher } from 'undici';
// Not 'undici': Bun has an undici of its own by that name, which can't dispatch.
import { type buildConnector, Client } from 'undici/index.js';
import { asOwnForever } from '../../runtime/own-work.js';
import type { Target } from './target.js';
import { type Connect, proxyErrorOf, throughTunnel } from './tunnel.js';

/** One connection, from the first step of opening it on. */
export class Connection {
  readonly origin: string;
  readonly dispatcher: Dispatcher;
  hasWorked = false;
  readonly closes = false;
  /** When it is too old for another POST, on the clock's `now()`. */
  endsAt: number;
  readonly #client: Client;
  /** Several where a tunnel is used: one socket within another. */
  #sockets: Socket[] = [];

  constructor(
    target: Target,
    connect: Connect,
    maxIdleMillis: number,
    endOfAge: () => number,
    onGone: (connection: Connection) => void,
  ) {
    this.origin = target.origin;
    this.endsAt = endOfAge();
    const open = this.#opening(target, connect);
    this.#client = new Client(target.origin, {
      connect: (options, callback) => {
        // Not always for the first time: the other side may have closed a connection before anything went over it.
        this.#sockets = [];
        this.hasWorked = false;
        this.endsAt = endOfAge();
        asOwnForever(() => open(options, callback));
      },
      keepAliveMaxTimeout: maxIdleMillis,
      // Its limits are idle times; those of attempts.ts are for the whole of an attempt.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
    this.dispatcher = this.#client;
    this.#client.on('disconnect', () => onGone(this));
    // After some errors, the client would connect again, at once and for ever, and the request that waits would never know.
    this.#client.on('connectionError', (_origin, _targets, error) => this.destroy(error));
  }

  /** Ends the connection, with whatever is under way on it, also while it is still opening. */
  destroy(error: Error | null = null): void {
    this.#client.destroy(error, () => {});
    for (const socket of this.#sockets) socket.destroy();
  }

  #opening({ tunnel, isProxied }: Target, connect: Connect): Connect {
    const watched: Connect = (options, callback) => {
      // The connector returns the socket that it opens, though its type does not say so.
      const socket = connect(options, callback) as unknown as Socket;
      this.#sockets.push(socket);
      neverHold(socket);
    };
    if (tunnel !== undefined) return throughTunnel(tunnel, watched);
    if (!isProxied) return watched;
    return (options, callback) =>
      watched(options, (...[error, socket]: Parameters<buildConnector.Callback>) =>
        error === null ? callback(null, socket as Socket) : callback(proxyErrorOf(error), null),
      );
  }
}

/**
 * A request under way must not keep a process alive: the flush at the end of the process does that, and only until its deadline.
 * undici calls `ref()` on the socket for each request, so `ref()` is switched off.
 */
function neverHold(socket: Socket): void {
  socket.unref();
  // Where a name has several addresses, each try to connect has a handle of its own.
  socket.once('connect', () => socket.unref());
  socket.ref = () => socket;
}
