import { Ledger } from '../account/ledger.js';
import { LossReport } from '../account/loss-report.js';
import { createQueueMetrics, type QueueMetrics } from '../account/metrics.js';
import type { AdmissionConfig } from '../config/config.js';
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
import { Refusal } from '../record/before-send.js';
import type { Copied } from '../record/copied.js';
import { encodeTaken } from '../record/encode-record.js';
import { type Flattening, type FlattenRefusal, flattenForJson, flattenWithin } from '../record/flatten.js';
import { flattenTrimmed, Trimming } from '../record/trimming.js';
import type { Clock } from '../runtime/clock.js';
import { isDebugging, step } from '../runtime/debug.js';
import { textOf } from '../runtime/foreign.js';
import { isFaultOfSystem } from '../runtime/load.js';
import { logToDiag } from '../runtime/otel-api.js';
import { isOwnWork } from '../runtime/own-work.js';
import type { DeliveryStats, DropReason } from '../types/account.js';
import type { FlatDict, LogData, LoggerFields } from '../types/json.js';
import { ChildLogger, type ParentLogger } from './child-logger.js';
import { type FieldSources, joinFields, withFields } from './fields.js';
import type { RemoteLogger } from './remote-logger.js';
import type { Route, RouteTo } from './route.js';

/** A logger that is on: admits records to its route, and counts what becomes of them. */
export class ActiveLogger implements ParentLogger {
  readonly enabled = true;
  readonly config: AdmissionConfig;
  readonly #fields: FieldSources | undefined;
  readonly #trimming: Trimming<FlatDict | Copied>;
  readonly #clock: Clock;
  readonly #ledger: Ledger;
  readonly #report: LossReport;
  readonly #to: RouteTo;
  /** Opened by the first record: without one, neither SDK nor HTTP client is loaded. With a spool at once: it may hold some. */
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
    flattening: Flattening<FlatDict | Copied> = to.isText ? flattenForJson : flattenWithin,
    trimmed: Flattening = flattenTrimmed,
  ) {
    this.config = config;
    this.#to = to;
    this.#trimming = new Trimming(config, flattening, trimmed, config.metadata);
    this.#fields = joinFields(config.fields, undefined, config);
    this.#clock = clock;
    this.#report = new LossReport(config.onDrop, clock, undefined, to.endpoint);
    this.#ledger = new Ledger((loss) => {
      if (loss.kind === 'dropped') this.#metrics?.processed(loss.count, loss.reason);
      this.#report.add(loss);
    });
    this.#stopListening = flushOnSignals(config.flushOnSignals);
    // What others have left is delivered, whatever is logged here.
    if (config.spool !== undefined) this.#beginAtOnce();
  }

  log(data: LogData): void {
    this.logWith(data, this.#fields);
  }

  /** With the fields of a child. */
  logWith(data: LogData, fields: FieldSources | undefined): void {
    const refusal = this.#admit(data, fields);
    if (refusal !== undefined) {
      const [reason, detail] = refusal instanceof Refusal ? [refusal.reason, refusal.detail] : [refusal];
      const isTooLarge = reason === 'too_large';
      this.#ledger.drop(reason, () => (isTooLarge ? undefined : this.#sampleOf(data, fields)), detail);
      return;
    }
    if (this.#trimming.wasNeeded) this.#ledger.trim(this.config.maxPayloadBytes);
    this.#metrics?.processed(1);
    deliverIfOver(this);
  }

  child(fields: LoggerFields): RemoteLogger {
    return new ChildLogger(this, this.config, this.#fields).child(fields);
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
    const timeoutMillis = timeoutOf(options, this.config.shutdownTimeoutMillis);
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

  leave(): void {
    this.#route?.leave();
  }

  async tryAll(): Promise<void> {
    await this.#route?.tryAll();
  }

  /** Decides on a record and takes it as it is now; says why if it is not admitted. */
  #admit(data: unknown, fields: FieldSources | undefined): DropReason | Refusal | undefined {
    const { maxQueueSize, spool } = this.config;
    if (isOwnWork()) return 'feedback';
    if (this.#ended !== undefined) return this.#ended;
    if (spool === undefined && this.#ledger.pending >= maxQueueSize) return 'queue_full';
    try {
      const dict = this.#dictOf(data, fields);
      if (typeof dict === 'string') return dict;
      this.#route ??= this.#begin();
      return this.#route.admit(dict);
    } catch {
      return 'internal'; // no memory is left, or no stack, or a log record is not what the SDK's types say
    }
  }

  #beginAtOnce(): void {
    try {
      this.#route = this.#begin();
    } catch (error) {
      const what = `the spool could not be opened (${textOf(error)})`;
      logToDiag('warn', `${what}; the next record has it tried again`);
    }
  }

  #begin(): Route {
    const { meterProvider, maxQueueSize, spool } = this.config;
    watchExit(this);
    const capacity = spool === undefined ? maxQueueSize : undefined;
    this.#metrics ??= createQueueMetrics(meterProvider, capacity, () => this.#ledger.pending);
    // A fault of the system passes, and the next record has it tried again. If a package is missing, say, nothing is admitted any more.
    return this.#to.open(this.#ledger, (error) => {
      if (!isFaultOfSystem(error)) this.#ended ??= 'internal';
    });
  }

  /** A record that was not admitted, for a listener that wants to know which. */
  #sampleOf(data: unknown, fields: FieldSources | undefined): FlatDict | undefined {
    const dict = this.#dictOf(data, fields);
    return typeof dict === 'string' ? undefined : JSON.parse(encodeTaken(dict));
  }

  /** The data of a record: copied, redacted, with the fields of its logger. */
  #dictOf(data: unknown, fields: FieldSources | undefined): FlatDict | Copied | FlattenRefusal {
    const dict = this.#trimming.flatten(data, this.config.maxPayloadBytes, this.config.redact);
    return fields === undefined || typeof dict === 'string' ? dict : withFields(dict, fields);
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
