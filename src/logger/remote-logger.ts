import { Ledger } from '../account/ledger.js';
import { LossReport } from '../account/loss-report.js';
import { createQueueMetrics, type QueueMetrics } from '../account/metrics.js';
import {
  type AdmissionConfig,
  type LoggerConfig,
  resolveLoggerConfig,
  resolveProvidedConfig,
  whyOff,
} from '../config/config.js';
import { summaryOf } from '../config/summary.js';
import {
  CLOSE_TIMEOUT_MILLIS,
  type DeadlineOptions,
  endWithin,
  timeoutOf,
  withDeadline,
} from '../lifecycle/deadline.js';
import type { Draining } from '../lifecycle/drain.js';
import { deliverIfOver, forgetExit, watchExit } from '../lifecycle/exit.js';
import { flushOnSignals } from '../lifecycle/signals.js';
import { encodeRecord } from '../record/encode-record.js';
import { type Flattening, flattenForJson, flattenWithin } from '../record/flatten.js';
import { type Clock, systemClock } from '../runtime/clock.js';
import { isDebugging, step } from '../runtime/debug.js';
import { isFaultOfSystem } from '../runtime/load.js';
import { logToDiag } from '../runtime/otel-api.js';
import { isOwnWork } from '../runtime/own-work.js';
import { type DeliveryStats, type DropReason, NO_RECORDS } from '../types/account.js';
import type { FlatDict, LogData } from '../types/json.js';
import type { RemoteLoggerOptions } from '../types/options.js';
import { toProvider } from './provided.js';
import type { Route, RouteTo } from './route.js';
import { toEndpoint } from './to-endpoint.js';

/** Sends data to the remote endpoint, in the background. */
export interface RemoteLogger {
  /** `false` for the no-op that there is without a URL. */
  readonly enabled: boolean;
  /**
   * Sends `data`, as it is now, as one flat JSON object. Never throws, never blocks, never waits; a record that is
   * not admitted is counted in `stats().dropped`.
   */
  log(data: LogData): void;
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
  /** `shutdown()` with its default deadline, for `await using`. */
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * A logger of its own, with no global state; there can be many. With no URL, as option or in `REMOTE_LOGGER_URL`,
 * or with `OTEL_SDK_DISABLED=true`, it is a no-op. Throws a `TypeError` for a wrong option.
 */
export function createRemoteLogger(options: RemoteLoggerOptions = {}): RemoteLogger {
  const loggerProvider = options?.loggerProvider;
  if (loggerProvider === undefined) return loggerOf(resolveLoggerConfig(options));
  const config = resolveProvidedConfig(loggerProvider, options);
  if (config === undefined) return off(whyOff());
  return new ActiveLogger(config, toProvider(loggerProvider, config, systemClock), systemClock);
}

/** A logger with a pipeline of its own, a no-op where it is off. `flattening` takes what is logged, data by default. */
export function loggerOf(config: LoggerConfig | undefined, flattening?: Flattening): RemoteLogger {
  if (config === undefined) return off(whyOff());
  if (isDebugging) step(`a logger is on: ${summaryOf(config)}`);
  return new ActiveLogger(config, toEndpoint(config, systemClock), systemClock, flattening);
}

function off(why: string): RemoteLogger {
  logToDiag('info', `${why}, so the logger is off and sends nothing`);
  return NO_OP;
}

/** For all copies of this package in the process. */
const GLOBAL_KEY = Symbol.for('otel-remote-logger.logger');

/** The process's one logger, set up from environment variables at the first call. A no-op without `REMOTE_LOGGER_URL`. */
export function getRemoteLogger(): RemoteLogger {
  const global = globalThis as { [GLOBAL_KEY]?: RemoteLogger };
  global[GLOBAL_KEY] ??= createRemoteLogger();
  return global[GLOBAL_KEY];
}

const NO_OP: RemoteLogger = Object.freeze({
  enabled: false,
  log() {},
  stats: () => NO_RECORDS,
  flush: async () => NO_RECORDS,
  shutdown: async () => NO_RECORDS,
  async [Symbol.asyncDispose]() {},
});

class ActiveLogger implements RemoteLogger {
  readonly enabled = true;
  readonly #config: AdmissionConfig;
  readonly #flattening: Flattening;
  readonly #clock: Clock;
  readonly #ledger: Ledger;
  readonly #report: LossReport;
  readonly #to: RouteTo;
  /** Opened by the first record: without one, neither SDK nor HTTP client is loaded. */
  #route: Route | undefined;
  #metrics: QueueMetrics | undefined;
  /** Why nothing is admitted any more. */
  #ended: 'shutdown' | 'internal' | undefined;
  #closing: Promise<void> | undefined;
  readonly #stopListening: () => void;

