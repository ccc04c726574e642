import type { ExportResult } from '@opentelemetry/core';
import type { ReadableLogRecord } from '@opentelemetry/sdk-logs';
import type { DeliveryStats } from '../types/account.js';

/** What becomes of the records that are exported. */
export interface ExportWay {
  /** Never throws, and answers once. */
  export(records: readonly ReadableLogRecord[], answer: (result: ExportResult) => void): void;
  /** Never rejects: that would wedge a batch processor for good. */
  forceFlush(): Promise<void>;
  shutdown(): Promise<void>;
  stats(): DeliveryStats;
}

/** A way of the package itself, which an exporter is given in the place of options. */
export abstract class OwnWay implements ExportWay {
  abstract export(records: readonly ReadableLogRecord[], answer: (result: ExportResult) => void): void;
  abstract forceFlush(): Promise<void>;
  abstract shutdown(): Promise<void>;
  abstract stats(): DeliveryStats;
}
