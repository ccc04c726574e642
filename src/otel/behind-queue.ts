import type { ExportResult } from '@opentelemetry/core';
import type { ReadableLogRecord } from '@opentelemetry/sdk-logs';
import { type Chunk, Entry } from '../queue/chunk.js';
import type { RemoteLogRecordExporterOptions } from '../types/options.js';
import { Nowhere, SUCCESS } from './export-way.js';
import { RemoteLogRecordExporter } from './exporter.js';

/** The exporter behind a logger's queue. Its records are encoded already; it hands them over, and the logger's account says how they end. */
export const exporterBehindQueue = (
  onExported: (chunk: Chunk, to: number) => void,
): RemoteLogRecordExporter =>
  new RemoteLogRecordExporter(new BehindQueue(onExported) as unknown as RemoteLogRecordExporterOptions);

class BehindQueue extends Nowhere {
  /** Is told up to which index the records of a chunk have been exported. */
  readonly #onExported: (chunk: Chunk, to: number) => void;

  constructor(onExported: (chunk: Chunk, to: number) => void) {
    super();
    this.#onExported = onExported;
  }

  override export(records: readonly ReadableLogRecord[], answer: (result: ExportResult) => void): void {
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
