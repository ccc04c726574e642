import { ROOT_CONTEXT } from '@opentelemetry/api';
import { ExportResultCode } from '@opentelemetry/core';
import {
  BatchLogRecordProcessor,
  LoggerProvider,
  type LogRecordExporter,
  type ReadableLogRecord,
} from '@opentelemetry/sdk-logs';
import { type Pipeline, toHrTime } from './admitted.js';
import type { Clock } from './clock.js';
import type { LoggerConfig } from './config.js';
import { createDelivery, type Delivery } from './delivery.js';
import { type EncodedRecord, encodeRecord, sizeOf } from './encode.js';
import type { FlatDict } from './json.js';
import type { Ledger } from './ledger.js';
import { oneAtATime } from './one-at-a-time.js';
import { addMetadata } from './record/to-dict.js';
import { environmentResource } from './resource.js';

/**
 * The journey of a record, once it is admitted:
 * LogRecord -> BatchLogRecordProcessor -> exporter (flat dict -> JSON) -> delivery (body) -> transport (POST).
 */
export function createPipeline(config: LoggerConfig, ledger: Ledger, clock: Clock): Pipeline {
  const delivery = createDelivery(config, ledger, clock);
  const processor = new BatchLogRecordProcessor({
    exporter: handOver(delivery, config, ledger),
    scheduledDelayMillis: config.batch.scheduledDelayMillis,
    maxExportBatchSize: Math.min(config.batch.maxExportBatchSize, config.maxQueueSize),
    // Admission keeps all that is pending below this, so it is never this queue that drops.
    maxQueueSize: config.maxQueueSize,
  });
  const provider = new LoggerProvider({ resource: environmentResource(), processors: [processor] });
  const logger = provider.getLogger('otel-remote-logger');
  const flushBatches = oneAtATime(() => provider.forceFlush());

  return {
    emit({ dict, timestamp, context }) {
      // A bigint is no AnyValue, but the SDK keeps a body by reference and only our exporter reads it.
      const body = dict as Record<string, never>;
      const hrTime = toHrTime(timestamp);
      logger.emit({ body, timestamp: hrTime, observedTimestamp: hrTime, context: context ?? ROOT_CONTEXT });
    },
    async flush() {
      await flushBatches();
      await delivery.idle();
    },
    async close() {
      await delivery.close();
      await flushBatches();
      await provider.shutdown();
      await delivery.idle();
    },
  };
}

/**
 * The batch processor's exporter hands over and answers at once: the ledger knows how records end, and the processor
 * would hold the process with a timer for as long as an export lasts.
 */
function handOver(delivery: Delivery, config: LoggerConfig, ledger: Ledger): LogRecordExporter {
  return {
    export(records, resultCallback) {
      try {
        void delivery.deliver(records.map((record) => encodeAdmitted(record, config)));
      } catch (error) {
        const bytes = records.reduce((sum, record) => sum + sizeOf(admittedDict(record)), 0);
        ledger.fail('internal', records.length, bytes, String(error));
      }
      resultCallback({ code: ExportResultCode.SUCCESS });
    },
    async forceFlush() {},
    async shutdown() {},
  };
}

/** The body is the dict that was admitted, and was charged by its size. */
const admittedDict = (record: ReadableLogRecord): FlatDict => record.body as FlatDict;

function encodeAdmitted(record: ReadableLogRecord, config: LoggerConfig): EncodedRecord {
  const dict = admittedDict(record);
  return encodeRecord(addMetadata(config.metadata ? { ...dict } : dict, record, config), sizeOf(dict));
}
