import type { LoggerProvider, LogRecordProcessor } from '@opentelemetry/sdk-logs';
import type { DeadlineOptions } from '../lifecycle/deadline.js';
import { environmentResource } from '../otel/resource.js';

/** What a provider needs of a logger. */
interface Sink {
  log(record: object): void;
  flush(options: DeadlineOptions): Promise<unknown>;
  shutdown(): Promise<unknown>;
}

/**
 * A provider whose records take the journey of `logger`, from its admission on: flattened, bounded, accounted for, delivered at
 * the end of the process. A batch processor alone would drop in silence, and lose its queue at the end. Loads the SDK at
 * once, so that nothing is logged before there is a provider.
 */
export function createLoggerProvider(logger: Sink, flushTimeoutMillis: number): LoggerProvider {
  const processor: LogRecordProcessor = {
    onEmit: (record) => logger.log(record),
    async forceFlush() {
      await logger.flush({ timeoutMillis: flushTimeoutMillis });
    },
    async shutdown() {
      await logger.shutdown();
    },
  };
  const sdk = require('@opentelemetry/sdk-logs') as typeof import('@opentelemetry/sdk-logs');
  return new sdk.LoggerProvider({ resource: environmentResource(), processors: [processor] });
}
