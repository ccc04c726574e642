import type { DeliveryStats, DropReason } from './account.js';
import type { Admitted, Pipeline } from './admitted.js';
import { type Clock, systemClock } from './clock.js';
import {
  type AdmissionConfig,
  type LoggerConfig,
  resolveLoggerConfig,
  resolveProvidedConfig,
  summaryOf,
  whyOff,
} from './config.js';
import {
  CLOSE_TIMEOUT_MILLIS,
  type DeadlineOptions,
  endWithin,
  timeoutOf,
  withDeadline,
} from './deadline.js';
import { isDebugging, step } from './debug.js';
import type { Draining } from './drain.js';
import { encodeRecord, fieldsOf, fits, sizeOf } from './encode.js';
import { deliverIfOver, forgetExit, watchExit } from './exit.js';
import { isOwnWork } from './feedback.js';
import { textOf } from './foreign.js';
import type { FlatDict, LogData } from './json.js';
import { Ledger } from './ledger.js';
import { isFaultOfSystem } from './load.js';
import { LossReport } from './loss-report.js';
import { createQueueMetrics, type QueueMetrics } from './metrics.js';
import type { RemoteLoggerOptions } from './options.js';
import { activeContext, tell } from './otel-api.js';
import { type Flattening, flattenForJson, flattenWithin } from './record/flatten.js';
import { type Route, toEndpoint, toProvider } from './route.js';
import { flushOnSignals } from './signals.js';

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
  return new ActiveLogger(config, toProvider(loggerProvider), systemClock);
}

/** A logger with a pipeline of its own, a no-op where it is off. `flattening` takes what is logged, data by default. */
export function loggerOf(config: LoggerConfig | undefined, flattening?: Flattening): RemoteLogger {
  if (config === undefined) return off(whyOff());
  if (isDebugging) step(`a logger is on: ${summaryOf(config)}`);
  return new ActiveLogger(config, toEndpoint(config, systemClock), systemClock, flattening);
}