  constructor(
    config: AdmissionConfig,
    to: RouteTo,
    clock: Clock,
    flattening: Flattening = to.isText ? flattenForJson : flattenWithin,
  ) {
    this.#config = config;
    this.#to = to;
    this.#flattening = flattening;
    this.#clock = clock;
    this.#report = new LossReport(config.onDrop, clock, undefined, to.endpoint);
    this.#ledger = new Ledger((loss) => {
      if (loss.kind === 'dropped') this.#metrics?.processed(loss.count, loss.reason);
      this.#report.add(loss);
    });
    this.#stopListening = flushOnSignals(config.flushOnSignals);
  }

  log(data: LogData): void {
    const reason = this.#admit(data);
    if (reason !== undefined) {
      this.#ledger.drop(reason, () => (reason === 'too_large' ? undefined : this.#sampleOf(data)));
      return;
    }
    this.#metrics?.processed(1);
    deliverIfOver(this);
  }

  stats(): DeliveryStats {
    return this.#ledger.stats();
  }

  async flush(options?: DeadlineOptions): Promise<DeliveryStats> {
    const timeoutMillis = timeoutOf(options);
    if (isDebugging) step(`flush: ${this.#ledger.pending} pending, for at most ${timeoutMillis} ms`);
    await withDeadline(this.#flush(), timeoutMillis, this.#clock);
    const stats = this.stats();
    if (isDebugging) step(`flushed: ${JSON.stringify(stats)}`);
    return stats;
  }

  /** A flush before the end of the process. */
  async end(options: DeadlineOptions): Promise<DeliveryStats> {
    await endWithin(this.#flush(), timeoutOf(options), () => this.#route?.hurry(), this.#clock);
    return this.stats();
  }

  async shutdown(options?: DeadlineOptions): Promise<DeliveryStats> {
    const timeoutMillis = timeoutOf(options, this.#config.shutdownTimeoutMillis);
    this.#ended ??= 'shutdown';
    const stats = await this.end({ timeoutMillis });
    if (stats.pending > 0) logToDiag('warn', `shut down with ${stats.pending} records still pending`);
    this.#closing ??= this.#close();
    await withDeadline(this.#closing, CLOSE_TIMEOUT_MILLIS, this.#clock);
    return stats;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.shutdown();
  }

  /** For the end of the process. */
  drain(): Draining | undefined {
    return this.#route?.drain();
  }

  /** Decides on a record and takes it as it is now; says why if it is not admitted. */
  #admit(data: unknown): DropReason | undefined {
    const { maxQueueSize, maxPayloadBytes } = this.#config;
    if (isOwnWork()) return 'feedback';
    if (this.#ended !== undefined) return this.#ended;
    if (this.#ledger.pending >= maxQueueSize) return 'queue_full';
    const dict = this.#flattening(data, maxPayloadBytes);
    if (typeof dict === 'string') return dict;
    try {
      this.#route ??= this.#begin();
      return this.#route.admit(dict);
    } catch {
      return 'internal'; // no memory is left, say
    }
  }

  #begin(): Route {
    const { meterProvider, maxQueueSize } = this.#config;
    watchExit(this);
    this.#metrics ??= createQueueMetrics(meterProvider, maxQueueSize, () => this.#ledger.pending);
    // A fault of the system passes, and the next record has it tried again. If a package is missing, say, nothing is admitted any more.
    return this.#to.open(this.#ledger, (error) => {
      if (!isFaultOfSystem(error)) this.#ended ??= 'internal';
    });
  }

  /** A record that was not admitted, for a listener that wants to know which. */
  #sampleOf(data: unknown): FlatDict | undefined {
    const dict = this.#flattening(data, this.#config.maxPayloadBytes);
    return typeof dict === 'string' ? undefined : JSON.parse(encodeRecord(dict));
  }

  async #flush(): Promise<void> {
    await this.#route?.flush();
  }

  async #close(): Promise<void> {
    this.#stopListening();
    this.#metrics?.end();
    await this.#route?.close();
    this.#report.end();
    forgetExit(this);
  }
}
