import type { ExportResult } from '@opentelemetry/core';
import type { ReadableLogRecord } from '@opentelemetry/sdk-logs';
import { type DeliveryStats, NO_RECORDS } from '../types/account.js';

/** What becomes of the records that are exported. */
export interface ExportWay {
  /** Never throws, and answers once. */
  export(records: readonly ReadableLogRecord[], answer: (result: ExportResult) => void): void;
  /** Never rejects: that would wedge a batch processor for good. */
  forceFlush(): Promise<void>;
  shutdown(): Promise<void>;
  stats(): DeliveryStats;
}

/** A result with the code of `ExportResultCode`, which can't be imported where the SDK must not be loaded. */
export const SUCCESS: ExportResult = { code: 0 };

/** To nowhere. The package itself gives an exporter a way that is one of these in the place of options. */
export class Nowhere implements ExportWay {
  export(_records: readonly ReadableLogRecord[], answer: (result: ExportResult) => void): void {
    answer(SUCCESS);
  }

  async forceFlush(): Promise<void> {}

  async shutdown(): Promise<void> {}

  stats(): DeliveryStats {
    return NO_RECORDS;
  }
}
