import type { ExportResult } from '@opentelemetry/core';
import type { LogRecordExporter, ReadableLogRecord } from '@opentelemetry/sdk-logs';
import { resolveExporterConfig } from '../config/config.js';
import { summaryOf } from '../config/summary.js';
import { isDebugging, step } from '../runtime/debug.js';
import { textOf } from '../runtime/foreign.js';
import { logToDiag } from '../runtime/otel-api.js';
import type { DeliveryStats } from '../types/account.js';
import type { RemoteLogRecordExporterOptions } from '../types/options.js';
import { type ExportWay, Nowhere } from './export-way.js';
import { openExports } from './exports.js';

/**
 * Exports log records of an OpenTelemetry setup as flat JSON objects. Give it to a `BatchLogRecordProcessor`.
 * With no URL, as option or in `REMOTE_LOGGER_URL`, it reports success and sends nothing.
 * Throws a `TypeError` for a wrong option.
 */
export class RemoteLogRecordExporter implements LogRecordExporter {
  readonly #way: ExportWay;

  /** Throws a `TypeError` for a wrong option. Default of each option: its environment variable. */
  constructor(options?: RemoteLogRecordExporterOptions) {
    const given: unknown = options;
    this.#way = given instanceof Nowhere ? given : wayOf(options);
  }

  /** Calls back when all of the records are delivered or given up. Never throws. */
  export(records: ReadableLogRecord[], resultCallback: (result: ExportResult) => void): void {
    this.#way.export(records, (result) => answer(resultCallback, result));
  }

  /**
   * Resolves when the exports under way are settled, or after four fifths of `shutdownTimeoutMillis`; sending goes on then. Never
   * rejects.
   */
  forceFlush(): Promise<void> {
    return this.#way.forceFlush();
  }

  /**
   * Takes no more records, delivers those under way, and closes all connections. Records that are not delivered within
   * `shutdownTimeoutMillis`, nor by a last attempt, are given up, reason `shutdown`.
   */
  shutdown(): Promise<void> {
    return this.#way.shutdown();
  }

  /** Returns the account of the records that were exported. */
  stats(): DeliveryStats {
    return this.#way.stats();
  }
}

function wayOf(options: RemoteLogRecordExporterOptions | undefined): ExportWay {
  const config = resolveExporterConfig(options);
  if (config === undefined) {
    logToDiag('info', 'no usable URL is set, so the exporter is off and sends nothing');
    return new Nowhere();
  }
  if (isDebugging) step(`an exporter is on: ${summaryOf(config)}`);
  return openExports(config);
}

function answer(resultCallback: (result: ExportResult) => void, result: ExportResult): void {
  try {
    resultCallback(result);
  } catch (error) {
    logToDiag('error', `an export's callback failed: ${textOf(error)}`);
  }
}
