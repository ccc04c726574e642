import type { DeadlineOptions } from '../lifecycle/deadline.js';
import { type DeliveryStats, NO_RECORDS } from '../types/account.js';
import type { LogData, LoggerFields } from '../types/json.js';

/** Sends data to the remote endpoint, in the background. */
export interface RemoteLogger {
  /** `false` for the no-op that there is without a URL. */
  readonly enabled: boolean;
  /**
   * Sends `data`, as it is now, as one flat JSON object. Never throws, never blocks, never waits; a record that is
   * not admitted is counted in `stats().dropped`.
   */
  log(data: LogData): void;
  /**
   * A logger that adds `fields` to its records: those of an object as they are now, or those that a function returns for each record.
   * A record's own fields win over them, and they over the fields of this logger. All else is shared: `stats()`, `flush()` and `shutdown()`
   * are those of this logger, and there is nothing to close. Never throws: what has no fields adds none, and a warning says so.
   */
  child(fields: LoggerFields): RemoteLogger;
  /** What became of all records up to now. */
  stats(): DeliveryStats;
  /**
   * Settles when every record accepted before is delivered or given up, or when the deadline (default: 30 s) has passed,
   * with the account of that moment. Rejects with a `TypeError` for a deadline that is not an integer of milliseconds.
   */
  flush(options?: DeadlineOptions): Promise<DeliveryStats>;
  /**
   * Takes no more records, flushes with a deadline (default: the option `shutdownTimeoutMillis`, 5 s), then stops. Settles with
   * the account at the end or at the deadline; what was still pending then is given up, reason `shutdown`. No pause holds up its
   * attempts: one is made at once, and one more before the deadline.
   */
  shutdown(options?: DeadlineOptions): Promise<DeliveryStats>;
  /** `shutdown()` with its default deadline, for `await using`; of a child, nothing. */
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
