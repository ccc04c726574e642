import type { ReadableLogRecord } from '@opentelemetry/sdk-logs';
import { toHrTime } from '../logger/add-own-metadata.js';
import { loggerOfRecords } from '../logger/logger-of-records.js';
import type { RemoteLogger } from '../logger/remote-logger.js';
import { environmentResource } from '../otel/resource.js';
import { type Clock, systemClock } from '../runtime/clock.js';
import type { RemoteLoggingOptions } from '../types/options.js';
import type { Logged } from './logged.js';

/**
 * A logger for what another logger of the application logs, which `read` understands: it makes log records of it, as OpenTelemetry's own
 * transport would, and sends them as `registerRemoteLogging()` does. A no-op without a URL. Throws a `TypeError` for a wrong option.
 */
export function createRecordLogger<T extends object>(
  options: RemoteLoggingOptions,
  scope: string,
  read: (given: T) => Logged,
  clock: Pick<Clock, 'wallNow'> = systemClock,
): Pick<RemoteLogger, 'stats' | 'flush' | 'shutdown'> & { log(given: T): void } {
  let resource: ReadableLogRecord['resource'] | undefined;
  const instrumentationScope = { name: scope };
  const { logger, config } = loggerOfRecords(options, (given) => {
    const { body, attributes, hrTime, severityText, severityNumber, spanContext } = read(given as T);
    const hrTimeObserved = toHrTime(clock.wallNow());
    if (config?.metadata && config.resource) resource ??= environmentResource();
    const record = {
      body,
      attributes,
      hrTime: hrTime ?? hrTimeObserved,
      hrTimeObserved,
      severityText,
      severityNumber,
      spanContext,
      instrumentationScope,
      droppedAttributesCount: 0,
      resource,
    };
    return record as ReadableLogRecord;
  });
  return logger;
}
