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

/** Where connections come from. Each one that is taken is given back, by `keep` or by `drop`. */
export interface Connections {
  /** `afresh` asks for one that nothing has gone over yet. */
  take(target: Target, afresh: boolean): PooledConnection;
  /** It brought an answer, and the next POST may go over it. */
  keep(connection: PooledConnection): void;
  /** It failed, or what answers there did: nothing goes over it any more. */
  drop(connection: PooledConnection): void;
  close(): void;
}

/**
 * A dispatcher of the application knows its connections itself. It is only asked, after a failure, to close the one that it
 * takes next: so it gets rid of those that lead to a machine that fails.
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
  /** Most of them that are kept. */
  readonly concurrency: number;
  readonly maxConnectionAgeMillis: number;
}

/** By how much of its age a connection can be renewed early, so that those that began together don't end together. */
const AGE_JITTER = 0.2;

/**
 * Connections of our own, one POST at a time on each. Behind an endpoint can be many machines, and which one it is belongs to the
 * connection: so one that failed is never used again, and none is used for longer than its age.
 */
export function openConnections(config: ConnectionsConfig, clock: Clock, chance: Chance): Connections {
  loadParser();
  const { concurrency, maxConnectionAgeMillis } = config;
  const connect = buildConnector({ timeout: 0, lookup: lookUp(chance) });
  /** The last one that was used is the next one to be used: the others get a chance to end. */
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
      // undici has a used one wait for an immediate. A faked one does not come, or is given back to the runtime, which counts it as its own.
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
