import { type HrTime, ROOT_CONTEXT } from '@opentelemetry/api';
import { defaultResource, detectResources, envDetector } from '@opentelemetry/resources';
import { BatchLogRecordProcessor, LoggerProvider, type LogRecordProcessor } from '@opentelemetry/sdk-logs';
import type { LoggerConfig } from './config.js';
import type { Delivery } from './delivery.js';
import { type Admitted, Feed } from './feed.js';
import type { Ledger } from './ledger.js';
import { tell } from './otel-api.js';

export interface Pipeline {
  emit(record: Admitted): void;
  /** Settles when every record emitted before is delivered or given up, however many flushes overlap. */
  flush(): Promise<void>;
  /** Hands everything over to delivery at once: at the end of the process, nothing else runs any more. */
  handOverNow(): void;
  /** Gives up what is not settled by now, and lets go of all resources. */
  close(): Promise<void>;
}

/**
 * The journey of a record, once it is admitted:
 * LogRecord -> BatchLogRecordProcessor -> feed (flat dict -> JSON) -> delivery (body) -> transport (POST).
 */
export function createPipeline(config: LoggerConfig, delivery: Delivery, ledger: Ledger): Pipeline {
  // Admission keeps all that is pending below the queue's size, and the feed what the processor has below a batch.
  const maxExportBatchSize = Math.min(config.batch.maxExportBatchSize, config.maxQueueSize);
  const feed = new Feed({ ...config, maxExportBatchSize }, delivery, ledger, emit);
  const batches = new BatchLogRecordProcessor({
    exporter: feed,
    scheduledDelayMillis: config.batch.scheduledDelayMillis,
    maxExportBatchSize,
    maxQueueSize: config.maxQueueSize,
  });
  const resource = defaultResource().merge(detectResources({ detectors: [envDetector] }));
  const provider = new LoggerProvider({ resource, processors: [takenNoteOf(feed), batches] });
  const logger = provider.getLogger('otel-remote-logger');
  const flushBatches = oneAtATime(() => provider.forceFlush());

  function emit({ dict, timestamp, context }: Admitted): void {
    // A bigint is no AnyValue, but the SDK keeps a body by reference and only our exporter reads it.
    const body = dict as Record<string, never>;
    const hrTime = toHrTime(timestamp);
    logger.emit({ body, timestamp: hrTime, observedTimestamp: hrTime, context: context ?? ROOT_CONTEXT });
  }

  return {
    emit: (record) => feed.push(record),
    async flush() {
      await feed.flush(flushBatches);
      await delivery.idle();
    },
    handOverNow: () => feed.handOverNow(),
    async close() {
      await delivery.close();
      await feed.flush(flushBatches);
      await provider.shutdown();
      await delivery.idle();
    },
  };
}

/** The feed sees each record first: at the end of the process it is known what the batch processor has. */
const takenNoteOf = (feed: Feed): LogRecordProcessor => ({
  onEmit: (record) => feed.made(record),
  async forceFlush() {},
  async shutdown() {},
});

/** The SDK takes a number from before the process began, such as after a step of the wall clock, as relative to that. */
const toHrTime = (millis: number): HrTime => [Math.floor(millis / 1000), (millis % 1000) * 1e6];

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
