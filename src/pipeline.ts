import { type HrTime, ROOT_CONTEXT } from '@opentelemetry/api';
import { BatchLogRecordProcessor, LoggerProvider, type LogRecordProcessor } from '@opentelemetry/sdk-logs';
import { type Admitted, type Pipeline, toHrTime } from './admitted.js';
import { type Clock, MAX_TIMER_MILLIS } from './clock.js';
import type { LoggerConfig } from './config.js';
import type { Delivery } from './delivery.js';
import { Feed } from './feed.js';
import { oneAtATime } from './one-at-a-time.js';
import { environmentResource } from './resource.js';

export interface EndpointPipeline extends Pipeline {
  /** Hands everything over to delivery at once: at the end of the process, nothing else runs any more. */
  handOverNow(): void;
}

/**
 * The journey of a record, once it is admitted:
 * LogRecord -> BatchLogRecordProcessor -> feed (adds metadata) -> delivery (body) -> transport (POST).
 */
export function createPipeline(config: LoggerConfig, delivery: Delivery, clock: Clock): EndpointPipeline {
  // Admission keeps all that is pending below the queue's size, and the feed what the processor has below a batch.
  const maxExportBatchSize = Math.min(config.batch.maxExportBatchSize, config.maxQueueSize);
  const { scheduledDelayMillis } = config.batch;
  const flush = oneAtATime(() => provider.forceFlush());
  const settings = { ...config, maxExportBatchSize, scheduledDelayMillis };
  const feed = new Feed(settings, delivery, { emit, flush }, clock);
  const batches = new BatchLogRecordProcessor({
    exporter: feed,
    scheduledDelayMillis: MAX_TIMER_MILLIS, // the feed has a timer of its own
    maxExportBatchSize,
    maxQueueSize: config.maxQueueSize,
  });
  const provider = new LoggerProvider({
    resource: environmentResource(),
    processors: [takenNoteOf(feed), batches],
  });
  const logger = provider.getLogger('otel-remote-logger');

  function emit({ body, timestamp, context }: Admitted): void {
    const hrTime = typeof body === 'string' ? NO_TIME : toHrTime(timestamp);
    // A bigint is no AnyValue, but the SDK keeps a body by reference and only our exporter reads it.
    logger.emit({
      body: body as string,
      timestamp: hrTime,
      observedTimestamp: hrTime,
      context: context ?? ROOT_CONTEXT,
    });
  }

  return {
    emit: (record) => feed.push(record),
    async flush() {
      await feed.flush();
      await delivery.idle();
    },
    hurry: () => delivery.hurry(),
    handOverNow: () => feed.handOverNow(),
    async close() {
      await delivery.close();
      await feed.flush();
      await provider.shutdown();
      await delivery.idle();
    },
  };
}

/** Of a record that is sent as it is. */
const NO_TIME: HrTime = [0, 0];

/** The feed sees each record first: at the end of the process it is known what the batch processor has. */
const takenNoteOf = (feed: Feed): LogRecordProcessor => ({
  onEmit: (record) => feed.made(record),
  async forceFlush() {},
  async shutdown() {},
});
