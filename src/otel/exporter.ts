import type { ExportResult } from '@opentelemetry/core';
import type { LogRecordExporter, ReadableLogRecord } from '@opentelemetry/sdk-logs';
import { resolveExporterConfig } from '../config/config.js';
import { summaryOf } from '../config/summary.js';
import { type Chunk, Entry } from '../queue/chunk.js';
import { systemClock } from '../runtime/clock.js';
import { isDebugging, step } from '../runtime/debug.js';
import { textOf } from '../runtime/foreign.js';
import { logToDiag } from '../runtime/otel-api.js';
import { type DeliveryStats, NO_RECORDS } from '../types/account.js';
import type { RemoteLogRecordExporterOptions } from '../types/options.js';
import { Exports, type ExportWay } from './exports.js';

/** A result with the code of `ExportResultCode`, which can't be imported where the SDK must not be loaded. */
const SUCCESS: ExportResult = { code: 0 };

/**
 * Exports log records of an OpenTelemetry setup as flat JSON objects. Give it to a `BatchLogRecordProcessor`.
 * With no URL, as option or in `REMOTE_LOGGER_URL`, it reports success and sends nothing.
 * Throws a `TypeError` for a wrong option.
 */
export class RemoteLogRecordExporter implements LogRecordExporter {
  readonly #way: ExportWay;

  constructor(options?: RemoteLogRecordExporterOptions) {
    this.#way =
      (options as unknown) instanceof ToPipeline ? (options as unknown as ToPipeline) : wayOf(options);
  }

  /** Calls back when each of the records is delivered or given up. Never throws. */
  export(records: ReadableLogRecord[], resultCallback: (result: ExportResult) => void): void {
    this.#way.export(records, (result) => answer(resultCallback, result));
  }

  /**
   * Settles when the exports under way are settled, or after four fifths of `shutdownTimeoutMillis`; sending goes on then. Never
   * rejects.
   */
  forceFlush(): Promise<void> {
    return this.#way.forceFlush();
  }

  /**
   * Takes no more records, settles those under way, and closes all connections. What is not delivered within
   * `shutdownTimeoutMillis`, and by a last attempt, is given up, reason `shutdown`.
   */
  shutdown(): Promise<void> {
    return this.#way.shutdown();
  }

  /** What became of the records that were exported. */
  stats(): DeliveryStats {
    return this.#way.stats();
  }
}

/** The exporter behind a logger's queue. Its records are encoded already; it hands them over, and the logger's account says how they end. */
export const exporterBehindQueue = (
  onExported: (chunk: Chunk, to: number) => void,
): RemoteLogRecordExporter =>
  new RemoteLogRecordExporter(new ToPipeline(onExported) as unknown as RemoteLogRecordExporterOptions);

const NOWHERE: ExportWay = {
  export: (_, answer) => answer(SUCCESS),
  async forceFlush() {},
  async shutdown() {},
  stats: () => NO_RECORDS,
};

class ToPipeline implements ExportWay {
  readonly forceFlush = NOWHERE.forceFlush;
  readonly shutdown = NOWHERE.shutdown;
  readonly stats = NOWHERE.stats;
  /** Is told up to which index the records of a chunk have been exported. */
  readonly #onExported: (chunk: Chunk, to: number) => void;

  constructor(onExported: (chunk: Chunk, to: number) => void) {
    this.#onExported = onExported;
  }

  export(records: readonly ReadableLogRecord[], answer: (result: ExportResult) => void): void {
    let last: Entry | undefined;
    for (const { body } of records) {
      const entry = body as unknown;
      if (!(entry instanceof Entry)) continue;
      if (last !== undefined && entry.chunk !== last.chunk) this.#onExported(last.chunk, last.index + 1);
      last = entry;
    }
    if (last !== undefined) this.#onExported(last.chunk, last.index + 1);
    answer(SUCCESS);
  }
}

function wayOf(options: RemoteLogRecordExporterOptions | undefined): ExportWay {
  const config = resolveExporterConfig(options);
  if (config === undefined) {
    logToDiag('info', 'no usable URL is set, so the exporter is off and sends nothing');
    return NOWHERE;
  }
  if (isDebugging) step(`an exporter is on: ${summaryOf(config)}`);
  return new Exports(config, systemClock);
}

function answer(resultCallback: (result: ExportResult) => void, result: ExportResult): void {
  try {
    resultCallback(result);
  } catch (error) {
    logToDiag('error', `an export's callback failed: ${textOf(error)}`);
  }
}