function off(why: string): RemoteLogger {
  tell('info', `${why}, so the logger is off and sends nothing`);
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

const NOTHING: DeliveryStats = Object.freeze({
  accepted: 0,
  delivered: 0,
  pending: 0,
  failed: Object.freeze({}),
  dropped: Object.freeze({}),
});

const NO_OP: RemoteLogger = Object.freeze({
  enabled: false,
  log() {},
  stats: () => NOTHING,
  flush: async () => NOTHING,
  shutdown: async () => NOTHING,
  async [Symbol.asyncDispose]() {},
});

class ActiveLogger implements RemoteLogger {
  readonly enabled = true;
  readonly #config: AdmissionConfig;
  readonly #route: Route;
  readonly #flattening: Flattening;
  readonly #clock: Clock;
  readonly #ledger: Ledger;
  readonly #report: LossReport;
  /** Loads with the first record: without one, neither SDK nor HTTP client is. */
  #loading: Promise<Pipeline | undefined> | undefined;
  #pipeline: Pipeline | undefined;
  /** Admitted while the pipeline loads. */
  #early: Admitted[] = [];
  #metrics: QueueMetrics | undefined;
  /** Why nothing is admitted any more. */
  #ended: 'shutdown' | 'internal' | undefined;
  #closing: Promise<void> | undefined;
  readonly #stopListening: () => void;

  constructor(
    config: AdmissionConfig,
    route: Route,
    clock: Clock,
    // Text leaves out by itself what a dict has to be freed from.
    flattening: Flattening = route.takesText ? flattenForJson : flattenWithin,
  ) {
    this.#config = config;
    this.#route = route;
    this.#flattening = flattening;
    this.#clock = clock;
    this.#report = new LossReport(config.onDrop, clock, undefined, route.endpoint);
    this.#ledger = new Ledger((loss) => {
      if (loss.kind === 'dropped') this.#metrics?.processed(loss.count, loss.reason);
      this.#report.add(loss);
    });
    this.#stopListening = flushOnSignals(config.flushOnSignals);
  }

  log(data: LogData): void {
    const result = this.#admit(data);
    if (typeof result === 'string') {
      this.#ledger.drop(result, () => (result === 'too_large' ? undefined : this.#sampleOf(data)));
      return;
    }
    if (this.#pipeline === undefined) {
      this.#early.push(result); // first: loading can fail at once, and fails what is early
      this.#loading ??= this.#load();
    } else {
      this.#pipeline.emit(result);
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
    await endWithin(this.#flush(), timeoutOf(options), () => this.#pipeline?.hurry?.(), this.#clock);
    return this.stats();
  }

  async shutdown(options?: DeadlineOptions): Promise<DeliveryStats> {
    const timeoutMillis = timeoutOf(options, this.#config.shutdownTimeoutMillis);
    this.#ended ??= 'shutdown';
    const stats = await this.end({ timeoutMillis });
    if (stats.pending > 0) tell('warn', `shut down with ${stats.pending} records still pending`);
    this.#closing ??= this.#close();
    await withDeadline(this.#closing, CLOSE_TIMEOUT_MILLIS, this.#clock);
    return stats;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.shutdown();
  }

  /** For the end of the process. */
  handOver(): Draining | undefined {
    return this.#route.handOver(this.#early);
  }

  /** Decides on a record and takes it as it is now; says why if it is not admitted. */
  #admit(data: unknown): Admitted | DropReason {
    const { maxQueueSize, maxQueueBytes, maxPayloadBytes, format, metadata } = this.#config;
    if (isOwnWork()) return 'feedback';
    if (this.#ended !== undefined) return this.#ended;
    if (this.#ledger.pending >= maxQueueSize) return 'queue_full';
    const dict = this.#flattening(data, maxPayloadBytes);
    if (typeof dict === 'string') return dict;
    const { takesText } = this.#route;
    let body: FlatDict | string = dict;
    let size: number;
    try {
      if (takesText) body = encodeRecord(dict);
      size = sizeOf(body);
      if (!fits(body, size, format, maxPayloadBytes)) return 'too_large';
    } catch {
      return 'too_large'; // for any text that there can be
    }
    if (this.#ledger.pendingBytes + size > maxQueueBytes) return 'queue_full';
    this.#ledger.accept(1, size);
    const timestamp = takesText ? 0 : this.#clock.wallNow();
    return { body, size, timestamp, context: metadata ? activeContext() : undefined };
  }

  /** A record that was not admitted, for a listener that wants to know which. */
  #sampleOf(data: unknown): FlatDict | undefined {
    const dict = this.#flattening(data, this.#config.maxPayloadBytes);
    return typeof dict === 'string' ? undefined : fieldsOf(encodeRecord(dict));
  }

  async #load(): Promise<Pipeline | undefined> {
    watchExit(this);
    const { meterProvider, maxQueueSize } = this.#config;
    try {
      this.#metrics ??= createQueueMetrics(meterProvider, maxQueueSize, () => this.#ledger.pending);
      const pipeline = await this.#route.open(this.#ledger, () => this.#closing === undefined);
      for (const record of this.#early) pipeline.emit(record);
      this.#pipeline = pipeline;
      return pipeline;
    } catch (error) {
      this.#failEarly(error);
      return undefined;
    } finally {
      this.#early = [];
    }
  }

  /** A fault of the system passes, and the next record loads again. If a package is missing, say, nothing is admitted any more. */
  #failEarly(error: unknown): void {
    if (isFaultOfSystem(error)) this.#loading = undefined;
    else this.#ended = 'internal';
    const reason = this.#closing === undefined ? 'internal' : 'shutdown';
    const bytes = this.#early.reduce((sum, { size }) => sum + size, 0);
    this.#ledger.fail(reason, this.#early.length, bytes, textOf(error), () => {
      const [first] = this.#early;
      return first && fieldsOf(first.body);
    });
  }

  async #flush(): Promise<void> {
    await (await this.#loading)?.flush();
  }

  async #close(): Promise<void> {
    this.#stopListening();
    this.#metrics?.end();
    await (await this.#loading)?.close();
    this.#report.end();
    forgetExit(this);
  }
}
