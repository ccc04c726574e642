import type { ExportResult } from '@opentelemetry/core';
import type { LogRecordExporter, ReadableLogRecord } from '@opentelemetry/sdk-logs';
import type { DeliveryStats } from './account.js';
import { systemClock } from './clock.js';
import { type DeliveryConfig, resolveExporterConfig, summaryOf } from './config.js';
import { CLOSE_TIMEOUT_MILLIS, endWithin, flushTimeOf, withDeadline } from './deadline.js';
import { isDebugging, step } from './debug.js';
import { createDelivery, type Delivery, drainingOf } from './delivery.js';
import { encodeRecord } from './encode.js';
import { deliverIfOver, forgetExit, type Leaving, watchExit } from './exit.js';
import { FlushTime } from './flush-time.js';
import { textOf } from './foreign.js';
import { ENCODING_CHARACTERS, HandOver } from './hand-over.js';
import { Ledger } from './ledger.js';
import { LossReport } from './loss-report.js';
import type { RemoteLogRecordExporterOptions } from './options.js';
import { tell } from './otel-api.js';
import { CANT_BE_READ, toFlatDictWithin } from './record/to-dict.js';
import { nextTurn } from './timers.js';

/** The codes of `ExportResultCode`, which can't be imported where the SDK must not be loaded. */
const SUCCESS = 0;
const FAILED = 1;

/**
 * Exports log records of an OpenTelemetry setup as flat JSON objects. Give it to a `BatchLogRecordProcessor`.
 * With no URL, as option or in `REMOTE_LOGGER_URL`, it reports success and sends nothing.
 * Throws a `TypeError` for a wrong option.
 */
export class RemoteLogRecordExporter implements LogRecordExporter {
  readonly #config: DeliveryConfig | undefined;
  readonly #ledger: Ledger;
  readonly #report: LossReport;
  readonly #exports = new Set<Export>();
  readonly #flushes = new FlushTime(systemClock);
  #delivery: Delivery | undefined;
  #isShutdown = false;
  readonly #leaving: Leaving = {
    stats: () => this.stats(),
    flush: async ({ timeoutMillis = 0 }) => {
      await withDeadline(this.#settled(), timeoutMillis, systemClock);
      return this.stats();
    },
    end: async ({ timeoutMillis = 0 }) => {
      await this.#end(timeoutMillis);
      return this.stats();
    },
    shutdown: async () => {
      this.#isShutdown = true;
      await this.#close();
      return this.stats();
    },
    handOver: () => this.#delivery && this.#config && drainingOf(this.#delivery, this.#config),
  };

