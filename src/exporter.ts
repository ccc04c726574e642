import type { ExportResult } from '@opentelemetry/core';
import type { LogRecordExporter, ReadableLogRecord } from '@opentelemetry/sdk-logs';
import type { DeliveryStats } from './account.js';
import { systemClock } from './clock.js';
import { type DeliveryConfig, resolveExporterConfig, summaryOf } from './config.js';
import { withDeadline } from './deadline.js';
import { isDebugging, step } from './debug.js';
import { createDelivery, type Delivery, drainingOf } from './delivery.js';
import { encodeRecord } from './encode.js';
import { deliverIfOver, forgetExit, type Leaving, watchExit } from './exit.js';
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
  readonly #exports = new Set<Promise<unknown>>();
  #delivery: Delivery | undefined;
  #isShutdown = false;
  readonly #leaving: Leaving = {
    stats: () => this.stats(),
    flush: ({ timeoutMillis = 0 }) => this.#settle(timeoutMillis),
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
    const exporting = this.#export(records, this.#config).then((result) => answer(resultCallback, result));
    this.#exports.add(exporting);
    void exporting.finally(() => {
      this.#exports.delete(exporting);
      if (this.#exports.size === 0) forgetExit(this.#leaving);
    });
    deliverIfOver(this.#leaving);
  }

  /** Settles when the exports under way are settled. Never rejects: that would wedge a batch processor for good. */
  async forceFlush(): Promise<void> {
    await this.#settle(this.#config?.exportTimeoutMillis ?? 0);
  }

  /** Takes no more records, settles those under way, and closes all connections. */
  async shutdown(): Promise<void> {
    this.#isShutdown = true;
    await this.forceFlush();
    await this.#close();
    forgetExit(this.#leaving);
  }

  /** What became of the records that were exported. */
  stats(): DeliveryStats {
    return this.#ledger.stats();
  }

  /** Holds the process meanwhile: neither sockets nor timers of delivery do. */
  async #settle(timeoutMillis: number): Promise<DeliveryStats> {
    if (this.#exports.size > 0) await withDeadline(Promise.all(this.#exports), timeoutMillis, systemClock);
    return this.stats();
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

function answer(resultCallback: (result: ExportResult) => void, result: ExportResult): void {
  try {
    resultCallback(result);
  } catch (error) {
    tell('error', `an export's callback failed: ${textOf(error)}`);
  }
}
