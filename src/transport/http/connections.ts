import type { Dispatcher } from 'undici';
import { buildConnector } from 'undici/index.js';
import type { Chance, Clock } from '../../runtime/clock.js';
import { areFaked } from '../../runtime/timers.js';
import { lookUp } from './addresses.js';
import { Connection } from './connection.js';
import { loadParser } from './parser.js';
import type { Target } from './target.js';

/** What one POST goes out on. */
export interface PooledConnection {
  readonly dispatcher: Dispatcher;
  /** Whether it has carried an answer: if it breaks before the next one, it may have been closed while it was idle. */
  readonly hasWorked: boolean;
  /** Whether the next POST on it is to be the last one. */
  readonly closes: boolean;
}

/** Lends connections. Each one that is taken is given back, by `keep` or by `drop`. */
export interface Connections {
  /** `afresh` asks for a new connection. */
  take(target: Target, afresh: boolean): PooledConnection;
  /** The connection has brought an answer, and the next POST may use it. */
  keep(connection: PooledConnection): void;
  /** The connection has failed, or the machine behind it: no POST uses it any more. */
  drop(connection: PooledConnection): void;
  close(): void;
}

/**
 * The connections of an application's dispatcher, which manages them itself. After a failure, the next POST asks the dispatcher to close the
 * connection that it uses: so those to a machine that fails are closed one by one.
 */
export function connectionsOf(dispatcher: Dispatcher): Connections {
  const connection = { dispatcher, hasWorked: false, closes: false };
  return {
    take: () => connection,
    keep() {
      connection.hasWorked = true;
      connection.closes = false;
    },
    drop() {
      connection.hasWorked = false;
      connection.closes = true;
    },
    close() {},
  };
}

export interface ConnectionsConfig {
  /** Most connections that are kept. */
  readonly concurrency: number;
  readonly maxConnectionAgeMillis: number;
}

/** By up to this part, chance makes a connection's greatest age shorter: connections that began together should not end together. */
const AGE_JITTER = 0.2;

/**
 * Connections of our own, one POST at a time on each. Behind an endpoint can be many machines, and each connection leads to one of them:
 * so a connection that failed is never used again, and none is used beyond its greatest age.
 */
export function openConnections(config: ConnectionsConfig, clock: Clock, chance: Chance): Connections {
  loadParser();
  const { concurrency, maxConnectionAgeMillis } = config;
  const connect = buildConnector({ timeout: 0, lookup: lookUp(chance) });
  /** The last one that was used is used next, so that the others become idle for long enough to end. */
  const idle: Connection[] = [];

  const endOfAge = (): number => clock.now() + maxConnectionAgeMillis * (1 - AGE_JITTER * chance());
  const takeIdle = (origin: string): Connection | undefined => {
    for (let index = idle.length - 1; index >= 0; index--) {
      const connection = idle[index] as Connection;
      if (connection.origin !== origin) continue;
      idle.splice(index, 1);
      if (clock.now() < connection.endsAt) return connection;
      connection.destroy();
    }
    return undefined;
  };
  const onGone = (connection: Connection): void => {
    const index = idle.indexOf(connection);
    if (index === -1) return; // under way, where its POST sees what happened
    idle.splice(index, 1);
    connection.destroy();
  };

  return {
    take: (target, afresh) =>
      (afresh || areFaked() ? undefined : takeIdle(target.origin)) ??
      new Connection(target, connect, maxConnectionAgeMillis, endOfAge, onGone),
    keep(kept) {
      const connection = kept as Connection;
      // undici waits for an immediate before it uses a connection again. Where a test has faked the timers, that may never come.
      if (areFaked()) {
        connection.destroy();
        return;
      }
      connection.hasWorked = true;
      idle.push(connection);
      if (idle.length > concurrency) idle.shift()?.destroy();
    },
    drop: (connection) => (connection as Connection).destroy(),
    close() {
      for (const connection of idle.splice(0)) connection.destroy();
    },
  };
}