  constructor(options?: RemoteLogRecordExporterOptions) {
    this.#config = resolveExporterConfig(options);
    const { onDrop, endpoint } = this.#config ?? {};
    this.#report = new LossReport(onDrop, systemClock, undefined, endpoint?.url);
    this.#ledger = new Ledger((loss) => this.#report.add(loss));
    if (this.#config === undefined)
      tell('info', 'no usable URL is set, so the exporter is off and sends nothing');
    else if (isDebugging) step(`an exporter is on: ${summaryOf(this.#config)}`);
  }

  /** Calls back when each of the records is delivered or given up. Never throws. */
  export(records: ReadableLogRecord[], resultCallback: (result: ExportResult) => void): void {
    if (this.#config === undefined) {
      answer(resultCallback, { code: SUCCESS });
      return;
    }
    if (this.#isShutdown) {
      for (const _ of records) this.#ledger.drop('shutdown');
      answer(resultCallback, {
        code: FAILED,
        error: new Error('otel-remote-logger: the exporter is shut down'),
      });
      return;
    }
    watchExit(this.#leaving);
    const exporting = new Export(this.#export(records, this.#config), resultCallback);
    this.#exports.add(exporting);
    void exporting.settled.then(() => {
      this.#exports.delete(exporting);
      if (this.#exports.size === 0) forgetExit(this.#leaving);
    });
    deliverIfOver(this.#leaving);
  }

  /**
   * Settles when the exports under way are settled, or after four fifths of `shutdownTimeoutMillis`; sending goes on then. Never
   * rejects: that would wedge a batch processor for good.
   */
  async forceFlush(): Promise<void> {
    await this.#flushes.spend(flushTimeOf(this.#shutdownTimeoutMillis), (left) =>
      withDeadline(this.#settled(), left, systemClock),
    );
    // A batch processor waits for these answers, and goes on with its next batch, or with its shutdown.
    for (const exporting of this.#exports) exporting.answer(NOT_YET);
  }

  /**
   * Takes no more records, settles those under way, and closes all connections. What is not delivered within
   * `shutdownTimeoutMillis`, and by a last attempt, is given up, reason `shutdown`.
   */
  async shutdown(): Promise<void> {
    this.#isShutdown = true;
    await this.#flushes.spend(this.#shutdownTimeoutMillis, (left) => this.#end(left));
    const closed = this.#close().then(() => this.#settled());
    await withDeadline(closed, CLOSE_TIMEOUT_MILLIS, systemClock);
    forgetExit(this.#leaving);
  }

  /** What became of the records that were exported. */
  stats(): DeliveryStats {
    return this.#ledger.stats();
  }

  get #shutdownTimeoutMillis(): number {
    return this.#config?.shutdownTimeoutMillis ?? 0;
  }

  async #settled(): Promise<void> {
    await Promise.all([...this.#exports].map(({ settled }) => settled));
  }

  async #end(timeoutMillis: number): Promise<void> {
    await endWithin(this.#settled(), timeoutMillis, () => this.#delivery?.hurry(), systemClock);
  }

  async #close(): Promise<void> {
    await this.#delivery?.close();
    this.#report.end();
  }

  async #export(records: readonly ReadableLogRecord[], config: DeliveryConfig): Promise<ExportResult> {
    this.#ledger.accept(records.length, 0);
    const failed = await this.#deliver(records, config);
    if (failed === 0) return { code: SUCCESS };
    return {
      code: FAILED,
      error: new Error(`otel-remote-logger: ${failed} of ${records.length} records were given up`),
    };
  }

  /** Settles with how many were given up. Those that can't be sent are, each for itself. */
  async #deliver(records: readonly ReadableLogRecord[], config: DeliveryConfig): Promise<number> {
    this.#delivery ??= createDelivery(config, this.#ledger, systemClock);
    const delivery = this.#delivery;
    const deliveries: Promise<number>[] = [];
    const handOver = new HandOver(config, (encoded, charged) =>
      deliveries.push(delivery.deliver(encoded, charged)),
    );
    let failed = 0;
    for (const record of records) {
      const json = encode(record, config, delivery);
      if (json === undefined) failed++;
      else if (handOver.add(json, 0, ENCODING_CHARACTERS)) await nextTurn();
    }
    handOver.all();
    return (await Promise.all(deliveries)).reduce((sum, count) => sum + count, failed);
  }
}

function encode(record: ReadableLogRecord, config: DeliveryConfig, delivery: Delivery): string | undefined {
  try {
    const dict = toFlatDictWithin(record, config, config.maxPayloadBytes);
    if (typeof dict === 'object') return encodeRecord(dict);
    if (dict === 'too_large') delivery.refuse(dict, 0, `above maxPayloadBytes, ${config.maxPayloadBytes}`);
    else delivery.refuse('internal', 0, CANT_BE_READ);
  } catch (error) {
    delivery.refuse('internal', 0, `no log record: ${textOf(error)}`);
  }
  return undefined;
}

/** One export, which is answered once. */
class Export {
  /** Settles when all of its records are. */
  readonly settled: Promise<void>;
  #resultCallback: ResultCallback | undefined;

  constructor(result: Promise<ExportResult>, resultCallback: ResultCallback) {
    this.#resultCallback = resultCallback;
    this.settled = result.then((known) => this.answer(known));
  }

  answer(result: ExportResult): void {
    const resultCallback = this.#resultCallback;
    this.#resultCallback = undefined;
    if (resultCallback !== undefined) answer(resultCallback, result);
  }
}

type ResultCallback = (result: ExportResult) => void;

const NOT_YET: ExportResult = {
  code: FAILED,
  error: new Error('otel-remote-logger: not delivered in the time of a flush; sending goes on'),
};

function answer(resultCallback: ResultCallback, result: ExportResult): void {
  try {
    resultCallback(result);
  } catch (error) {
    tell('error', `an export's callback failed: ${textOf(error)}`);
  }
}
