import { type Context, type HrTime, ROOT_CONTEXT } from '@opentelemetry/api';
import { ExportResultCode } from '@opentelemetry/core';
import { defaultResource, detectResources, envDetector } from '@opentelemetry/resources';
import {
  BatchLogRecordProcessor,
  LoggerProvider,
  type LogRecordExporter,
  type ReadableLogRecord,
} from '@opentelemetry/sdk-logs';
import type { Clock } from './clock.js';
import type { LoggerConfig } from './config.js';
import { createDelivery, type Delivery } from './delivery.js';
import { type EncodedRecord, encodeRecord, sizeOf } from './encode.js';
import type { FlatDict } from './json.js';
import type { Ledger } from './ledger.js';
import { tell } from './otel-api.js';
import { addMetadata } from './record/to-dict.js';

/** A record that was admitted, as it was at that moment. */
export interface Admitted {
  readonly dict: FlatDict;
  /** Milliseconds since 1970. */
  readonly timestamp: number;
  readonly context: Context | undefined;
}

export interface Pipeline {
  emit(record: Admitted): void;
  /** Settles when every record emitted before is delivered or given up, however many flushes overlap. */
  flush(): Promise<void>;
  /** Gives up what is not settled by now, and lets go of all resources. */
  close(): Promise<void>;
}

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
  const resource = defaultResource().merge(detectResources({ detectors: [envDetector] }));
  const provider = new LoggerProvider({ resource, processors: [processor] });
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

/** The SDK takes a number from before the process began, such as after a step of the wall clock, as relative to that. */
const toHrTime = (millis: number): HrTime => [Math.floor(millis / 1000), (millis % 1000) * 1e6];

/** The body is the dict that was admitted, and was charged by its size. */
const admittedDict = (record: ReadableLogRecord): FlatDict => record.body as FlatDict;

function encodeAdmitted(record: ReadableLogRecord, config: LoggerConfig): EncodedRecord {
  const dict = admittedDict(record);
  return encodeRecord(addMetadata(config.metadata ? { ...dict } : dict, record, config), sizeOf(dict));
}

/**
 * A batch processor that is asked to flush while it flushes answers at once, before the work is done. So one flush
 * runs at a time, and whoever asks meanwhile shares the one after it.
 */
function oneAtATime(flush: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> = Promise.resolve();
  let next: Promise<void> | undefined;
  return () => {
    next ??= running.then(() => {
      next = undefined;
      running = flush().catch((error) =>
        tell('error', `the batch processor's flush failed: ${String(error)}`),
      );
      return running;
    });
    return next;
  };
}
