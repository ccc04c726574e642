import type { DeadlineOptions } from '../lifecycle/deadline.js';
import { type DeliveryStats, NO_RECORDS } from '../types/account.js';
import type { LogData, LoggerFields } from '../types/json.js';

/** Sends data to the remote endpoint, in the background. */
export interface RemoteLogger {
  /** `false` without a URL: then every call does nothing. */
  readonly enabled: boolean;
  /**
   * Copies `data` and sends it in the background, as one flat JSON object. Never throws, never blocks, never waits. A record that is
   * not admitted is counted in `stats().dropped`.
   */
  log(data: LogData): void;
  /**
   * Returns a logger that adds `fields` to its records. An object is copied now; a function is called for each record. A record's own fields win over
   * them, and they win over the fields of this logger. `stats()`, `flush()` and `shutdown()` are those of this logger, so there is nothing to close.
   * Never throws: something without fields adds none, and a warning says so.
   */
  child(fields: LoggerFields): RemoteLogger;
  /** Returns the account: what became of all records up to now. */
  stats(): DeliveryStats;
  /**
   * Resolves when every record accepted before is delivered or given up, or when the deadline (default: 30 s) has passed,
   * with the account of that moment. Rejects with a `TypeError` for a deadline that is not an integer of milliseconds.
   */
  flush(options?: DeadlineOptions): Promise<DeliveryStats>;
  /**
   * Takes no more records, flushes with a deadline (default: the option `shutdownTimeoutMillis`, 5 s), then stops. Resolves with
   * the account at the end or at the deadline; records that are still pending then are given up, reason `shutdown`. It waits for no pause: one attempt
   * is made at once, and one more before the deadline.
   */
  shutdown(options?: DeadlineOptions): Promise<DeliveryStats>;
  /** `shutdown()` with its default deadline, for `await using`. Of a child, it does nothing. */
  [Symbol.asyncDispose](): Promise<void>;
}

/** What there is without a URL: an object of its own each time, as a test can have it collect what is logged. */
export const createNoOp = (): RemoteLogger & { logWith(): void } => ({
  enabled: false,
  log() {},
  logWith() {},
  child() {
    return this;
  },
  stats: () => NO_RECORDS,
  flush: async () => NO_RECORDS,
  shutdown: async () => NO_RECORDS,
  async [Symbol.asyncDispose]() {},
});
